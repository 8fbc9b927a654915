import { offer } from '../../../nodes/SoraVideo/models/panel';
import { endedWithoutVideo } from '../../../nodes/SoraVideo/providers/endedWithoutVideo';
import { findJob } from '../../../nodes/SoraVideo/providers/findJob';
import { waveSpeed } from '../../../nodes/SoraVideo/providers/waveSpeed';
import { aRequest, aVideoJob, createRequest, httpFailure, imageLink, problemsOf, read, readFailure } from '../fixtures';
import { awkwardIds } from './documentedModels';

const id = '6d1b3e0fd5e14f3b8d7a8a2d1f6f4f0c';
const model = 'bytedance/seedance-2.0/text-to-video-turbo';
const video = 'https://d1q70pf5vjeyhc.cloudfront.net/predictions/1.mp4';

/** The pages' answers. */
const prediction = { id, model, outputs: [], urls: { get: `https://api.wavespeed.ai/api/v3/predictions/${id}/result` }, has_nsfw_contents: [], status: 'created', created_at: '2026-11-20T12:00:00.000Z', error: '' };
const completed = { ...prediction, status: 'completed', outputs: [video], has_nsfw_contents: [false], timings: { inference: 60_000 } };
const envelope = (data: unknown) => ({ code: 200, message: 'success', data });

describe('WaveSpeed create', () => {
	it('has the model and the callback in its path', () => {
		const asked = { model, duration: 8, resolution: '720p', aspectRatio: '9:16', callbackUrl: 'https://n8n.example.com/webhook/1?a=b&c=d' };
		expect(createRequest(waveSpeed, asked, imageLink)).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: `/api/v3/${model}?webhook=https%3A%2F%2Fn8n.example.com%2Fwebhook%2F1%3Fa%3Db%26c%3Dd`,
			body: { prompt: 'A cat playing piano', duration: 8, resolution: '720p', aspect_ratio: '9:16', image: imageLink },
		});
	});

	it('a model that a path would misread stays one', () => {
		expect(createRequest(waveSpeed, { model: 'a b/c?webhook=x#y' }).path).toBe('/api/v3/a%20b/c%3Fwebhook%3Dx%23y');
	});

	it('merges additional fields: new ones, replaced ones, and null to take one out', () => {
		const additionalBody = { seed: 7, resolution: null, duration: 6 };
		expect(createRequest(waveSpeed, { model, resolution: '720p', duration: 4, additionalBody }).body).toStrictEqual({ prompt: 'A cat playing piano', duration: 6, seed: 7 });
	});

	it('remixes nothing', () => {
		expect(problemsOf(waveSpeed, aRequest({ remixOf: id })).join()).toContain("WaveSpeed can't remix");
	});
});

