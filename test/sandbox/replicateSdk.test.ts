import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Replicate, { validateWebhook } from 'replicate';
import { startSandbox, type Sandbox } from './index';
import { openReceiver, type Receiver } from './receiver';
import { readMp4 } from './testClient';

// Replicate's own client, unchanged but for base URL and key.

let sandbox: Sandbox;
let receiver: Receiver;
let replicate: Replicate;

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
	receiver = await openReceiver('hooks.example.net');
	replicate = new Replicate({ auth: sandbox.apiKeys.replicate, baseUrl: sandbox.baseUrls.replicate, useFileOutput: false });
});
beforeEach(() => {
	sandbox.reset();
	receiver.serve(sandbox);
});
afterAll(async () => {
	await receiver.close();
	await sandbox.stop();
});

const input = { prompt: 'a cat', duration: 8, aspect_ratio: '16:9', resolution: '720p' };

it('creates, asks and downloads', async () => {
	const created = await replicate.predictions.create({ model: 'google/veo-3.1', input });
	expect(created).toMatchObject({ status: 'starting', model: 'google/veo-3.1', version: 'hidden', input });
	sandbox.clock.advance(60_000);
	const done = await replicate.wait(created);
	expect(done).toMatchObject({ id: created.id, status: 'succeeded', metrics: { total_time: 60 } });
	const video = await (await fetch(String(done.output))).arrayBuffer();
	expect((await readMp4(video)).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	const listed: string[] = [];
	for await (const page of replicate.paginate(replicate.predictions.list)) listed.push(...page.map(({ id }) => id));
	expect(listed).toEqual([created.id]);
});

it('runs a model and waits for it, and uploads its picture first', async () => {
	sandbox.clock.speed = 1000;
	const image = readFileSync(join(__dirname, 'media/1280x720.jpg'));
	const output = await replicate.run('kwaivgi/kling-v2.1', { input: { prompt: 'a cat', start_image: image, mode: 'pro' } });
	expect(output).toEqual(expect.stringContaining('/cdn/videos/'));
	expect(sandbox.jobs[0]?.body).toMatchObject({ input: { start_image: expect.stringContaining('/replicate/v1/files/') } });
	await expect(replicate.run('google/veo-3.1', { input: { prompt: '[sandbox fail=moderation]' } })).rejects.toThrow('Prediction failed: The input or output was flagged as sensitive');
});

it('cancels, and tells refusals', async () => {
	const { id } = await replicate.predictions.create({ model: 'google/veo-3.1', input });
	expect(await replicate.predictions.cancel(id)).toMatchObject({ id, status: 'canceled' });
	await expect(replicate.predictions.create({ model: 'google/veo-3.1', input: { ...input, seconds: 4 } })).rejects.toMatchObject({ response: { status: 422 } });
	await expect(new Replicate({ auth: 'wrong', baseUrl: sandbox.baseUrls.replicate }).accounts.current()).rejects.toMatchObject({ response: { status: 401 } });
});

it('finds models, their schemas, files and the account', async () => {
	expect(await replicate.accounts.current()).toMatchObject({ type: 'user' });
	const { results } = await replicate.collections.list();
	expect(results.map(({ slug }) => slug)).toEqual(['text-to-video', 'image-to-video']);
	const { models } = await replicate.collections.get('image-to-video');
	expect(models?.map(({ owner, name }) => `${owner}/${name}`)).toEqual(expect.arrayContaining(['runwayml/gen-4.5']));
	expect(await replicate.models.get('runwayml', 'gen-4.5')).toMatchObject({ is_official: true, latest_version: { openapi_schema: { openapi: '3.0.2' } } });
	expect((await replicate.models.search('seedance')).results).toHaveLength(2);
	const file = await replicate.files.create(Buffer.from('x'));
	expect((await replicate.files.list()).results).toMatchObject([{ id: file.id, size: 1 }]);
	expect(await replicate.files.delete(file.id)).toBe(true);
});

it.each([['succeeded', 'a cat'], ['failed', '[sandbox fail=internal]']])('verifies the callback of a job that has %s', async (status, prompt) => {
	const { key } = await replicate.webhooks.default.secret.get();
	const { id } = await replicate.predictions.create({ model: 'google/veo-3.1', input: { prompt }, webhook: 'https://hooks.example.net/replicate', webhook_events_filter: ['completed'] });
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	expect(callback?.body).toMatchObject({ id, status });
	const of = (raw: string, secret = key) => {
		const { 'webhook-id': webhookId, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = callback?.headers ?? {};
		return validateWebhook({ id: String(webhookId), timestamp: String(timestamp), signature: String(signature), body: raw, secret });
	};
	expect(await of(callback?.raw ?? '')).toBe(true);
	expect(await of(`${callback?.raw} `)).toBe(false);
	expect(await of(callback?.raw ?? '', `whsec_${btoa('another')}`)).toBe(false);
	expect(sandbox.leaks).toEqual([]);
});
