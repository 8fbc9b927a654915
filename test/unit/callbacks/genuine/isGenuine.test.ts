import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

import fc from 'fast-check';

import { isGenuine, isSameText, type SignedCallback, type Trust } from '../../../../nodes/SoraVideo/callbacks/genuine/isGenuine';
import type { CallbackScheme } from '../../../../nodes/SoraVideo/providers/Provider';

const standardWebhooks: CallbackScheme = {
	kind: 'hmac',
	headers: { signature: 'webhook-signature', timestamp: 'webhook-timestamp', id: 'webhook-id' },
	form: 'list',
	version: 'v1',
	parts: ['id', { text: '.' }, 'timestamp', { text: '.' }, 'body'],
	secretPrefix: 'whsec_',
	secretEncoding: 'base64',
	encoding: 'base64',
	toleranceSeconds: 300,
};

interface Vector {
	name: string;
	scheme: CallbackScheme;
	trust: Trust;
	callback: SignedCallback;
	/** Unix seconds. */
	at: number;
	/** The header that holds the signature. */
	signature: string;
	/** The header that holds the time, which Kie signs beside the task's id and not the body. */
	timestamp: string;
	signsBody: boolean;
}

const ed25519Key = (x: string): JsonWebKey => ({ kty: 'OKP', crv: 'Ed25519', x });
const secretOf = (secret: string): Trust => ({ secret, publicKeys: [] });
const bodyB = '{"type":"video.generation.completed","data":{"id":"job-abc123","status":"completed"}}';

/** The first two are published by the projects; the others were made from the documented schemes. */
const vectors: Vector[] = [
	{
		name: 'Standard Webhooks (the specification)',
		scheme: standardWebhooks,
		trust: secretOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
		callback: {
			headers: {
				'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
				'webhook-timestamp': '1614265330',
				'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
			},
			body: Buffer.from('{"test": 2432232314}'),
			jobId: 'any',
		},
		at: 1614265330,
		signature: 'webhook-signature',
		timestamp: 'webhook-timestamp',
		signsBody: true,
	},
	{
		name: 'Standard Webhooks (openai-node)',
		scheme: standardWebhooks,
		trust: secretOf('whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c='),
		callback: {
			headers: {
				'webhook-id': 'wh_685c059ae39c8190af8c71ed1022a24d',
				'webhook-timestamp': '1750861210',
				'webhook-signature': 'v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY=',
			},
			body: Buffer.from(
				'{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}',
			),
			jobId: 'any',
		},
		at: 1750861210,
		signature: 'webhook-signature',
		timestamp: 'webhook-timestamp',
		signsBody: true,
	},
	{
		name: 'OpenRouter',
		scheme: {
			kind: 'hmac',
			headers: { signature: 'x-openrouter-signature' },
			form: 'pairs',
			version: 'v1',
			parts: ['timestamp', { text: ',' }, 'body'],
			secretPrefix: '',
			secretEncoding: 'utf8',
			encoding: 'hex',
			toleranceSeconds: 300,
		},
		trust: secretOf('or_secret'),
		callback: {
			headers: {
				'x-openrouter-signature': 't=1790000000,v1=65cac2ba0898e0885d2f0ed10950c63266e6d6efcee762e542d19e30932e95ef',
			},
			body: Buffer.from(bodyB),
			jobId: 'job-abc123',
		},
		at: 1790000000,
		signature: 'x-openrouter-signature',
		timestamp: 'x-openrouter-signature',
		signsBody: true,
	},
	{
		name: 'WaveSpeed',
		scheme: { ...standardWebhooks, version: 'v3', secretEncoding: 'utf8', encoding: 'hex' },
		trust: secretOf('whsec_0123456789abcdef'),
		callback: {
			headers: {
				'webhook-id': 'evt_1',
				'webhook-timestamp': '1790000000',
				'webhook-signature': 'v3,0fd4808e8939e423bfb9274d40535e9bbe31a1fc1ceccbaad73f071ecd42bc1f',
			},
			body: Buffer.from(bodyB),
			jobId: 'job-abc123',
		},
		at: 1790000000,
		signature: 'webhook-signature',
		timestamp: 'webhook-timestamp',
		signsBody: true,
	},
	{
		name: 'Kie.ai',
		scheme: {
			kind: 'hmac',
			headers: { signature: 'x-webhook-signature', timestamp: 'x-webhook-timestamp' },
			form: 'plain',
			version: '',
			parts: ['jobId', { text: '.' }, 'timestamp'],
			secretPrefix: '',
			secretEncoding: 'utf8',
			encoding: 'base64',
			toleranceSeconds: 300,
		},
		trust: secretOf('kie_key'),
		callback: {
			headers: {
				'x-webhook-timestamp': '1790000000',
				'x-webhook-signature': 'GuQqbATgVNQNA5XQRN1m7OxpkB5p12dY8CsGfL6DPSc=',
			},
			body: Buffer.from('{"data":{"taskId":"task_1234"}}'),
			jobId: 'task_1234',
		},
		at: 1790000000,
		signature: 'x-webhook-signature',
		timestamp: 'x-webhook-timestamp',
		signsBody: false,
	},
	{
		name: 'fal.ai (key 1 of RFC 8032)',
		scheme: {
			kind: 'ed25519',
			headers: {
				signature: 'x-fal-webhook-signature',
				timestamp: 'x-fal-webhook-timestamp',
				id: 'x-fal-webhook-request-id',
				userId: 'x-fal-webhook-user-id',
			},
			parts: ['id', { text: '\n' }, 'userId', { text: '\n' }, 'timestamp', { text: '\n' }, 'bodyHash'],
			keys: { method: 'GET', base: 'filesBaseUrl', path: '/.well-known/jwks.json', withoutKey: true },
			toleranceSeconds: 300,
		},
		trust: { secret: null, publicKeys: [ed25519Key('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')] },
		callback: {
			headers: {
				'x-fal-webhook-request-id': 'req-1',
				'x-fal-webhook-user-id': 'user-1',
				'x-fal-webhook-timestamp': '1790000000',
				'x-fal-webhook-signature':
					'8220cfec8a225ffcd5c20478db59b8eb3dec165bda58720fe72726c82efad8f1c85b15c4f5f5d5537bff56899a20fa19fa4241dcc5658fb744bb03a69c557d0c',
			},
			body: Buffer.from('{"request_id":"req-1","status":"OK","payload":{"video":{"url":"https://v3.fal.media/x.mp4"}}}'),
			jobId: 'req-1',
		},
		at: 1790000000,
		signature: 'x-fal-webhook-signature',
		timestamp: 'x-fal-webhook-timestamp',
		signsBody: true,
	},
];