describe('WaveSpeed status requests', () => {
	it.each([['sample', id, id] as const, ...awkwardIds])('%s', (_name, jobId, encoded) => {
		expect(waveSpeed.writeStatus(jobId)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/api/v3/predictions/${encoded}/result` });
	});

	it('cancels nothing', () => {
		expect(waveSpeed.cancel).toBeUndefined();
	});
});

describe('WaveSpeed statusOf', () => {
	it.each([
		[200, envelope(prediction), 200],
		[200, { code: 400, message: 'property "prompt" is missing' }, 400],
		[200, { code: '401', message: 'invalid authentication' }, 401],
		[200, { code: 429, message: 'Too Many Requests' }, 429],
		[200, { code: 503, message: 'unavailable' }, 503],
		// No HTTP status, so nothing says that nothing was created.
		[200, { code: 1402, message: 'Failed to download image' }, 500],
		[200, { code: 302, message: 'elsewhere' }, 500],
		[404, { code: 200, message: 'success' }, 404],
		[500, { code: 400, message: 'no' }, 500],
		// A prediction without its envelope has a code of its own.
		[200, { ...prediction, status: 'failed', code: 1402 }, 200],
		[200, { message: 'no code' }, 200],
		[200, '<html>', 200],
		[200, null, 200],
	])('HTTP %i with %j is %i', (httpStatus, body, status) => {
		expect(waveSpeed.statusOf?.(body, httpStatus)).toBe(status);
	});

	it('a job that stands beside another code is not lost', () => {
		expect(findJob(waveSpeed, 400, { code: 400, message: 'late', data: prediction }, {})).toMatchObject({ id });
		expect(findJob(waveSpeed, 400, { code: 400, message: 'no', data: null }, {})).toBeNull();
	});
});

describe('WaveSpeed readJob', () => {
	it('reads the answer to a create', () => {
		expect(read(waveSpeed, envelope(prediction))).toStrictEqual(aVideoJob({
			provider: 'waveSpeed',
			id,
			model,
			status: 'queued',
			rawStatus: 'created',
			createdAt: '2026-11-20T12:00:00.000Z',
		}));
	});

	it('reads a completed job, also with the code of success', () => {
		for (const data of [completed, { ...completed, code: 0 }]) {
			expect(read(waveSpeed, envelope(data))).toMatchObject({ status: 'completed', progress: 100, videoUrls: [video], failure: null });
		}
	});

	it.each([
		['created', 'queued'],
		['processing', 'processing'],
		['completed', 'completed'],
		['failed', 'failed'],
		['cancelled', 'cancelled'],
		['timeout', 'failed'],
		['no such word', 'processing'],
	])('status %s is %s', (raw, status) => {
		expect(read(waveSpeed, envelope({ ...prediction, status: raw }))).toMatchObject({ status, rawStatus: raw });
	});

	it.each([
		[1200, 'The content contains sensitive information.', 'moderation', false],
		[1400, 'A required parameter is missing.', 'invalidInput', false],
		[1401, 'The parameter value is invalid.', 'invalidInput', false],
		[1402, 'Failed to download image from the provided URL.', 'invalidInput', false],
		[1403, 'The task could not be completed.', 'provider', true],
		[1405, 'The task execution failed.', 'provider', true],
		[5000, 'An internal error occurred.', 'provider', true],
		[5003, 'The service is temporarily unavailable.', 'provider', true],
		[5004, 'The request timed out.', 'provider', true],
	])('code %i, "%s": %s', (code, error, category, retryable) => {
		const failure = readFailure(waveSpeed, envelope({ ...prediction, status: 'failed', code, error }));
		expect(failure).toMatchObject({ code: String(code), category, retryable });
		expect(failure.message).toContain(`WaveSpeed job ${id} failed (${code}, ${error.slice(0, -1)})`);
	});

	it('says of a cancelled job that it was, whatever its code', () => {
		const failure = readFailure(waveSpeed, envelope({ ...prediction, status: 'cancelled', code: 1405, error: 'The task was cancelled.' }));
		expect(failure).toMatchObject({ category: 'cancelled', retryable: false });
	});

	it('tells a video that is held back for its content, and one that is not', () => {
		for (const wrap of [envelope, (data: unknown) => data]) {
			const heldBack = wrap({ ...completed, outputs: [], has_nsfw_contents: [true] });
			expect(endedWithoutVideo(waveSpeed, read(waveSpeed, heldBack), heldBack)?.failure).toMatchObject({ category: 'moderation', retryable: false });
			const had = wrap({ ...completed, has_nsfw_contents: [true] });
			expect(read(waveSpeed, had)).toMatchObject({ status: 'completed', videoUrls: [video], failure: null });
			const empty = wrap({ ...completed, outputs: [], has_nsfw_contents: [false] });
			expect(endedWithoutVideo(waveSpeed, read(waveSpeed, empty), empty)?.failure).toMatchObject({ code: 'no_video', category: 'unknown' });
		}
	});

	it.each([[{ code: 404, message: 'prediction not found' }], [envelope([])], [envelope(null)], [null], ['x'], [envelope([completed])]])('finds no job in %j', (body) => {
		expect(waveSpeed.readJob(body, {})).toBeNull();
	});
});

describe('WaveSpeed errors', () => {
	it.each([
		[400, 'property "duration" must be at most 15, got 16', 'invalidInput'],
		[400, 'The content contains sensitive information.', 'moderation'],
		[401, 'invalid authentication', 'invalidInput'],
		[402, 'Insufficient credits. Please top up.', 'quota'],
		[404, 'model a/b not found', 'invalidInput'],
		[429, 'Too Many Requests', 'rateLimit'],
		[500, 'internal error', 'provider'],
	])('HTTP %i, "%s": %s', (status, message, category) => {
		const failure = httpFailure(waveSpeed, { code: status, message }, status);
		expect(failure).toMatchObject({ code: String(status), category });
		expect(failure.message).toContain(message.replace(/\.$/, ''));
	});
});

describe('WaveSpeed callbacks', () => {
	it('tell the job itself, read as an answer is', () => {
		for (const data of [completed, { ...prediction, status: 'failed', code: 5000, error: 'No' }]) {
			const claim = waveSpeed.callbacks?.read({ ...data, input: { prompt: 'a cat', video: 'https://example.com/mine.mp4' } });
			expect(claim?.job).toStrictEqual(read(waveSpeed, envelope(data)));
		}
	});

	it.each([[envelope({ id })], [{ id }], [{ type: 'video.completed', data: { id } }], [null], ['x']])('%j is none', (body) => {
		expect(waveSpeed.callbacks?.read(body)).toBeNull();
	});

	it('are signed with a secret that the key gets', () => {
		const scheme = waveSpeed.callbacks?.scheme;
		const from = scheme?.kind === 'hmac' ? scheme.secretFrom : undefined;
		expect(from?.request).toStrictEqual({ method: 'GET', base: 'baseUrl', path: '/api/v3/webhook/secret' });
		expect(from?.read(envelope({ secret: 'whsec_a' }))).toBe('whsec_a');
		expect(from?.read({ code: 401, message: 'No' })).toBeNull();
	});
});

describe('WaveSpeed uploads', () => {
	it('go to its file store', () => {
		expect(waveSpeed.upload?.write('AAAA', 'image/png', 'a.png', 'hash')).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/api/v3/media/upload/binary',
			form: { fields: {}, file: { field: 'file', fileName: 'a.png', mimeType: 'image/png', base64: 'AAAA' } },
		});
		const link = 'https://static.wavespeed.ai/a.png';
		expect(waveSpeed.upload?.readLink(envelope({ type: 'image', download_url: link }))).toBe(link);
		expect(waveSpeed.upload?.readLink({ code: 400, message: 'No' })).toBeNull();
	});
});

describe('WaveSpeed models', () => {
	const schema = { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' }, duration: { type: 'integer', enum: [5, 10] }, resolution: { type: 'string', enum: ['720p', '1080p'] } } };
	const entry = (model_id: string, type?: string) => ({
		model_id,
		type,
		base_price: 0.3,
		api_schema: { api_schemas: [{ type: 'model_info', request_schema: {} }, { type: 'model_run', request_schema: schema }] },
	});

	it('are those that make videos, with what they take', () => {
		const data = [
			entry('a/flux-dev', 'text-to-image'),
			entry('a/one', 'text-to-video'),
			entry('a/two', 'video-to-video'),
			entry('a/captions', 'video-to-text'),
			entry('a/three', 'video-effects'),
			entry('a/wan-2.2-animate', 'digital-human'),
			entry('a/voice', 'text-to-audio'),
			entry('kwaivgi/kling-v3'),
			{ type: 'text-to-video' },
			null,
		];
		const list = waveSpeed.modelList?.read(envelope(data)) ?? [];
		expect(list.map(({ id: each }) => each)).toEqual(['a/one', 'a/two', 'a/three', 'a/wan-2.2-animate', 'kwaivgi/kling-v3']);
		const told = list[0]?.model;
		expect(told && [offer(told, 'duration')?.values, offer(told, 'resolution')?.values]).toEqual([[5, 10], ['720p', '1080p']]);
	});

	it('a model without a schema is listed, and nobody tells what it takes', () => {
		const [listed] = waveSpeed.modelList?.read(envelope([{ model_id: 'a/b', type: 'text-to-video', api_schema: null }])) ?? [];
		expect(listed).toStrictEqual({ id: 'a/b', about: 'text-to-video' });
	});

	it.each([[null], [{}], [{ data: {} }], ['list']])('%j is no list', (body) => {
		expect(waveSpeed.modelList?.read(body)).toBeNull();
	});
});

describe('WaveSpeed prices', () => {
	const create = createRequest(waveSpeed, { model, duration: 8 });

	it('are asked for with the request as it would be sent', () => {
		expect(waveSpeed.prices?.request(create, model)).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/api/v3/model/price',
			body: { model_id: model, inputs: { prompt: 'A cat playing piano', duration: 8 } },
		});
	});

	it.each([
		[envelope({ model_id: model, price: 0.6, currency: 'USD' }), { kind: 'exact', usd: 0.6 }],
		[envelope({ model_id: model, price: 0.6 }), { kind: 'unknown' }],
		[envelope({ model_id: model, price: 0.6, currency: 'CNY' }), { kind: 'unknown' }],
		[envelope({ model_id: model }), { kind: 'unknown' }],
		[{ code: 404, message: 'model not found' }, { kind: 'unknown' }],
		[null, { kind: 'unknown' }],
	])('%j is %j', (body, price) => {
		expect(waveSpeed.prices?.read(body, create, model)).toStrictEqual(price);
	});
});
