import fc from 'fast-check';

import { fal } from '../../../nodes/SoraVideo/providers/fal';
import { findJob } from '../../../nodes/SoraVideo/providers/findJob';
import type { VideoJob } from '../../../nodes/SoraVideo/job/VideoJob';
import { createRequest, httpFailure, read } from '../fixtures';

const baseUrl = 'https://queue.fal.run';
const request = '764cabcf-b745-4b3e-ae38-1200304cf45b';
const model = 'fal-ai/veo3.1/fast/image-to-video';
const id = `fal-ai/veo3.1/requests/${request}`;
/** As its queue answers a create (fal.ai/docs, model-endpoints/queue). */
const taken = {
	request_id: request,
	response_url: `${baseUrl}/${id}`,
	status_url: `${baseUrl}/${id}/status`,
	cancel_url: `${baseUrl}/${id}/cancel`,
	queue_position: 0,
};

describe('creates', () => {
	it('send the model\'s fields alone, to the endpoint that it is', () => {
		const { method, base, path, body } = createRequest(fal, { model, prompt: 'Sea', duration: '8', additionalBody: { lens: '35mm' } });
		expect([method, base, path]).toEqual(['POST', 'baseUrl', `/${model}`]);
		expect(body).toEqual({ prompt: 'Sea', duration: '8', lens: '35mm' });
	});

	it('ask to be called by the query', () => {
		const callbackUrl = 'https://n8n.example.com/webhook/1?a=b&c=d';
		expect(createRequest(fal, { model, callbackUrl }).path).toBe(`/${model}?fal_webhook=${encodeURIComponent(callbackUrl)}`);
	});

	it('keep what a model\'s id may hold in its path', () => {
		expect(createRequest(fal, { model: 'a b/c?d#e' }).path).toBe('/a%20b/c%3Fd%23e');
	});
});

describe('the id of a job', () => {
	const idOf = (body: object, known = {}) => fal.readJob(body, { baseUrl, model, ...known })?.id;

	it.each([
		['by the answer\'s own URL', taken],
		['by that with /response at its end', { ...taken, response_url: `${taken.response_url}/response` }],
		['by endpoint and request, where the URL is missing', { request_id: request, queue_position: 0 }],
		['and where the URL is another server\'s, which the key may not go to', { ...taken, response_url: `https://elsewhere.example/other/app/requests/${request}` }],
		['and where it only begins alike', { ...taken, response_url: `https://queue.fal.run.evil.example/x/y/requests/${request}` }],
	])('is known %s', (_how, body) => {
		expect(idOf(body)).toBe(id);
	});

	it('goes by the URL\'s app where that is another than the endpoint\'s', () => {
		expect(idOf({ ...taken, response_url: `${baseUrl}/owner/other/requests/${request}` })).toBe(`owner/other/requests/${request}`);
	});

	it.each(['workflows/me/my-film', 'comfy/me/my-film/extra'])('keeps the name space of %s', (of) => {
		const app = of.split('/').slice(0, 3).join('/');
		expect(idOf({ request_id: request, queue_position: 0 }, { model: of })).toBe(`${app}/requests/${request}`);
		expect(fal.callbacks?.read({ request_id: request, status: 'OK', payload: {} }, of)?.jobId).toBe(`${app}/requests/${request}`);
	});

	it('is found below a base URL that has a path', () => {
		expect(idOf({ ...taken, response_url: `https://proxy.example/fal/${id}` }, { baseUrl: 'https://proxy.example/fal' })).toBe(id);
	});

	it('is known without the endpoint too, so that nothing paid for is lost', () => {
		expect(fal.readJob({ request_id: request, queue_position: 0 }, {})?.id).toBe(request);
	});

	it.each([
		[500, taken],
		[409, taken],
		[422, taken],
		[500, JSON.stringify(taken).slice(0, 150)],
	])('is found beside HTTP %i', (status, body) => {
		expect(findJob(fal, status, body, { model, baseUrl })?.id).toBe(id);
	});

	it.each([
		[422, { detail: 'No', request_id: request }],
		[403, { request_id: request }],
		[403, { ...taken, response_url: `https://elsewhere.example/a/b/requests/${request}` }],
		[500, { detail: 'No', request_id: request }],
		[500, { error: 'No', request_id: request }],
	])('is not taken from the request that an error (HTTP %i) names: %j', (status, body) => {
		expect(findJob(fal, status, body, { model, baseUrl })).toBeNull();
	});

	it('leads to its calls, whatever it holds', () => {
		const calls = [fal.writeStatus(id), fal.result?.write(id), fal.cancel?.write(id)];
		expect(calls.map((call) => [call?.method, call?.base, call?.path])).toEqual([
			['GET', 'baseUrl', `/${id}/status`],
			['GET', 'baseUrl', `/${id}`],
			['PUT', 'baseUrl', `/${id}/cancel`],
		]);
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (odd) => {
				expect(fal.writeStatus(`a/b/requests/${odd}`).path).toBe(`/a/b/requests/${encodeURIComponent(odd)}/status`);
				const link = `${baseUrl}/a/b/requests/${encodeURIComponent(odd)}`;
				if (!/^\.+$/.test(odd)) expect(idOf({ ...taken, response_url: link })).toBe(`a/b/requests/${odd}`);
			}),
		);
	});

	it.each(['', 'x', request, 'requests/x', 'a/requests/x', '../b/requests/x', 'a/../requests/x', 'a/b/requests/', 'a/b/requests/..', 'a/b/requests/\ud800', 'a b/c/requests/x', 'https://queue.fal.run/a/b/requests/x'])(
		'can not be %j',
		(wrong) => {
			expect(fal.checkJobId(wrong)).toContain('is not a job ID of fal');
		},
	);

	it.each([id, 'bytedance/seedance-2.0/requests/x', 'a/b/c/requests/x'])('can be %s', (right) => {
		expect(fal.checkJobId(right)).toBeNull();
	});
});

