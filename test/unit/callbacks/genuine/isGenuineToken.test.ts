import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

import fc from 'fast-check';

import { isGenuine } from '../../../../nodes/SoraVideo/callbacks/genuine/isGenuine';
import type { CallbackScheme } from '../../../../nodes/SoraVideo/providers/Provider';
import { webhookToken, publicKeys as sandboxKeys } from '../../../sandbox/geminiWebhook';

const header = 'webhook-signature';

function schemeOf(issuer: string): CallbackScheme {
	const keys = { method: 'GET', base: 'baseUrl', path: '/.well-known/jwks.json', withoutKey: true } as const;
	return { kind: 'jwt', header, issuers: [issuer], keys, toleranceSeconds: 300 };
}

/** RFC 7515, appendix A.2. */
const published = {
	token:
		'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
	key: {
		kty: 'RSA',
		n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
		e: 'AQAB',
	},
	issuer: 'joe',
	expires: 1300819380,
};

function check(token: unknown, keys: readonly JsonWebKey[], now: number, issuer: string): boolean {
	const callback = { headers: { [header]: token }, body: Buffer.from('{}'), jobId: '' };
	return isGenuine(schemeOf(issuer), { secret: null, publicKeys: keys }, callback, now);
}

const checkPublished = (token: unknown, now = published.expires, issuer = published.issuer) => check(token, [published.key], now, issuer);

describe('the token of RFC 7515', () => {
	it('passes as published', () => {
		expect(checkPublished(published.token)).toBe(true);
	});

	it('fails with any one character changed, added or taken away', () => {
		const { token } = published;
		for (let place = 0; place < token.length; place += 1) {
			const other = token[place] === 'A' ? 'B' : 'A';
			const rest = token.slice(place + 1);
			for (const text of [`${token.slice(0, place)}${other}${rest}`, `${token.slice(0, place)}${rest}`]) {
				expect([place, checkPublished(text)]).toEqual([place, false]);
			}
		}
		for (const text of [`${token}A`, `${token}=`, `${token}.`, `${token}.A`, token.split('.').slice(0, 2).join('.')]) expect(checkPublished(text)).toBe(false);
	});

	it('holds until 300 seconds after it expires', () => {
		expect([0, 300, 301].map((seconds) => checkPublished(published.token, published.expires + seconds))).toEqual([true, true, false]);
	});

	it('fails for another issuer', () => {
		expect(checkPublished(published.token, published.expires, 'jane')).toBe(false);
	});

	it('fails with no key, another key and a key of another kind', () => {
		const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
		const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
		for (const keys of [[], [other], [ed25519], [{}], [{ kty: 'RSA', n: 'x', e: '' }]]) {
			expect(check(published.token, keys, published.expires, published.issuer)).toBe(false);
		}
		expect(check(published.token, [other, published.key], published.expires, published.issuer)).toBe(true);
	});
});

describe('a token of our own', () => {
	const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one' };
	const now = 1_790_000_000;
	const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const claims = { iss: 'https://issuer.example', iat: now, exp: now + 300 };
	const tokenOf = (head: object, body: unknown, signer = (text: string) => sign('RSA-SHA256', Buffer.from(text), privateKey)) => {
		const signed = `${part(head)}.${part(body)}`;
		return `${signed}.${signer(signed).toString('base64url')}`;
	};
	const passes = (token: string, keys: JsonWebKey[] = [jwk]) => check(token, keys, now, claims.iss);
	const head = { alg: 'RS256', kid: 'one' };

	it('passes with the key that it names', () => {
		expect(passes(tokenOf(head, claims))).toBe(true);
		expect(passes(tokenOf({ alg: 'RS256' }, claims))).toBe(true);
		expect(passes(tokenOf({ ...head, kid: 'two' }, claims))).toBe(false);
		expect(passes(tokenOf(head, claims), [{ ...jwk, kid: 'two' }])).toBe(false);
	});

	it('of another algorithm proves nothing, whatever it is signed with', () => {
		const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
		const byPublicKey = (text: string) => createHmac('sha256', pem).update(text).digest();
		for (const alg of ['none', 'None', 'HS256', 'RS384', 'ES256', undefined, 7]) {
			expect([alg, passes(tokenOf({ ...head, alg }, claims))]).toEqual([alg, false]);
			expect([alg, passes(tokenOf({ ...head, alg }, claims, byPublicKey))]).toEqual([alg, false]);
			expect([alg, passes(tokenOf({ ...head, alg }, claims, () => Buffer.alloc(0)))]).toEqual([alg, false]);
		}
	});

	it.each([
		['no end', { ...claims, exp: undefined }],
		['an end in words', { ...claims, exp: String(claims.exp) }],
		['an end that is past', { ...claims, exp: now - 301 }],
		['a beginning that is to come', { ...claims, iat: now + 301 }],
		['a beginning in words', { ...claims, iat: 'now' }],
		['no issuer', { ...claims, iss: undefined }],
		['several issuers', { ...claims, iss: [claims.iss] }],
		['no claims', 7],
		['null', null],
	])('with %s proves nothing', (_name, body) => {
		expect(passes(tokenOf(head, body))).toBe(false);
	});
});

it("the sandbox's tokens pass, whoever they are meant for", () => {
	const now = 1_790_000_000;
	const { keys } = sandboxKeys();
	if (!Array.isArray(keys)) throw new Error('No keys');
	for (const audience of ['https://n8n.example/webhook/1', 'https://elsewhere.example']) {
		expect(check(webhookToken(audience, now), keys, now, 'https://accounts.google.com')).toBe(true);
	}
	expect(check(webhookToken('x', now), keys, now + 601, 'https://accounts.google.com')).toBe(false);
});

it('never throws, whatever comes', () => {
	fc.assert(
		fc.property(fc.anything(), fc.array(fc.string(), { maxLength: 5 }), (value, parts) => {
			expect(checkPublished(value)).toBe(false);
			expect(checkPublished(parts.join('.'))).toBe(false);
			expect(checkPublished([published.token.split('.')[0], ...parts].join('.'))).toBe(false);
		}),
	);
});
