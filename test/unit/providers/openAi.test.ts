import { openAi } from '../../../nodes/SoraVideo/providers/openAi';
import { aVideoJob, createBody, createRequest, httpFailure, imageLink, read, readFailure } from '../fixtures';
import { awkwardIds, legalRequests, openAiModels, placedImage } from './documentedModels';

const id = 'video_68e6888c2ab48190a9b1f5a7b6d1a3b2';
const link = 'https://cdn.example.com/1.mp4';

/** The guide's object, once done. */
const completed = {
	id,
	object: 'video',
	model: 'sora-2-pro',
	status: 'completed',
	progress: 100,
	created_at: 1757169743,
	completed_at: 1757169803,
	expires_at: 1757173343,
	size: '1280x720',
	seconds: '8',
	prompt: 'A cat playing piano',
	remixed_from_video_id: null,
	error: null,
};

describe('OpenAI create', () => {
	it('goes to POST /videos of the base URL', () => {
		const { method, base, path } = createRequest(openAi);
		expect({ method, base, path }).toStrictEqual({ method: 'POST', base: 'baseUrl', path: '/videos' });
	});

	it.each(legalRequests(openAiModels, 'video_1'))('%s', (_name, request, { id: model }) => {
		const imageUrl = placedImage(request);
		const written = createRequest(openAi, request, imageUrl);
		expect(written.form).toBeUndefined();
		if (request.remixOf !== null) {
			expect(written).toMatchObject({ path: '/videos/video_1/remix' });
			expect(written.body).toStrictEqual({ prompt: 'A cat playing piano' });
			return;
		}
		const sides = request.resolution === '720p' ? ['1280', '720'] : ['1792', '1024'];
		expect(written.body).toStrictEqual({
			model,
			prompt: 'A cat playing piano',
			seconds: String(request.duration),
			size: (request.aspectRatio === '16:9' ? sides : sides.reverse()).join('x'),
			...(imageUrl !== null && { input_reference: { image_url: imageLink } }),
		});
	});

	it.each([
		['sora-2-pro', '16:9', '1792x1024'],
		['sora-2-pro', '9:16', '1024x1792'],
		// Whose sizes nobody tells.
		['openai/sora-2-pro-2025-10-06', '16:9', '1920x1080'],
		['veo-3.1-fast', '16:9', '1920x1080'],
		['minimax/h3', '9:16', '1080x1920'],
	] as const)('%s in %s and 1080p has %s pixels', (model, aspectRatio, size) => {
		expect(createBody(openAi, { model, aspectRatio, resolution: '1080p' })).toHaveProperty('size', size);
	});

	it('sends no callback URL, which is set in the dashboard', () => {
		expect(createBody(openAi, { callbackUrl: 'https://n8n.example.com/webhook/1' })).not.toHaveProperty('callback_url');
		expect(openAi.callbacks?.checkUrl).toBeUndefined();
	});
});

describe('OpenAI base URL', () => {
	it.each([
		['https://api.openai.com', 'https://api.openai.com/v1'],
		['https://api.openai.com/v1', 'https://api.openai.com/v1'],
		['https://gateway.example', 'https://gateway.example/v1'],
		['https://gateway.example/api', 'https://gateway.example/api/v1'],
		['https://gateway.example/openai/v1', 'https://gateway.example/openai/v1'],
		['https://gateway.example/api/v3', 'https://gateway.example/api/v3'],
		['https://gateway.example/v1beta', 'https://gateway.example/v1beta'],
		['https://proxy.example/v1/account/gateway/openai', 'https://proxy.example/v1/account/gateway/openai'],
		['https://gateway.example/v1/videos', 'https://gateway.example/v1'],
		['https://gateway.example/videos', 'https://gateway.example/v1'],
		['https://v1.gateway.example', 'https://v1.gateway.example/v1'],
		['https://gateway.example/vault', 'https://gateway.example/vault/v1'],
		['http://127.0.0.1:3000', 'http://127.0.0.1:3000/v1'],
		['', ''],
		['nonsense', 'nonsense'],
	])('%s stands for %s', (written, used) => {
		expect(openAi.completeBaseUrl?.(written)).toBe(used);
		expect(openAi.completeBaseUrl?.(used)).toBe(used);
	});
});

describe('OpenAI status and content requests', () => {
	it.each([['sample', id, id] as const, ...awkwardIds])('%s', (_name, jobId, encoded) => {
		expect(openAi.writeStatus(jobId)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/videos/${encoded}` });
		expect(openAi.writeContent?.(jobId, 0)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/videos/${encoded}/content` });
		expect(createRequest(openAi, { remixOf: jobId }).path).toBe(`/videos/${encoded}/remix`);
	});
});

