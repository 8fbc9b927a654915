import { createHmac } from 'node:crypto';
import type { Sandbox } from './index';
import { openForTests } from './openForTests';
import type { Receiver } from './receiver';
import { readMp4 } from './testClient';

const url = 'https://hooks.example.net/video?token=1';
let sandbox: Sandbox;
let receiver: Receiver;
openForTests((opened) => ({ sandbox, receiver } = opened));

async function call(path: string, body?: object, key = sandbox.apiKeys.openRouter): Promise<Response> {
	const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
	return await fetch(sandbox.baseUrls.openRouter + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
	return Object(await response.json());
}

const veo = { model: 'google/veo-3.1', prompt: 'a cat' };
const frame = { type: 'image_url', image_url: { url: 'https://example.com/a.png' }, frame_type: 'first_frame' };

it('makes a video: accepted, asked for, downloaded with the key', async () => {
	const answer = await call('/videos', { ...veo, duration: 6, resolution: '720p', aspect_ratio: '9:16', frame_images: [frame], seed: 7, generate_audio: false });
	expect(answer.status).toBe(202);
	const { id, ...created } = await bodyOf(answer);
	expect(id).not.toMatch(/^gen-vid-/);
	expect(created).toEqual({ polling_url: `${sandbox.baseUrls.openRouter}/videos/${String(id)}`, status: 'pending' });
	const path = `/videos/${String(id)}`;
	sandbox.clock.advance(30_000);
	expect(await bodyOf(await call(path))).toMatchObject({ id, status: 'in_progress' });
	expect((await call(`${path}/content`)).status).toBe(409);
	sandbox.clock.advance(30_000);
	const done = await bodyOf(await call(path));
	expect(done).toMatchObject({ status: 'completed', generation_id: expect.any(String), usage: { cost: 1.2, is_byok: false } });
	const [unsigned, signed] = [done.unsigned_urls, done.urls].map((list) => (Array.isArray(list) ? String(list[0]) : ''));
	expect((await fetch(unsigned ?? '')).status).toBe(401);
	expect((await fetch(signed ?? '')).headers.get('content-type')).toBe('video/mp4');
	const content = await call(`${path}/content?index=0`);
	expect(content.headers.get('content-length')).toBeNull();
	expect((await readMp4(await content.arrayBuffer())).videoTracks).toMatchObject([{ video: { width: 720, height: 1280 } }]);
	expect((await call(`${path}/content?index=1`)).status).toBe(404);
	sandbox.clock.advance(25 * 3_600_000);
	expect((await call(`${path}/content`)).status).toBe(410);
});

it.each<[number, string, object]>([
	[400, 'prompt', { model: 'google/veo-3.1' }],
	[400, 'duration', { ...veo, duration: '4' }],
	[400, 'resolution', { ...veo, resolution: '1080x1920' }],
	[400, 'aspect_ratio', { ...veo, aspect_ratio: '2:1' }],
	[400, 'negative_prompt', { ...veo, negative_prompt: 'dogs' }],
	[400, 'frame_type', { ...veo, frame_images: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
	[400, 'type', { ...veo, frame_images: [{ type: 'first_frame', image_url: 'https://example.com/a.png' }] }],
	[400, 'does not support duration 5', { ...veo, duration: 5 }],
	[400, 'does not support resolution 480p', { ...veo, resolution: '480p' }],
	[400, 'HTTPS', { ...veo, callback_url: 'http://hooks.example.net/' }],
	[404, 'Model a/b not found', { ...veo, model: 'a/b' }],
])('refuses with %i, naming %s', async (status, named, body) => {
	const answer = await call('/videos', body);
	expect(answer.status).toBe(status);
	expect(JSON.stringify(await answer.json())).toContain(named);
	expect(sandbox.jobs).toEqual([]);
});

it('knows keys, models and ids', async () => {
	for (const path of ['/key', '/videos/x', '/videos/x/content']) expect((await call(path, undefined, 'wrong')).status).toBe(401);
	expect(await bodyOf(await call('/key'))).toMatchObject({ data: { limit_remaining: 74.5 } });
	expect(await bodyOf(await call('/videos/models'))).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ id: 'google/veo-3.1', supported_durations: [4, 6, 8] })]) });
	expect((await call('/videos/x')).status).toBe(404);
});

it.each([
	['completed', 'a cat', { unsigned_urls: [expect.stringContaining('/content?index=0')], usage: { is_byok: false } }],
	['failed', '[sandbox fail=moderation]', { error: expect.stringContaining('content policy') }],
	['cancelled', '[sandbox fail=cancelled]', {}],
	['expired', '[sandbox fail=expired]', {}],
])('calls back, signed, when a job is %s', async (word, prompt, more) => {
	const { id } = await bodyOf(await call('/videos', { ...veo, prompt, callback_url: url }));
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	expect(callback).toMatchObject({
		path: '/video?token=1',
		headers: { 'x-openrouter-idempotency-key': `${String(id)}-${word}` },
		body: { type: `video.generation.${word}`, created_at: expect.stringMatching(/Z$/), data: { id, status: word, model: 'google/veo-3.1', generation_id: expect.any(String), ...more } },
	});
	const [, time = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(callback?.headers['x-openrouter-signature'])) ?? [];
	expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(10);
	expect(createHmac('sha256', sandbox.webhookSecrets.openRouter).update(`${time},${callback?.raw ?? ''}`).digest('hex')).toBe(signature);
	expect(sandbox.leaks).toEqual([]);
});

it('signs nothing without a secret, and tries again with the same key of the event', async () => {
	sandbox.settings.openRouterSecret = null;
	sandbox.clock.speed = 1000;
	receiver.answers.push(503);
	await call('/videos', { ...veo, callback_url: url });
	const [first, second] = await receiver.next(2);
	expect(first?.headers).not.toHaveProperty('x-openrouter-signature');
	expect(second?.raw).toBe(first?.raw);
	expect(second?.headers['x-openrouter-idempotency-key']).toBe(first?.headers['x-openrouter-idempotency-key']);
});
