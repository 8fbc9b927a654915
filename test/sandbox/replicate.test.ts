import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from './checks';
import type { Sandbox } from './index';
import { openForTests } from './openForTests';
import type { Receiver } from './receiver';
import { replicateModels } from './replicateModels';

const picture = readFileSync(join(__dirname, 'media/1280x720.jpg'));
let sandbox: Sandbox;
let receiver: Receiver;
openForTests((opened) => ({ sandbox, receiver } = opened));

async function call(path: string, init: RequestInit = {}, key = sandbox.apiKeys.replicate) {
	const headers = new Headers(init.headers);
	headers.set('authorization', `Bearer ${key}`);
	const response = await fetch(sandbox.baseUrls.replicate + path, { ...init, headers });
	const content = await response.text();
	const body: Record<string, unknown> = content && /json/.test(response.headers.get('content-type') ?? '') ? Object(JSON.parse(content)) : {};
	return { status: response.status, body };
}

async function create(path: string, body: unknown, headers: Record<string, string> = {}) {
	return await call(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
}

const veo = '/models/google/veo-3.1/predictions';
const input = { prompt: 'a cat', duration: 4, resolution: '720p', aspect_ratio: '9:16' };

describe('creates', () => {
	it('an official model by its path, another by its version', async () => {
		const official = await create(veo, { input });
		expect(official).toMatchObject({ status: 201, body: { id: sandbox.jobs[0]?.id, model: 'google/veo-3.1', version: 'hidden', status: 'starting', input, output: null, error: null, data_removed: false } });
		const ltx = replicateModels['lightricks/ltx-video'];
		expect((await create('/models/lightricks/ltx-video/predictions', { input: { prompt: 'a' } })).status).toBe(404);
		expect(await create('/predictions', { version: ltx?.version.id, input: { prompt: 'a', length: 97 } })).toMatchObject({ status: 201, body: { version: ltx?.version.id } });
		expect((await create('/predictions', { version: 'google/veo-3.1', input })).status).toBe(201);
		expect((await create('/predictions', { version: `lightricks/ltx-video:${ltx?.version.id}`, input: { prompt: 'a' } })).status).toBe(201);
		expect(await create('/predictions', { version: 'lightricks/ltx-video', input: { prompt: 'a' } })).toMatchObject({ status: 422, body: { title: 'Invalid version or not permitted' } });
		expect(sandbox.leaks).toEqual([]);
	});

	it.each([
		['no input', {}, 'required', '', 'input is required'],
		['a typo', { inptu: input, input }, 'additional_property_not_allowed', '', 'Additional property inptu is not allowed'],
		['a foreign field', { input: { ...input, size: '1280x720' } }, 'additional_property_not_allowed', 'input', 'Additional property size is not allowed'],
		['a foreign value', { input: { ...input, resolution: '4k' } }, 'enum', 'input.resolution', 'resolution must be one of the following: "720p", "1080p"'],
		['a text for a number', { input: { ...input, seed: '7' } }, 'invalid_type', 'input.seed', 'Invalid type. Expected: integer, given: string'],
		['a link that is none', { input: { ...input, image: 'cat.png' } }, 'format', 'input.image', "Does not match format 'uri'"],
		['an event that is none', { input, webhook_events_filter: ['end'] }, 'enum', 'webhook_events_filter.0', '0 must be one of the following: "start", "output", "logs", "completed"'],
		['a webhook without TLS', { input, webhook: 'http://hooks.example.net/' }, 'format', 'webhook', 'webhook only supports the HTTPS protocol'],
	])('refuses %s', async (_name, body, type, field, description) => {
		const { status, body: told } = await create(veo, body);
		expect(status).toBe(422);
		expect(told).toMatchObject({ status: 422, title: 'Input validation failed', invalid_fields: [{ type, field, description }] });
		expect(told.detail).toBe(`- ${field ? `${field}: ` : ''}${description}\n`);
		expect(sandbox.jobs).toEqual([]);
	});

	it.each(Object.keys(replicateModels))('%s', async (model) => {
		const { version: { id: version = '' } = {}, isOfficial, input: schema } = replicateModels[model] ?? {};
		const fields = { prompt: 'a cat', seed: 7, negative_prompt: 'dogs', image: 'https://example.com/a.jpg' };
		const taken = Object.fromEntries(Object.entries(fields).filter(([name]) => name in (schema?.properties ?? {})));
		expect(await create('/predictions', { version, input: taken })).toMatchObject({ status: 201, body: { model, version: isOfficial ? 'hidden' : version, input: taken } });
	});

	it('tells bounds', async () => {
		const path = '/models/xai/grok-imagine-video/predictions';
		expect(await create(path, { input: { duration: 16 } })).toMatchObject({ status: 422, body: { detail: '- input.duration: Must be less than or equal to 15\n', invalid_fields: [{ type: 'number_lte' }] } });
		expect(await create(path, { input: { duration: 0 } })).toMatchObject({ status: 422, body: { invalid_fields: [{ type: 'number_gte', description: 'Must be greater than or equal to 1' }] } });
		expect((await create('/models/minimax/video-01/predictions', { input: {} })).body).toMatchObject({ detail: '- input: prompt is required\n' });
	});

	it('waits where it is asked to, for as long', async () => {
		sandbox.clock.speed = 1000;
		expect(await create(veo, { input }, { prefer: 'wait' })).toMatchObject({ status: 201, body: { status: 'succeeded', output: expect.stringMatching(/\.mp4$/) } });
		expect(await create(veo, { input: { prompt: '[sandbox slow]' } }, { prefer: 'wait=5' })).toMatchObject({ status: 202, body: { output: null } });
		expect((await create(veo, { input }, { prefer: 'wait=61' })).status).toBe(422);
		expect((await create(veo, { input }, { 'cancel-after': '4s' })).status).toBe(422);
	});
});

it('refuses as Replicate does', async () => {
	expect(await call('/account', {}, 'wrong')).toEqual({ status: 401, body: { title: 'Unauthenticated', detail: 'Invalid or expired API token.', status: 401 } });
	const nobody = await fetch(`${sandbox.baseUrls.replicate}/account`);
	expect(await nobody.json()).toEqual({ title: 'Unauthenticated', detail: 'You did not pass an authentication token', status: 401 });
	expect(await call('/account')).toMatchObject({ status: 200, body: { type: 'user', username: 'sandbox' } });
	const throttled = await create(veo, { input: { prompt: '[sandbox create=429]' } });
	expect(throttled).toEqual({ status: 429, body: { detail: 'Request was throttled. Your rate limit resets in ~30s.' } });
	expect(await create(veo, { input: { prompt: '[sandbox create=403credits]' } })).toMatchObject({ status: 402, body: { title: 'Insufficient credit' } });
	expect(await call('/predictions/nobody')).toEqual({ status: 404, body: { detail: 'The requested resource could not be found.', status: 404 } });
	expect(sandbox.creates.map(({ jobId }) => jobId)).toEqual([null, null]);
});

async function made(prompt = 'a cat', headers: Record<string, string> = {}, more: object = {}) {
	const { body } = await create(veo, { input: { prompt }, ...more }, headers);
	return { id: String(body.id), get: async () => (await call(`/predictions/${String(body.id)}`)).body };
}

it('goes through its states, and forgets after an hour', async () => {
	const { get } = await made();
	const seen = [(await get()).status];
	sandbox.clock.advance(30_000);
	seen.push((await get()).status);
	sandbox.clock.advance(30_000);
	const done = await get();
	expect([...seen, done.status]).toEqual(['starting', 'processing', 'succeeded']);
	expect(done).toMatchObject({ output: expect.stringContaining('/cdn/videos/'), metrics: { predict_time: 54, total_time: 60 }, data_removed: false });
	expect((await fetch(String(done.output))).status).toBe(200);
	sandbox.clock.advance(3_600_001);
	expect(await get()).toMatchObject({ status: 'succeeded', output: null, input: {}, data_removed: true });
	expect((await fetch(String(done.output))).status).toBe(403);
});

it('gives a list where the model does', async () => {
	await create('/predictions', { version: replicateModels['lightricks/ltx-video']?.version.id, input: { prompt: 'a' } });
	sandbox.clock.advance(60_000);
	expect((await call(`/predictions/${sandbox.jobs[0]?.id}`)).body.output).toEqual([expect.stringMatching(/\.mp4$/)]);
});

it.each([['moderation', 'failed', expect.stringContaining('sensitive')], ['internal', 'failed', expect.any(String)], ['cancelled', 'canceled', null], ['aborted', 'aborted', null]])('fails: %s', async (fail, status, error) => {
	const { get } = await made(`[sandbox fail=${fail}]`);
	sandbox.clock.advance(60_000);
	expect(await get()).toMatchObject({ status, error, output: null });
});

it('cancels what runs, and leaves what has ended', async () => {
	const first = await made();
	sandbox.clock.advance(10_000);
	expect(await call(`/predictions/${first.id}/cancel`, { method: 'POST' })).toMatchObject({ status: 200, body: { id: first.id, status: 'canceled', output: null } });
	sandbox.clock.advance(60_000);
	expect((await first.get()).status).toBe('canceled');
	const second = await made();
	sandbox.clock.advance(60_000);
	expect((await call(`/predictions/${second.id}/cancel`, { method: 'POST' })).body.status).toBe('succeeded');
	expect((await call('/predictions/nobody/cancel', { method: 'POST' })).status).toBe(404);
});

it('cancels by itself at its deadline', async () => {
	const running = await made('a', { 'cancel-after': '30s' });
	const waiting = await made('a [sandbox seconds=1000]', { 'cancel-after': '30' });
	const fast = await made('a [sandbox seconds=20]', { 'cancel-after': '1m30s' });
	sandbox.clock.advance(120_000);
	expect(await running.get()).toMatchObject({ status: 'canceled', deadline: expect.any(String) });
	expect((await waiting.get()).status).toBe('aborted');
	expect((await fast.get()).status).toBe('succeeded');
});

it('tells models as they are listed, searched and asked for', async () => {
	const pages: unknown[] = [];
	for (let next: unknown = `${sandbox.baseUrls.replicate}/models`; typeof next === 'string'; ) {
		const { body } = await call(next.slice(sandbox.baseUrls.replicate.length));
		pages.push(...(Array.isArray(body.results) ? body.results : []));
		next = body.next;
	}
	expect(pages).toHaveLength(17);
	const collection = (await call('/collections/text-to-video')).body.models;
	expect(Array.isArray(collection) && collection.map((model) => isRecord(model) && `${String(model.owner)}/${String(model.name)}`)).toEqual(expect.arrayContaining(['google/veo-3.1', 'bytedance/seedance-2.0']));
	expect((await call('/collections/sculptures')).status).toBe(404);
	const found = await call('/models', { method: 'QUERY', headers: { 'content-type': 'text/plain' }, body: 'hunyuan' });
	expect(found.body.results).toMatchObject([{ owner: 'tencent', name: 'hunyuan-video', is_official: false }]);
	const { body } = await call('/models/google/veo-3.1');
	expect(body).toMatchObject({ is_official: true, latest_version: { id: expect.stringMatching(/^[0-9a-f]{64}$/) } });
	expect(body.latest_version).toMatchObject({
		openapi_schema: {
			components: {
				schemas: {
					Input: { properties: { duration: { allOf: [{ $ref: '#/components/schemas/duration' }], default: 8 } } },
					duration: { type: 'integer', enum: [4, 6, 8] },
					Output: { type: 'string', format: 'uri' },
				},
			},
		},
	});
	sandbox.settings.withdrawnModels = ['google/veo-3.1'];
	expect((await call('/models/google/veo-3.1')).status).toBe(404);
	expect((await create(veo, { input })).status).toBe(404);
});

it('keeps files for an hour, which predictions read', async () => {
	const form = new FormData();
	form.append('content', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'first.jpg');
	const uploaded = await call('/files', { method: 'POST', body: form });
	expect(uploaded).toMatchObject({ status: 201, body: { content_type: 'image/jpeg', size: picture.length, urls: { get: expect.any(String) } } });
	const { urls, id } = uploaded.body;
	const image = isRecord(urls) ? urls.get : undefined;
	await create(veo, { input: { prompt: 'a', image } });
	await create(veo, { input: { prompt: 'b', image: `${String(image)}x` } });
	sandbox.clock.advance(60_000);
	expect(sandbox.jobs.map(({ status }) => status)).toEqual(['completed', 'failed']);
	expect((await call(`/files/${String(id)}`)).status).toBe(200);
	expect((await call(`/files/${String(id)}`, { method: 'DELETE' })).status).toBe(204);
	expect(await call(`/files/${String(id)}`)).toEqual({ status: 404, body: { detail: 'File not found' } });
	const wrong = new FormData();
	wrong.append('file', new Blob(['x']), 'x.txt');
	expect((await call('/files', { method: 'POST', body: wrong })).status).toBe(400);
});

it.each([[undefined, 1], [['completed'], 1], [['start', 'logs'], 0]])('calls back at the end, where it is wished: %j', async (filter, times) => {
	await made('a', {}, { webhook: 'https://hooks.example.net/replicate', ...(filter ? { webhook_events_filter: filter } : {}) });
	await made('b', {}, { webhook: 'https://hooks.example.net/last' });
	sandbox.clock.advance(60_000);
	const received = await receiver.next(times + 1);
	expect(received.filter(({ path }) => path === '/replicate')).toHaveLength(times);
	expect(received.every(({ body }) => body.status === 'succeeded')).toBe(true);
	expect(sandbox.leaks).toEqual([]);
});

it('faults come as they were ordered, and every create is counted', async () => {
	await create(veo, { input: { prompt: 'a [sandbox create=500]' } });
	expect(sandbox.creates).toMatchObject([{ provider: 'replicate', fault: '500', jobId: sandbox.jobs[0]?.id }]);
	const { get } = await made('b [sandbox status=503:1]');
	expect(await get()).toMatchObject({ status: 503 });
	expect(await get()).toMatchObject({ status: 'starting' });
	expect((await create(veo, { input: { prompt: '[sandbox fail=boredom]' } })).status).toBe(422);
});
