import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from './checks';
import type { Sandbox } from './index';
import { openForTests } from './openForTests';
import type { Receiver } from './receiver';
import { signatureOf, waveSpeedSigner } from './webhookSignature';

// Its API by hand: WaveSpeed's own client isn't among the packages that are installed for tests.

const picture = readFileSync(join(__dirname, 'media/1280x720.jpg'));
let sandbox: Sandbox;
let receiver: Receiver;
openForTests((opened) => ({ sandbox, receiver } = opened));

async function call(path: string, init: RequestInit = {}, key = sandbox.apiKeys.waveSpeed) {
	const headers = new Headers(init.headers);
	headers.set('authorization', `Bearer ${key}`);
	const response = await fetch(`${sandbox.baseUrls.waveSpeed}/api/v3${path}`, { ...init, headers });
	const body: Record<string, unknown> = Object(await response.json());
	const data: Record<string, unknown> = Object(body.data);
	return { status: response.status, body, data };
}

async function post(path: string, body: unknown) {
	return await call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

const seedance = '/bytedance/seedance-2.0/text-to-video-turbo';
const input = { prompt: 'a cat', aspect_ratio: '9:16', duration: 10, resolution: '1080p' };

async function made(prompt = 'a cat', query = '') {
	const { data } = await post(seedance + query, { prompt });
	return { id: String(data.id), get: async () => (await call(`/predictions/${String(data.id)}/result`)).data };
}

it('creates, and goes through its states', async () => {
	const { status, body, data } = await post(seedance, input);
	expect([status, body.code, body.message]).toEqual([200, 200, 'success']);
	expect(data).toMatchObject({ id: sandbox.jobs[0]?.id, model: seedance.slice(1), status: 'created', outputs: [], error: '', urls: { get: expect.stringMatching(/\/result$/) } });
	const seen: unknown[] = [];
	for (const path of [`/predictions/${String(data.id)}/result`, `/predictions/${String(data.id)}`]) {
		sandbox.clock.advance(30_000);
		seen.push((await call(path)).data.status);
	}
	expect(seen).toEqual(['processing', 'completed']);
	const { outputs } = (await call(`/predictions/${String(data.id)}/result`)).data;
	expect((await fetch(String(Array.isArray(outputs) ? outputs[0] : ''))).status).toBe(200);
	expect(sandbox.leaks).toEqual([]);
});

it.each([
	['moderation', 'failed', 1200],
	['internal', 'failed', 5000],
	['media', 'failed', 1402],
	['cancelled', 'cancelled', 1405],
	['timeout', 'timeout', 5004],
])('ends without a video: %s', async (fail, status, code) => {
	const { get } = await made(`[sandbox fail=${fail}]`);
	sandbox.clock.advance(60_000);
	expect(await get()).toMatchObject({ status, code, error: expect.stringMatching(/\w/), outputs: [] });
});

it.each<[string, string, object, number, string]>([
	['no prompt', seedance, {}, 400, 'property "prompt" is missing'],
	['a foreign field', seedance, { prompt: 'a', size: '1280x720' }, 400, 'property "size" is unsupported'],
	['a foreign value', seedance, { ...input, resolution: '480p' }, 400, `property "resolution" must be '720p' | '1080p', got '480p'`],
	['too long', seedance, { ...input, duration: 16 }, 400, 'property "duration" must be at most 15, got 16'],
	['a link that is none', '/kwaivgi/kling-v2.6-pro/image-to-video', { prompt: 'a', image: 'cat.png' }, 400, `property "image" must be a URL, got 'cat.png'`],
	['a stranger', '/sculptor/marble-1', { prompt: 'a' }, 404, 'model sculptor/marble-1 not found'],
	['a webhook without TLS', `${seedance}?webhook=http://hooks.example.net/`, { prompt: 'a' }, 400, 'webhook only supports the HTTPS protocol'],
])('refuses %s', async (_name, path, body, status, message) => {
	expect(await post(path, body)).toMatchObject({ status, body: { code: status, message } });
	expect(sandbox.jobs).toEqual([]);
});

it('lists models with their schemas and prices, tells the balance, and knows its keys', async () => {
	const listed = (await call('/models')).body.data;
	const models: unknown[] = Array.isArray(listed) ? listed : [];
	expect(models).toHaveLength(5);
	const own = models.find((model) => isRecord(model) && model.model_id === seedance.slice(1));
	expect(own).toMatchObject({
		type: 'text-to-video',
		base_price: 0.3,
		api_schema: { api_schemas: [{ type: 'model_info' }, { type: 'model_run', request_schema: { required: ['prompt'], properties: { duration: { minimum: 4, maximum: 15 } } } }] },
	});
	expect((await call('/balance')).data).toEqual({ balance: 12.5 });
	expect(await call('/balance', {}, 'wrong')).toMatchObject({ status: 401, body: { code: 401, message: 'invalid authentication' } });
	expect((await post('/model/price', { model_id: seedance.slice(1), inputs: input })).data).toMatchObject({ price: 0.6, currency: 'USD' });
	expect((await post('/model/price', { model_id: seedance.slice(1), inputs: {} })).data).toMatchObject({ price: 0.3 });
	expect((await post('/model/price', { model_id: 'nobody/nothing', inputs: {} })).status).toBe(404);
	expect((await call('/predictions/nobody/result')).status).toBe(404);
});

it('takes uploads, which creates then read', async () => {
	const form = new FormData();
	form.append('file', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'first.jpg');
	const { data } = await call('/media/upload/binary', { method: 'POST', body: form });
	expect(data).toMatchObject({ type: 'image', filename: 'first.jpg', size: picture.length });
	const kling = '/kwaivgi/kling-v2.6-pro/image-to-video';
	await post(kling, { prompt: 'a', image: data.download_url });
	await post(kling, { prompt: 'b', image: `${sandbox.url}/cdn/files/nobody/x.jpg` });
	sandbox.clock.advance(60_000);
	expect(sandbox.jobs.map(({ status, failure }) => [status, failure])).toEqual([['completed', null], ['failed', 'media']]);
	expect((await call('/media/upload/binary', { method: 'POST', body: new FormData() })).status).toBe(400);
});

it.each([['completed', 'a cat'], ['failed', '[sandbox fail=moderation]']])('calls back, signed with the secret that the key may ask for: %s', async (status, prompt) => {
	const { secret } = (await call('/webhook/secret')).data;
	const { id } = await made(prompt, '?webhook=https://hooks.example.net/wavespeed');
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	expect(callback?.body).toMatchObject({ id, status, input: { prompt } });
	const { 'webhook-id': webhookId, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = callback?.headers ?? {};
	expect(signature).toBe(signatureOf(waveSpeedSigner(String(secret)), String(webhookId), String(timestamp), callback?.raw ?? ''));
	expect(signature).not.toBe(signatureOf(waveSpeedSigner('whsec_other'), String(webhookId), String(timestamp), callback?.raw ?? ''));
	expect(sandbox.leaks).toEqual([]);
});

it('faults come as they were ordered, and every create is counted', async () => {
	expect(await post(seedance, { prompt: '[sandbox create=429]' })).toMatchObject({ status: 429, body: { code: 429, message: 'Too Many Requests' } });
	expect((await post(seedance, { prompt: '[sandbox create=403credits]' })).status).toBe(402);
	expect((await post(seedance, { prompt: '[sandbox create=500]' })).status).toBe(500);
	expect(sandbox.creates.map(({ provider, fault, jobId }) => [provider, fault, jobId !== null])).toEqual([
		['waveSpeed', '429', false],
		['waveSpeed', '403credits', false],
		['waveSpeed', '500', true],
	]);
});
