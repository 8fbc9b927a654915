import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import { fit } from '../../../nodes/SoraVideo/models/fitting/fit';
import { offer, ownFields } from '../../../nodes/SoraVideo/models/panel';
import { openRouter } from '../../../nodes/SoraVideo/providers/openRouter';
import { aRequest, aVideoJob, createBody, createRequest, httpFailure, imageLink, problemsOf, read, readFailure } from '../fixtures';
import { awkwardIds } from './documentedModels';

const id = 'job-abc123';
const signed = 'https://storage.example.com/1.mp4?signature=x';
const content = `https://openrouter.ai/api/v1/videos/${id}/content?index=0`;

/** The reference's answers. */
const created = { id, polling_url: `/api/v1/videos/${id}`, status: 'pending' };
const completed = {
	...created,
	status: 'completed',
	generation_id: 'gen-xyz789',
	unsigned_urls: [content],
	urls: [signed],
	usage: { cost: 0.5, is_byok: false },
};

describe('OpenRouter create', () => {
	it('is the example of the reference', () => {
		const asked = { model: 'google/veo-3.1', duration: 8, resolution: '720p', aspectRatio: '9:16', callbackUrl: 'https://n8n.example.com/webhook/1' };
		expect(createRequest(openRouter, asked, imageLink)).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/videos',
			body: {
				model: 'google/veo-3.1',
				prompt: 'A cat playing piano',
				duration: 8,
				resolution: '720p',
				aspect_ratio: '9:16',
				frame_images: [{ type: 'image_url', image_url: { url: imageLink }, frame_type: 'first_frame' }],
				callback_url: 'https://n8n.example.com/webhook/1',
			},
		});
	});

	it('takes a data URL for a frame', () => {
		const dataUrl = 'data:image/png;base64,AAAA';
		expect(createBody(openRouter, {}, dataUrl)).toHaveProperty('frame_images.0.image_url.url', dataUrl);
		expect(problemsOf(openRouter, aRequest({ firstFrame: { source: 'url', url: dataUrl } }))).toEqual([]);
	});

	it('merges additional fields: new ones, replaced ones, and null to take one out', () => {
		const additionalBody = { seed: 7, resolution: null, size: '1280x720', duration: 6, provider: { options: {} } };
		expect(createBody(openRouter, { additionalBody })).toStrictEqual({
			model: 'some-model',
			prompt: 'A cat playing piano',
			duration: 6,
			size: '1280x720',
			seed: 7,
			provider: { options: {} },
		});
	});

	it('remixes nothing', () => {
		expect(problemsOf(openRouter, aRequest({ remixOf: id })).join()).toContain("OpenRouter can't remix");
	});

	it.each([
		['https://n8n.example.com/webhook/1', 0],
		['http://n8n.example.com/webhook/1', 1],
		['https://localhost/webhook/1', 1],
	])('callback URL %s has %i problems', (url, count) => {
		expect(openRouter.callbacks?.checkUrl?.(url)).toHaveLength(count);
	});
});

describe('OpenRouter status and content requests', () => {
	it.each([['sample', id, id] as const, ...awkwardIds])('%s', (_name, jobId, encoded) => {
		expect(openRouter.writeStatus(jobId)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/videos/${encoded}` });
		expect(openRouter.writeContent?.(jobId, 1)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/videos/${encoded}/content?index=1` });
	});
});

