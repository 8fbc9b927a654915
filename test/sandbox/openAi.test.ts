import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from './index';
import { readMp4 } from './testClient';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
});
afterEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

async function call(path: string, init: RequestInit = {}, key = sandbox.apiKeys.openAi) {
	const headers = new Headers(init.headers);
	headers.set('authorization', `Bearer ${key}`);
	return await fetch(sandbox.baseUrls.openAi + path, { ...init, headers });
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
	return Object(await response.json());
}

const asJson = (body: object) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

function asForm(fields: Record<string, string>, picture?: string): RequestInit {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	if (picture) form.append('input_reference', new Blob([new Uint8Array(readFileSync(join(__dirname, 'media', picture)))]), picture);
	return { method: 'POST', body: form };
}

it.each<[string, RequestInit]>([
	['JSON', asJson({ prompt: 'a cat', seconds: '8', size: '1280x720' })],
	['JSON with a picture', asJson({ prompt: 'a cat', seconds: '8', size: '1280x720', input_reference: { image_url: 'https://example.com/a.png' } })],
	['a form', asForm({ model: 'sora-2', prompt: 'a cat', seconds: '8', size: '1280x720' })],
	['a form with a link to a picture', asForm({ model: 'sora-2', prompt: 'a cat', seconds: '8', size: '1280x720', 'input_reference[image_url]': 'https://example.com/a.png' })],
	['a form with a picture', asForm({ model: 'sora-2', prompt: 'a cat', seconds: '8', size: '1280x720' }, '1280x720.jpg')],
])('makes a video from %s', async (_how, init) => {
	const created = await bodyOf(await call('/videos', init));
	expect(created).toMatchObject({ object: 'video', model: 'sora-2', status: 'queued', progress: 0, seconds: '8', size: '1280x720', prompt: 'a cat', completed_at: null, error: null });
	const path = `/videos/${String(created.id)}`;
	expect((await call(`${path}/content`)).status).toBe(404);
	sandbox.clock.advance(30_000);
	expect(await bodyOf(await call(path))).toMatchObject({ status: 'in_progress', progress: 50 });
	sandbox.clock.advance(30_000);
	expect(await bodyOf(await call(path))).toMatchObject({ status: 'completed', progress: 100, completed_at: expect.any(Number) });
	const content = await call(`${path}/content`);
	expect(content.headers.get('content-type')).toBe('video/mp4');
	expect((await readMp4(await content.arrayBuffer())).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	expect((await call(`${path}/content?variant=thumbnail`)).headers.get('content-type')).toBe('image/jpeg');
	sandbox.clock.advance(3_600_001);
	expect((await call(`${path}/content`)).status).toBe(404);
	expect(sandbox.leaks).toEqual([]);
});

it.each<[number, unknown, RequestInit]>([
	[400, { param: 'seconds', code: 'invalid_type' }, asJson({ prompt: 'a cat', seconds: 8 })],
	[400, { param: 'size', code: 'invalid_value' }, asJson({ prompt: 'a cat', size: '1792x1024' })],
	[400, { param: 'lens', code: 'unknown_parameter' }, asJson({ prompt: 'a cat', lens: '35mm' })],
	[400, { param: 'prompt', code: 'missing_required_parameter' }, asForm({ model: 'sora-2' })],
	[400, { type: 'invalid_request_error' }, { method: 'POST', body: '{"prompt":"a cat"}' }],
	[400, { type: 'invalid_request_error' }, asJson({ prompt: 'a cat', input_reference: 'https://example.com/a.png' })],
	[400, { message: 'input_reference: not an image' }, asForm({ prompt: 'a cat', 'input_reference[image_url]': 'data:image/png;base64,AAAA' })],
	[400, { message: 'input_reference was given twice' }, asForm({ prompt: 'a cat', 'input_reference[image_url]': 'https://example.com/a.png' }, '1280x720.jpg')],
	[404, { param: 'model', code: 'model_not_found' }, asJson({ prompt: 'a cat', model: 'sora-3' })],
])('refuses with %i %j', async (status, error, init) => {
	const answer = await call('/videos', init);
	expect(answer.status).toBe(status);
	expect(await bodyOf(answer)).toMatchObject({ error });
	expect(sandbox.jobs).toEqual([]);
});

it.each([
	['[sandbox fail=moderation]', undefined, 'moderation_blocked'],
	['a cat', '720x1280.jpg', 'invalid_image'],
])('ends with a failure: %s, %s', async (prompt, picture, code) => {
	const { id } = await bodyOf(await call('/videos', asForm({ prompt, size: '1280x720' }, picture)));
	sandbox.clock.advance(60_000);
	expect(await bodyOf(await call(`/videos/${String(id)}`))).toMatchObject({ status: 'failed', error: { code } });
});

it('knows keys, ids and models', async () => {
	expect((await call('/models', {}, 'wrong')).status).toBe(401);
	expect(await bodyOf(await call('/models'))).toMatchObject({ object: 'list', data: expect.arrayContaining([expect.objectContaining({ id: 'sora-2' })]) });
	expect(await bodyOf(await call('/videos/video_1'))).toMatchObject({ error: { message: "Video with id 'video_1' not found." } });
});
