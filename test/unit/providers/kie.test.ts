import { isGenuine } from '../../../nodes/SoraVideo/callbacks/genuine/isGenuine';
import { findJob } from '../../../nodes/SoraVideo/providers/findJob';
import { findOwnerOfModel } from '../../../nodes/SoraVideo/providers';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { kie } from '../../../nodes/SoraVideo/providers/kie';
import { aRequest, aVideoJob, createBody, createRequest, httpFailure, imageLink, problemsOf, read } from '../fixtures';
import { awkwardIds } from './documentedModels';

const id = '0c2f8e5ad8f34b6f9f2a6c1d7e3b5a90';
const video = 'https://tempfile.aiquickdraw.com/v/1.mp4';
const callbackUrl = 'https://n8n.example.com/webhook/1';
const seedance = 'bytedance/seedance-2';
const answer = (data: unknown, code = 200, msg = 'success') => ({ code, msg, data });
const market = (more: object = {}) =>
	answer({ taskId: id, model: seedance, state: 'generating', param: '{"model":"other"}', resultJson: '', failCode: '', failMsg: '', createTime: 1763640000000, completeTime: null, ...more });

describe('Kie create', () => {
	it('wraps what a model of the market takes as its input', () => {
		const asked = { model: seedance, duration: 8, aspectRatio: '9:16', callbackUrl };
		expect(createRequest(kie, asked, imageLink)).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/api/v1/jobs/createTask',
			body: {
				model: seedance,
				callBackUrl: callbackUrl,
				input: { prompt: 'A cat playing piano', first_frame_url: imageLink, duration: 8, aspect_ratio: '9:16' },
			},
		});
	});

	it.each([
		['veo3_fast', '/api/v1/veo/generate', {}, { model: 'veo3_fast', prompt: 'A cat playing piano' }],
		['veo3_lite', '/api/v1/veo/generate', { duration: 4 }, { model: 'veo3_lite', prompt: 'A cat playing piano', duration: 4 }],
		['runway', '/api/v1/runway/generate', { duration: 5, resolution: '720p' }, { prompt: 'A cat playing piano', duration: 5, quality: '720p' }],
		['aleph', '/api/v1/aleph/generate', { additionalBody: { videoUrl: video } }, { prompt: 'A cat playing piano', videoUrl: video }],
	])('%s has a path of its own, and its fields without a wrapper', (model, path, changes, body) => {
		expect(createRequest(kie, { model, ...changes, callbackUrl })).toMatchObject({ path, body: { ...body, callBackUrl: callbackUrl } });
		expect(Object.keys(createBody(kie, { model, ...changes }) ?? {}).sort()).toEqual(Object.keys(body).sort());
	});

	it('tells Veo what its pictures are', () => {
		expect(createBody(kie, { model: 'veo3' }, imageLink)).toMatchObject({ imageUrls: [imageLink], generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO' });
		const references = [{ kind: 'image', source: 'url', url: imageLink } as const];
		expect(problemsOf(kie, aRequest({ model: 'veo3', references })).join()).toContain('veo3 takes no reference images');
		expect(problemsOf(kie, aRequest({ model: 'veo3_fast', references, duration: 4 })).join()).toContain('takes 8 as Duration');
		expect(problemsOf(kie, aRequest({ model: 'veo3_fast', references }))).toEqual([]);
	});

	it('sends the prompts of shots, and what Kling 3.0 can not do without', () => {
		const least = { prompt: 'A cat playing piano', sound: false, duration: '5', aspect_ratio: '16:9', mode: 'pro', multi_shots: false };
		expect(createBody(kie, { model: 'kling-3.0/video' })).toEqual({ model: 'kling-3.0/video', input: least });
		expect(problemsOf(kie, aRequest({ model: 'kling-3.0/video' }))).toEqual([]);
		const shots = { multi_shots: true };
		expect(problemsOf(kie, aRequest({ model: 'kling-3.0/video', modelFields: shots })).join()).toContain('Model Fields > Multi Prompt');
		const all = { ...shots, multi_prompt: [{ prompt: 'One', duration: 3 }] };
		expect(problemsOf(kie, aRequest({ model: 'kling-3.0/video', modelFields: all }))).toEqual([]);
	});

	it('refuses 10 seconds of 1080p of Runway', () => {
		expect(problemsOf(kie, aRequest({ model: 'runway', duration: 10, resolution: '1080p' }))).toHaveLength(1);
		expect(problemsOf(kie, aRequest({ model: 'runway', duration: 10, resolution: '720p' }))).toEqual([]);
	});

	it('puts additional fields into the input, but those that stand beside it', () => {
		const progressCallBackUrl = `${callbackUrl}?progress`;
		expect(createBody(kie, { model: seedance, additionalBody: { prompt: 'Sea', web_search: true, progressCallBackUrl, input: { seed: 1 } } })).toEqual({
			model: seedance,
			progressCallBackUrl,
			input: { prompt: 'Sea', web_search: true, seed: 1 },
		});
	});

	it('sends an unknown model to the market with the usual fields, and an unknown Veo to the path of Veo', () => {
		expect(createRequest(kie, { model: 'kling/v9', duration: 5 }, imageLink)).toMatchObject({
			path: '/api/v1/jobs/createTask',
			body: { model: 'kling/v9', input: { prompt: 'A cat playing piano', duration: 5, image_urls: [imageLink] } },
		});
		expect(createRequest(kie, { model: 'veo4' }, imageLink)).toMatchObject({ path: '/api/v1/veo/generate', body: { model: 'veo4', imageUrls: [imageLink] } });
	});

	it('leaves ids that others have as well to them', () => {
		const id = 'bytedance/seedance-2-5';
		expect(kie.models.some((model) => model.id === id)).toBe(true);
		expect(findOwnerOfModel(id, aimlApi)).toBeUndefined();
		expect(findOwnerOfModel('openai/sora-2-t2v', kie)).toBe(aimlApi);
	});

	it('uploads a picture under the name of its content, so that no other takes its place', () => {
		const [one, same, other] = ['a1', 'a1', 'b2'].map((hash) => kie.upload?.write('AAAA', 'image/png', 'a.png', hash));
		expect(one).toMatchObject({ base: 'filesBaseUrl', path: '/api/file-base64-upload', body: { base64Data: 'data:image/png;base64,AAAA', uploadPath: 'n8n', fileName: 'a1.png' } });
		expect(same).toEqual(one);
		expect(other?.body?.fileName).not.toBe(one?.body?.fileName);
		expect(kie.upload?.readLink(answer({ downloadUrl: imageLink, filePath: 'n8n/a.png' }))).toBe(imageLink);
		expect(kie.upload?.readLink(answer({ fileUrl: imageLink }))).toBe(imageLink);
		expect(kie.upload?.readLink(answer(null))).toBeNull();
	});
});

