import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { aVideoJob, createBody, createRequest, httpFailure, imageLink, read, readFailure } from '../fixtures';
import { aimlApiModels, awkwardIds, legalRequests, placedImage } from './documentedModels';

/** Seed 002, "Response". */
const id = 'video_68e57b98ad70819182a47a135a5fbcc407c36053d7b22880:openai/sora-2-pro-i2v';
const videoUrl =
	'https://cdn.aimlapi.com/generations/hedgehog/1759870057414-7a63e416-a2c0-4497-a55a-11665b7e1c17.mp4';

describe('AI/ML API create', () => {
	it('goes to POST /v2/video/generations of the base URL', () => {
		const { method, base, path } = createRequest(aimlApi);
		expect({ method, base, path }).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/v2/video/generations',
		});
	});

	it('is the JavaScript example of the page, field by field', () => {
		expect(
			createBody(
				aimlApi,
				{
					model: 'openai/sora-2-pro-i2v',
					prompt: 'She turns around and smiles, then slowly walks out of the frame.',
				},
				imageLink,
			),
		).toStrictEqual({
			model: 'openai/sora-2-pro-i2v',
			prompt: 'She turns around and smiles, then slowly walks out of the frame.',
			image_url: imageLink,
		});
	});

	it.each(legalRequests(aimlApiModels, ''))('%s', (_name, request) => {
		const imageUrl = placedImage(request);
		expect(createBody(aimlApi, request, imageUrl)).toStrictEqual({
			model: request.model,
			prompt: 'A cat playing piano',
			resolution: request.resolution,
			aspect_ratio: request.aspectRatio,
			duration: request.duration,
			...(imageUrl !== null && { image_url: imageUrl }),
		});
	});

	it.each([4, 8, 12])('duration %i is a JSON number', (duration) => {
		expect(JSON.stringify(createBody(aimlApi, { duration }))).toContain(`"duration":${duration}`);
	});

	it('takes an image as Base64 in a data URL', () => {
		const dataUrl = 'data:image/png;base64,iVBORw0KGgo=';
		expect(createBody(aimlApi, { model: 'openai/sora-2-i2v' }, dataUrl)).toHaveProperty('image_url', dataUrl);
		expect(aimlApi.imageTransport).toBe('inline');
	});

	it.each(['google/veo-3.1-t2v', 'kling-video/v2.1/master', 'Some Model:1', 'constructor'])(
		'an unknown model goes through as it is: %s',
		(model) => {
			expect(createBody(aimlApi, { model, duration: 5, resolution: '1080p' }, imageLink)).toStrictEqual({
				model,
				prompt: 'A cat playing piano',
				image_url: imageLink,
				resolution: '1080p',
				duration: 5,
			});
		},
	);

	it('sends no callback and no remix, which it has no field for', () => {
		const body = createBody(aimlApi, { callbackUrl: 'https://n8n.example.com/webhook/1', remixOf: 'video_1' });
		expect(JSON.stringify(body)).not.toMatch(/callback|remix|video_1|n8n\.example/);
	});

	it('merges additional fields: new ones, replaced ones, and null to take one out', () => {
		expect(
			createBody(aimlApi, {
				model: 'google/veo-3.1-t2v',
				additionalBody: { seed: 7, duration: 8, resolution: null, nested: { keep: null } },
			}),
		).toStrictEqual({
			model: 'google/veo-3.1-t2v',
			prompt: 'A cat playing piano',
			duration: 8,
			seed: 7,
			nested: { keep: null },
		});
	});

	it('changes neither the request nor what is added', () => {
		const additionalBody = Object.freeze({ seed: 7, resolution: null });
		expect(createBody(aimlApi, { additionalBody })).toHaveProperty('seed', 7);
		expect(additionalBody).toStrictEqual({ seed: 7, resolution: null });
	});
});

