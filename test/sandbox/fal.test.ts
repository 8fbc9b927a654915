import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from './checks';
import { falModels } from './falModels';
import { signFal } from './falSignature';
import type { Sandbox } from './index';
import { openForTests } from './openForTests';
import type { Receiver } from './receiver';
import { smallestBody } from './smallestBody';
import { readMp4 } from './testClient';

const hook = 'https://hooks.example.net/video?token=1';
let sandbox: Sandbox;
let receiver: Receiver;
openForTests((opened) => ({ sandbox, receiver } = opened));

interface Told {
	status: number;
	headers: Headers;
	body: Record<string, unknown>;
}

async function ask(url: string, method = 'GET', body?: object, authorization: string | null = `Key ${sandbox.apiKeys.fal}`): Promise<Told> {
	const headers = { ...(authorization === null ? {} : { authorization }), ...(body ? { 'content-type': 'application/json' } : {}) };
	const response = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
	return { status: response.status, headers: response.headers, body: Object(await response.json()) };
}

const submit = async (endpoint: string, body: object, query = ''): Promise<Told> => await ask(`${sandbox.baseUrls.fal}/${endpoint}${query}`, 'POST', body);
const links = ({ body }: Told): { status: string; response: string; cancel: string } => ({ status: String(body.status_url), response: String(body.response_url), cancel: String(body.cancel_url) });
const veo = 'fal-ai/veo3.1';
const cat = { prompt: 'a cat' };

it('makes a video: taken, 202 while it runs, 200 when it is done, and the result by a request of its own', async () => {
	const taken = await submit('fal-ai/veo3.1/fast', { prompt: 'a cat', duration: '8s', resolution: '720p', aspect_ratio: '9:16', seed: 42, generate_audio: false });
	expect(taken.status).toBe(200);
	const { request_id: id } = taken.body;
	const { status, response, cancel } = links(taken);
	expect(response).toBe(`${sandbox.baseUrls.fal}/fal-ai/veo3.1/requests/${String(id)}`);
	expect([status, cancel]).toEqual([`${response}/status`, `${response}/cancel`]);
	expect(await ask(status)).toMatchObject({ status: 202, body: { status: 'IN_QUEUE', request_id: id, queue_position: 0 } });
	expect(await ask(response)).toMatchObject({ status: 400, body: { detail: 'Request is still in progress' } });
	sandbox.clock.advance(30_000);
	const running = await ask(`${status}?logs=1`);
	expect(running).toMatchObject({ status: 202, body: { status: 'IN_PROGRESS', logs: [{ message: expect.any(String) }] } });
	expect(running.body).not.toHaveProperty('queue_position');
	sandbox.clock.advance(30_000);
	const ended = await ask(status);
	expect(ended).toMatchObject({ status: 200, body: { status: 'COMPLETED', response_url: response, metrics: { inference_time: 60 } } });
	expect(ended.body).not.toHaveProperty('error');
	const result = await ask(response);
	expect(result).toMatchObject({ status: 200, body: { video: { content_type: 'video/mp4', file_name: 'output.mp4' }, seed: 42 } });
	expect(result.headers.get('x-fal-request-id')).toBe(id);
	expect(result.headers.get('x-fal-billable-units')).toBe('8');
	const url = isRecord(result.body.video) ? String(result.body.video.url) : '';
	expect((await readMp4(await (await fetch(url)).arrayBuffer())).videoTracks).toMatchObject([{ video: { width: 720, height: 1280 } }]);
	expect(sandbox.creates).toMatchObject([{ provider: 'fal', jobId: `fal-ai/veo3.1/requests/${String(id)}` }]);
});

it('addresses a request by owner and app alone, and knows none of another app', async () => {
	const { body } = await submit(`${veo}/fast`, cat);
	const id = String(body.request_id);
	expect((await ask(`${sandbox.baseUrls.fal}/${veo}/requests/${id}/status`)).status).toBe(202);
	expect(await ask(`${sandbox.baseUrls.fal}/${veo}/fast/requests/${id}/status`)).toMatchObject({ status: 404 });
	expect(await ask(`${sandbox.baseUrls.fal}/minimax/h3/requests/${id}/status`)).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
	expect(await ask(`${sandbox.baseUrls.fal}/${veo}/requests/00000000-0000-0000-0000-000000000000`)).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
});

