import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, createFalClient, ValidationError, type FalClient } from '@fal-ai/client';
import { isRecord } from './checks';
import { startSandbox, type Sandbox } from './index';
import { readMp4 } from './testClient';

// fal's own client, unchanged. It has no option for a base URL: its hosts are rewritten by its own middleware.

let sandbox: Sandbox;
let fal: FalClient;

/** A client that finds fal's hosts in the sandbox. */
function clientWith(credentials: string): FalClient {
	const hosts: Array<[string, string]> = [['https://queue.fal.run', sandbox.baseUrls.fal], ['https://rest.fal.ai', sandbox.baseUrls.falFiles]];
	return createFalClient({
		credentials,
		requestMiddleware: async (request) => {
			const [from, to] = hosts.find(([host]) => request.url.startsWith(host)) ?? ['', ''];
			if (!from) throw new Error(`${request.url} would leave this machine`);
			return { ...request, url: to + request.url.slice(from.length) };
		},
	});
}

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 1000 });
	fal = clientWith(sandbox.apiKeys.fal);
});
afterEach(() => {
	expect(sandbox.leaks).toEqual([]);
	sandbox.reset();
});
afterAll(async () => await sandbox.stop());

const veo = 'fal-ai/veo3.1/fast';
const firstRequest = () => sandbox.jobs[0]?.id.split('/').at(-1);
const urlIn = (data: unknown): string => (isRecord(data) && isRecord(data.video) ? String(data.video.url) : '');

it('subscribes: submits, asks until it is done, and fetches the result', async () => {
	const seen = new Set<string>();
	const ids: string[] = [];
	const { data, requestId } = await fal.subscribe(veo, {
		input: { prompt: 'a cat', duration: '8s', resolution: '720p' },
		logs: true,
		pollInterval: 5,
		onEnqueue: (id) => ids.push(id),
		onQueueUpdate: ({ status }) => seen.add(status),
	});
	expect(ids).toEqual([firstRequest()]);
	expect(requestId).toBe(ids[0]);
	expect([...seen].at(-1)).toBe('COMPLETED');
	const video = await (await fetch(urlIn(data))).arrayBuffer();
	expect((await readMp4(video)).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
});

it('submits, asks, fetches and cancels by an id alone, as its four verbs do', async () => {
	sandbox.clock.speed = 0;
	const webhookUrl = 'https://hooks.example.net/video?token=1';
	const taken = await fal.queue.submit('minimax/h3/text-to-video', { input: { prompt: 'a cat' }, webhookUrl });
	expect(taken).toMatchObject({ status: 'IN_QUEUE', request_id: firstRequest(), queue_position: 0 });
	expect(sandbox.jobs[0]?.callbackUrl).toBe(webhookUrl);
	const requestId = taken.request_id;
	sandbox.clock.advance(30_000);
	expect(await fal.queue.status('minimax/h3/text-to-video', { requestId })).toMatchObject({ status: 'IN_PROGRESS', response_url: taken.response_url });
	await expect(fal.queue.result('minimax/h3/text-to-video', { requestId })).rejects.toMatchObject({ status: 400 });
	sandbox.clock.advance(30_000);
	expect(await fal.queue.status('minimax/h3/text-to-video', { requestId, logs: true })).toMatchObject({ status: 'COMPLETED', logs: [expect.objectContaining({ level: 'INFO' })] });
	expect(urlIn((await fal.queue.result('minimax/h3/text-to-video', { requestId })).data)).toMatch(/\.mp4$/);
	await expect(fal.queue.cancel('minimax/h3/text-to-video', { requestId })).rejects.toMatchObject({ status: 400, body: { status: 'ALREADY_COMPLETED' } });
	const second = await fal.queue.submit(veo, { input: { prompt: 'a dog' } });
	await fal.queue.cancel(veo, { requestId: second.request_id });
	await expect(fal.queue.result(veo, { requestId: second.request_id })).rejects.toMatchObject({ status: 499 });
});

it('uploads a file, by itself and inside an input', async () => {
	const bytes = new Uint8Array(readFileSync(join(__dirname, 'media/1280x720.jpg')));
	const picture = new Blob([bytes], { type: 'image/jpeg' });
	const link = await fal.storage.upload(picture);
	expect(new Uint8Array(await (await fetch(link)).arrayBuffer())).toEqual(bytes);
	const { data } = await fal.subscribe('fal-ai/veo3.1/image-to-video', { input: { prompt: 'a cat', image_url: picture }, pollInterval: 5 });
	expect(urlIn(data)).toMatch(/\.mp4$/);
	expect(sandbox.jobs[0]?.body).toMatchObject({ image_url: expect.stringContaining('/cdn/files/') });
});

it('knows every error of the sandbox', async () => {
	const caught: unknown = await fal.subscribe(veo, { input: { prompt: '[sandbox fail=moderation]' }, pollInterval: 5 }).catch((error: unknown) => error);
	expect(caught).toBeInstanceOf(ValidationError);
	expect(caught).toMatchObject({ status: 422, fieldErrors: [{ loc: ['body', 'prompt'], type: 'content_policy_violation' }], requestId: firstRequest() });
	const strange: object = { prompt: 'a cat', duration: '7s' };
	await expect(fal.subscribe('fal-ai/veo3.1/fast', { input: Object(strange), pollInterval: 5 })).rejects.toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'duration'], type: 'literal_error' }] } });
	await expect(clientWith('wrong').queue.submit(veo, { input: { prompt: 'a cat' } })).rejects.toMatchObject({ name: 'ApiError', status: 401, body: { detail: 'invalid key credentials' } });
	await expect(fal.queue.submit('fal-ai/sora-3', { input: Object({ prompt: 'a cat' }) })).rejects.toBeInstanceOf(ApiError);
	await expect(fal.queue.submit(veo, { input: { prompt: '[sandbox create=403credits]' } })).rejects.toMatchObject({ status: 403, body: { detail: expect.stringContaining('Exhausted balance') } });
});