function withHeader({ callback }: Vector, name: string, value: unknown): SignedCallback {
	return { ...callback, headers: { ...callback.headers, [name]: value } };
}

/** The text with another character at one place. */
function otherAt(text: string, place: number): string {
	const other = text[place] === 'A' ? 'B' : 'A';
	return text.slice(0, place) + other + text.slice(place + 1);
}

describe.each(vectors)('$name', (vector) => {
	const { scheme, trust, callback, at } = vector;
	const check = (changed: SignedCallback, now = at, trusted = trust) => isGenuine(scheme, trusted, changed, now);

	it('passes as published', () => {
		expect(check(callback)).toBe(true);
	});

	it('fails with any one byte of the signature changed', () => {
		const header = String(callback.headers[vector.signature]);
		const from = Math.max(header.lastIndexOf(',') + 1, header.lastIndexOf('=', header.length - 2) + 1);
		const begin = header.includes('v1=') ? header.indexOf('v1=') + 3 : from;
		for (let place = begin; place < header.length; place += 1) {
			expect([place, check(withHeader(vector, vector.signature, otherAt(header, place)))]).toEqual([place, false]);
		}
	});

	it('fails with the signature shortened, lengthened or in capitals', () => {
		const header = String(callback.headers[vector.signature]);
		for (const changed of [header.slice(0, -1), `${header}A`, header.toUpperCase(), '', ' ']) {
			expect([changed, check(withHeader(vector, vector.signature, changed))]).toEqual([changed, false]);
		}
	});

	it('fails with one byte of the body changed, where the body is signed', () => {
		for (let place = 0; place < callback.body.length; place += 1) {
			const body = Buffer.from(callback.body);
			body.writeUInt8((body[place] ?? 0) ^ 1, place);
			expect(check({ ...callback, body })).toBe(!vector.signsBody);
		}
	});

	it('fails with any header changed or missing', () => {
		for (const name of Object.keys(callback.headers)) {
			const value = String(callback.headers[name]);
			for (const changed of [undefined, '', ['x'], 7, otherAt(value, 0)]) {
				expect([name, changed, check(withHeader(vector, name, changed))]).toEqual([name, changed, false]);
			}
		}
	});

	it('holds for 300 seconds, before and after', () => {
		expect([at - 301, at - 300, at + 300, at + 301].map((now) => check(callback, now))).toEqual([false, true, true, false]);
	});

	it('fails without the secret or key, and with another', () => {
		for (const trusted of [
			{ secret: null, publicKeys: [] },
			{ secret: '', publicKeys: [ed25519Key('')] },
			{ secret: 'whsec_b3RoZXI=', publicKeys: [{}, ...['AAAA', '3rTAPFuoIZV3u42fuydmuTPiHDd55K6V2JVV4pRDf0U'].map(ed25519Key)] },
		]) {
			expect(check(callback, at, trusted)).toBe(false);
		}
	});

	it('never throws, whatever comes', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.anything()), fc.uint8Array(), fc.string(), fc.anything(), (headers, bytes, jobId, value) => {
				const names = Object.fromEntries(Object.keys(callback.headers).map((name) => [name, value]));
				const forged = { headers: { ...headers, ...names }, body: Buffer.from(bytes), jobId };
				expect(check(forged)).toBe(false);
			}),
		);
	});
});