it('takes the key as Key, and no other way', async () => {
	const url = `${sandbox.baseUrls.fal}/${veo}`;
	expect(await ask(url, 'POST', cat, `Bearer ${sandbox.apiKeys.fal}`)).toMatchObject({ status: 401, body: { detail: 'bearer: unable to decode issuer' } });
	expect(await ask(url, 'POST', cat, 'Key wrong:wrong')).toMatchObject({ status: 401, body: { detail: 'invalid key credentials' } });
	expect(await ask(`${url}/requests/x/status`, 'GET', undefined, null)).toMatchObject({ status: 401 });
	expect(sandbox.jobs).toEqual([]);
});

it('takes the smallest body of every endpoint that fal publishes', async () => {
	const refused: string[] = [];
	for (const [endpoint, { input }] of Object.entries(falModels)) {
		const taken = await submit(endpoint, smallestBody(input));
		sandbox.clock.advance(60_000);
		const { status } = await ask(links(taken).response);
		if (status !== 200) refused.push(endpoint);
	}
	expect(Object.keys(falModels).length).toBeGreaterThan(100);
	expect(refused).toEqual([]);
});

it.each<[string, string, object]>([
	['missing', 'prompt', {}],
	['literal_error', 'duration', { ...cat, duration: '5s' }],
	['literal_error', 'duration', { ...cat, duration: 8 }],
	['literal_error', 'resolution', { ...cat, resolution: '8k' }],
	['string_type', 'prompt', { prompt: 7 }],
	['boolean_type', 'generate_audio', { ...cat, generate_audio: 'yes' }],
	['integer_type', 'seed', { ...cat, seed: 1.5 }],
	['extra_forbidden', 'lens', { ...cat, lens: '35mm' }],
	['string_too_long', 'prompt', { prompt: 'x'.repeat(20_001) }],
])('a model says %s of %s only once the request has run', async (type, field, body) => {
	const taken = await submit(veo, body);
	expect(taken.status).toBe(200);
	sandbox.clock.advance(60_000);
	const ended = await ask(links(taken).status);
	expect(ended).toMatchObject({ status: 200, body: { status: 'COMPLETED' } });
	expect(ended.body).not.toHaveProperty('error');
	const result = await ask(links(taken).response);
	expect(result).toMatchObject({ status: 422, body: { detail: expect.arrayContaining([expect.objectContaining({ loc: ['body', field], type, msg: expect.any(String) })]) } });
	expect(result.headers.get('x-fal-retryable')).toBe('false');
	sandbox.settings.falTellsModelErrors = true;
	expect(await ask(links(taken).status)).toMatchObject({ status: 200, body: { status: 'COMPLETED', error: 'Invalid status code: 422' } });
});

it('newer endpoints take null for what may be left out', async () => {
	for (const [endpoint, status] of [['alibaba/happy-horse/text-to-video', 200], [veo, 422]] as const) {
		const taken = await submit(endpoint, { ...cat, seed: null });
		sandbox.clock.advance(60_000);
		expect((await ask(links(taken).response)).status).toBe(status);
	}
});

it.each([
	['moderation', 422, { detail: [{ loc: ['body', 'prompt'], type: 'content_policy_violation' }] }, null],
	['downstream', 500, { detail: [{ loc: ['body'], type: 'downstream_service_error' }] }, null],
	['internal', 500, { error_type: 'internal_error' }, 'internal_error'],
	['timeout', 504, { detail: 'Request timed out', error_type: 'request_timeout' }, 'request_timeout'],
	['runner', 503, { error_type: 'runner_disconnected' }, 'runner_disconnected'],
])('fails with %s as its documents have it', async (failure, status, body, errorType) => {
	const taken = await submit(veo, { prompt: `[sandbox fail=${failure}]` });
	sandbox.clock.advance(60_000);
	const ended = await ask(links(taken).status);
	expect(ended).toMatchObject({ status: 200, body: { status: 'COMPLETED', ...(errorType === null ? {} : { error: expect.any(String), error_type: errorType }) } });
	const result = await ask(links(taken).response);
	expect(result).toMatchObject({ status, body });
	expect(result.headers.get('x-fal-error-type')).toBe(errorType);
});