describe('OpenAI readJob', () => {
	it('reads the object of the guide, which has no link', () => {
		expect(read(openAi, completed)).toStrictEqual(aVideoJob({
			provider: 'openAi',
			id,
			model: 'sora-2-pro',
			status: 'completed',
			rawStatus: 'completed',
			progress: 100,
			expiresAt: '2025-09-06T15:42:23.000Z',
			createdAt: '2025-09-06T14:42:23.000Z',
		}));
	});

	it.each([
		['queued', 'queued'],
		['in_progress', 'processing'],
		['processing', 'processing'],
		['completed', 'completed'],
		['succeeded', 'completed'],
		['failed', 'failed'],
		['no such word', 'processing'],
	])('status %s is %s', (raw, status) => {
		expect(read(openAi, { ...completed, status: raw })).toMatchObject({ status, rawStatus: raw });
	});

	it.each([
		['url', { url: link }],
		['video_url', { video_url: link }],
		['data.url', { data: { url: link } }],
		['output.url', { output: { url: link } }],
		['metadata.url', { metadata: { url: link } }],
		['a list', { url: [link, link] }],
		['a list in output', { output: [link] }],
		['a list of objects', { output: [{ url: link }] }],
		['the first that holds one', { url: '', video_url: null, data: { url: link }, output: { url: 'https://cdn.example.com/2.mp4' } }],
	])('finds the link of a gateway in %s', (_where, more) => {
		expect(read(openAi, { ...completed, ...more })).toMatchObject({ videoUrl: link, videoUrls: [link] });
		expect(read(openAi, { ...completed, ...more, status: 'processing' })).toMatchObject({ videoUrl: null, videoUrls: [] });
	});

	it.each([`https://gateway.example/v1/videos/${id}/content`, `http://gateway.example/api/v3/videos/${id}/content?variant=video`])(
		'takes %s for no link: it needs the key',
		(url) => {
			expect(read(openAi, { ...completed, url })).toMatchObject({ videoUrl: null, videoUrls: [] });
		},
	);

	it.each([
		[{ id: 'a', status: 'queued' }, 'a'],
		[{ id: 'a' }, 'a'],
		[{ task_id: 'b', status: 'submitted' }, 'b'],
		[{ code: 200, data: { id: 'c', status: 'queued' } }, 'c'],
		[{ data: { task_id: 'd', status: 'queued' } }, 'd'],
		[{ id: 7, status: 'queued' }, '7'],
	])('finds the id in %j', (body, found) => {
		expect(read(openAi, body).id).toBe(found);
	});

	it.each([[{ error: { message: 'No' } }], [{ object: 'list', data: [{ id: 'a' }] }], ['a'], [null], [[completed]]])('finds no job in %j', (body) => {
		expect(openAi.readJob(body, {})).toBeNull();
	});

	it.each([
		['an object', { code: 'moderation_blocked', message: 'Your request was blocked by our moderation system.' }, 'moderation_blocked'],
		['a text', 'Blocked by the content policy', 'unknown'],
	])('reads an error that is %s', (_form, error, code) => {
		const failure = readFailure(openAi, { ...completed, status: 'failed', error });
		expect(failure).toMatchObject({ code, category: 'moderation', retryable: false });
		expect(failure.message).toContain(id);
	});
});

describe('OpenAI errors', () => {
	it.each([
		[401, { error: { message: 'Incorrect API key provided', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } }, 'invalid_api_key', 'invalidInput'],
		[404, { error: { message: "The model 'sora-2' does not exist", type: 'invalid_request_error', code: 'model_not_found' } }, 'model_not_found', 'invalidInput'],
		[429, { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } }, 'rate_limit_exceeded', 'rateLimit'],
		[429, { error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' } }, 'insufficient_quota', 'quota'],
		[400, { error: { message: 'No', type: 'invalid_request_error', code: null } }, 'invalid_request_error', 'invalidInput'],
		[400, { code: 'invalid_request', message: 'The seconds are wrong' }, 'invalid_request', 'invalidInput'],
		[500, { error: 'upstream broke' }, 'http_500', 'provider'],
		[502, '<html>', 'http_502', 'provider'],
	])('HTTP %i with %j', (status, body, code, category) => {
		expect(httpFailure(openAi, body, status)).toMatchObject({ code, category });
	});
});

describe('OpenAI callbacks', () => {
	const event = { id: 'evt_1', object: 'event', created_at: 1757169743, type: 'video.completed', data: { id } };

	it('a thin event names the job, which is to be asked for', () => {
		expect(openAi.callbacks?.read(event)).toStrictEqual({ jobId: id, status: 'completed', job: null });
		expect(openAi.callbacks?.read({ ...event, type: 'video.failed' })).toStrictEqual({ jobId: id, status: 'failed', job: null });
	});

	it.each([[{ ...event, type: 'response.completed' }], [{ ...event, data: {} }], [{ ...event, data: { id: '' } }], [completed], [null], ['evt'], [[event]]])('%j is none', (body) => {
		expect(openAi.callbacks?.read(body)).toBeNull();
	});
});

describe('OpenAI model list', () => {
	it('has the names that are known for video first, each once', () => {
		const data = ['gpt-5', 'veo-3.1-fast', 'dall-e-3', 'sora-2', 'veo-3.1-fast', 'Kling-2.6', 'wan2.6-i2v', 'text-embedding-3'].map((name) => ({ id: name }));
		expect(openAi.modelList?.read({ object: 'list', data })?.map((model) => model.id)).toEqual([
			'Kling-2.6',
			'sora-2',
			'veo-3.1-fast',
			'wan2.6-i2v',
			'dall-e-3',
			'gpt-5',
			'text-embedding-3',
		]);
	});

	it.each([[null], [{}], [{ data: {} }], ['list']])('%j is none', (body) => {
		expect(openAi.modelList?.read(body)).toBeNull();
	});
});
