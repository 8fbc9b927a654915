import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';
import { aVideoJob, createBody, createRequest, httpFailure, imageLink, read, readFailure } from '../fixtures';
import { awkwardIds, legalRequests, placedImage, vtrixModels } from './documentedModels';

const videoUrl = 'https://cdn.vtrix.ai/outputs/d2f1a6b0.mp4';
const coverUrl = 'https://cdn.vtrix.ai/outputs/d2f1a6b0.webp';

function sizeOf({ aspectRatio }: VideoRequest): string {
	return aspectRatio === '16:9' ? '1280x720' : '720x1280';
}

describe('Vtrix create', () => {
	it('goes to POST /model/v1/generation of the base URL', () => {
		const { method, base, path } = createRequest(vtrix);
		expect({ method, base, path }).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/model/v1/generation',
		});
	});

	it('is the nested example of 2.2', () => {
		expect(
			createBody(vtrix, { model: 'sora_2_i2v', prompt: '…' }, 'https://cdn.example/first.png'),
		).toStrictEqual({
			model: 'sora_2_i2v',
			input: [
				{
					params: {
						prompt: '…',
						input_reference: 'https://cdn.example/first.png',
					},
				},
			],
		});
	});

	it.each(legalRequests(vtrixModels, 'video_68e57b98'))('%s', (_name, request) => {
		const imageUrl = placedImage(request);
		expect(createBody(vtrix, request, imageUrl)).toStrictEqual({
			model: request.model,
			input: [
				{
					params: {
						prompt: 'A cat playing piano',
						size: sizeOf(request),
						seconds: String(request.duration),
						...(imageUrl !== null && { input_reference: imageUrl }),
						...(request.remixOf !== null && { remix_video_id: 'video_68e57b98' }),
					},
				},
			],
		});
	});

	it.each([4, 8, 12])('seconds %i is JSON text', (duration) => {
		expect(JSON.stringify(createBody(vtrix, { model: 'sora_2_t2v', duration }))).toContain(`"seconds":"${duration}"`);
	});

	it.each([
		['720p', '16:9', '1280x720'],
		['720p', '9:16', '720x1280'],
		['1080p', '16:9', '1792x1024'],
		['1080p', '9:16', '1024x1792'],
	] as const)('size of %s %s for an unknown model (microsoft_sora2) is %s', (resolution, aspectRatio, size) => {
		expect(createBody(vtrix, { model: 'microsoft_sora2', resolution, aspectRatio })).toStrictEqual({
			model: 'microsoft_sora2',
			input: [{ params: { prompt: 'A cat playing piano', size } }],
		});
	});

	it.each([
		['vtrix-sora-2-pro', { seconds: '5', input_reference: imageLink }],
		['kling_v2_6_i2v', { duration: '5', image: imageLink }],
		['kirin_v3_i2v', { duration: '5', image: imageLink }],
		['viduq3_pro_img2video', { duration: 5, images: [imageLink] }],
		['Some/Model:1', { duration: '5', image: imageLink }],
		['constructor', { duration: '5', image: imageLink }],
	])(
		'a model whose spec is not had gets what its family has by name: %s',
		(model, params) => {
			expect(createBody(vtrix, { model, duration: 5 }, imageLink)).toStrictEqual({
				model,
				input: [{ params: { prompt: 'A cat playing piano', ...params } }],
			});
		},
	);

	it('sends no callback, which it has no field for', () => {
		const body = createBody(vtrix, { callbackUrl: 'https://n8n.example.com/webhook/1' });
		expect(JSON.stringify(body)).not.toMatch(/callback|n8n\.example/);
	});

	it('merges additional fields into the params, moderation and metadata at the top', () => {
		expect(
			createBody(vtrix, {
				model: 'kling_v2_6_t2v',
				additionalBody: {
					mode: 'pro',
					seconds: '10',
					size: null,
					moderation: true,
					metadata: { order: 7 },
				},
			}),
		).toStrictEqual({
			model: 'kling_v2_6_t2v',
			moderation: true,
			metadata: { order: 7 },
			input: [{ params: { prompt: 'A cat playing piano', seconds: '10', mode: 'pro' } }],
		});
	});

	it('null takes fields out at the top as well', () => {
		const body = createBody(vtrix, { additionalBody: { moderation: null, metadata: null } });
		expect(Object.keys(body ?? {})).toEqual(['model', 'input']);
	});

	it.each(['prompt', 'size', 'seconds'])('null takes out the param %s', (field) => {
		const body = createBody(vtrix, { additionalBody: { [field]: null } });
		expect(JSON.stringify(body)).not.toContain(`"${field}"`);
	});
});