it.each([
	['a dead link', () => `${sandbox.url}/cdn/files/none/a.png`, 422],
	['a link', () => sandbox.imageUrl('1280x720'), 200],
	['a data URL', () => `data:image/jpeg;base64,${readFileSync(join(__dirname, 'media/1280x720.jpg')).toString('base64')}`, 200],
	['a data URL of no picture', () => 'data:image/png;base64,bm8=', 422],
])('reads %s', async (_what, link, status) => {
	const taken = await submit('fal-ai/veo3.1/image-to-video', { ...cat, image_url: link() });
	sandbox.clock.advance(60_000);
	const result = await ask(links(taken).response);
	expect(result.status).toBe(status);
	if (status === 422) expect(result.body).toMatchObject({ detail: [{ type: 'file_download_error', loc: ['body', 'image_url'] }] });
});

it.each([
	['an hour', 0, 3_600_000],
	['six minutes where it is large', 10_000, 360_000],
])('keeps a result for %s', async (_time, bytes, keptMs) => {
	sandbox.settings.falResultBytes = bytes;
	const taken = await submit(veo, cat);
	sandbox.clock.advance(60_000 + keptMs);
	expect((await ask(links(taken).response)).status).toBe(200);
	sandbox.clock.advance(1);
	expect(await ask(links(taken).response)).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
	expect((await ask(links(taken).status)).status).toBe(200);
	sandbox.settings.falForgets = 'request';
	expect((await ask(links(taken).status)).status).toBe(404);
});

it('cancels what waits and what runs, and nothing that has ended', async () => {
	const waiting = await submit(veo, cat);
	expect(await ask(links(waiting).cancel, 'PUT')).toMatchObject({ status: 200, body: { status: 'OK' } });
	const running = await submit(veo, cat);
	sandbox.clock.advance(30_000);
	expect(await ask(links(running).cancel, 'PUT')).toMatchObject({ status: 202, body: { status: 'CANCELLATION_REQUESTED' } });
	for (const taken of [waiting, running]) {
		expect(await ask(links(taken).status)).toMatchObject({ status: 200, body: { status: 'COMPLETED', error_type: 'client_cancelled' } });
		expect((await ask(links(taken).response)).status).toBe(499);
		expect(await ask(links(taken).cancel, 'PUT')).toMatchObject({ status: 400, body: { status: 'ALREADY_COMPLETED' } });
	}
	sandbox.settings.falStopsWhenAsked = false;
	const stubborn = await submit(veo, cat);
	sandbox.clock.advance(30_000);
	expect((await ask(links(stubborn).cancel, 'PUT')).status).toBe(202);
	sandbox.clock.advance(30_000);
	expect((await ask(links(stubborn).response)).status).toBe(200);
	expect(await ask(links(stubborn).cancel.replace(/requests\/[^/]+/, 'requests/none'), 'PUT')).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
});

it('refuses what the queue refuses', async () => {
	expect((await submit('fal-ai/sora-3', cat)).status).toBe(404);
	expect((await submit(veo, cat, '?webhook=x')).status).toBe(400);
	await submit(veo, cat);
	expect((await submit(veo, cat, '?fal_max_queue_length=1')).status).toBe(200);
	expect((await submit(veo, cat, '?fal_max_queue_length=1')).status).toBe(429);
	sandbox.settings.withdrawnModels = [veo];
	expect((await submit(veo, cat)).status).toBe(404);
	expect(sandbox.jobs).toHaveLength(2);
});

it.each([
	['401', 401, { detail: 'invalid key credentials' }, 0],
	['403credits', 403, { detail: expect.stringContaining('Exhausted balance') }, 0],
	['429', 429, { error_type: 'concurrent_requests_limit' }, 0],
	['500', 500, { error_type: 'internal_error' }, 1],
	['503', 503, { error_type: 'runner_scheduling_failure' }, 1],
])('fails a create with %s', async (kind, status, body, jobs) => {
	expect(await submit(veo, { prompt: `[sandbox create=${kind}]` })).toMatchObject({ status, body });
	expect(sandbox.jobs).toHaveLength(jobs);
});

it('a fault of the status comes once for the status and once for the result', async () => {
	const taken = await submit(veo, { prompt: '[sandbox status=503:1]' });
	sandbox.clock.advance(60_000);
	const { status, response } = links(taken);
	expect([(await ask(status)).status, (await ask(status)).status]).toEqual([503, 200]);
	expect([(await ask(response)).status, (await ask(response)).status]).toEqual([503, 200]);
});