describe('OpenRouter readJob', () => {
	it('reads the answer to a create', () => {
		expect(read(openRouter, created, { model: 'google/veo-3.1', createdAt: '2026-11-20T12:00:00.000Z' })).toStrictEqual(aVideoJob({
			provider: 'openRouter',
			id,
			model: 'google/veo-3.1',
			status: 'queued',
			rawStatus: 'pending',
			createdAt: '2026-11-20T12:00:00.000Z',
		}));
	});

	it('reads a completed job: its cost in USD as it is, and the links that need no key', () => {
		expect(read(openRouter, completed)).toMatchObject({
			status: 'completed',
			progress: 100,
			videoUrl: signed,
			videoUrls: [signed],
			usage: { cost: 0.5, is_byok: false },
			costUsd: 0.5,
			failure: null,
		});
	});

	it('takes the content address of the API, which needs the key, for no link', () => {
		expect(read(openRouter, { ...completed, urls: undefined })).toMatchObject({ videoUrl: null, videoUrls: [] });
		const elsewhere = 'https://storage.example.com/2.mp4';
		expect(read(openRouter, { ...completed, urls: [], unsigned_urls: [content, elsewhere] }).videoUrls).toEqual([elsewhere]);
	});

	it.each([
		['pending', 'queued'],
		['in_progress', 'processing'],
		['completed', 'completed'],
		['failed', 'failed'],
		['cancelled', 'cancelled'],
		['expired', 'failed'],
		['no such word', 'processing'],
	])('status %s is %s', (raw, status) => {
		expect(read(openRouter, { ...created, status: raw })).toMatchObject({ status, rawStatus: raw });
	});

	it('reads an error, which is a text', () => {
		const failure = readFailure(openRouter, { ...created, status: 'failed', error: 'Blocked by the safety filter of the provider' });
		expect(failure).toMatchObject({ category: 'moderation', retryable: false });
		expect(failure.message).toContain(`OpenRouter job ${id} failed (Blocked by the safety filter`);
	});

	it('says of an expired job that it expired', () => {
		expect(readFailure(openRouter, { ...created, status: 'expired' }).message).toContain('expired');
	});

	it.each([[{ error: { code: 401, message: 'User not found.' } }], [{ data: [] }], [null], ['x'], [[completed]]])('finds no job in %j', (body) => {
		expect(openRouter.readJob(body, {})).toBeNull();
	});
});

describe('OpenRouter errors', () => {
	const zod = JSON.stringify([{ path: ['frame_images', 0, 'frame_type'], message: 'Expected first_frame | last_frame, received undefined' }], null, 2);

	it.each([
		[401, { error: { code: 401, message: 'User not found.' } }, '401', 'invalidInput', 'User not found'],
		[402, { error: { code: 402, message: 'Insufficient credits' } }, '402', 'quota', 'Insufficient credits'],
		[403, { error: { code: 403, message: 'Your input was flagged', metadata: { reasons: ['violence'] } } }, '403', 'moderation', 'flagged'],
		[404, { error: { code: 404, message: 'Model a/b not found' } }, '404', 'invalidInput', 'choose another'],
		[429, { error: { code: 429, message: 'Rate limit exceeded' } }, '429', 'rateLimit', 'Rate limit'],
		[502, { error: { code: 502, message: 'Provider returned error', metadata: { provider_name: 'X', raw: 'overloaded' } } }, '502', 'provider', 'Provider returned error, overloaded'],
		[400, { success: false, error: { name: 'ZodError', message: zod } }, 'ZodError', 'invalidInput', 'frame_images.0.frame_type: Expected first_frame'],
		[400, { success: false, error: { name: 'ZodError', message: '[not JSON' } }, 'ZodError', 'invalidInput', '[not JSON'],
	])('HTTP %i with %j', (status, body, code, category, said) => {
		const failure = httpFailure(openRouter, body, status);
		expect(failure).toMatchObject({ code, category });
		expect(failure.message).toContain(said);
		expect(failure.message).not.toContain('\n');
	});
});

describe('OpenRouter callbacks', () => {
	const event = (word: string, data: object = {}) => ({
		type: `video.generation.${word}`,
		created_at: '2026-11-20T12:05:00.000Z',
		data: { id, status: word, generation_id: 'gen-xyz789', model: 'google/veo-3.1', ...data },
	});

	it.each([
		['completed', 'completed'],
		['failed', 'failed'],
		['cancelled', 'cancelled'],
		['expired', 'failed'],
	])('%s tells the job, read as an answer is', (word, status) => {
		const data = { unsigned_urls: [content], usage: { cost: 0.5 }, error: word === 'completed' ? undefined : 'No' };
		const claim = openRouter.callbacks?.read(event(word, data));
		expect(claim).toMatchObject({ jobId: id, status, job: { id, status, rawStatus: word, model: 'google/veo-3.1' } });
		expect(claim?.job).toStrictEqual(read(openRouter, event(word, data).data));
	});

	it.each([[completed], [{ ...event('completed'), type: 'video.completed' }], [{ type: 'video.generation.completed' }], [{ type: 'video.generation.completed', data: { id } }], [null], ['x']])(
		'%j is none',
		(body) => {
			expect(openRouter.callbacks?.read(body)).toBeNull();
		},
	);
});