it('AI/ML API jobs are expected after 80 to 90 seconds, as the page of sora-2-pro-t2v says', () => {
	for (const { usualSeconds } of aimlApi.models) {
		expect(usualSeconds).toBeGreaterThanOrEqual(80);
		expect(usualSeconds).toBeLessThanOrEqual(90);
	}
});

describe('AI/ML API status request', () => {
	it.each(awkwardIds)('%s', (_name, jobId, encoded) => {
		expect(aimlApi.writeStatus(jobId)).toStrictEqual({
			method: 'GET',
			base: 'baseUrl',
			path: `/v2/video/generations?generation_id=${encoded}`,
		});
	});

	it('takes any id', () => {
		expect(aimlApi.checkJobId(id)).toBeNull();
		expect(aimlApi.checkJobId('gen-1')).toBeNull();
	});
});

describe('AI/ML API readJob', () => {
	it('reads the completed sample of the page', () => {
		const job = read(aimlApi, { id, status: 'completed', video: { url: videoUrl } });
		expect(job).toStrictEqual(aVideoJob({
			provider: 'aimlApi',
			id,
			model: 'openai/sora-2-pro-i2v',
			status: 'completed',
			rawStatus: 'completed',
			progress: job.progress,
			videoUrl,
			videoUrls: [videoUrl],
		}));
		expect([null, 100]).toContain(job.progress);
	});

	it('tells what the video cost in USD, where the model states it', () => {
		const usage = { credits_used: 120000, usd_spent: 0.06 };
		expect(read(aimlApi, { id, status: 'completed', video: { url: videoUrl }, meta: { usage } })).toMatchObject({ usage, costUsd: 0.06 });
		expect(read(aimlApi, { id, status: 'completed', video: { url: videoUrl }, meta: { usage: { credits_used: 1 } } })).toMatchObject({ costUsd: null });
	});

	it('reads an answer to a create, with what is known besides', () => {
		const createdAt = '2026-11-20T12:00:00.000Z';
		expect(
			read(
				aimlApi,
				{ id: 'gen-1', status: 'queued', video: null, error: null, meta: null },
				{ model: 'openai/sora-2-t2v', createdAt },
			),
		).toStrictEqual(aVideoJob({
			provider: 'aimlApi',
			id: 'gen-1',
			model: 'openai/sora-2-t2v',
			status: 'queued',
			rawStatus: 'queued',
			createdAt,
		}));
	});

	it.each([
		['queued', 'queued'],
		['waiting', 'queued'],
		['generating', 'processing'],
		['active', 'processing'],
		['dreaming', 'processing'],
		['completed', 'completed'],
		['error', 'failed'],
		['failed', 'failed'],
		['rendering', 'processing'],
	])('status %s is %s', (rawStatus, status) => {
		expect(read(aimlApi, { id, status: rawStatus })).toMatchObject({ status, rawStatus });
	});

	it('an order that goes back (generating, queued, queued, completed) is four readings of it', () => {
		const seen = ['generating', 'queued', 'queued', 'completed'].map(
			(status) => read(aimlApi, { id, status }).status,
		);
		expect(seen).toEqual(['processing', 'queued', 'queued', 'completed']);
	});

	it.each([
		['id', { id: 'a', status: 'queued' }, 'a'],
		['generation_id', { generation_id: 'b', status: 'queued' }, 'b'],
		['id before generation_id', { id: 'a', generation_id: 'b', status: 'queued' }, 'a'],
		['id null, generation_id given', { id: null, generation_id: 'b', status: 'queued' }, 'b'],
		['id as a number', { id: 123, status: 'queued' }, '123'],
	])('%s', (_name, body, expected) => {
		expect(read(aimlApi, body).id).toBe(expected);
	});

	it('an id without a status is a job that goes on', () => {
		expect(read(aimlApi, { generation_id: 'b' })).toMatchObject({
			id: 'b',
			status: 'processing',
			rawStatus: null,
		});
	});

	it('a status alone is a job where its id is known', () => {
		expect(read(aimlApi, { status: 'generating' }, { id: 'asked' }).id).toBe('asked');
	});

	it.each([
		['meta.usage', { usage: { credits_used: 1200 } }, { credits_used: 1200 }],
		['meta.usage null', { usage: null }, null],
		['meta null', null, null],
		['no meta', undefined, null],
	])('usage from %s', (_name, meta, usage) => {
		expect(read(aimlApi, { id, status: 'completed', meta }).usage).toStrictEqual(usage);
	});

	it.each([
		['video null', null],
		['video missing', undefined],
		['video without url', {}],
		['url null', { url: null }],
		['url no http link', { url: 'ftp://cdn.aimlapi.com/a.mp4' }],
		['url data', { url: 'data:video/mp4;base64,AAAA' }],
	])('%s holds no link', (_name, video) => {
		expect(read(aimlApi, { id, status: 'completed', video })).toMatchObject({
			videoUrl: null,
			videoUrls: [],
		});
	});

	it.each([
		['object', { name: 'ModerationError', message: 'Blocked by content policy' }, 'ModerationError', 'Blocked by content policy'],
		['text', 'Generation timeout', null, 'Generation timeout'],
		['name only', { name: 'InternalError' }, 'InternalError', 'InternalError'],
		['missing', undefined, null, ''],
		['null', null, null, ''],
		['number', 5, null, '5'],
	])('error as %s', (_name, error, code, message) => {
		const failure = readFailure(aimlApi, { id, status: 'error', error });
		expect(failure.message).toContain(message);
		expect(failure.message).toContain(id);
		expect(failure.message).toContain('AI/ML API');
		if (code !== null) expect(failure.code).toBe(code);
		expect(failure.code).not.toBe('');
	});

	it.each(['queued', 'generating', 'completed'])('an error beside status %s is no failure', (status) => {
		expect(read(aimlApi, { id, status, error: null }).failure).toBeNull();
	});

	it.each([
		['null', null],
		['undefined', undefined],
		['text', 'queued'],
		['HTML', '<!doctype html><title>502 Bad Gateway</title>'],
		['number', 5],
		['truth', true],
		['list', [{ id: 'a', status: 'queued' }]],
		['empty object', {}],
		['status without id', { status: 'queued' }],
		['id empty', { id: '', status: 'queued' }],
		['id an object', { id: {}, status: 'queued' }],
		['model list', { object: 'list', data: [{ id: 'openai/sora-2-t2v' }] }],
		['legacy error', { message: 'Too Many Requests', path: '/v2/video/generations', statusCode: '429' }],
	])('%s holds no job', (_name, body) => {
		expect(aimlApi.readJob(body, {})).toBeNull();
	});

	it.each([
		['null', null],
		['HTML', '<!doctype html>'],
		['empty object', {}],
		['list', []],
		['legacy error', { message: 'Too Many Requests', path: '/v2/video/generations', statusCode: '429' }],
		[
			'problem+json, whose status is an HTTP status',
			{ title: 'Not Found', status: 404, message: 'No such generation', error: { name: 'NotFound', message: 'No such generation' } },
		],
	])('%s holds no job, though its id is known', (_name, body) => {
		expect(aimlApi.readJob(body, { id: 'asked' })).toBeNull();
	});
});

