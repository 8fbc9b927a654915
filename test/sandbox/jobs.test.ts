import sharp from 'sharp';

import { startSandbox, type Sandbox } from './index';
import { ask, create, statusOf, validBody, videoUrlIn, type ProviderName } from './testClient';

let sandbox: Sandbox;
const everyone: ProviderName[] = ['aimlApi', 'evoLink', 'vtrix'];

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
});
afterEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

async function start(provider: ProviderName, prompt = 'a cat'): Promise<unknown> {
	const { status, body } = await create(sandbox, provider, validBody(provider, prompt));
	expect(status).toBe(200);
	return body.id;
}

describe('a job ends on the sandbox clock', () => {
	it.each<[ProviderName, string[], unknown[]]>([
		['aimlApi', ['queued', 'generating', 'completed'], [undefined, undefined, undefined]],
		['evoLink', ['pending', 'processing', 'completed'], [0, 50, 100]],
		['vtrix', ['pending', 'in_progress', 'completed'], [0, 0.5, 1]],
	])('%s: %j, progress %j', async (provider, states, progress) => {
		const id = await start(provider);
		const seen: Array<Record<string, unknown>> = [];
		while (seen.length < states.length) {
			seen.push((await statusOf(sandbox, provider, id)).body);
			sandbox.clock.advance(30_000);
		}
		expect(seen.map(({ status }) => status)).toEqual(states);
		expect(seen.map((body) => body.progress)).toEqual(progress);
		expect(seen.map((body) => videoUrlIn(body) !== '')).toEqual([false, false, true]);
	});

	it('EvoLink says how long it will take', async () => {
		const { body } = await create(sandbox, 'evoLink', validBody('evoLink', '[sandbox seconds=90]'));
		expect(body).toMatchObject({ object: 'video.generation.task', status: 'pending', progress: 0, task_info: { estimated_time: 90, video_duration: 4 } });
	});

	it('at a speed', async () => {
		sandbox.clock.speed = 1_000_000;
		const id = await start('aimlApi');
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect((await statusOf(sandbox, 'aimlApi', id)).body.status).toBe('completed');
	});

	it('states are told in the order the prompt asks for', async () => {
		const id = await start('aimlApi', 'a cat [sandbox states=generating,queued,queued,completed]');
		const seen = [];
		for (let asked = 0; asked < 5; asked += 1) seen.push((await statusOf(sandbox, 'aimlApi', id)).body.status);
		expect(seen).toEqual(['generating', 'queued', 'queued', 'completed', 'completed']);
	});

	it('a slow job never ends', async () => {
		const id = await start('vtrix', '[sandbox slow]');
		sandbox.clock.advance(1e9);
		expect((await statusOf(sandbox, 'vtrix', id)).body.status).toBe('in_progress');
	});

	it('EvoLink links work for 24 hours, others longer', async () => {
		const ids = await Promise.all(everyone.map(async (provider) => await start(provider)));
		sandbox.clock.advance(60_000 + 23.9 * 3_600_000);
		const urls = await Promise.all(everyone.map(async (provider, at) => videoUrlIn((await statusOf(sandbox, provider, ids[at])).body)));
		const statuses = async () => await Promise.all(urls.map(async (url) => (await fetch(url)).status));
		expect(await statuses()).toEqual([200, 200, 200]);
		sandbox.clock.advance(0.2 * 3_600_000);
		expect(await statuses()).toEqual([200, 403, 200]);
	});
});