describe('OpenRouter model list', () => {
	const veo = {
		id: 'google/veo-3.1',
		name: 'Veo 3.1',
		supported_durations: [4, 6, 8],
		supported_resolutions: ['720p', '1080p'],
		supported_aspect_ratios: ['16:9', '9:16'],
	};

	it('tells what each model makes, as far as it is told', () => {
		const unlimited = { id: 'a/b', name: 'A', supported_durations: null, supported_resolutions: null, supported_aspect_ratios: null };
		const list = openRouter.modelList?.read({ data: [veo, unlimited, { name: 'no id' }, null] }) ?? [];
		expect(list.map(({ id: model, about }) => [model, about])).toEqual([['google/veo-3.1', 'Veo 3.1'], ['a/b', 'A']]);
		const offers = list.map(({ model }) => (['duration', 'resolution', 'aspectRatio'] as const).map((role) => model && offer(model, role)?.values));
		expect(offers).toEqual([[[4, 6, 8], ['720p', '1080p'], ['16:9', '9:16']], [undefined, undefined, undefined]]);
	});

	it.each<[string, Record<string, unknown>, string[]]>([
		['null', { supported_frame_images: null, generate_audio: null, seed: null }, ['prompt', 'referenceImages', 'referenceVideos']],
		['no', { supported_frame_images: [], generate_audio: false, seed: false }, ['prompt', 'referenceImages', 'referenceVideos']],
		['yes', { supported_frame_images: ['first_frame'], generate_audio: true, seed: true }, ['prompt', 'firstFrame', 'referenceImages', 'referenceVideos', 'referenceAudios', 'generateAudio', 'seed']],
	])('where a list says %s, the model takes what is left', (_name, entry, roles) => {
		const none = { supported_durations: null, supported_resolutions: null, supported_aspect_ratios: null };
		const [listed] = openRouter.modelList?.read({ data: [{ id: 'a/b', ...none, ...entry }] }) ?? [];
		expect(listed?.model?.fields.map(({ role }) => role)).toEqual(roles);
	});

	it('what OpenRouter passes on, and what only some models take, are Model Fields', () => {
		const entry = { supported_sizes: ['1280x720'], creativity: [0, 1], upscale_factor: { min: 1.5, max: 3 }, allowed_passthrough_parameters: ['watermark'] };
		const [listed] = openRouter.modelList?.read({ data: [{ id: 'a/b', ...entry }] }) ?? [];
		const own = listed?.model ? ownFields(listed.model) : [];
		expect(own.map(({ name, values, min, max }) => [name, values ?? [min, max]])).toEqual([
			['size', ['1280x720']],
			['creativity', [0, 1]],
			['upscale_factor', [1.5, 3]],
			['provider.options', [undefined, undefined]],
		]);
		expect(own[3]?.description).toContain('watermark');
	});

	it.each<[string, Partial<VideoRequest>, RegExp]>([
		['a size beside a resolution', { resolution: '720p', modelFields: { size: '1280x720' } }, /Model Fields > Size, or Resolution, not both/],
		['a frame beside references', { firstFrame: { source: 'url', url: imageLink }, references: [{ kind: 'image', source: 'url', url: imageLink }] }, /Image Source, or Options > References \(images\), not both/],
		['nothing at all', { prompt: '' }, /the prompt is empty/],
	])('%s is refused', (_name, changes, problem) => {
		const entry = { ...veo, supported_frame_images: ['first_frame'], supported_sizes: ['1280x720'] };
		const model = openRouter.modelList?.read({ data: [entry] })?.[0]?.model;
		if (!model) throw new Error('the list states it');
		expect(fit(model, aRequest(changes)).problems).toEqual([expect.stringMatching(problem)]);
	});

	it.each([[null], [{}], [{ data: {} }], ['list']])('%j is none', (body) => {
		expect(openRouter.modelList?.read(body)).toBeNull();
	});
});