describe('Standard Webhooks', () => {
	const [vector] = vectors;
	if (!vector) throw new Error('No vector');
	const header = String(vector.callback.headers['webhook-signature']);
	const check = (value: string) => isGenuine(vector.scheme, vector.trust, withHeader(vector, 'webhook-signature', value), vector.at);

	it('takes any signature of several, as while a secret is being changed', () => {
		expect(check(`v1,AAAA v1a,BBBB ${header}`)).toBe(true);
		expect(check('v1,AAAA v1a,BBBB')).toBe(false);
	});

	it('takes only its own version', () => {
		expect(check(header.replace('v1,', 'v2,'))).toBe(false);
		expect(check(header.replace('v1,', ''))).toBe(false);
	});

	it('takes a secret without prefix as it is written', () => {
		const scheme = { ...standardWebhooks };
		const trust = secretOf('plain secret');
		const callback = {
			headers: {
				'webhook-id': 'a',
				'webhook-timestamp': '100',
				// openssl dgst -sha256 -hmac 'plain secret' -binary | base64, of "a.100.{}"
				'webhook-signature': 'v1,oTnLI7/A1mgfQmzWB7yk7eAhXWU8yXBqgni9MOh+luA=',
			},
			body: Buffer.from('{}'),
			jobId: '',
		};
		expect(isGenuine(scheme, trust, callback, 100)).toBe(true);
	});

	it.each(['whsec_', 'whsec_****************', 'whsec_••••••••', 'whsec_c2V…'])('trusts nothing by the secret %s, whose key could be guessed', (secret) => {
		const body = Buffer.from('{}');
		const guessed = Buffer.from(secret.slice('whsec_'.length), 'base64');
		const signature = createHmac('sha256', guessed).update('a.100.{}').digest('base64');
		const headers = { 'webhook-id': 'a', 'webhook-timestamp': '100', 'webhook-signature': `v1,${signature}` };
		expect(isGenuine(standardWebhooks, secretOf(secret), { headers, body, jobId: '' }, 100)).toBe(false);
	});
});

describe('Ed25519', () => {
	it('tries every published key', () => {
		const vector = vectors.find(({ scheme }) => scheme.kind === 'ed25519');
		if (!vector) throw new Error('No vector');
		const { publicKey, privateKey } = generateKeyPairSync('ed25519');
		const key = publicKey.export({ format: 'jwk' });
		const body = Buffer.from('{}');
		const message = `req-1\nuser-1\n1790000000\n${createHash('sha256').update(body).digest('hex')}`;
		const signature = sign(null, Buffer.from(message), privateKey).toString('hex');
		const callback = { ...withHeader(vector, 'x-fal-webhook-signature', signature), body };
		const check = (publicKeys: JsonWebKey[]) => isGenuine(vector.scheme, { secret: null, publicKeys }, callback, vector.at);
		expect(check([...vector.trust.publicKeys, ed25519Key('no key'), key])).toBe(true);
		expect(check([...vector.trust.publicKeys])).toBe(false);
	});
});

describe('a shared secret', () => {
	const scheme: CallbackScheme = { kind: 'sharedSecret', header: 'x-webhook-secret' };
	const check = (sent: unknown, secret: string | null) =>
		isGenuine(scheme, { secret, publicKeys: [] }, { headers: { 'x-webhook-secret': sent }, body: Buffer.alloc(0), jobId: '' }, 0);

	it('must be the same', () => {
		expect(check('s3cret', 's3cret')).toBe(true);
		for (const sent of ['s3cres', 's3cret1', '', undefined, ['s3cret']]) expect(check(sent, 's3cret')).toBe(false);
	});

	it('is required', () => {
		expect(check('', null)).toBe(false);
		expect(check(undefined, null)).toBe(false);
	});
});

it('isSameText is equality', () => {
	fc.assert(fc.property(fc.string(), fc.string(), (one, other) => isSameText(one, other) === (one === other) && isSameText(one, one)));
});