describe('a job fails in the provider’s own words', () => {
	it.each<[ProviderName, string, object]>([
		['aimlApi', 'moderation', { status: 'error', error: { name: 'moderation_blocked' } }],
		['aimlApi', 'internal', { status: 'error', error: { name: 'internal_error' } }],
		['evoLink', 'moderation', { status: 'failed', error: { code: 'content_policy_violation' } }],
		['evoLink', 'internal', { status: 'failed', error: { code: 'service_error' } }],
		['evoLink', 'cancelled', { status: 'failed', error: { code: 'request_cancelled' } }],
		['vtrix', 'moderation', { status: 'failed', error: { code: '014001097' } }],
		['vtrix', 'internal', { status: 'failed', error: { code: '014001095' } }],
	])('%s fail=%s', async (provider, failure, expected) => {
		const id = await start(provider, `a cat [sandbox fail=${failure}]`);
		sandbox.clock.advance(61_000);
		const { status, body } = await statusOf(sandbox, provider, id);
		expect(status).toBe(200);
		expect(body).toMatchObject(expected);
		expect(videoUrlIn(body)).toBe('');
	});

	it('Vtrix loses the leading zero on the models that are not pro', async () => {
		const params = { prompt: '[sandbox fail=internal seconds=0]', input_reference: 'https://example.com/a.png' };
		const { body } = await create(sandbox, 'vtrix', { model: 'sora_2_i2v', input: [{ params }] });
		expect((await statusOf(sandbox, 'vtrix', body.id)).body.error).toEqual({ code: 14001095, error_message: 'Internal generation error' });
	});

	it.each([
		['720p', '1280x720', 'completed'],
		['720p', '720x1280', 'error'],
		['1080p', '1792x1024', 'completed'],
		['1080p', '640x360', 'error'],
	])('AI/ML API, %s from a picture of %s: %s', async (resolution, size, expected) => {
		const request = { model: 'openai/sora-2-pro-i2v', prompt: '[sandbox seconds=0]', resolution, image_url: sandbox.imageUrl(size) };
		const { body } = await create(sandbox, 'aimlApi', request);
		expect((await statusOf(sandbox, 'aimlApi', body.id)).body.status).toBe(expected);
	});
});

describe('pictures of other kinds', () => {
	const drawn = (size: [number, number]) => sharp({ create: { width: size[0], height: size[1], channels: 3, background: 'teal' } });

	it.each([
		['lossy WebP', 'completed', async () => await drawn([1280, 720]).webp().toBuffer()],
		['lossless WebP', 'completed', async () => await drawn([1280, 720]).webp({ lossless: true }).toBuffer()],
		['extended WebP', 'completed', async () => await drawn([1280, 720]).withIccProfile('p3').webp().toBuffer()],
		['PNG', 'completed', async () => await drawn([1280, 720]).png().toBuffer()],
		['lossy WebP of another size', 'error', async () => await drawn([1279, 720]).webp().toBuffer()],
		['lossless WebP of another size', 'error', async () => await drawn([1280, 721]).webp({ lossless: true }).toBuffer()],
		['extended WebP of another size', 'error', async () => await drawn([720, 1280]).withIccProfile('p3').webp().toBuffer()],
	])('AI/ML API, %s: %s', async (_kind, expected, make) => {
		const image_url = sandbox.host(await make(), 'picture');
		const { body } = await create(sandbox, 'aimlApi', { model: 'openai/sora-2-i2v', prompt: '[sandbox seconds=0]', image_url });
		expect((await statusOf(sandbox, 'aimlApi', body.id)).body.status).toBe(expected);
	});

	it.each([[10, 'completed'], [11, 'failed']])('EvoLink, %i MB: %s', async (megabytes, expected) => {
		const picture = await drawn([1280, 720]).jpeg().toBuffer();
		const image_urls = [sandbox.host(Buffer.concat([picture], megabytes * 1024 * 1024), 'picture.jpg')];
		const { body } = await create(sandbox, 'evoLink', { model: 'sora-2-preview', prompt: '[sandbox seconds=0]', image_urls });
		expect((await statusOf(sandbox, 'evoLink', body.id)).body.status).toBe(expected);
	});

	it('Vtrix takes a picture as a link only', async () => {
		const input = [{ params: { prompt: 'Sea', input_reference: 'data:image/png;base64,iVBORw0KGgo=' } }];
		const { status } = await create(sandbox, 'vtrix', { model: 'sora_2_i2v', input });
		expect(status).toBe(400);
	});
});