describe('Vtrix status request', () => {
	it.each(awkwardIds)('%s', (_name, jobId, encoded) => {
		expect(vtrix.writeStatus(jobId)).toStrictEqual({
			method: 'GET',
			base: 'baseUrl',
			path: `/model/v1/generation/task/${encoded}`,
		});
	});

	it('takes any id', () => {
		expect(vtrix.checkJobId('d2f1a6b0')).toBeNull();
	});
});

describe('Vtrix readJob', () => {
	it('reads an answer to a create', () => {
		expect(
			read(vtrix, {
				id: 'd2f1a6b0',
				created_at: 1757169743,
				status: 'in_progress',
				model: 'sora_2_i2v',
				progress: 0,
			}),
		).toStrictEqual(aVideoJob({
			provider: 'vtrix',
			id: 'd2f1a6b0',
			model: 'sora_2_i2v',
			status: 'processing',
			rawStatus: 'in_progress',
			progress: 0,
			createdAt: '2025-09-06T14:42:23.000Z',
		}));
	});

	it('reads a completed job with every documented field', () => {
		const usage = { cost: '0.40', discount: 1, quantity: 4, unit_price: '0.10', extra_info: {} };
		expect(
			read(vtrix, {
				id: 'd2f1a6b0',
				created_at: 1757169743,
				status: 'completed',
				model: 'sora_2_i2v',
				progress: 1,
				output: [
					{
						content: [
							{ type: 'video', url: videoUrl, size: '1280x720', duration: '4', id: 'c1', jobId: 'j1' },
						],
						metadata: {},
					},
				],
				error: null,
				usage,
				metadata: {},
			}),
		).toStrictEqual(aVideoJob({
			provider: 'vtrix',
			id: 'd2f1a6b0',
			model: 'sora_2_i2v',
			status: 'completed',
			rawStatus: 'completed',
			progress: 100,
			videoUrl,
			videoUrls: [videoUrl],
			usage,
			costUsd: 0.4,
			createdAt: '2025-09-06T14:42:23.000Z',
		}));
	});

	it.each([
		['pending', 'queued'],
		['in_queue', 'queued'],
		['queued', 'queued'],
		['in_progress', 'processing'],
		['processing', 'processing'],
		['completed', 'completed'],
		['done', 'completed'],
		['failed', 'failed'],
		['paused', 'processing'],
	])('status %s is %s', (rawStatus, status) => {
		expect(read(vtrix, { id: 'a', status: rawStatus })).toMatchObject({ status, rawStatus });
	});

	it.each([
		['0.0', 0, 0],
		['0.45', 0.45, 45],
		['1.0', 1, 100],
		['text', '0.45', 45],
		['above', 45, 100],
		['below', -0.5, 0],
		['missing', undefined, null],
		['null', null, null],
		['words', 'half', null],
	])('progress %s', (_name, progress, expected) => {
		expect(read(vtrix, { id: 'a', status: 'in_progress', progress }).progress).toBe(expected);
	});

	it.each([
		['id', { id: 'a', status: 'pending' }, 'a'],
		['task_id', { task_id: 'b', status: 'pending' }, 'b'],
		['id before task_id', { id: 'a', task_id: 'b', status: 'pending' }, 'a'],
		['id as a number', { id: 123, status: 'pending' }, '123'],
	])('%s', (_name, body, expected) => {
		expect(read(vtrix, body).id).toBe(expected);
	});

	it.each([
		['unix', 1757169743, '2025-09-06T14:42:23.000Z'],
		['unix as text', '1757169743', '2025-09-06T14:42:23.000Z'],
		['milliseconds', 1757169743000, '2025-09-06T14:42:23.000Z'],
		['ISO', '2025-09-06T14:42:23Z', '2025-09-06T14:42:23.000Z'],
		['words', 'just now', null],
		['missing', undefined, null],
	])('created_at as %s', (_name, created_at, expected) => {
		expect(read(vtrix, { id: 'a', status: 'pending', created_at }).createdAt).toBe(expected);
	});

	it('model and time that are known stand in for missing ones', () => {
		const createdAt = '2026-11-20T12:00:00.000Z';
		expect(read(vtrix, { id: 'a', status: 'pending' }, { model: 'sora_2_t2v', createdAt })).toMatchObject({
			model: 'sora_2_t2v',
			createdAt,
		});
	});

	it.each([
		['type video', [{ content: [{ type: 'video', url: videoUrl }] }], [videoUrl]],
		['type video_url', [{ content: [{ type: 'video_url', url: videoUrl }] }], [videoUrl]],
		['no type', [{ content: [{ url: videoUrl }] }], [videoUrl]],
		[
			'cover image before it',
			[{ content: [{ type: 'image', url: coverUrl }, { type: 'video', url: videoUrl }] }],
			[videoUrl],
		],
		[
			'cover image in an output of its own',
			[{ content: [{ type: 'image', url: coverUrl }] }, { content: [{ type: 'video', url: videoUrl }] }],
			[videoUrl],
		],
		['content without a url before it', [{ content: [{ type: 'video' }, { type: 'video', url: videoUrl }] }], [videoUrl]],
		[
			'two videos, the first first',
			[{ content: [{ type: 'video', url: videoUrl }, { type: 'video', url: `${videoUrl}?2` }] }],
			[videoUrl, `${videoUrl}?2`],
		],
		['cover image alone', [{ content: [{ type: 'image', url: coverUrl }] }], []],
		['no http link', [{ content: [{ type: 'video', url: 's3://bucket/1.mp4' }] }], []],
		['content null', [{ content: null }], []],
		['content empty', [{ content: [] }], []],
		['output of nulls', [null, { content: [null] }], []],
		['output empty', [], []],
		['output null', null, []],
		['output text', videoUrl, [videoUrl]],
	])('output: %s', (_name, output, videoUrls) => {
		expect(read(vtrix, { id: 'a', status: 'completed', output })).toMatchObject({
			videoUrls,
			videoUrl: videoUrls[0] ?? null,
		});
	});

	it('a content whose type says nothing of video is the result where there is no other', () => {
		const output = [{ content: [{ type: 'file', url: videoUrl }] }];
		expect(read(vtrix, { id: 'a', status: 'completed', output }).videoUrl).toBe(videoUrl);
	});

	it('a video is preferred to a content without a type before it', () => {
		const output = [{ content: [{ url: coverUrl }, { type: 'video', url: videoUrl }] }];
		expect(read(vtrix, { id: 'a', status: 'completed', output }).videoUrl).toBe(videoUrl);
	});

	it('usage.cost stays text, as the page has it', () => {
		const usage = { cost: '0.40', discount: 0.9 };
		expect(read(vtrix, { id: 'a', status: 'completed', usage }).usage).toStrictEqual(usage);
	});

	it.each([
		['code as integer (as the page has it)', { code: 14001095, error_message: 'No' }, '014001095', 'No'],
		['code as text', { code: '014001095', error_message: 'No' }, '014001095', 'No'],
		['code as text without its zero', { code: '14001095', error_message: 'No' }, '014001095', 'No'],
		['code as a shorter integer', { code: 2014001, error_message: 'No' }, '002014001', 'No'],
		['code of vtrix-sora-2-pro', { code: '002014001', error_message: 'No' }, '002014001', 'No'],
		['code in words', { code: 'INFERENCE_FAILURE', message: 'No' }, 'INFERENCE_FAILURE', 'No'],
		['message instead of error_message', { code: 14001096, message: 'No' }, '014001096', 'No'],
		['error_message before message', { code: 14001096, error_message: 'Yes', message: 'No' }, '014001096', 'Yes'],
		['text', 'generation rejected', null, 'generation rejected'],
		['missing', undefined, null, ''],
		['null', null, null, ''],
		['empty object', {}, null, ''],
	])('error: %s', (_name, error, code, message) => {
		const failure = readFailure(vtrix, { id: 'd2f1a6b0', status: 'failed', error });
		expect(failure.message).toContain('Vtrix');
		expect(failure.message).toContain('d2f1a6b0');
		expect(failure.message).toContain(message);
		if (code !== null) expect(failure.code).toBe(code);
		expect(failure.code).not.toBe('');
	});

	it.each([
		['014001095', 'Internal generation error'],
		['014001096', 'Result parsing error'],
		['014001097', 'HTTP error response'],
		['014001098', 'Status check error'],
		['014001099', 'Task creation error'],
	])('task error %s (%s) is trouble of the provider', (code, error_message) => {
		for (const form of [code, Number(code)]) {
			expect(readFailure(vtrix, { id: 'a', status: 'failed', error: { code: form, error_message } })).toMatchObject({
				code,
				category: 'provider',
				retryable: true,
			});
		}
	});

	it('a refusal by moderation is told as such, whatever its code', () => {
		const error = { code: 14001095, error_message: 'Your request was blocked by our moderation system' };
		expect(readFailure(vtrix, { id: 'a', status: 'failed', error })).toMatchObject({
			category: 'moderation',
			retryable: false,
		});
	});

	it('cancelled', () => {
		expect(read(vtrix, { id: 'a', status: 'canceled' })).toMatchObject({
			status: 'cancelled',
			failure: { category: 'cancelled', retryable: false },
		});
	});

	it.each([
		['null', null],
		['undefined', undefined],
		['text', 'failed'],
		['HTML', '<html></html>'],
		['number', 5],
		['list', [{ id: 'a', status: 'pending' }]],
		['empty object', {}],
		['a 200 without id but with error as text', { error: 'no' }],
		['a 200 without id but with error', { error: { code: 1002, message: 'rate limited' } }],
		['gateway status', { status: { code: 40201, message: 'insufficient balance', error_code: 40201 } }],
		['status without id', { status: 'pending' }],
	])('%s holds no job', (_name, body) => {
		expect(vtrix.readJob(body, {})).toBeNull();
	});

	it.each([
		['gateway status', { status: { code: 404, message: 'not found' } }],
		['error', { error: 'no' }],
		['empty object', {}],
	])('%s holds no job, though its id is known', (_name, body) => {
		expect(vtrix.readJob(body, { id: 'asked' })).toBeNull();
	});
});

