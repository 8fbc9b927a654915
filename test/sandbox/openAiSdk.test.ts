import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { startSandbox, type Sandbox } from './index';
import { openReceiver, type Receiver } from './receiver';
import { readMp4 } from './testClient';

// OpenAI's own client, its last version with videos, unchanged but for base URL and key.

let sandbox: Sandbox;
let receiver: Receiver;
let openai: OpenAI;

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
	receiver = await openReceiver('hooks.example.net');
	openai = new OpenAI({ apiKey: sandbox.apiKeys.openAi, baseURL: sandbox.baseUrls.openAi, webhookSecret: sandbox.webhookSecrets.openAi, maxRetries: 0 });
});
beforeEach(() => {
	sandbox.reset();
	receiver.serve(sandbox);
});
afterAll(async () => {
	await receiver.close();
	await sandbox.stop();
});

it('creates, polls, downloads, lists and deletes', async () => {
	const video = await openai.videos.create({ model: 'sora-2', prompt: 'a cat', seconds: '8', size: '1280x720' });
	expect(video).toMatchObject({ object: 'video', status: 'queued', progress: 0, model: 'sora-2', seconds: '8', size: '1280x720' });
	const seen: string[] = [];
	for (let asks = 0; asks < 10 && seen.at(-1) !== 'completed'; asks += 1) {
		seen.push((await openai.videos.retrieve(video.id)).status);
		sandbox.clock.advance(20_000);
	}
	expect(seen).toEqual(['queued', 'in_progress', 'in_progress', 'completed']);
	const content = await openai.videos.downloadContent(video.id);
	expect((await readMp4(await content.arrayBuffer())).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	const thumbnail = await openai.videos.downloadContent(video.id, { variant: 'thumbnail' });
	expect(thumbnail.headers.get('content-type')).toBe('image/jpeg');
	const second = await openai.videos.create({ prompt: 'a dog' });
	const listed: string[] = [];
	for await (const each of openai.videos.list({ limit: 1 })) listed.push(each.id);
	expect(listed).toEqual([second.id, video.id]);
	expect(await openai.videos.delete(video.id)).toEqual({ id: video.id, object: 'video.deleted', deleted: true });
	await expect(openai.videos.retrieve(video.id)).rejects.toMatchObject({ status: 404 });
});

it('sends a picture, and remixes', async () => {
	const picture = await toFile(readFileSync(join(__dirname, 'media/1280x720.jpg')), 'first.jpg', { type: 'image/jpeg' });
	const video = await openai.videos.create({ model: 'sora-2-pro', prompt: 'a cat', size: '1280x720', input_reference: picture });
	await expect(openai.videos.remix(video.id, { prompt: 'a dog' })).rejects.toMatchObject({ status: 400 });
	sandbox.clock.advance(60_000);
	expect(await openai.videos.retrieve(video.id)).toMatchObject({ status: 'completed', error: null });
	const remixed = await openai.videos.remix(video.id, { prompt: 'a dog' });
	expect(remixed).toMatchObject({ status: 'queued', model: 'sora-2-pro', size: '1280x720', prompt: 'a dog', remixed_from_video_id: video.id });
	sandbox.clock.advance(60_000);
	expect((await openai.videos.retrieve(remixed.id)).status).toBe('completed');
});

it('tells failures as it does those of OpenAI', async () => {
	const { id } = await openai.videos.create({ prompt: '[sandbox fail=moderation]' });
	sandbox.clock.advance(60_000);
	expect(await openai.videos.retrieve(id)).toMatchObject({ status: 'failed', error: { code: 'moderation_blocked' } });
	await expect(openai.videos.create({ prompt: '' })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
	await expect(new OpenAI({ apiKey: 'wrong', baseURL: sandbox.baseUrls.openAi }).models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
	await expect(openai.videos.create({ prompt: '[sandbox create=429]' })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
});

it.each([['video.completed', 'a cat'], ['video.failed', '[sandbox fail=internal]']])('verifies the webhook %s', async (type, prompt) => {
	const { openAi: secret } = sandbox.webhookSecrets;
	sandbox.settings.openAiWebhook = { url: 'https://hooks.example.net/openai', secret };
	const video = await openai.videos.create({ prompt });
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	const raw = callback?.raw ?? '';
	const headers = new Headers(Object.entries(callback?.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]));
	const event: unknown = await openai.webhooks.unwrap(raw, headers);
	expect(event).toEqual({ id: expect.stringMatching(/^evt_/), object: 'event', created_at: expect.any(Number), type, data: { id: video.id } });
	await expect(openai.webhooks.unwrap(raw.replace(video.id, 'video_other'), headers)).rejects.toThrow(OpenAI.InvalidWebhookSignatureError);
	await expect(openai.webhooks.unwrap(raw, headers, `whsec_${btoa('another')}`)).rejects.toThrow(OpenAI.InvalidWebhookSignatureError);
	expect(sandbox.leaks).toEqual([]);
});

it('a webhook that is not taken comes again, signed anew under the same id', async () => {
	const { openAi: secret } = sandbox.webhookSecrets;
	sandbox.settings.openAiWebhook = { url: 'https://hooks.example.net/openai', secret };
	sandbox.clock.speed = 1000;
	receiver.answers.push(500, 503);
	await openai.videos.create({ prompt: 'a cat' });
	const callbacks = await receiver.next(3);
	expect(new Set(callbacks.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
	expect(new Set(callbacks.map(({ raw }) => raw)).size).toBe(1);
	expect(sandbox.callbacks.slice(0, 2).map(({ status, attempt }) => [attempt, status])).toEqual([[1, 500], [2, 503]]);
});