describe('a status', () => {
	it.each([
		[taken, 'queued'],
		[{ ...taken, status: 'IN_QUEUE' }, 'queued'],
		[{ status: 'IN_PROGRESS', request_id: request, logs: null }, 'processing'],
		[{ status: 'COMPLETED', request_id: request, metrics: { inference_time: 12.5 } }, 'completed'],
		[{ status: 'RETICULATING', request_id: request }, 'processing'],
		[{ status: 'COMPLETED', error: 'Invalid status code: 422', error_type: 'bad_request' }, 'completed'],
	])('%j is %s', (body, status) => {
		expect(read(fal, body, { id, model, baseUrl })).toMatchObject({ id, status, failure: null, videoUrl: null });
	});

	it.each([
		['request_timeout', 'failed', 'provider'],
		['runner_disconnected', 'failed', 'provider'],
		['client_cancelled', 'cancelled', 'cancelled'],
	])('COMPLETED with the error %s is %s', (type, status, category) => {
		const body = { status: 'COMPLETED', error: 'It ended', error_type: type };
		expect(read(fal, body, { id, model })).toMatchObject({ status, failure: { code: type, category, message: expect.stringContaining('It ended') } });
	});
});

describe('a result', () => {
	const job: VideoJob = { ...read(fal, { status: 'COMPLETED' }, { id, model }), id };
	const video = 'https://v3b.fal.media/files/b/lion/x_output.mp4';
	const resultOf = (status: number, body: unknown, { headers = {}, statusBody = { status: 'COMPLETED' } as object } = {}) =>
		fal.result?.read(body, status, headers, job, statusBody);
	const detail = (type: string, more = {}) => ({ detail: [{ loc: ['body', 'prompt'], msg: 'Not so.', type, url: `https://docs.fal.ai/errors#${type}`, input: { secret: 'prompt' }, ...more }] });

	it.each([
		[{ video: { url: video, content_type: 'video/mp4', file_name: 'output.mp4', file_size: 7 }, seed: 7 }, [video]],
		[{ videos: [{ url: video }, { url: `${video}?2` }] }, [video, `${video}?2`]],
		[{ video: { url: video }, thumbnail: { url: 'https://v3b.fal.media/x.png', content_type: 'image/png' } }, [video]],
		[{ seed: 7 }, []],
	])('%j has the videos %j', (body, videoUrls) => {
		expect(resultOf(200, body)).toMatchObject({ id, status: 'completed', progress: 100, failure: null, videoUrls, videoUrl: videoUrls[0] ?? null });
	});

	it('tells what was used', () => {
		expect(resultOf(200, { video: { url: video } }, { headers: { 'x-fal-billable-units': '8' } })).toMatchObject({ usage: { billable_units: 8 } });
		expect(resultOf(200, { video: { url: video } })).toMatchObject({ usage: null });
	});

	it.each([
		[422, 'content_policy_violation', 'moderation', false],
		[422, 'file_download_error', 'invalidInput', false],
		[422, 'missing', 'invalidInput', false],
		[422, 'literal_error', 'invalidInput', false],
		[500, 'downstream_service_error', 'provider', true],
		[503, 'downstream_service_unavailable', 'provider', true],
	])('HTTP %i of the model (%s) is its failure', (status, type, category, retryable) => {
		const told = resultOf(status, detail(type));
		expect(told).toMatchObject({ id, status: 'failed', videoUrls: [], failure: { code: type, category, retryable } });
		expect(JSON.stringify(told)).not.toContain('secret');
		expect(JSON.stringify(told)).toContain('body.prompt: Not so');
	});

	it.each([
		[504, { detail: 'Request timed out', error_type: 'request_timeout' }],
		[503, { detail: 'Runner disconnected', error_type: 'runner_disconnected' }],
		[500, { detail: 'The model broke' }],
	])('HTTP %i of how it ran (%j) is its failure', (status, body) => {
		expect(resultOf(status, body)).toMatchObject({ status: 'failed', failure: { category: 'provider' } });
	});

	it.each([
		[429, { detail: 'Too many requests', error_type: 'concurrent_requests_limit' }],
		[500, { detail: 'Internal server error', error_type: 'internal_error' }],
		[503, { detail: 'No runner could be allocated', error_type: 'runner_scheduling_failure' }],
		[502, '<html>Bad Gateway</html>'],
		[503, { detail: 'Service unavailable' }],
		[504, ''],
		[401, { detail: 'invalid key credentials' }],
		[200, 'no JSON'],
		[307, ''],
	])('HTTP %i (%j) says nothing of the job', (status, body) => {
		expect(resultOf(status, body)).toBe('trouble');
	});

	it('goes on, is cancelled, or is gone', () => {
		expect(resultOf(400, { detail: 'Request is still in progress' })).toBe('running');
		expect(resultOf(499, { detail: 'Client cancelled the request', error_type: 'client_cancelled' })).toMatchObject({ status: 'cancelled', failure: { category: 'cancelled' } });
		expect(resultOf(404, { status: 'NOT_FOUND' })).toBe('gone');
		expect(resultOf(404, '')).toBe('gone');
	});

	it('that is gone of a job that had failed is no lost video', () => {
		const statusBody = { status: 'COMPLETED', error: 'Invalid status code: 422', error_type: 'bad_request' };
		expect(resultOf(404, { status: 'NOT_FOUND' }, { statusBody })).toMatchObject({ status: 'failed', failure: { message: expect.stringContaining('422') } });
	});
});