describe('Vtrix readError', () => {
	it.each([
		['{message}', { message: 'No' }, null, 'No'],
		['{error}', { error: 'No' }, null, 'No'],
		['{status}', { status: { code: 40201, message: 'No', error_code: 40201 } }, '40201', 'No'],
		['{status}, error_code before code', { status: { code: 402, message: 'No', error_code: 40208 } }, '40208', 'No'],
		['{error: {code, message}}', { error: { code: 1002, message: 'rate limited' } }, '1002', 'rate limited'],
		['{error: {code, error_message}}', { error: { code: 14001099, error_message: 'No' } }, '014001099', 'No'],
		['raw text', 'Service is busy', null, 'Service is busy'],
		['HTML, which no message should quote', '<html><title>502</title></html>', null, null],
		['empty object', {}, null, null],
		['null', null, null, null],
		['list', [], null, null],
	])('%s', (_name, body, code, message) => {
		expect(vtrix.readError(body, 400)).toMatchObject({ code, message });
	});

	it.each([
		[402, { status: { code: 402, message: 'insufficient balance', error_code: 40201 } }, 'quota', false],
		[402, { status: { code: 402, message: 'no', error_code: 40208 } }, 'quota', false],
		[403, { message: 'insufficient balance' }, 'quota', false],
		[403, { message: 'Forbidden' }, 'quota', false],
		[403, {}, 'quota', false],
		[429, { error: { code: 1002, message: 'rate limited' } }, 'rateLimit', true],
		[429, {}, 'rateLimit', true],
		[500, { error: 'internal' }, 'provider', true],
		[500, {}, 'provider', true],
	])('HTTP %i %j is %s, retryable %s', (status, body, category, retryable) => {
		expect(httpFailure(vtrix, body, status)).toMatchObject({ category, retryable });
	});

	it('a missing or wrong key is nothing to try again with', () => {
		expect(httpFailure(vtrix, { message: 'invalid api key' }, 401).retryable).toBe(false);
	});
});

