import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from './index';
import { ask, create, createPaths, readMp4, statusOf, validBody, videoUrlIn, type ProviderName } from './testClient';

let sandbox: Sandbox;
const everyone: ProviderName[] = ['aimlApi', 'evoLink', 'vtrix'];
const picture = `data:image/jpeg;base64,${readFileSync(join(__dirname, 'media', '1280x720.jpg')).toString('base64')}`;

beforeAll(async () => {
	sandbox = await startSandbox();
});
afterEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const aiml = (more: object) => ({ model: 'openai/sora-2-pro-t2v', prompt: 'a cat', ...more });
const aimlImage = (more: object) => ({ model: 'openai/sora-2-pro-i2v', prompt: 'a cat', ...more });
const evo = (more: object) => ({ model: 'sora-2-pro-preview', prompt: 'a cat', ...more });
const vtrix = (params: object, model = 'sora_2_pro_t2v') => ({ model, input: [{ params: { prompt: 'a cat', ...params } }] });
const strange = { lens: '35mm' };

describe('takes what the documents allow', () => {
	it.each<[ProviderName, unknown]>([
		['aimlApi', aiml({ resolution: '1080p', aspect_ratio: '9:16', duration: 12 })],
		['aimlApi', aimlImage({ image_url: 'https://example.com/first.png' })],
		['aimlApi', aimlImage({ image_url: picture, resolution: '720p' })],
		['aimlApi', { model: 'google/veo-3.1', prompt: 'a cat', ...strange }],
		['evoLink', evo({ aspect_ratio: '9:16', duration: 8, quality: '1080p', image_urls: ['https://example.com/a.png'] })],
		['evoLink', evo({ callback_url: 'https://hooks.example.com/x' })],
		['evoLink', evo({ model: 'sora-2-preview' })],
		['evoLink', evo({ model: 'sora-2', duration: 15, remove_watermark: false })],
		['evoLink', evo({ model: 'sora-2-pro', duration: 25, quality: 'high' })],
		['evoLink', evo({ model: 'sora-2-beta-max', duration: 10 })],
		['evoLink', evo({ model: 'veo-3.1', ...strange })],
		['vtrix', vtrix({ size: '1280x720', seconds: '8', remix_video_id: 'video_1' })],
		['vtrix', vtrix({ input_reference: 'https://example.com/a.png' }, 'sora_2_i2v')],
		['vtrix', { ...vtrix({}, 'sora_2_t2v'), moderation: true, metadata: { a: 1 } }],
		['vtrix', vtrix(strange, 'veo_3_1')],
	])('%s %j', async (provider, body) => {
		const answer = await create(sandbox, provider, body);
		expect(answer.status).toBe(200);
		expect(answer.body.id).toBe(sandbox.jobs[0]?.id);
		expect(sandbox.jobs[0]?.body).toEqual(body);
	});
});

