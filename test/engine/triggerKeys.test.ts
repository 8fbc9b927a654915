import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';

import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { findProvider } from '../../nodes/SoraVideo/providers';
import type { CallbackScheme } from '../../nodes/SoraVideo/providers/Provider';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { callTrigger } from './harness';
import { credentialTypes } from './setup';
import { startTinyServer, type TinyReply, type TinyServer } from './tinyServer';

// What signatures are compared with, where the provider gives it: read with the key or without, kept, and
// read anew once it no longer fits. At a provider that is given such a scheme for a test.

const { callbacks } = findProvider('openRouter') ?? {};
if (!callbacks) throw new Error('No callbacks');
const plain = callbacks.scheme;
const key = 'sk-secret-0123456789abcdef';
const body = '{"type":"video.generation.completed","data":{"id":"job-1","status":"completed"}}';

let server: TinyServer;
let published: TinyReply;
let now = 0;
beforeAll(async () => {
	server = await startTinyServer(({ url }) =>
		url === '/published' ? published : { body: { id: url.split('/').at(-1), status: 'completed', unsigned_urls: ['https://media.example/sea.mp4'] } },
	);
});
beforeEach(() => {
	now = Date.UTC(2026, 10, 26);
	for (const clock of [Date, performance]) jest.spyOn(clock, 'now').mockImplementation(() => now);
	server.calls.length = 0;
	forgetAll();
});
afterEach(() => {
	jest.restoreAllMocks();
	callbacks.scheme = plain;
});
afterAll(async () => await server.close());

async function receive(signature: string): Promise<number> {
	const { http } = await callTrigger({
		trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'openRouter' } },
		credentials: { soraVideoOpenRouterApi: { apiKey: key, baseUrl: server.url, webhookSecret: '' } },
		credentialTypes,
		call: {
			body: Buffer.from(body),
			headers: { 'content-type': 'application/json', 'x-signature': signature, 'x-timestamp': String(Math.floor(now / 1000)) },
		},
	});
	return http.status ?? 0;
}

const reads = () => server.calls.filter(({ url }) => url === '/published');
const timestamp = () => String(Math.floor(now / 1000));

interface Way {
	name: string;
	scheme: CallbackScheme;
	/** A signer, and what the provider publishes of it. */
	make(): { reply: TinyReply; sign(): string };
	authorization: string | undefined;
}

const headers = { signature: 'x-signature', timestamp: 'x-timestamp' };
const page = { method: 'GET', base: 'baseUrl', path: '/published', withoutKey: true } as const;
let secrets = 0;

const ways: Way[] = [
	{
		name: 'a secret that the key gets',
		scheme: {
			kind: 'hmac',
			headers,
			form: 'plain',
			version: '',
			parts: ['timestamp', 'body'],
			secretPrefix: '',
			secretEncoding: 'utf8',
			encoding: 'hex',
			secretFrom: {
				request: { method: 'GET', base: 'baseUrl', path: '/published' },
				read: (answer) => (typeof answer === 'object' && answer !== null && 'key' in answer ? String(answer.key) : null),
			},
			toleranceSeconds: 300,
		},
		make() {
			const secret = `secret-${(secrets += 1)}`;
			return { reply: { body: { key: secret } }, sign: () => createHmac('sha256', secret).update(`${timestamp()}${body}`).digest('hex') };
		},
		authorization: `Bearer ${key}`,
	},
	{
		name: 'published Ed25519 keys',
		scheme: { kind: 'ed25519', headers, parts: ['timestamp', 'bodyHash'], keys: page, toleranceSeconds: 300 },
		make() {
			const { publicKey, privateKey } = generateKeyPairSync('ed25519');
			const hash = createHash('sha256').update(body).digest('hex');
			return {
				reply: { body: { keys: [publicKey.export({ format: 'jwk' })] } },
				sign: () => sign(null, Buffer.from(`${timestamp()}${hash}`), privateKey).toString('hex'),
			};
		},
		authorization: undefined,
	},
	{
		name: 'published keys of JSON Web Tokens',
		scheme: { kind: 'jwt', header: 'x-signature', issuers: ['me'], keys: page, toleranceSeconds: 300 },
		make() {
			const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
			const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
			return {
				reply: { body: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] } },
				sign: () => {
					const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part({ iss: 'me', exp: Number(timestamp()) + 60 })}`;
					return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
				},
			};
		},
		authorization: undefined,
	},
];

describe.each(ways)('$name', ({ scheme, make, authorization }) => {
	beforeEach(() => {
		callbacks.scheme = scheme;
	});

	it('is read once, and with the API key only where it takes one', async () => {
		const signer = make();
		published = signer.reply;
		expect(await receive(signer.sign())).toBe(200);
		expect(await receive(signer.sign())).toBe(200);
		expect(reads().map((call) => call.headers.authorization)).toEqual([authorization]);
		expect(await receive(make().sign())).toBe(401);
		expect(await receive('')).toBe(401);
		expect(reads()).toHaveLength(1);
	});

	it('is read anew once it no longer fits, but not for each call that does not', async () => {
		const [old, fresh] = [make(), make()];
		published = old.reply;
		expect(await receive(old.sign())).toBe(200);
		published = fresh.reply;
		expect(await receive(fresh.sign())).toBe(401);
		now += 61_000;
		expect(await receive(fresh.sign())).toBe(200);
		expect(await receive(old.sign())).toBe(401);
		expect(await receive('')).toBe(401);
		expect(reads()).toHaveLength(2);
	});

	it('stays in use where a call that does not fit has it read anew, and it can\'t be read', async () => {
		const signer = make();
		published = signer.reply;
		expect(await receive(signer.sign())).toBe(200);
		published = { status: 503 };
		now += 61_000;
		expect(await receive(make().sign())).toBe(503);
		expect(await receive(signer.sign())).toBe(200);
		expect(reads()).toHaveLength(2);
	});

	it.each([{ status: 503 }, { body: 'nothing' }, { body: {} }, { status: 302, headers: { location: '/published' } }])(
		'that can\'t be read lets nothing in, and has the provider call again: %j',
		async (reply) => {
			published = reply;
			const signer = make();
			expect(await receive(signer.sign())).toBe(503);
			expect(await receive(signer.sign())).toBe(503);
			expect(reads()).toHaveLength(1);
			published = signer.reply;
			now += 6_000;
			expect(await receive(signer.sign())).toBe(200);
		},
	);
});