it.each([
	['OK', 'a cat', { payload: { video: { content_type: 'video/mp4' } } }],
	['ERROR', '[sandbox fail=moderation]', { error: 'Invalid status code: 422', payload: { detail: [{ type: 'content_policy_violation' }] } }],
	['ERROR', '[sandbox fail=runner]', { error: 'Invalid status code: 503', payload: { error_type: 'runner_disconnected' } }],
])('calls back %s, signed by a key that it publishes', async (word, prompt, more) => {
	const taken = await submit(veo, { prompt }, `?fal_webhook=${encodeURIComponent(hook)}`);
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	const { request_id: id } = taken.body;
	expect(callback).toMatchObject({ path: '/video?token=1', body: { request_id: id, gateway_request_id: id, status: word, ...more } });
	const header = (name: string): string => String(callback?.headers[`x-fal-webhook-${name}`]);
	expect(header('request-id')).toBe(id);
	const raw = callback?.raw ?? '';
	const { body } = await ask(`${sandbox.baseUrls.falFiles}/.well-known/jwks.json`, 'GET', undefined, null);
	const keys = (Array.isArray(body.keys) ? body.keys : []).map((key) => createPublicKey({ key, format: 'jwk' }));
	const signed = (text: string, time = header('timestamp')): boolean => {
		const lines = [header('request-id'), header('user-id'), time, createHash('sha256').update(text).digest('hex')];
		return keys.some((key) => verify(null, Buffer.from(lines.join('\n')), key, Buffer.from(header('signature'), 'hex')));
	};
	expect(keys).toHaveLength(2);
	expect(signed(raw)).toBe(true);
	expect(signed(`${raw} `)).toBe(false);
	expect(signed(raw, String(Number(header('timestamp')) + 1))).toBe(false);
	expect(sandbox.leaks).toEqual([]);
});

it('signs as others computed it by the documented scheme', () => {
	const raw = '{"request_id":"req-1","status":"OK","payload":{"video":{"url":"https://v3.fal.media/x.mp4"}}}';
	expect(signFal({ requestId: 'req-1', userId: 'user-1', timestamp: '1790000000', raw })).toBe(
		'8220cfec8a225ffcd5c20478db59b8eb3dec165bda58720fe72726c82efad8f1c85b15c4f5f5d5537bff56899a20fa19fa4241dcc5658fb744bb03a69c557d0c',
	);
});

async function tried(count: number): Promise<void> {
	const end = Date.now() + 5000;
	while (sandbox.callbacks.length < count && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('calls again until it is taken, never after a redirect, and not to a private address', async () => {
	sandbox.clock.speed = 1000;
	receiver.answers.push(500, 503);
	await submit(veo, cat, `?fal_webhook=${encodeURIComponent(hook)}`);
	const callbacks = await receiver.next(3);
	expect(new Set(callbacks.map(({ raw }) => raw)).size).toBe(1);
	await tried(3);
	expect(sandbox.callbacks.map(({ status }) => status)).toEqual([500, 503, 200]);
	receiver.answers.push(302);
	await submit(veo, cat, `?fal_webhook=${encodeURIComponent(hook)}`);
	await submit(veo, cat, '?fal_webhook=https%3A%2F%2F10.0.0.1%2F');
	await tried(4);
	sandbox.clock.advance(3_600_000);
	await new Promise((resolve) => setTimeout(resolve, 60));
	expect(sandbox.callbacks.map(({ status }) => status)).toEqual([500, 503, 200, 302]);
});

it('gives up calling once the result is gone', async () => {
	sandbox.settings.falResultBytes = 10_000;
	receiver.answers.push(...Array.from({ length: 40 }, () => 500));
	await submit(veo, cat, `?fal_webhook=${encodeURIComponent(hook)}`);
	sandbox.clock.advance(60_000);
	// 5, 10, 20, 40 and 80 s after one another, then 120 s: the next would come after six minutes.
	for (const [count, delay] of [5, 10, 20, 40, 80, 120].entries()) {
		await tried(count + 1);
		sandbox.clock.advance(delay * 1000);
	}
	await tried(7);
	sandbox.clock.advance(3_600_000);
	await new Promise((resolve) => setTimeout(resolve, 60));
	expect(sandbox.callbacks.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 500));
});

it('lists models without a key, page by page, with their OpenAPI where asked', async () => {
	const api = `${sandbox.baseUrls.falApi}/v1/models`;
	const ids: string[] = [];
	let cursor: unknown = '';
	do {
		const { status, body } = await ask(`${api}?category=text-to-video&status=active&limit=10&cursor=${String(cursor)}`, 'GET', undefined, null);
		expect(status).toBe(200);
		const models: unknown[] = Array.isArray(body.models) ? body.models : [];
		ids.push(...models.map((model) => String(Object(model).endpoint_id)));
		expect(models.length).toBeLessThanOrEqual(10);
		expect(body.has_more).toBe(body.next_cursor !== null);
		cursor = body.next_cursor;
	} while (cursor !== null);
	expect(ids).toEqual(expect.arrayContaining(['fal-ai/veo3.1', 'bytedance/seedance-2.0/text-to-video', 'minimax/h3/text-to-video', 'xai/grok-imagine-video/text-to-video']));
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).not.toContain('fal-ai/veo3.1/image-to-video');
	expect(ids).not.toContain('fal-ai/flux/dev');
	const { body } = await ask(`${api}?endpoint_id=alibaba/happy-horse/text-to-video,fal-ai/veo3.1/image-to-video&expand=openapi-3.0`);
	expect(body.models).toMatchObject([
		{ endpoint_id: 'alibaba/happy-horse/text-to-video', openapi: { paths: { '/alibaba/happy-horse/text-to-video': { post: expect.anything() } } } },
		{ endpoint_id: 'fal-ai/veo3.1/image-to-video', metadata: { category: 'image-to-video', status: 'active' } },
	]);
	const text = JSON.stringify(body);
	expect(text).toContain('"x-fal-order-properties":["prompt","aspect_ratio","duration","negative_prompt"');
	expect(text).toContain('{"title":"Seed","anyOf":[{"type":"number"},{"type":"null"}]}');
	expect((await ask(`${api}?page=2`)).body).toMatchObject({ error: { type: 'validation_error' } });
});

