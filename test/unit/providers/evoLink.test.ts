import type { PlacedMedia } from '../../../nodes/SoraVideo/models/fitting/readAsked';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { aRequest, aVideoJob, createBody, createRequest, httpFailure, imageLink, read, readFailure } from '../fixtures';
import { awkwardIds, evoLinkModels, legalRequests, placedImage } from './documentedModels';

const id = 'task-unified-1757169743-7cvnl5zw';
const videoUrl = 'https://cdn.evolink.ai/videos/1.mp4';
const createdAt = '2025-09-06T14:42:23.000Z';
const dayLater = '2025-09-07T14:42:23.000Z';

/** The page's "Response", with the task page. */
const created = {
	created: 1757169743,
	id,
	model: 'sora-2-pro-preview',
	object: 'video.generation.task',
	progress: 0,
	status: 'pending',
	task_info: { can_cancel: true, estimated_time: 300, video_duration: 4 },
	type: 'video',
	usage: { billing_rule: 'per_call', credits_reserved: 5, user_group: 'default' },
};

describe('EvoLink create', () => {
	it('goes to POST /v1/videos/generations of the base URL', () => {
		const { method, base, path } = createRequest(evoLink);
		expect({ method, base, path }).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/v1/videos/generations',
		});
	});

	it('is the example of the page, field by field', () => {
		expect(
			createBody(
				evoLink,
				{
					model: 'sora-2-pro-preview',
					callbackUrl: 'https://your-domain.com/webhooks/video-task-completed',
				},
				'http://example.com/image1.jpg',
			),
		).toStrictEqual({
			model: 'sora-2-pro-preview',
			prompt: 'A cat playing piano',
			image_urls: ['http://example.com/image1.jpg'],
			callback_url: 'https://your-domain.com/webhooks/video-task-completed',
		});
	});

	it.each(legalRequests(evoLinkModels, id))('%s', (_name, request, { quality }) => {
		const imageUrl = placedImage(request);
		expect(createBody(evoLink, request, imageUrl)).toStrictEqual({
			model: request.model,
			prompt: 'A cat playing piano',
			aspect_ratio: request.aspectRatio,
			duration: request.duration,
			...(quality && { quality: quality[request.resolution ?? ''] }),
			...(imageUrl !== null && { image_urls: [imageUrl] }),
			...(request.remixOf !== null && { base_video_task_id: id }),
		});
	});

	it.each(evoLinkModels)('duration of $id is a JSON number', ({ id: model, durations }) => {
		for (const duration of durations) {
			expect(JSON.stringify(createBody(evoLink, { model, duration }))).toContain(`"duration":${duration}`);
		}
	});

	it('an unknown model takes a last frame behind the first, and references without either', () => {
		const frames = { firstFrame: { source: 'url', url: 'a' }, lastFrame: { source: 'url', url: 'b' } } as const;
		const write = (changes: Parameters<typeof aRequest>[0], media: PlacedMedia) => {
			const request = aRequest({ model: 'veo-9', ...changes });
			return evoLink.writeCreate(request, media, evoLink.usualModel('veo-9')).body?.image_urls;
		};
		expect(write(frames, { firstFrame: 'a', lastFrame: 'b', references: [] })).toEqual(['a', 'b']);
		const references = [{ kind: 'image', source: 'url', url: 'c' }] as const;
		expect(write({ references }, { firstFrame: null, lastFrame: null, references: ['c'] })).toEqual(['c']);
	});

	it.each(evoLinkModels)('$id takes a callback URL and leaves it out where there is none', ({ id: model }) => {
		const callbackUrl = 'https://n8n.example.com/webhook/1?a=b&c=d';
		expect(createBody(evoLink, { model, callbackUrl })).toHaveProperty('callback_url', callbackUrl);
		expect(createBody(evoLink, { model })).not.toHaveProperty('callback_url');
	});

	it.each(evoLinkModels)('$id gets no remove_watermark unless the user adds it', ({ id: model }) => {
		expect(createBody(evoLink, { model })).not.toHaveProperty('remove_watermark');
		expect(createBody(evoLink, { model, additionalBody: { remove_watermark: false } })).toHaveProperty(
			'remove_watermark',
			false,
		);
	});

	it.each(['veo-9-generate-preview', 'Some/Model:1', 'constructor'])(
		'an unknown model goes through as it is: %s',
		(model) => {
			expect(createBody(evoLink, { model, duration: 5 }, imageLink)).toStrictEqual({
				model,
				prompt: 'A cat playing piano',
				duration: 5,
				image_urls: [imageLink],
			});
		},
	);

	it('merges additional fields: new ones, replaced ones, and null to take one out', () => {
		expect(
			createBody(evoLink, {
				model: 'sora-2-pro-preview',
				additionalBody: { seed: 7, duration: 8, quality: null, callback_url: 'https://other.example/' },
				callbackUrl: 'https://n8n.example.com/webhook/1',
			}),
		).toStrictEqual({
			model: 'sora-2-pro-preview',
			prompt: 'A cat playing piano',
			duration: 8,
			callback_url: 'https://other.example/',
			seed: 7,
		});
	});
});

