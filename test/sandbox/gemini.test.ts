import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from './checks';
import type { Sandbox } from './index';
import { openForTests } from './openForTests';
import type { Receiver } from './receiver';
import { readMp4 } from './testClient';

const picture = readFileSync(join(__dirname, 'media/1280x720.jpg')).toString('base64');
let sandbox: Sandbox;
let receiver: Receiver;
openForTests((opened) => ({ sandbox, receiver } = opened));

async function call(path: string, init: RequestInit = {}, key: string | null = sandbox.apiKeys.gemini) {
	const headers = new Headers(init.headers);
	if (key !== null) headers.set('x-goog-api-key', key);
	const response = await fetch(sandbox.baseUrls.gemini + path, { ...init, headers });
	const content = Buffer.from(await response.arrayBuffer());
	const isJson = /json/.test(response.headers.get('content-type') ?? '');
	const body: Record<string, unknown> = isJson && content.length > 0 ? Object(JSON.parse(content.toString('utf8'))) : {};
	return { status: response.status, body, content };
}

async function create(body: unknown) {
	return await call('/v1beta/interactions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

const model = 'gemini-omni-1.2-flash';
const format = (more: object = {}) => ({ type: 'video', delivery: 'uri', aspect_ratio: '16:9', duration: '8s', resolution: '720p', ...more });
const omni = (more: object = {}) => ({ model, input: 'a cat', background: true, response_format: format(), ...more });
const image = { type: 'image', data: picture, mime_type: 'image/jpeg' };
const task = (name: string) => ({ generation_config: { video_config: { task: name } } });

async function made(more: object = {}) {
	const { body } = await create(omni(more));
	const id = String(body.id);
	return { id, get: async () => (await call(`/v1beta/interactions/${id}`)).body };
}

function videoIn({ steps }: Record<string, unknown>): Record<string, unknown> {
	const found: unknown[] = (Array.isArray(steps) ? steps : []).flatMap((step: unknown) => (isRecord(step) && Array.isArray(step.content) ? step.content : []));
	return Object(found.find((content) => isRecord(content) && content.type === 'video'));
}

function pathOf(uri: unknown): string {
	return String(uri).replace(sandbox.baseUrls.gemini, '');
}

it('makes a video, whose file only the key may read', async () => {
	const { id, get } = await made();
	const seen = [(await get()).status];
	sandbox.clock.advance(30_000);
	seen.push((await get()).status);
	sandbox.clock.advance(30_000);
	const done = await get();
	expect([...seen, done.status]).toEqual(['queued', 'in_progress', 'completed']);
	expect(done).toMatchObject({ id, model, usage: { output_tokens_by_modality: [{ modality: 'video', tokens: 5_792 * 8 }] } });
	expect(done.output_video).toBeUndefined();
	const { uri, data } = videoIn(done);
	expect(data).toBeUndefined();
	expect(String(uri)).toMatch(/\/v1beta\/files\/\w+:download\?alt=media$/);
	expect(await call(pathOf(uri), {}, null)).toMatchObject({ status: 403, body: { error: { status: 'PERMISSION_DENIED' } } });
	const file = await call(pathOf(uri));
	expect(file.status).toBe(200);
	expect((await readMp4(new Uint8Array(file.content).buffer)).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	expect((await call(pathOf(uri).replace('?alt=media', ''))).status).toBe(400);
	const name = /files\/\w+/.exec(String(uri))?.[0];
	expect((await call(`/v1beta/${name}`)).body).toMatchObject({ name, state: 'ACTIVE', mimeType: 'video/mp4' });
	sandbox.clock.advance(48 * 3_600_000 + 1);
	expect((await call(pathOf(uri))).status).toBe(403);
	expect(sandbox.leaks).toEqual([]);
});

it('gives the bytes themselves where it may, and keeps the request open without background', async () => {
	sandbox.clock.speed = 1000;
	const { status, body } = await create({ model, input: 'a cat', response_format: { type: 'video', duration: '4s' } });
	expect([status, body.status]).toEqual([200, 'completed']);
	const { data } = videoIn(body);
	expect((await readMp4(new Uint8Array(Buffer.from(String(data), 'base64')).buffer)).videoTracks).toHaveLength(1);
	const given = async (videoBytes: number) => {
		sandbox.settings.videoBytes = videoBytes;
		return Object.keys(videoIn((await create({ model, input: 'a cat' })).body));
	};
	expect([await given(3_000_000), await given(5_000_000)]).toEqual([['type', 'mime_type', 'data'], ['type', 'mime_type', 'uri']]);
});

describe('takes what Omni takes', () => {
	it.each<[string, object]>([
		['text alone', { input: 'a cat', response_format: undefined }],
		['a first frame', { input: [image, { type: 'text', text: 'a cat' }], ...task('image_to_video') }],
		['first and last frame', { input: [image, image, { type: 'text', text: 'a cat' }], ...task('image_to_video'), response_format: format({ duration: '10s' }) }],
		['six references', { input: [...Array.from({ length: 6 }, () => image), { type: 'text', text: 'a cat' }], ...task('reference_to_video') }],
		['a video to edit', { input: [{ type: 'video', data: 'AAAA', mime_type: 'video/mp4' }, { type: 'text', text: 'as a dog' }], ...task('edit') }],
		['a list of formats', { response_format: [format({ resolution: '4k', aspect_ratio: '9:16' })] }],
		['a part alone', { input: { type: 'text', text: 'a cat' } }],
		['15 seconds', { response_format: format({ duration: '15s' }) }],
	])('%s', async (_name, more) => {
		const { status, body } = await create(omni(more));
		expect([status, body.status]).toEqual([200, 'queued']);
		expect(sandbox.jobs).toHaveLength(1);
	});
});

describe('refuses what it does not take', () => {
	const of = (count: number) => [...Array.from({ length: count }, () => image), { type: 'text', text: 'a' }];
	it.each<[string, object, string]>([
		['a number of seconds', { response_format: format({ duration: 8 }) }, "Invalid value for 'response_format.duration': expected string, got number."],
		['seconds without their unit', { response_format: format({ duration: '8' }) }, "Invalid value for 'response_format.duration'"],
		['too long', { response_format: format({ duration: '16s' }) }, 'Invalid duration 16s: 3s to 15s are supported.'],
		['too long for the older model', { model: 'gemini-omni-1.1-flash', response_format: format({ duration: '15s' }) }, 'Invalid duration 15s: 3s to 10s'],
		['too long between frames', { input: of(2), ...task('image_to_video'), response_format: format({ duration: '12s' }) }, '3s to 10s'],
		['a foreign ratio', { response_format: format({ aspect_ratio: '1:1' }) }, "Invalid value for 'response_format.aspect_ratio'"],
		['a foreign field', { negative_prompt: 'dogs' }, "Unknown parameter 'negative_prompt'."],
		['a foreign field of the format', { response_format: format({ seed: 1 }) }, "Unknown parameter 'response_format.seed'."],
		['seven references', { input: of(7), ...task('reference_to_video') }, 'At most 6 images are supported, got 7.'],
		['three frames', { input: of(3), ...task('image_to_video') }, 'The task image_to_video takes one image'],
		['an edit of nothing', task('edit'), 'The task edit needs a video.'],
		['a part of no kind', { input: [{ type: 'smell' }] }, "Invalid value for 'input[0].type'"],
		['a picture that is none', { input: [{ ...image, data: 'AAAA' }] }, 'Unable to process input image.'],
		['a video of the web', { input: [{ type: 'video', uri: 'https://example.com/a.mp4' }] }, 'Invalid or unsupported file uri'],
		['a webhook without background', { background: false, webhook_config: { uris: ['https://hooks.example.net/'] } }, 'webhook_config requires background=true.'],
		['a webhook without TLS', { webhook_config: { uris: ['http://hooks.example.net/'] } }, 'webhook_config.uris only supports the HTTPS protocol'],
		['background without store', { store: false }, 'background=true requires store=true.'],
		['a stranger to go on from', { previous_interaction_id: 'v1_none' }, 'Invalid interaction name: interactions/v1_none'],
	])('%s', async (_name, more, message) => {
		const { status, body } = await create(omni(more));
		expect({ status, body }).toEqual({ status: 400, body: { error: { code: 'invalid_request', message: expect.stringContaining(message) } } });
		expect(sandbox.jobs).toEqual([]);
	});

	it.each(['veo-3.1-generate-preview', 'gemini-omni-flash-preview'])('%s, which is no more', async (gone) => {
		expect(await create(omni({ model: gone }))).toMatchObject({ status: 404, body: { error: { code: 404, status: 'NOT_FOUND', message: expect.stringContaining('is no longer available') } } });
		const way = await call(`/v1beta/models/${gone}:predictLongRunning`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"instances":[{"prompt":"a"}]}' });
		expect(way).toMatchObject({ status: 404, body: { error: { message: expect.stringContaining(`${gone} is no longer available`) } } });
	});

	it('the ways of other models', async () => {
		const answer = await call(`/v1beta/models/${model}:generateContent`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
		expect(answer).toMatchObject({ status: 400, body: { error: { message: 'This model only supports Interactions API.', status: 'INVALID_ARGUMENT' } } });
		expect((await create(omni({ model: 'gemini-omni-9-flash' }))).status).toBe(404);
	});

	it('a wrong key, no key, two keys', async () => {
		const invalid = { error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } };
		expect(await call('/v1beta/models?pageSize=1', {}, 'wrong')).toMatchObject({ status: 400, body: invalid });
		expect(await call('/v1beta/models?pageSize=1', {}, null)).toMatchObject({ status: 403, body: { error: { status: 'PERMISSION_DENIED' } } });
		const two = await call('/v1beta/models', { headers: { authorization: 'Bearer x' } });
		expect(two).toMatchObject({ status: 400, body: { error: { message: 'Multiple authentication credentials received. Please pass only one.' } } });
		expect((await call('/v1beta/interactions/v1_none')).body).toMatchObject({ error: { message: 'Invalid interaction name: interactions/v1_none' } });
	});
});

it('lists models page by page', async () => {
	const names: unknown[] = [];
	for (let token: unknown = '0'; typeof token === 'string'; ) {
		const { body } = await call(`/v1beta/models?pageSize=2&pageToken=${token}`);
		names.push(...(Array.isArray(body.models) ? body.models : []).map((each: unknown) => (isRecord(each) ? each.name : each)));
		token = body.nextPageToken;
	}
	expect(names).toEqual(['models/gemini-3.8-flash', 'models/gemini-3.1-flash-image', 'models/gemini-embedding-2', 'models/gemini-omni-1.1-flash', 'models/gemini-omni-1.2-flash']);
});

it.each([
	['moderation', 'completed', { steps: [{ type: 'model_output', content: [{ type: 'text' }] }], usage: { output_tokens_by_modality: [{ modality: 'text' }] } }],
	['internal', 'failed', { errors: [{ code: 'internal', message: expect.any(String) }] }],
	['incomplete', 'incomplete', {}],
	['budget', 'budget_exceeded', {}],
	['cancelled', 'cancelled', {}],
])('ends without a video: %s', async (fail, status, more) => {
	const { get } = await made({ input: `[sandbox fail=${fail}]` });
	sandbox.clock.advance(60_000);
	const told = await get();
	expect(told).toMatchObject({ status, ...more });
	expect(videoIn(told)).toEqual({});
});

it('cancels what runs, deletes, and goes on from what is done', async () => {
	const first = await made();
	expect(await call(`/v1beta/interactions/${first.id}/cancel`, { method: 'POST' })).toMatchObject({ status: 200, body: { status: 'cancelled' } });
	expect((await call(`/v1beta/interactions/${first.id}/cancel`, { method: 'POST' })).status).toBe(400);
	expect((await create(omni({ previous_interaction_id: first.id }))).status).toBe(400);
	const second = await made();
	sandbox.clock.advance(60_000);
	const longer = (seconds: number, id = second.id) => create(omni({ input: 'and on', previous_interaction_id: id, ...task('extend'), response_format: format({ duration: `${seconds}s` }) }));
	expect((await longer(11)).body).toMatchObject({ error: { message: 'Invalid duration 11s: 3s to 10s are supported.' } });
	const third = String((await longer(10)).body.id);
	sandbox.clock.advance(60_000);
	expect(sandbox.jobs.at(-1)).toMatchObject({ id: third, duration: 18, status: 'completed' });
	const fourth = String((await longer(10, third)).body.id);
	sandbox.clock.advance(60_000);
	expect((await longer(3, fourth)).body).toMatchObject({ error: { message: "A video can't be extended beyond 30s." } });
	expect(await call(`/v1beta/interactions/${second.id}`, { method: 'DELETE' })).toMatchObject({ status: 200, body: {} });
	expect((await call(`/v1beta/interactions/${second.id}`)).status).toBe(400);
});

it('faults come as they were ordered, and every create is counted', async () => {
	expect(await create(omni({ input: '[sandbox create=429]' }))).toMatchObject({ status: 429, body: { error: { status: 'RESOURCE_EXHAUSTED', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }] } } });
	expect(await create(omni({ input: '[sandbox create=403credits]' }))).toMatchObject({ status: 429, body: { error: { message: expect.stringContaining('prepayment credits are depleted') } } });
	expect((await create(omni({ input: '[sandbox create=500]' }))).status).toBe(500);
	expect(sandbox.creates.map(({ fault, jobId }) => [fault, jobId !== null])).toEqual([['429', false], ['403credits', false], ['500', true]]);
	const { get } = await made({ input: 'a [sandbox status=503:1 download=404:1 seconds=1]' });
	sandbox.clock.advance(1_000);
	expect(await get()).toMatchObject({ error: { status: 'UNAVAILABLE' } });
	const { uri } = videoIn(await get());
	expect([(await call(pathOf(uri))).status, (await call(pathOf(uri))).status]).toEqual([404, 200]);
});

const decoded = (text: string | undefined): Record<string, unknown> => Object(JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')));

it.each([['completed', 'a cat'], ['failed', '[sandbox fail=internal]']])('calls back with a token that its public key proves: %s', async (status, prompt) => {
	const url = 'https://hooks.example.net/gemini?x=1';
	const { id } = await made({ input: prompt, webhook_config: { uris: [url], user_metadata: { run: 7 } } });
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	expect(callback?.body).toMatchObject({ type: `interaction.${status}`, version: 'v1', data: { id } });
	const [head, claims, signature = ''] = String(callback?.headers['webhook-signature']).split('.');
	const { kid, alg } = decoded(head);
	expect(alg).toBe('RS256');
	expect(decoded(claims)).toMatchObject({ aud: url, exp: expect.any(Number) });
	const { keys } = (await call('/.well-known/jwks.json', {}, null)).body;
	const jwk: JsonWebKey = Object((Array.isArray(keys) ? keys : []).find((each: unknown) => isRecord(each) && each.kid === kid));
	const proves = (text: string) => verify('RSA-SHA256', Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url'));
	expect(proves(`${head}.${claims}`)).toBe(true);
	expect(proves(`${head}.${claims}x`)).toBe(false);
	expect(callback?.headers).toMatchObject({ 'webhook-id': expect.stringMatching(/^msg_/), 'webhook-timestamp': expect.stringMatching(/^\d+$/) });
	expect(sandbox.leaks).toEqual([]);
});

it('has no event for a budget that was used up', async () => {
	await made({ input: '[sandbox fail=budget]', webhook_config: { uris: ['https://hooks.example.net/first'] } });
	await made({ webhook_config: { uris: ['https://hooks.example.net/second'] } });
	sandbox.clock.advance(60_000);
	expect((await receiver.next()).map(({ path }) => path)).toEqual(['/second']);
});

it('a key in the wrong place is seen', async () => {
	await call(`/v1beta/models?key=${sandbox.apiKeys.gemini}`);
	await fetch(`${sandbox.url}/cdn/nothing.mp4`, { headers: { 'x-goog-api-key': sandbox.apiKeys.gemini } });
	await fetch(`${sandbox.baseUrls.openAi}/models`, { headers: { 'x-goog-api-key': sandbox.apiKeys.gemini, authorization: `Bearer ${sandbox.apiKeys.openAi}` } });
	expect(sandbox.leaks.map((leak) => leak.split(' of ')[0])).toEqual(['gemini key in the URL', 'gemini key in the x-goog-api-key header', 'gemini key in the x-goog-api-key header']);
});