it('tells prices to who has a key, which so proves itself', async () => {
	const url = `${sandbox.baseUrls.falApi}/v1/models/pricing?endpoint_id=fal-ai/flux/dev`;
	expect(await ask(url)).toMatchObject({ status: 200, body: { prices: [{ endpoint_id: 'fal-ai/flux/dev', unit_price: 0.025, unit: 'megapixels', currency: 'USD' }] } });
	expect(await ask(url, 'GET', undefined, 'Key wrong')).toMatchObject({ status: 401, body: { error: { type: 'authorization_error' } } });
	expect(await ask(`${url}&endpoint_id=${veo}`)).toMatchObject({ body: { prices: [{ unit: 'megapixels' }, { endpoint_id: veo, unit: 'seconds' }] } });
	expect((await ask(url.replace('flux/dev', 'none'))).status).toBe(404);
	expect((await ask(url.replace(/\?.*/, ''))).status).toBe(400);
});

it('takes a file that was announced with the key, sent without it', async () => {
	const picture = readFileSync(join(__dirname, 'media/1280x720.jpg'));
	const initiate = `${sandbox.baseUrls.falFiles}/storage/upload/initiate?storage_type=fal-cdn-v3`;
	const wanted = { content_type: 'image/jpeg', file_name: 'first.jpg' };
	expect((await ask(initiate, 'POST', wanted, 'Key wrong')).status).toBe(401);
	const { body } = await ask(initiate, 'POST', wanted);
	const [upload, link] = [String(body.upload_url), String(body.file_url)];
	expect((await fetch(link)).status).toBe(404);
	const put = async (headers: Record<string, string>): Promise<number> => (await fetch(upload, { method: 'PUT', headers, body: new Uint8Array(picture) })).status;
	expect(await put({ 'content-type': 'image/jpeg', authorization: `Key ${sandbox.apiKeys.fal}` })).toBe(400);
	expect(sandbox.leaks).toHaveLength(1);
	expect(await put({ 'content-type': 'image/png' })).toBe(403);
	expect(await put({ 'content-type': 'image/jpeg' })).toBe(200);
	expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(picture)).toBe(true);
	expect((await ask(initiate.replace('fal-cdn-v3', 'gcs'), 'POST', wanted)).status).toBe(422);
});

it('is switched over /control', async () => {
	const wanted = { falTellsModelErrors: true, falStopsWhenAsked: false, falForgets: 'request', falResultBytes: 9, kieWebhookKey: null, kieCreateLimit: 0, kieHttpErrors: true, kieFieldCode: 500, kieRecordDelay: 3 };
	expect(await ask(`${sandbox.url}/control/settings`, 'POST', wanted, null)).toMatchObject({ status: 200, body: wanted });
	expect(sandbox.settings).toMatchObject(wanted);
});