describe('Vtrix key test', () => {
	it('asks for a job that can not exist, and takes 401 and 403 for a wrong key', () => {
		const [test, ...others] = vtrix.keyTests;
		expect(others).toEqual([]);
		expect(test).toMatchObject({ method: 'GET', base: 'baseUrl' });
		expect(test?.path).toMatch(/^\/model\/v1\/generation\/task\/[\w-]+$/);
		expect(test?.passes).toContain(404);
		expect(test?.passes).not.toContain(401);
		expect(test?.passes).not.toContain(403);
	});

	it('no 2xx proves a key, since that job does not exist', () => {
		expect(vtrix.keyTests[0]?.shows({ id: 'credential-test', status: 'completed' })).toBe(false);
		expect(vtrix.keyTests[0]?.shows({ ok: true })).toBe(false);
	});
});

describe("Vtrix's specs, in the form that its own clients read", () => {
	const parameters = [
		{ name: 'prompt', path: 'input[0].params.prompt', type: 'string', required: true, constraints: { max_length: 2500 } },
		{ name: 'duration', path: 'input[0].params.duration', type: 'int', required: false, constraints: { enum: ['5', '10'], default: '5' } },
		{ name: 'image', path: 'params.image', type: 'string', required: true },
		{ name: 'cfg_scale', path: '', type: 'float', required: false, constraints: { min: 0, max: 1 } },
		{ name: 'sound', type: 'string', constraints: { enum: ['on', 'off'] } },
		{ name: 'camera_control', path: 'camera_control', type: 'object', children: [{ name: 'type', path: 'camera_control.type', type: 'string', constraints: { enum: ['simple'] } }] },
		{ name: 'element_list', type: 'array', children: [{ name: 'element_id', type: 'string', required: true }] },
		{ name: 'callback_url', type: 'string' },
	];
	const spec = { status: { code: 200, message: 'ok' }, data: { model_id: 'kirin_v3_i2v', parameters } };

	it('a spec is a model', () => {
		const model = vtrix.modelSource?.read(spec, 'kirin_v3_i2v');
		expect(model?.fields.map(({ name, role, type, required, values }) => [name, role, type, required, values])).toEqual([
			['prompt', 'prompt', 'string', true, undefined],
			['duration', 'duration', 'integer', false, [5, 10]],
			['image', 'firstFrame', 'string', true, undefined],
			['cfg_scale', null, 'number', false, undefined],
			['sound', 'generateAudio', 'string', false, ['on', 'off']],
			['camera_control.type', null, 'string', false, ['simple']],
			['element_list', null, 'array', false, undefined],
		]);
	});

	it('is asked for without the key, on the host of the list', () => {
		expect(vtrix.modelSource?.request('kirin/v3')).toEqual({
			method: 'GET',
			url: 'https://cloud-model-spec.vtrix.ai/api/v1/skill/models/kirin%2Fv3/spec',
			besides: 'https://cloud.vtrix.ai',
		});
	});

	it.each([null, '', [], {}, { data: null }, { data: { parameters: 'x' } }, { data: { parameters: [] } }, { data: { parameters: [null, 7, {}] } }])('%j tells nothing', (body) => {
		expect(vtrix.modelSource?.read(body, 'a')).toBeNull();
	});

	it("Seedance's prompt and pictures are entries of one list", () => {
		expect(createBody(vtrix, { model: 'spark_dance_v2_0', duration: 5 }, imageLink)).toEqual({
			model: 'spark_dance_v2_0',
			input: [{ params: { content: [{ type: 'text', text: 'A cat playing piano' }, { type: 'image_url', image_url: { url: imageLink } }], duration: 5 } }],
		});
	});
});
