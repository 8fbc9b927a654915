import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

import { readText } from '../../job/read';
import type { CallbackScheme, SignatureHeaders, SignedPart } from '../../providers/Provider';
import { isGenuineToken } from './isGenuineToken';

/** A callback as it came over the wire. */
export interface SignedCallback {
	/** Names in lower case. */
	headers: Readonly<Record<string, unknown>>;
	/** The bytes as they came: JSON written anew would be signed differently. */
	body: Buffer;
	jobId: string;
}

/** What a scheme compares a signature with. */
export interface Trust {
	/** The secret that the user shares with the provider; null where the credential holds none. */
	secret: string | null;
	/** The keys that the provider has published. */
	publicKeys: readonly JsonWebKey[];
}

interface Sent {
	signatures: string[];
	timestamp: string | null;
	id: string | null;
	userId: string | null;
}

/** In a time that doesn't tell where two texts begin to differ. */
export function isSameText(one: string, other: string): boolean {
	const [left, right] = [Buffer.from(one), Buffer.from(other)];
	return left.length === right.length && timingSafeEqual(left, right);
}

/** The signatures of one version in `v1,<signature> v1,<signature>`. */
function readList(header: string, version: string): string[] {
	return header
		.split(' ')
		.filter((entry) => entry.startsWith(`${version},`))
		.map((entry) => entry.slice(version.length + 1));
}

/** The values of one name in `t=<seconds>,v1=<signature>`. */
function readPairs(header: string, name: string): string[] {
	return header
		.split(',')
		.map((pair) => pair.trim())
		.filter((pair) => pair.startsWith(`${name}=`))
		.map((pair) => pair.slice(name.length + 1));
}

function readSent(scheme: CallbackScheme & { headers: SignatureHeaders }, callback: SignedCallback): Sent {
	const header = (name: string | undefined) => (name ? readText(callback.headers[name]) : null);
	const signature = header(scheme.headers.signature) ?? '';
	const plain = signature === '' ? [] : [signature];
	const form = scheme.kind === 'hmac' ? scheme.form : 'plain';
	const version = scheme.kind === 'hmac' ? scheme.version : '';
	return {
		signatures: { list: () => readList(signature, version), pairs: () => readPairs(signature, version), plain: () => plain }[form](),
		timestamp: header(scheme.headers.timestamp) ?? (form === 'pairs' ? (readPairs(signature, 't')[0] ?? null) : null),
		id: header(scheme.headers.id),
		userId: header(scheme.headers.userId),
	};
}

/** The bytes that were signed; null where a header that belongs to them is missing. */
function signedBytes(parts: readonly SignedPart[], sent: Sent, { body, jobId }: SignedCallback): Buffer | null {
	const bytesOf = (part: SignedPart): Buffer | string | null => {
		if (typeof part === 'object') return part.text;
		if (part === 'body') return body;
		if (part === 'bodyHash') return createHash('sha256').update(body).digest('hex');
		return part === 'jobId' ? jobId : sent[part];
	};
	const bytes = parts.map(bytesOf);
	return bytes.includes(null)
		? null
		: Buffer.concat(bytes.map((part) => (typeof part === 'string' ? Buffer.from(part) : (part ?? Buffer.alloc(0)))));
}

function isInTime(timestamp: string | null, toleranceSeconds: number, nowSeconds: number): boolean {
	return timestamp !== null && /^\d{1,12}$/.test(timestamp) && Math.abs(nowSeconds - Number(timestamp)) <= toleranceSeconds;
}

/** Null where the secret is not all there, or hidden behind asterisks: Node would decode that to a key anyone can guess. */
function keyOf(secret: string, { secretPrefix, secretEncoding }: CallbackScheme & { kind: 'hmac' }): Buffer | null {
	const hasPrefix = secretPrefix !== '' && secret.startsWith(secretPrefix);
	const text = hasPrefix ? secret.slice(secretPrefix.length) : secret;
	if (text === '' || (hasPrefix && secretEncoding === 'base64' && !/^[\w+/-]+={0,2}$/.test(text))) return null;
	return Buffer.from(text, hasPrefix || secretPrefix === '' ? secretEncoding : 'utf8');
}

function isSignedBy(publicKey: JsonWebKey, bytes: Buffer, signature: string): boolean {
	// Node would take a key of another kind, and another algorithm with it.
	if (publicKey.kty !== 'OKP' || publicKey.crv !== 'Ed25519') return false;
	try {
		const key = createPublicKey({ key: publicKey, format: 'jwk' });
		return verify(null, bytes, key, Buffer.from(signature, 'hex'));
	} catch {
		// A key that can't be read proves nothing.
		return false;
	}
}

/**
 * Whether a callback carries its provider's signature, made within the scheme's time window. Never
 * throws. False where the scheme needs a secret and there is none. An unsigned scheme has nothing to
 * check, and is always true: there only the provider itself can tell.
 *
 * @param nowSeconds Unix time.
 */
export function isGenuine(
	scheme: CallbackScheme,
	{ secret, publicKeys }: Trust,
	callback: SignedCallback,
	nowSeconds: number,
): boolean {
	if (scheme.kind === 'unsigned') return true;
	if (scheme.kind === 'sharedSecret') {
		return secret !== null && isSameText(readText(callback.headers[scheme.header]) ?? '', secret);
	}
	if (scheme.kind === 'jwt') {
		return isGenuineToken(scheme, readText(callback.headers[scheme.header]) ?? '', publicKeys, nowSeconds);
	}
	const sent = readSent(scheme, callback);
	const bytes = signedBytes(scheme.parts, sent, callback);
	if (bytes === null || !isInTime(sent.timestamp, scheme.toleranceSeconds, nowSeconds)) return false;
	if (scheme.kind === 'ed25519') {
		// Exactly 64 bytes: hexadecimal is read up to the first letter that is none.
		const signature = sent.signatures.find((each) => /^[\da-f]{128}$/.test(each));
		return signature !== undefined && publicKeys.some((key) => isSignedBy(key, bytes, signature));
	}
	const key = secret === null ? null : keyOf(secret, scheme);
	if (key === null) return false;
	// As text: Base64 has several texts for the same bytes, and only one of them was signed.
	const expected = createHmac('sha256', key).update(bytes).digest(scheme.encoding);
	return sent.signatures.some((signature) => isSameText(signature, expected));
}