describe('refusals of a create', () => {
	it.each([
		[401, { detail: 'invalid key credentials' }, 'invalidInput'],
		[403, { detail: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.' }, 'quota'],
		[429, { detail: 'Queue is full' }, 'rateLimit'],
		[422, { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }] }, 'invalidInput'],
		[401, { error: { type: 'authorization_error', message: 'Authentication required' } }, 'invalidInput'],
	])('HTTP %i, %j: %s', (status, body, category) => {
		expect(httpFailure(fal, body, status)).toMatchObject({ category });
	});

	it('of an endpoint that is not there says so', () => {
		expect(fal.readError({ detail: 'Path /fal-ai/sora-3 not found' }, 404).code).toBe('model_gone');
		expect(fal.readError({ detail: 'Not found' }, 404).code).toBeNull();
	});
});

describe('a callback', () => {
	const payload = { video: { url: 'https://v3b.fal.media/files/x.mp4' } };
	const ok = { request_id: request, gateway_request_id: request, status: 'OK', payload };
	const claimOf = (body: unknown, of: string | null = model) => fal.callbacks?.read(body, of) ?? null;

	it('is a claim of the job that its URL names the model of', () => {
		expect(claimOf(ok)).toMatchObject({ jobId: id, status: 'completed', job: { id, model, status: 'completed', videoUrl: payload.video.url } });
	});

	it.each([
		['of a model\'s error', { ...ok, status: 'ERROR', error: 'Invalid status code: 422', payload: { detail: [{ loc: ['body'], msg: 'Flagged', type: 'content_policy_violation', input: 'secret' }] } }, 'failed', 'moderation'],
		['of how it ran', { ...ok, status: 'ERROR', error: 'Runner disconnected', payload: null }, 'failed', 'provider'],
		['of a cancelled one', { ...ok, status: 'ERROR', error: 'x', payload: { detail: 'x', error_type: 'client_cancelled' } }, 'cancelled', 'cancelled'],
	])('%s tells the failure', (_what, body, status, category) => {
		const claim = claimOf(body);
		expect(claim).toMatchObject({ jobId: id, status, job: { status, failure: { category } } });
		expect(JSON.stringify(claim)).not.toContain('secret');
	});

	it('with an empty result tells what stands beside it', () => {
		expect(claimOf({ ...ok, status: 'ERROR', error: 'Runner disconnected', payload: {} })?.job?.failure?.message).toContain('Runner disconnected');
	});

	it.each([
		['whose result could not be sent along', { ...ok, payload: null, payload_error: 'Response payload is not JSON serializable' }],
		['without a video', { ...ok, payload: { seed: 7 } }],
	])('%s tells only that it ended', (_what, body) => {
		expect(claimOf(body)).toEqual({ jobId: id, status: 'completed', job: null });
	});

	it.each([
		['without the model', ok, null],
		['with an empty model', ok, ''],
		['without the request', { ...ok, request_id: undefined }, model],
		['with another status', { ...ok, status: 'IN_QUEUE' }, model],
		['that is none', 'OK', model],
	])('%s is none of the node\'s', (_what, body, of) => {
		expect(claimOf(body, of)).toBeNull();
	});
});

