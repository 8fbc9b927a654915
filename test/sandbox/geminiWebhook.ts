import { createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

// Callbacks of single requests: signed with a JSON Web Token, whose public key anybody may read.

const tokenSeconds = 300;
let pair: { publicKey: KeyObject; privateKey: KeyObject; kid: string } | null = null;

/** Made when first needed: making one takes a while. */
function keys() {
	pair ??= { ...generateKeyPairSync('rsa', { modulusLength: 2048 }), kid: randomBytes(20).toString('hex') };
	return pair;
}

/** What `/.well-known/jwks.json` tells. */
export function publicKeys(): Record<string, unknown> {
	const { publicKey, kid } = keys();
	return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] };
}

/** The token names its reader, and not what is sent to it: the body proves nothing. */
export function webhookToken(audience: string, seconds: number): string {
	const { privateKey, kid } = keys();
	const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const claims = { iss: 'https://accounts.google.com', aud: audience, iat: seconds, exp: seconds + tokenSeconds };
	const signed = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims)}`;
	return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
}

/** The same id for every try, the time of the try and its token. */
export function webhookHeaders(audience: string): () => Record<string, string> {
	const id = `msg_${randomBytes(16).toString('hex')}`;
	return () => {
		// The receiver's time, not the sandbox clock's, which tests move.
		const seconds = Math.floor(Date.now() / 1000);
		return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': webhookToken(audience, seconds) };
	};
}