describe('Kie ids', () => {
	it.each([['sample', id, id] as const, ...awkwardIds])('%s', (_name, taskId, encoded) => {
		expect(kie.writeStatus(taskId)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/api/v1/jobs/recordInfo?taskId=${encoded}` });
		expect(kie.writeStatus(`runway:${taskId}`)).toMatchObject({ path: `/api/v1/runway/record-detail?taskId=${encoded}` });
	});

	it.each([
		['veo3_fast', `veo:${id}`, '/api/v1/veo/record-info'],
		['runway', `runway:${id}`, '/api/v1/runway/record-detail'],
		['aleph', `aleph:${id}`, '/api/v1/aleph/record-info'],
		[seedance, id, '/api/v1/jobs/recordInfo'],
	])('of %s are enough to ask for the job: %s', (model, jobId, path) => {
		const created = answer({ taskId: id });
		expect(read(kie, created, { model })).toMatchObject({ id: jobId, model, status: 'queued', rawStatus: null });
		expect(kie.writeStatus(jobId).path).toBe(`${path}?taskId=${id}`);
		// Beside an error, or in half an answer, it is found where no job can be read.
		for (const [status, body] of [[500, answer({ taskId: id }, 500)], [200, `{"code":200,"data":{"taskId":"${id}","x`]] as const) {
			expect(findJob(kie, status, body, { model })?.id).toBe(jobId);
		}
		expect(findJob(kie, 200, { code: 200, data: id }, { model })?.id).toBe(jobId);
	});
});

describe('Kie statusOf', () => {
	it.each([401, 402, 404, 422, 429, 433, 451, 455, 505, 400, 408, 500, 501])('code %i in HTTP 200 is a status', (code) => {
		expect(kie.statusOf?.(answer(null, code, 'No'), 200)).toBe(code);
	});

	it('of anything else is the HTTP status', () => {
		expect(kie.statusOf?.(answer({ taskId: id }), 200)).toBe(200);
		expect(kie.statusOf?.(answer(null, 460), 200)).toBe(200);
		expect(kie.statusOf?.('<html>', 200)).toBe(200);
		expect(kie.statusOf?.(answer(null, 422), 502)).toBe(502);
		// It is about a task that there is.
		expect(kie.statusOf?.(answer({ taskId: id }, 501), 200)).toBe(200);
	});

	it('of a record that is not there is 404', () => {
		expect(kie.statusOf?.(answer(null, 422, 'recordInfo is null'), 200)).toBe(404);
		expect(kie.statusOf?.(answer(null, 422, 'recordInfo is null'), 422)).toBe(404);
	});

	it('a disabled feature alone is a refusal beyond the common ones', () => {
		expect(kie.refusals).toEqual([{ status: 505, codes: ['505'] }]);
		expect(kie.readError(answer(null, 505, 'Feature Disabled'), 505).code).toBe('505');
	});

	it.each([
		[402, 'Credits insufficient', 'quota'],
		[433, 'Sub-key Usage Exceeds Limit', 'quota'],
		[429, 'Your call frequency is too high.', 'rateLimit'],
		[451, 'Failed to fetch the image.', 'invalidInput'],
		[455, 'Service Unavailable - System is undergoing maintenance', 'provider'],
	])('code %i is told as %s, %s', (code, msg, category) => {
		expect(httpFailure(kie, answer(null, code, msg), code)).toMatchObject({ code: String(code), category, message: expect.stringContaining(msg.replace(/\.$/, '')) });
	});
});

describe('Kie readJob, market', () => {
	it('reads a completed job', () => {
		const body = market({ state: 'success', resultJson: JSON.stringify({ resultUrls: [video, `${video}?2`], firstFrameUrl: 'https://a.example/1.png' }), completeTime: 1763640060000, creditsConsumed: 64 });
		expect(read(kie, body, { id })).toStrictEqual(aVideoJob({
			provider: 'kie',
			id,
			model: seedance,
			status: 'completed',
			rawStatus: 'success',
			progress: 100,
			videoUrl: video,
			videoUrls: [video, `${video}?2`],
			expiresAt: '2025-11-21T12:01:00.000Z',
			usage: { credits_consumed: 64 },
			createdAt: '2025-11-20T12:00:00.000Z',
		}));
	});

	it.each([
		['waiting', 'queued'],
		['queuing', 'queued'],
		['generating', 'processing'],
		['success', 'completed'],
		['fail', 'failed'],
		['a new word', 'processing'],
	])('%s is %s', (state, status) => {
		expect(read(kie, market({ state }))).toMatchObject({ status, rawStatus: state });
	});

	it.each(['', '{', '"text"', '[]', '{"resultUrls":7}', null, 7])('a result of %j has no links, and breaks nothing', (resultJson) => {
		expect(read(kie, market({ state: 'success', resultJson }))).toMatchObject({ status: 'completed', videoUrls: [] });
	});

	it.each([
		['400', 'Your prompt was flagged by Website as violating content policies.', 'moderation'],
		['400', 'Failed to fetch the image.', 'invalidInput'],
		['500', 'Internal server error', 'provider'],
		['501', 'It went wrong', 'provider'],
		['408', 'No result for 10 minutes', 'provider'],
		['422', 'It went wrong', 'unknown'],
	])('fails with %s, %s: %s', (failCode, failMsg, category) => {
		expect(read(kie, market({ state: 'fail', failCode, failMsg })).failure).toMatchObject({ code: failCode, category });
	});

	it.each([null, answer(null), answer(null, 422, 'recordInfo is null'), {}, 'text', answer([])])('finds no job in %j', (body) => {
		expect(kie.readJob(body, { id })).toBeNull();
	});
});

describe('Kie readJob, Veo', () => {
	const known = { id: `veo:${id}` };
	const veo = (more: object) => answer({ taskId: id, paramJson: '{"model":"veo3_fast"}', successFlag: 0, response: null, errorCode: null, errorMessage: '', createTime: '2025-06-06 10:20:00', completeTime: '', ...more });

	it.each([
		[{ successFlag: 0 }, 'processing', []],
		[{ successFlag: 1, response: { resultUrls: [video] }, completeTime: '2025-06-06 10:25:00' }, 'completed', [video]],
		[{ successFlag: 1, response: { resultUrls: JSON.stringify([video]) } }, 'completed', [video]],
		[{ successFlag: 1, response: null }, 'completed', []],
		[{ successFlag: 1, response: { resultUrls: [] } }, 'completed', []],
		[{ successFlag: 2, errorCode: 500, errorMessage: 'Internal' }, 'failed', []],
		[{ successFlag: 3, errorCode: 400, errorMessage: 'Flagged' }, 'failed', []],
		[{ successFlag: 9 }, 'processing', []],
	])('%j is %s', (more, status, videoUrls) => {
		// Times without a zone are never guessed at.
		expect(read(kie, veo(more), known)).toMatchObject({ id: `veo:${id}`, model: 'veo3_fast', status, videoUrls, rawStatus: `successFlag ${more.successFlag}`, createdAt: null, expiresAt: null });
	});
});

it.each([['veo', { successFlag: 3, errorCode: 400 }], ['runway', { state: 'fail', failCode: 400 }], ['aleph', { successFlag: 0, errorCode: 500 }]])(
	'Kie: a failure of %s is told with the id by which the job is asked for',
	(family, record) => {
		const { failure } = read(kie, answer({ taskId: id, ...record }), { id: `${family}:${id}` });
		expect(failure?.message).toContain(`Kie job ${family}:${id} failed`);
	},
);

describe('Kie readJob, Runway and Aleph', () => {
	it.each([
		[{ state: 'wait' }, 'queued', null],
		[{ state: 'queueing' }, 'queued', null],
		[{ state: 'generating' }, 'processing', null],
		[{ state: 'success', videoInfo: { videoUrl: video, imageUrl: 'https://a.example/1.png' } }, 'completed', video],
		[{ state: 'fail', failCode: 400, failMsg: 'Flagged' }, 'failed', null],
	])('Runway: %j is %s', (more, status, videoUrl) => {
		const body = answer({ taskId: id, generateTime: '2025-06-06 10:20:00', expireFlag: 0, ...more });
		expect(read(kie, body, { id: `runway:${id}` })).toMatchObject({ id: `runway:${id}`, model: 'runway', status, videoUrl, createdAt: null });
	});

	it.each([
		[{ successFlag: 0, errorCode: 0, errorMessage: '' }, 'processing', null],
		[{ successFlag: 1, response: { resultVideoUrl: video, resultImageUrl: 'https://a.example/1.png' } }, 'completed', video],
		[{ successFlag: 1, response: null }, 'completed', null],
		[{ successFlag: 0, errorCode: 500, errorMessage: '' }, 'failed', null],
		[{ successFlag: 0, errorCode: 0, errorMessage: 'Video is too long' }, 'failed', null],
	])('Aleph: %j is %s', (more, status, videoUrl) => {
		const body = answer({ taskId: id, createTime: '2025-06-06 10:20:00', ...more });
		expect(read(kie, body, { id: `aleph:${id}` })).toMatchObject({ id: `aleph:${id}`, model: 'aleph', status, videoUrl, createdAt: null });
	});
});

describe('Kie callbacks', () => {
	it.each([
		['market', { code: 200, data: { taskId: id, state: 'success' } }, id, 'completed'],
		['market', { code: 501, data: { taskId: id, state: 'fail' } }, id, 'failed'],
		['market, on its way', { code: 200, data: { taskId: id, state: 'generating' } }, id, 'processing'],
		['market, the id spelt as others do', { code: 200, data: { task_id: id, state: 'success' } }, id, 'completed'],
		['market, without an envelope', { taskId: id, state: 'success' }, id, 'completed'],
		['market, without an envelope', { task_id: id, state: 'fail' }, id, 'failed'],
		['Veo', { code: 200, data: { taskId: id, info: { resultUrls: [video] } } }, `veo:${id}`, 'completed'],
		['Veo', { code: 400, msg: 'Flagged', data: { taskId: id } }, `veo:${id}`, 'failed'],
		['Runway', { code: 200, data: { task_id: id, video_url: video } }, `runway:${id}`, 'completed'],
		['Aleph', { code: 200, data: { result_video_url: video }, taskId: id }, `aleph:${id}`, 'completed'],
		['Aleph', { code: 500, data: null, taskId: id }, `aleph:${id}`, 'failed'],
	])('%s: %j', (_family, body, jobId, status) => {
		expect(kie.callbacks?.read(body)).toEqual({ jobId, signedId: id, status, job: null });
	});

	it.each([null, 'x', {}, { code: 200 }, { data: { taskId: id } }, { code: 200, data: { state: 'success' } }, { id, status: 'completed' }])('%j is none', (body) => {
		expect(kie.callbacks?.read(body)).toBeNull();
	});

	const scheme = kie.callbacks?.scheme ?? { kind: 'unsigned' };
	const genuine = { key: 'testkey', taskId: 'task_1', time: '1700000000', signature: 'XRYP3G7JqEmPz7F9Ue5XdRawrYtp1WBzanFjnR+VGA0=', now: 1700000000 };
	const isRight = ({ key, taskId, time, signature, now }: typeof genuine) =>
		isGenuine(
			scheme,
			{ secret: key, publicKeys: [] },
			{ headers: { 'x-webhook-signature': signature, 'x-webhook-timestamp': time }, body: Buffer.from('any'), jobId: taskId },
			now,
		);

	it('are signed as computed by the documented rule', () => {
		expect(isRight(genuine)).toBe(true);
		expect(isRight({ ...genuine, now: 1700000300 })).toBe(true);
		expect(isRight({ ...genuine, key: 'kie_key', taskId: 'task_1234', time: '1790000000', signature: 'GuQqbATgVNQNA5XQRN1m7OxpkB5p12dY8CsGfL6DPSc=', now: 1790000000 })).toBe(true);
	});

	it.each<[string, Partial<typeof genuine>]>([
		['key', { key: 'testkeY' }],
		['task', { taskId: 'task_2' }],
		['time', { time: '1700000001' }],
		['signature', { signature: 'XRYP3G7JqEmPz7F9Ue5XdRawrYtp1WBzanFjnR+VGA1=' }],
		['no signature', { signature: '' }],
		['too late', { now: 1700000301 }],
		['too early', { now: 1699999699 }],
	])('another %s is refused', (_name, change) => {
		expect(isRight({ ...genuine, ...change })).toBe(false);
	});
});

it('Kie: a key is right where the balance is told', () => {
	const [test] = kie.keyTests;
	expect(test?.shows({ code: 200, msg: 'success', data: 100 })).toBe(true);
	expect(test?.shows({ code: 200, msg: 'success', data: 0 })).toBe(true);
	expect(test?.shows({ code: 401, msg: 'No', data: null })).toBe(false);
	expect(kie.statusOf?.({ code: 401, msg: 'You do not have access permissions' }, 200)).toBe(401);
});