describe('what it lists', () => {
	const entry = (endpoint: string, category: string) => ({ endpoint_id: endpoint, metadata: { display_name: `${endpoint} name`, category } });

	it('is read page by page, and kind by kind', () => {
		const next = (body: object) => fal.modelList?.readNext?.(body);
		const page = { models: [entry('a/b', 'text-to-video')], next_cursor: 'x/y', has_more: true };
		expect(fal.modelList?.read(page)).toEqual([{ id: 'a/b', about: 'a/b name', docsUrl: 'https://fal.ai/models/a/b/api' }]);
		expect(next(page)).toMatchObject({ base: 'apiBaseUrl', withoutKey: true, path: '/v1/models?category=text-to-video&status=active&limit=50&cursor=x%2Fy' });
		expect(next({ ...page, has_more: false })).toMatchObject({ path: '/v1/models?category=image-to-video&status=active&limit=50' });
		expect(next({ models: [entry('a/b', 'audio-to-video')], has_more: false })).toBeNull();
		for (const body of [{}, { models: [] }, { models: [entry('a/b', 'text-to-image')] }, { models: 'none' }]) expect(next(body)).toBeNull();
	});

	it('tells what one endpoint takes', () => {
		const openapi = {
			paths: {
				'/a/b/requests/{request_id}/cancel': { put: {} },
				'/a/b': { post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/In' } } } } } },
			},
			components: { schemas: { In: { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' }, duration: { enum: ['5', '10'], type: 'string' } } } } },
		};
		const model = fal.modelSource?.read({ models: [{ endpoint_id: 'a/c' }, { endpoint_id: 'a/b', openapi }] }, 'a/b');
		expect(model?.fields.map(({ name, role }) => [name, role])).toEqual([['prompt', 'prompt'], ['duration', 'duration']]);
		for (const body of [null, {}, { models: [] }, { models: [{ endpoint_id: 'a/b' }] }]) expect(fal.modelSource?.read(body, 'a/b')).toBeNull();
	});

	it('tells what a unit costs, which is not what a video costs', () => {
		const create = createRequest(fal, { model: 'a/b' });
		const price = (entries: unknown) => fal.prices?.read({ prices: entries }, create, 'a/b');
		expect(fal.prices?.request(create, 'a/b')).toMatchObject({ base: 'apiBaseUrl', path: '/v1/models/pricing?endpoint_id=a%2Fb' });
		expect(price([{ endpoint_id: 'a/b', unit_price: 0.4, unit: 'seconds', currency: 'USD' }])).toEqual({ kind: 'unit', usd: 0.4, unit: 'seconds' });
		for (const entries of [[], null, [{ endpoint_id: 'a/c', unit_price: 1, unit: 'x', currency: 'USD' }], [{ endpoint_id: 'a/b', unit_price: 1, unit: 'x', currency: 'EUR' }], [{ endpoint_id: 'a/b' }]]) {
			expect(price(entries)).toEqual({ kind: 'unknown' });
		}
	});
});

it.each([
	[202, { status: 'CANCELLATION_REQUESTED' }, 'requested'],
	[200, { success: true }, 'requested'],
	[400, { status: 'ALREADY_COMPLETED' }, 'ended'],
	[404, { status: 'NOT_FOUND' }, 'unknownJob'],
	[400, { detail: 'Bad request' }, null],
	[500, {}, null],
])('to be cancelled is answered by HTTP %i %j: %s', (status, body, said) => {
	expect(fal.cancel?.read(body, status)).toBe(said);
});

it('an unknown failure of a job is not said to be known', () => {
	const { failure } = read(fal, { status: 'COMPLETED', error: 'Something', error_type: 'something_new' }, { id });
	expect(failure).toMatchObject({ code: 'something_new', category: 'provider' });
});