describe('EvoLink files', () => {
	const upload = async (way: string, body: RequestInit['body'], type?: string) => {
		const headers = { authorization: `Bearer ${sandbox.apiKeys.evoLink}`, ...(type ? { 'content-type': type } : {}) };
		const response = await fetch(`${sandbox.baseUrls.evoLinkFiles}/api/v1/files/upload/${way}`, { method: 'POST', headers, body });
		return { status: response.status, text: await response.text() };
	};
	const picture = async () => await (await fetch(sandbox.imageUrl('720x1280'))).blob();

	it.each(['base64', 'stream', 'url'])('%s: the picture is served for 72 hours', async (way) => {
		const content = Buffer.from(await (await picture()).arrayBuffer());
		const form = new FormData();
		form.set('file', await picture(), 'first.jpg');
		const json = way === 'url' ? { file_url: sandbox.imageUrl('720x1280') } : { base64_data: content.toString('base64') };
		const answer = way === 'stream' ? await upload(way, form) : await upload(way, JSON.stringify(json), 'application/json');
		expect(answer.status).toBe(200);
		const url = /"file_url":"([^"]+)"/.exec(answer.text)?.[1] ?? '';
		expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(content)).toBe(true);
		sandbox.clock.advance(72 * 3_600_000 + 1);
		expect((await fetch(url)).status).toBe(404);
	});

	it('refuses what is no picture, unknown fields and other keys', async () => {
		const json = 'application/json';
		expect((await upload('base64', JSON.stringify({ base64_data: 'aGVsbG8=' }), json)).text).toContain('"success":false');
		expect((await upload('base64', JSON.stringify({ base64_data: 'aGVsbG8=', fileName: 'camel' }), json)).text).toContain('fileName');
		const form = new FormData();
		form.set('file', await picture());
		form.set('file_name', 'snake');
		expect((await upload('stream', form)).text).toContain('file_name');
		const anonymous = await fetch(`${sandbox.baseUrls.evoLinkFiles}/api/v1/files/upload/base64`, { method: 'POST' });
		expect(anonymous.status).toBe(401);
	});
});

describe('model lists', () => {
	const ids = (body: Record<string, unknown>) => [...JSON.stringify(body).matchAll(/"id":"([^"]+)"/g)].map((match) => match[1]);

	it('AI/ML API filters by tag and by type, and tells what is withdrawn', async () => {
		sandbox.settings.withdrawnModels = ['openai/sora-2-t2v'];
		expect(ids((await ask(sandbox, 'aimlApi', '/v1/models', {}, '')).body)).toContain('openai/gpt-4o');
		for (const filter of ['tags=playground:video', 'type=internal/video-generations/submit']) {
			const video = ids((await ask(sandbox, 'aimlApi', `/v1/models?${filter}`)).body);
			expect(video).toEqual(expect.arrayContaining(['openai/sora-2-pro-t2v', 'google/veo-3.1', 'klingai/video-v3-pro-text-to-video']));
			for (const other of ['openai/gpt-4o', 'openai/sora-2-t2v']) expect(video).not.toContain(other);
		}
		expect(ids((await ask(sandbox, 'aimlApi', '/v1/models/deprecations', {}, '')).body)).toEqual(['openai/sora-2-t2v']);
		const { status } = await create(sandbox, 'aimlApi', { model: 'openai/sora-2-t2v', prompt: 'a cat' });
		expect(status).toBe(404);
	});

	it('Vtrix pages its skill models and needs no key for them', async () => {
		const { body } = await ask(sandbox, 'vtrix', '/api/v1/skill/models?type=video&keywords=sora&page=2&page_size=3', {}, '');
		expect(body).toMatchObject({ status: { code: 200 }, data: { total: 4, total_pages: 2, models: [{ id: 'sora_2_pro_i2v', input_modalities: ['text', 'image'] }] } });
	});
});
