import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

import { objectAt, readText } from '../../job/read';
import type { CallbackScheme } from '../../providers/Provider';

/** The bytes of Base64url text; null where other text would give the same bytes. */
function decode(text: string): Buffer | null {
	const bytes = Buffer.from(text, 'base64url');
	return bytes.toString('base64url') === text ? bytes : null;
}

function readJson(bytes: Buffer | null): Record<string, unknown> {
	try {
		return objectAt(JSON.parse(bytes?.toString('utf8') ?? ''));
	} catch {
		return {};
	}
}

function isSignedBy(key: JsonWebKey, signed: string, signature: Buffer): boolean {
	// Node would take a key of another kind, and another algorithm with it.
	if (key.kty !== 'RSA') return false;
	try {
		return verify('RSA-SHA256', Buffer.from(signed), createPublicKey({ key, format: 'jwk' }), signature);
	} catch {
		// A key that can't be read proves nothing.
		return false;
	}
}

/** A time in Unix seconds that isn't there, or is no number, is never right. */
function isBetween(value: unknown, from: number, to: number): boolean {
	return typeof value === 'number' && value >= from && value <= to;
}

/**
 * Whether a text is a JSON Web Token (RFC 7519) of the scheme's issuer, signed with RS256 by one of the keys,
 * and in time. Never throws. For whom it was made (`aud`) isn't looked at: proxies before n8n change addresses.
 *
 * @param nowSeconds Unix time.
 */
export function isGenuineToken(
	{ issuers, toleranceSeconds }: Extract<CallbackScheme, { kind: 'jwt' }>,
	token: string,
	keys: readonly JsonWebKey[],
	nowSeconds: number,
): boolean {
	const [head = '', body = '', text = '', ...more] = token.split('.');
	const signature = decode(text);
	const { alg, kid } = readJson(decode(head));
	if (signature === null || alg !== 'RS256' || more.length > 0) return false;
	const fitting = kid === undefined ? keys : keys.filter((key) => key.kid === kid);
	if (!fitting.some((key) => isSignedBy(key, `${head}.${body}`, signature))) return false;
	const { iss, exp, iat } = readJson(decode(body));
	return (
		issuers.includes(readText(iss) ?? '') &&
		isBetween(exp, nowSeconds - toleranceSeconds, Infinity) &&
		(iat === undefined || isBetween(iat, 0, nowSeconds + toleranceSeconds))
	);
}