describe('refuses what the documents forbid, in the provider’s own words', () => {
	const type = 'invalid_request_error';
	it.each<[ProviderName, number, unknown, unknown]>([
		['aimlApi', 400, aiml({ resolution: '480p' }), { message: "Body validation error\nInvalid enum value. Expected '720p' | '1080p', received '480p'" }],
		['aimlApi', 400, aiml({ model: 'openai/sora-2-t2v', resolution: '1080p' }), { message: "Body validation error\nInvalid enum value. Expected '720p', received '1080p'" }],
		['aimlApi', 400, aiml({ duration: '4' }), { message: 'Body validation error\nExpected number, received string' }],
		['aimlApi', 400, aiml({ duration: 5 }), { message: 'Body validation error\nInvalid enum value. Expected 4 | 8 | 12, received 5' }],
		['aimlApi', 400, aiml({ image_url: 'https://example.com/a.png' }), { message: "Body validation error\nUnrecognized key(s) in object: 'image_url'" }],
		['aimlApi', 400, aiml(strange), { message: "Body validation error\nUnrecognized key(s) in object: 'lens'" }],
		['aimlApi', 400, aiml({ prompt: undefined }), { message: 'Body validation error\nRequired at "prompt"' }],
		['aimlApi', 400, aimlImage({}), { message: 'Body validation error\nRequired at "image_url"' }],
		['aimlApi', 400, aimlImage({ image_url: 'bm90IGFuIGltYWdl' }), { message: 'Body validation error\nInvalid url' }],
		['aimlApi', 404, aiml({ model: 'openai/sora-3' }), { title: 'Not Found', message: 'Model openai/sora-3 not found' }],
		['evoLink', 400, evo({ quality: '480p' }), { error: { code: 'invalid_parameters', type, param: 'quality', message: "quality must be one of '720p' | '1080p', got '480p'" } }],
		['evoLink', 400, evo({ model: 'sora-2-preview', quality: '720p' }), { error: { type, param: 'quality' } }],
		['evoLink', 400, evo({ duration: '4' }), { error: { type, param: 'duration' } }],
		['evoLink', 400, evo({ duration: 10 }), { error: { type, param: 'duration' } }],
		['evoLink', 400, evo({ aspect_ratio: '1280x720' }), { error: { type, param: 'aspect_ratio' } }],
		['evoLink', 400, evo({ image_urls: 'https://example.com/a.png' }), { error: { type, param: 'image_urls' } }],
		['evoLink', 400, evo({ image_urls: ['https://example.com/a.png', 'https://example.com/b.png'] }), { error: { type, param: 'image_urls' } }],
		['evoLink', 400, evo({ image_urls: [picture] }), { error: { type, param: 'image_urls' } }],
		['evoLink', 400, evo({ prompt: 'x'.repeat(5001) }), { error: { type, param: 'prompt' } }],
		['evoLink', 400, evo({ model: 'sora-2', prompt: 'x'.repeat(1001) }), { error: { type, param: 'prompt' } }],
		['evoLink', 400, evo({ remove_watermark: true }), { error: { type, param: 'remove_watermark' } }],
		['evoLink', 400, evo({ model: 'sora-2-pro-remix' }), { error: { type, param: 'base_video_task_id' } }],
		['evoLink', 400, evo(strange), { error: { type, param: 'lens' } }],
		['evoLink', 400, evo({ callback_url: 'http://hooks.example.com/' }), { error: { type, param: 'callback_url' } }],
		['evoLink', 400, evo({ callback_url: 'https://127.0.0.1/' }), { error: { type, param: 'callback_url' } }],
		['evoLink', 400, evo({ callback_url: 'https://172.20.1.1/' }), { error: { type, param: 'callback_url' } }],
		['evoLink', 400, evo({ callback_url: 'https://localhost/' }), { error: { type, param: 'callback_url' } }],
		['evoLink', 400, evo({ callback_url: 'https://[fd00::1]/' }), { error: { type, param: 'callback_url' } }],
		['evoLink', 400, evo({ callback_url: `https://example.com/${'x'.repeat(2048)}` }), { error: { type, param: 'callback_url' } }],
		['evoLink', 404, evo({ model: 'sora-3' }), { error: { code: 'model_not_found', type: 'not_found_error' } }],
		['vtrix', 400, { model: 'sora_2_t2v', prompt: 'flat' }, { error: 'unknown parameter prompt' }],
		['vtrix', 400, { model: 'sora_2_t2v', input: { params: { prompt: 'no list' } } }, { error: expect.stringContaining('input is required') }],
		['vtrix', 400, vtrix({ seconds: 4 }), { error: 'seconds: expected string, received number' }],
		['vtrix', 400, vtrix({ seconds: '5' }), { error: "seconds: expected '4' | '8' | '12', received '5'" }],
		['vtrix', 400, vtrix({ size: '1792x1024' }), { error: expect.stringContaining('size') }],
		['vtrix', 400, vtrix({ input_reference: 'https://example.com/a.png' }), { error: 'unknown parameter input_reference' }],
		['vtrix', 400, vtrix({}, 'sora_2_i2v'), { error: 'input_reference is required' }],
		['vtrix', 400, vtrix({ remix_video_id: '42' }), { error: expect.stringContaining('remix_video_id') }],
		['vtrix', 400, vtrix(strange), { error: 'unknown parameter lens' }],
		['vtrix', 404, vtrix({}, 'sora_3'), { message: 'model not found: sora_3' }],
	])('%s %i %j', async (provider, status, body, expected) => {
		const answer = await create(sandbox, provider, body);
		expect(answer.status).toBe(status);
		expect(answer.body).toMatchObject(expected ?? {});
		expect(answer.type).toContain(provider === 'aimlApi' ? 'application/problem+json' : 'application/json');
		expect(sandbox.jobs).toHaveLength(0);
	});

	it.each(everyone)('%s: a body that is not sent as JSON', async (provider) => {
		const answer = await ask(sandbox, provider, createPaths[provider], { method: 'POST', body: JSON.stringify(validBody(provider, 'a cat')) });
		expect(answer.status).toBe(400);
	});
});