describe('AI/ML API readError', () => {
	const multiLine = "Body validation error\nInvalid enum value. Expected 'a' | 'b', received 'c'";

	it('problem+json: error.message goes first', () => {
		const complaint = aimlApi.readError(
			{
				title: 'Bad Request',
				status: 400,
				message: 'outer',
				instance: '/v2/video/generations',
				timestamp: '2026-08-30T00:00:00Z',
				error: { name: 'ValidationError', message: 'inner' },
			},
			400,
		);
		expect(complaint.code).toBe('ValidationError');
		expect(complaint.message).toBe('inner');
	});

	it.each([
		['error.message', { error: { message: 'a' }, message: 'b', title: 'c' }, 'a'],
		['message', { message: 'b', title: 'c' }, 'b'],
		['message, where error holds none', { error: { name: 'X' }, message: 'b', title: 'c' }, 'b'],
		['title', { title: 'c' }, 'c'],
		['error as text', { error: 'd' }, 'd'],
		['legacy', { message: 'Too Many Requests', path: '/v2', statusCode: '429', timestamp: '2026-01-01T00:00:00Z' }, 'Too Many Requests'],
	])('message from %s', (_name, body, message) => {
		expect(aimlApi.readError(body, 429).message).toBe(message);
	});

	it('no message from HTML, which no message should quote', () => {
		expect(aimlApi.readError('<!doctype html><title>502 Bad Gateway</title>', 502).message).toBeNull();
	});

	it('message from raw text', () => {
		expect(aimlApi.readError('Service is busy', 503).message).toBe('Service is busy');
	});

	it.each([
		['problem+json', { title: 'Forbidden', message: 'No', requestId: 'req-4711', error: { name: 'X', message: 'No' } }],
		['legacy', { message: 'No', path: '/v2', requestId: 'req-4711', statusCode: '400' }],
	])('the request id is told, for the support (%s)', (_name, body) => {
		expect(httpFailure(aimlApi, body, 400).message).toContain('req-4711');
	});

	it('the 400 message of several lines is kept verbatim', () => {
		const body = { message: multiLine, path: '/v2/video/generations', statusCode: '400' };
		expect(aimlApi.readError(body, 400).message).toBe(multiLine);
		expect(httpFailure(aimlApi, body, 400).message).toContain(multiLine);
	});

	it.each([
		[400, multiLine, 'invalidInput', false],
		[403, "You've run out of credits. Please top up your balance", 'quota', false],
		[403, 'Forbidden', 'quota', false],
		[403, '', 'quota', false],
		[404, 'Not Found', 'invalidInput', false],
		[429, 'Too Many Requests', 'rateLimit', true],
		[500, 'Internal server error', 'provider', true],
		[500, 'The model is under maintenance', 'provider', true],
		[502, 'Bad Gateway', 'provider', true],
		[503, 'Service Unavailable', 'provider', true],
		[504, 'Generation timeout', 'provider', true],
	])('HTTP %i "%s" is %s, retryable %s', (status, message, category, retryable) => {
		expect(httpFailure(aimlApi, { message, statusCode: String(status) }, status)).toMatchObject({
			category,
			retryable,
		});
	});

	it('a wrong key is nothing to try again with', () => {
		const failure = httpFailure(aimlApi, { message: 'This request requires a valid API key' }, 401);
		expect(failure.retryable).toBe(false);
		expect(failure.category).not.toBe('quota');
	});
});

describe('AI/ML API key test', () => {
	it('asks for the balance, the legacy one where the new one is absent', () => {
		expect(aimlApi.keyTests.map(({ method, base, path }) => `${method} ${base} ${path}`)).toEqual([
			'GET baseUrl /v2/billing',
			'GET baseUrl /v1/billing/balance',
		]);
		expect(aimlApi.keyTests[0]?.absent).toContain(404);
		expect(aimlApi.keyTests.flatMap(({ passes }) => passes ?? [])).not.toContain(401);
	});

	it.each([
		['new, sample of 1.1', 0, { current_balance: 12.5, currency: 'USD' }, true],
		['new, no credits left', 0, { current_balance: 0, currency: 'USD' }, true],
		['new, another server', 0, { ok: true }, false],
		['new, error', 0, { message: 'This request requires a valid API key' }, false],
		['legacy, sample of 1.1', 1, { balance: 1200, lowBalance: false, status: 'current' }, true],
		['legacy, another server', 1, { ok: true }, false],
	])('knows the answer for its own: %s', (_name, index, body, expected) => {
		expect(aimlApi.keyTests[index]?.shows(body)).toBe(expected);
	});
});
