import { createHmac, randomBytes } from 'node:crypto';

// Standard Webhooks, and the kin that sign the same text.

export interface WebhookSigner {
	key: Buffer;
	version: string;
	encoding: 'base64' | 'hex';
}

/** By the specification: the secret is base64 behind `whsec_`. */
export function standardSigner(secret: string): WebhookSigner {
	const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
	return { key, version: 'v1', encoding: 'base64' };
}

/** WaveSpeed's: the text behind `whsec_` is itself the key. */
export function waveSpeedSigner(secret: string): WebhookSigner {
	return { key: Buffer.from(secret.replace(/^whsec_/, '')), version: 'v3', encoding: 'hex' };
}

export function signatureOf(signer: WebhookSigner, id: string, timestamp: string, content: string): string {
	const signature = createHmac('sha256', signer.key).update(`${id}.${timestamp}.${content}`).digest(signer.encoding);
	return `${signer.version},${signature}`;
}

/** The same id for every try of an event, the time of the try, both signed. */
export function signedHeaders(signer: WebhookSigner, id = `msg_${randomBytes(16).toString('hex')}`): (content: string) => Record<string, string> {
	return (content) => {
		// The receiver's time, not the sandbox clock's, which tests move.
		const timestamp = String(Math.floor(Date.now() / 1000));
		return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatureOf(signer, id, timestamp, content) };
	};
}