describe('keys and ids', () => {
	it.each<[ProviderName, string, number, number]>([
		['aimlApi', '/v2/billing', 401, 200],
		['aimlApi', '/v1/models', 200, 200],
		['aimlApi', '/v2/video/generations?generation_id=x', 401, 404],
		['evoLink', '/v1/credits', 401, 200],
		['evoLink', '/v1/models', 401, 200],
		['evoLink', '/v1/tasks/task-unified-1', 401, 404],
		['evoLink', '/v1/tasks/abc', 401, 400],
		['vtrix', '/llm/v1/models', 401, 200],
		['vtrix', '/model/v1/generation/task/x', 401, 404],
	])('%s %s: %i with a wrong key, %i with the right one', async (provider, path, wrong, right) => {
		expect((await ask(sandbox, provider, path, {}, 'wrong')).status).toBe(wrong);
		expect((await ask(sandbox, provider, path)).status).toBe(right);
	});

	it('EvoLink says what a task id looks like', async () => {
		const { body } = await statusOf(sandbox, 'evoLink', 'abc');
		expect(body).toMatchObject({ error: { code: 'invalid_task_id', type: 'invalid_request_error', param: 'task_id' } });
	});

	it('AI/ML API without the new billing call has the old one', async () => {
		sandbox.settings.aimlBilling = 'legacy';
		expect((await ask(sandbox, 'aimlApi', '/v2/billing')).status).toBe(404);
		expect((await ask(sandbox, 'aimlApi', '/v1/billing/balance')).body.balance).toEqual(expect.any(Number));
	});

	it('AI/ML API ids need escaping', async () => {
		const { body } = await create(sandbox, 'aimlApi', aiml({}));
		expect(body.id).toMatch(/^video_[0-9a-f]{48}:openai\/sora-2-pro-t2v$/);
		expect((await statusOf(sandbox, 'aimlApi', body.id)).body.id).toBe(body.id);
	});
});

describe('a result is a real video of the size and length asked for', () => {
	it.each<[ProviderName, unknown, number, number, number]>([
		['aimlApi', aiml({ duration: 8 }), 1792, 1024, 8],
		['aimlApi', aiml({ aspect_ratio: '9:16' }), 1024, 1792, 4],
		['aimlApi', aiml({ resolution: '720p', duration: 12 }), 1280, 720, 12],
		['evoLink', evo({ aspect_ratio: '9:16' }), 720, 1280, 4],
		['evoLink', evo({ quality: '1080p', duration: 12 }), 1792, 1024, 12],
		['evoLink', evo({ model: 'sora-2', duration: 15 }), 1280, 720, 12],
		['vtrix', vtrix({ seconds: '8' }), 720, 1280, 8],
		['vtrix', vtrix({ size: '1280x720' }), 1280, 720, 4],
	])('%s %j → %ix%i, %i s', async (provider, body, width, height, seconds) => {
		const { body: job } = await create(sandbox, provider, body);
		sandbox.clock.advance(61_000);
		const url = videoUrlIn((await statusOf(sandbox, provider, job.id)).body);
		expect(new URL(url).hostname).toBe('localhost');
		const response = await fetch(url);
		expect(response.headers.get('content-type')).toBe('video/mp4');
		const content = await response.arrayBuffer();
		expect(response.headers.get('content-length')).toBe(String(content.byteLength));
		const movie = await readMp4(content);
		expect(movie.videoTracks).toMatchObject([{ codec: expect.stringMatching(/^avc1\.4d/), video: { width, height } }]);
		expect(movie.audioTracks).toMatchObject([{ codec: expect.stringMatching(/^mp4a/) }]);
		expect(movie.duration / movie.timescale).toBeCloseTo(seconds, 0);
	});
});