describe('EvoLink status request', () => {
	it('sample id', () => {
		expect(evoLink.writeStatus(id)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/v1/tasks/${id}` });
	});

	it.each(awkwardIds)('%s', (_name, jobId, encoded) => {
		expect(evoLink.writeStatus(jobId).path).toBe(`/v1/tasks/${encoded}`);
	});
});

describe('EvoLink checkJobId', () => {
	// Create gives ids of other forms as well: of the models behind it, and on instances of its own.
	it.each([id, 'task-1757169743-7cvnl5zw', 'video_68e5:openai/sora-2-pro-i2v', '4326796003218200779', 'task-unified-视频'])(
		'%s may be one',
		(jobId) => {
			expect(evoLink.checkJobId(jobId)).toBeNull();
		},
	);

	it.each(['.', '..', '\ud800'])('%j can be none', (jobId) => {
		expect(evoLink.checkJobId(jobId)).toContain('EvoLink');
	});
});

describe('EvoLink readJob', () => {
	it('reads the answer to a create of the page', () => {
		expect(read(evoLink, created)).toStrictEqual(aVideoJob({
			provider: 'evoLink',
			id,
			model: 'sora-2-pro-preview',
			status: 'queued',
			rawStatus: 'pending',
			progress: 0,
			usage: { billing_rule: 'per_call', credits_reserved: 5, user_group: 'default' },
			createdAt,
		}));
	});

	it('reads a completed job, whose links are valid for 24 hours', () => {
		expect(read(evoLink, { ...created, status: 'completed', progress: 100, results: [videoUrl] })).toStrictEqual(aVideoJob({
			provider: 'evoLink',
			id,
			model: 'sora-2-pro-preview',
			status: 'completed',
			rawStatus: 'completed',
			progress: 100,
			videoUrl,
			videoUrls: [videoUrl],
			expiresAt: dayLater,
			usage: { billing_rule: 'per_call', credits_reserved: 5, user_group: 'default' },
			createdAt,
		}));
		expect(evoLink.linkHours).toBe(24);
	});

	it.each([
		['pending', 'queued'],
		['processing', 'processing'],
		['completed', 'completed'],
		['failed', 'failed'],
		['cancelled', 'cancelled'],
		['canceled', 'cancelled'],
		['archived', 'processing'],
	])('status %s is %s', (rawStatus, status) => {
		expect(read(evoLink, { id, status: rawStatus })).toMatchObject({ status, rawStatus });
	});

	it.each([
		['0', 0, 0],
		['45', 45, 45],
		['100', 100, 100],
		['text', '45', 45],
		['fraction of a percent', 0.4, 0],
		['above', 130, 100],
		['below', -1, 0],
		['missing', undefined, null],
		['null', null, null],
		['words', 'half', null],
	])('progress %s', (_name, progress, expected) => {
		expect(read(evoLink, { id, status: 'processing', progress }).progress).toBe(expected);
	});

	it.each([
		['unix', 1757169743, createdAt],
		['unix as text', '1757169743', createdAt],
		['milliseconds', 1757169743000, createdAt],
		['ISO', '2025-09-06T14:42:23Z', createdAt],
		['words', 'just now', null],
		['missing', undefined, null],
	])('created as %s', (_name, time, expected) => {
		expect(read(evoLink, { id, status: 'completed', created: time, results: [videoUrl] })).toMatchObject({
			createdAt: expected,
			expiresAt: expected && dayLater,
		});
	});

	it('model and time that are known stand in for missing ones', () => {
		expect(
			read(evoLink, { id, status: 'completed', results: [videoUrl] }, { model: 'sora-2-preview', createdAt }),
		).toMatchObject({ model: 'sora-2-preview', createdAt, expiresAt: dayLater });
	});

	it("the body's own model and time go before those known", () => {
		expect(read(evoLink, created, { model: 'other', createdAt: dayLater })).toMatchObject({
			model: 'sora-2-pro-preview',
			createdAt,
		});
	});

	it.each([
		['seconds', 8.64e12],
		['milliseconds', 8.64e15],
		['text', '+275760-09-13T00:00:00.000Z'],
	])('a creation on the last day of the calendar (%s) is read without throwing', (_name, time) => {
		expect(() => read(evoLink, { id, status: 'completed', created: time, results: [videoUrl] })).not.toThrow();
	});

	it.each([
		['one', [videoUrl], [videoUrl]],
		['two', [videoUrl, `${videoUrl}?2`], [videoUrl, `${videoUrl}?2`]],
		['text instead of a list', videoUrl, [videoUrl]],
		['empty', [], []],
		['null', null, []],
		['no links', ['', null, 5, 'cdn.evolink.ai/1.mp4', 'file:///1.mp4'], []],
	])('results: %s', (_name, results, videoUrls) => {
		expect(read(evoLink, { ...created, status: 'completed', results })).toMatchObject({
			videoUrls,
			videoUrl: videoUrls[0] ?? null,
			expiresAt: videoUrls.length === 0 ? null : dayLater,
		});
	});

	it.each([
		['list of links beside results', [{ video_url: videoUrl }], [videoUrl]],
		['a character', { character_name: 'x', profile_picture_url: 'https://cdn.evolink.ai/1.png' }, [videoUrl]],
		['nulls', [null, {}], [videoUrl]],
	])('result_data: %s', (_name, result_data, videoUrls) => {
		expect(
			read(evoLink, { ...created, status: 'completed', results: [videoUrl], result_data }).videoUrls,
		).toEqual(videoUrls);
	});

	it('an id as a number is text', () => {
		expect(read(evoLink, { id: 123, status: 'pending' }).id).toBe('123');
	});

	it('a status alone is a job where its id is known', () => {
		expect(read(evoLink, { status: 'processing' }, { id }).id).toBe(id);
	});

	it.each([
		['usage missing', undefined],
		['usage null', null],
		['usage a number', 5],
		['usage a list', [5]],
	])('%s is null', (_name, usage) => {
		expect(read(evoLink, { id, status: 'pending', usage }).usage).toBeNull();
	});

	it.each([
		['null', null],
		['undefined', undefined],
		['text', 'pending'],
		['HTML', '<!doctype html>'],
		['number', 5],
		['list', [created]],
		['empty object', {}],
		['error', { error: { code: 401, message: 'Invalid token', type: 'authentication_error' } }],
		['credits', { data: { token: { remaining_credits: 1 } }, message: 'ok', success: true }],
		['status without id', { status: 'pending' }],
	])('%s holds no job', (_name, body) => {
		expect(evoLink.readJob(body, {})).toBeNull();
	});

	it.each([
		['error', { error: { code: 'invalid_task_id', message: 'No', type: 'invalid_request_error' } }],
		['empty object', {}],
		['HTML', '<!doctype html>'],
	])('%s holds no job, though its id is known', (_name, body) => {
		expect(evoLink.readJob(body, { id })).toBeNull();
	});
});

describe('EvoLink failed and cancelled jobs', () => {
	/**
	 * docs.evolink.ai, task-management/error-codes, with its column "Retryable": `quota_exceeded` is
	 * "Rate limit or quota exceeded: reduce frequency, retry later" and not a lack of credits.
	 */
	it.each([
		['content_policy_violation', 'moderation', false],
		['invalid_parameters', 'invalidInput', false],
		['image_processing_error', 'invalidInput', false],
		['image_dimension_mismatch', 'invalidInput', false],
		['generation_failed_no_content', 'provider', true],
		['service_error', 'provider', true],
		['generation_timeout', 'provider', true],
		['quota_exceeded', 'rateLimit', true],
		['service_unavailable', 'provider', true],
		['resource_not_found', 'invalidInput', false],
		['unknown_error', 'unknown', false],
		['upstream_error', 'provider', true],
		['video_probe_failed', 'provider', true],
	])('%s is %s, retryable %s', (code, category, retryable) => {
		expect(read(evoLink, { ...created, status: 'failed', error: { code, message: 'No' } })).toMatchObject({
			status: 'failed',
			failure: { code, category, retryable },
		});
	});

	it('resource_exhausted recovers by itself ("upstream resources temporarily depleted")', () => {
		const error = { code: 'resource_exhausted', message: 'Resources temporarily depleted' };
		const failure = readFailure(evoLink, { id, status: 'failed', error });
		expect(failure.retryable).toBe(true);
		expect(['provider', 'rateLimit']).toContain(failure.category);
	});

	it.each([
		['failed with error.code request_cancelled', 'failed', { code: 'request_cancelled', message: 'Cancelled' }],
		['failed with it in capitals no less', 'FAILED', { code: 'request_cancelled', message: 'Cancelled' }],
		['status cancelled with that code', 'cancelled', { code: 'request_cancelled', message: 'Cancelled' }],
		['status cancelled with no error', 'cancelled', undefined],
		['status cancelled with error null', 'cancelled', null],
		['status canceled', 'canceled', undefined],
	])('%s is cancelled', (_name, status, error) => {
		const job = read(evoLink, { ...created, status, error });
		expect(job).toMatchObject({ status: 'cancelled', rawStatus: status, failure: { category: 'cancelled' } });
		expect(job.failure?.message).toContain(id);
		expect(job.failure?.message).toContain('EvoLink');
	});

	it.each([
		['object', { code: 'service_error', message: 'Broken' }, 'service_error', 'Broken'],
		['code a number', { code: 500, message: 'Broken' }, '500', 'Broken'],
		['code missing', { message: 'Broken' }, null, 'Broken'],
		['message missing', { code: 'service_error' }, 'service_error', 'service_error'],
		['text', 'Broken', null, 'Broken'],
		['null', null, null, ''],
		['missing', undefined, null, ''],
		['list', ['Broken'], null, ''],
	])('error as %s', (_name, error, code, message) => {
		const failure = readFailure(evoLink, { id, status: 'failed', error });
		expect(failure.message).toContain(message);
		expect(failure.message).toContain(id);
		if (code !== null) expect(failure.code).toBe(code);
		expect(failure.code).not.toBe('');
	});

	it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
		'a code that is a name every object has (%s) is a code like any unknown one',
		(code) => {
			expect(readFailure(evoLink, { id, status: 'failed', error: { code, message: 'xyzzy' } })).toMatchObject({
				code,
				category: 'unknown',
				retryable: false,
			});
		},
	);

	it.each(['pending', 'processing', 'completed'])('status %s is no failure', (status) => {
		expect(read(evoLink, { ...created, status, error: null }).failure).toBeNull();
	});
});

describe('EvoLink readError', () => {
	it.each([
		['code as integer', { error: { code: 400, message: 'No', type: 'invalid_request_error' } }, '400', 'No'],
		['code as text', { error: { code: 'invalid_task_id', message: 'No', type: 'x', param: 'task_id' } }, 'invalid_task_id', 'No'],
		['with a fallback suggestion', { error: { code: 503, message: 'No', fallback_suggestion: 'try x' } }, '503', 'No'],
		['files API', { success: false, code: 413, msg: 'too large' }, '413', 'too large'],
		['message at the top', { message: 'No' }, null, 'No'],
		['error as text', { error: 'No' }, null, 'No'],
		['raw text', 'Service is busy', null, 'Service is busy'],
		['HTML, which no message should quote', '<!doctype html><title>502</title>', null, null],
		['empty object', {}, null, null],
		['null', null, null, null],
		['list', [], null, null],
	])('%s', (_name, body, code, message) => {
		expect(evoLink.readError(body, 400)).toMatchObject({ code, message });
	});

	it.each([
		[400, 'invalid_request_error', 'invalidInput', false],
		[402, 'insufficient_quota_error', 'quota', false],
		[404, 'not_found_error', 'invalidInput', false],
		[413, 'request_too_large_error', 'invalidInput', false],
		[429, 'rate_limit_error', 'rateLimit', true],
		[500, 'internal_server_error', 'provider', true],
		[502, 'upstream_error', 'provider', true],
		[503, 'service_unavailable_error', 'provider', true],
	])('HTTP %i %s is %s, retryable %s', (status, type, category, retryable) => {
		expect(httpFailure(evoLink, { error: { code: status, message: 'No', type } }, status)).toMatchObject({
			code: String(status),
			category,
			retryable,
		});
	});

	it.each([
		[401, 'authentication_error'],
		[403, 'permission_error'],
	])('HTTP %i %s is nothing to try again with', (status, type) => {
		expect(httpFailure(evoLink, { error: { code: status, message: 'No', type } }, status).retryable).toBe(false);
	});

	it.each(['insufficient_quota', 'insufficient_user_quota', 'key_quota_exhausted', 'token_daily_quota_exceeded'])(
		'%s is quota, whatever its HTTP status',
		(code) => {
			for (const status of [402, 403, 429]) {
				expect(httpFailure(evoLink, { error: { code, message: 'No' } }, status).category).toBe('quota');
			}
		},
	);

	it('a key that may not use the model is nothing to try again with', () => {
		expect(httpFailure(evoLink, { error: { code: 'key_model_not_allowed', message: 'No' } }, 403).retryable).toBe(false);
	});
});

describe('EvoLink readEstimate', () => {
	it.each([
		['sample', created, 300],
		['text', { task_info: { estimated_time: '300' } }, 300],
		['missing', { task_info: {} }, null],
		['no task_info', { id }, null],
		['words', { task_info: { estimated_time: 'soon' } }, null],
		['null', null, null],
		['list', [], null],
	])('%s', (_name, body, expected) => {
		expect(evoLink.readEstimate?.(body)).toBe(expected);
	});
});

describe('EvoLink upload', () => {
	it('writes the base64 upload to the files base URL', () => {
		expect(evoLink.upload?.write('iVBORw0KGgo=', 'image/png', 'first.png', '0'.repeat(64))).toStrictEqual({
			method: 'POST',
			base: 'filesBaseUrl',
			path: '/api/v1/files/upload/base64',
			body: { base64_data: 'data:image/png;base64,iVBORw0KGgo=', file_name: 'first.png' },
		});
		expect(evoLink.imageTransport).toBe('upload');
	});

	it.each([
		['sample', { success: true, code: 200, data: { file_id: 'f', file_url: 'https://files.evolink.ai/1.png' } }, 'https://files.evolink.ai/1.png'],
		['refusal', { success: false, code: 400, msg: 'no' }, null],
		['no http link', { success: true, data: { file_url: '/1.png' } }, null],
		['null', null, null],
		['text', 'ok', null],
		['list', [], null],
	])('reads the link: %s', (_name, body, link) => {
		expect(evoLink.upload?.readLink(body)).toBe(link);
	});
});

describe('EvoLink key test', () => {
	it('asks for the credits', () => {
		expect(evoLink.keyTests).toEqual([{ shows: expect.any(Function), method: 'GET', base: 'baseUrl', path: '/v1/credits' }]);
	});
});
