import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

export interface FalSigned {
	requestId: string;
	userId: string;
	/** Unix seconds. */
	timestamp: string;
	/** As it is sent. */
	raw: string;
}

/** Of the first test vector of RFC 8032, so that what it signs can be compared with what others computed. */
const privateKey = createPrivateKey({
	key: Buffer.from(`302e020100300506032b657004220420${'9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'}`, 'hex'),
	format: 'der',
	type: 'pkcs8',
});

/** A key that signs nothing: whoever verifies must try each. */
const otherKey = generateKeyPairSync('ed25519').publicKey;

/** The signature of fal's webhooks: Ed25519 over four lines, as lower-case hexadecimal. */
export function signFal({ requestId, userId, timestamp, raw }: FalSigned): string {
	const lines = [requestId, userId, timestamp, createHash('sha256').update(raw).digest('hex')];
	return sign(null, Buffer.from(lines.join('\n')), privateKey).toString('hex');
}

/** What fal publishes under `/.well-known/jwks.json`. */
export function falKeySet(): { keys: object[] } {
	return { keys: [otherKey, createPublicKey(privateKey)].map((key) => key.export({ format: 'jwk' })) };
}
