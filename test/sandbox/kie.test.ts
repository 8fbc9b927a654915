import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from './checks';
import type { Sandbox } from './index';
import { kieSchemas } from './kie';
import { signKie } from './kieRecords';
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
	code: unknown;
	msg: unknown;
	data: Record<string, unknown>;
	body: Record<string, unknown>;
}

async function ask(path: string, body?: object, key = sandbox.apiKeys.kie, base = sandbox.baseUrls.kie): Promise<Told> {
	const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) };
	const response = await fetch(base + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
	const told: Record<string, unknown> = Object(await response.json());
	return { status: response.status, code: told.code, msg: told.msg, data: isRecord(told.data) ? told.data : {}, body: told };
}

const create = async (model: string, input: object, more: object = {}): Promise<Told> => await ask('/api/v1/jobs/createTask', { model, input, ...more });
const record = async (id: unknown, path = '/api/v1/jobs/recordInfo'): Promise<Told> => await ask(`${path}?taskId=${String(id)}`);
const seedance = 'bytedance/seedance-2';
const cat = { prompt: 'a cat' };

it('makes a video of the market: its words, its result as JSON text', async () => {
	const taken = await create(seedance, { ...cat, duration: 8, resolution: '720p', aspect_ratio: '9:16', generate_audio: false });
	expect(taken).toMatchObject({ status: 200, code: 200, msg: 'success', data: { taskId: expect.any(String) } });
	const { taskId } = taken.data;
	const states: unknown[] = [];
	for (const step of [0, 4_000, 26_000, 30_000]) {
		sandbox.clock.advance(step);
		states.push((await record(taskId)).data.state);
	}
	expect(states).toEqual(['waiting', 'queuing', 'generating', 'success']);
	const { data } = await record(taskId);
	expect(data).toMatchObject({ taskId, model: seedance, failCode: '', failMsg: '', costTime: 60_000, creditsConsumed: 64, completeTime: expect.any(Number), createTime: expect.any(Number) });
	expect(JSON.parse(String(data.param))).toMatchObject({ model: seedance, input: { prompt: 'a cat', duration: 8 } });
	const { resultUrls } = JSON.parse(String(data.resultJson));
	expect((await readMp4(await (await fetch(String(resultUrls[0]))).arrayBuffer())).videoTracks).toMatchObject([{ video: { width: 720, height: 1280 } }]);
	expect((await ask('/api/v1/common/download-url', { url: resultUrls[0] })).body).toEqual({ code: 200, msg: 'success', data: resultUrls[0] });
	expect(await ask('/api/v1/common/download-url', { url: 'https://example.com/a.mp4' })).toMatchObject({ status: 200, code: 422 });
	sandbox.clock.advance(24 * 3_600_000 + 1);
	expect((await fetch(String(resultUrls[0]))).status).toBe(403);
	expect(sandbox.creates).toMatchObject([{ provider: 'kie', jobId: taskId }]);
});

it('has no result until there is one', async () => {
	const { data } = await create(seedance, cat);
	expect((await record(data.taskId)).data).toMatchObject({ state: 'waiting', resultJson: '', completeTime: null });
});

it('takes the smallest body of every model of its market', async () => {
	sandbox.settings.kieCreateLimit = 0;
	const refused: unknown[] = [];
	for (const [model, schema] of Object.entries(kieSchemas)) {
		const { code, msg } = await create(model, smallestBody(schema));
		if (code !== 200) refused.push([model, msg]);
	}
	expect(Object.keys(kieSchemas).length).toBeGreaterThan(70);
	expect(refused).toEqual([]);
});

const kling = { prompt: 'a cat', sound: false, duration: '5', aspect_ratio: '16:9', mode: 'std' };

it('takes a video of one shot without the prompts of several', async () => {
	expect((await create('kling-3.0/video', { ...kling, multi_shots: false })).code).toBe(200);
	expect(await create('kling-3.0/video', kling)).toMatchObject({ code: 422, msg: 'multi_shots is required' });
});

const hailuo = { prompt: 'a cat', image_url: 'https://example.com/a.png' };

it.each<[string, string, object]>([
	['prompt is required', 'kling-2.6/text-to-video', { ...kling, prompt: undefined, mode: undefined }],
	['duration is invalid (type)', 'kling-3.0/video', { ...kling, duration: 5 }],
	['duration is not within the range of allowed options', 'kling-3.0/video', { ...kling, duration: '16' }],
	['duration is invalid (type)', seedance, { ...cat, duration: '5' }],
	['resolution is not within the range of allowed options', seedance, { ...cat, resolution: '8k' }],
	['resolution is not within the range of allowed options', 'wan/2-6-text-to-video', { ...cat, resolution: '720P' }],
	['lens is not a parameter of this model', seedance, { ...cat, lens: '35mm' }],
	['image_url is required', 'hailuo/2-3-image-to-video-pro', cat],
	['image_url is invalid (format)', 'hailuo/2-3-image-to-video-pro', { ...hailuo, image_url: 'data:image/png;base64,bm8=' }],
	['first_frame_url is required', 'minimax-h3/image-to-video', { ...cat, duration: 6 }],
])('refuses in the body of a 200: %s', async (msg, model, input) => {
	expect(await create(model, input)).toMatchObject({ status: 200, code: 422, msg: expect.stringContaining(msg), body: { data: null } });
	sandbox.settings.kieFieldCode = 500;
	expect(await create(model, input)).toMatchObject({ status: 200, code: 500 });
	sandbox.settings.kieHttpErrors = true;
	expect(await create(model, input)).toMatchObject({ status: 500, code: 500 });
	expect(sandbox.jobs).toEqual([]);
	expect(sandbox.creates).toEqual([]);
});

it.each<[number, object]>([
	[422, { model: 'sora-3', input: cat }],
	[422, { input: cat }],
	[422, { model: seedance }],
	[422, { model: seedance, input: cat, webhook: hook }],
	[422, { model: seedance, input: cat, callBackUrl: 'https://127.0.0.1/' }],
])('refuses with code %i: %j', async (code, body) => {
	expect(await ask('/api/v1/jobs/createTask', body)).toMatchObject({ status: 200, code });
	expect(sandbox.jobs).toEqual([]);
});

it('knows keys, credits, paths and tasks', async () => {
	expect((await ask('/api/v1/chat/credit')).body).toEqual({ code: 200, msg: 'success', data: 100 });
	expect(await ask('/api/v1/chat/credit', undefined, 'wrong')).toMatchObject({ status: 200, code: 401 });
	expect(await ask('/api/v1/jobs/createTask', { model: seedance, input: cat }, 'wrong')).toMatchObject({ status: 200, code: 401 });
	expect(await ask('/api/v1/models')).toMatchObject({ code: 404 });
	expect(await ask('/api/v1/jobs/recordInfo')).toMatchObject({ code: 400, msg: 'taskId parameter is required' });
	expect((await record('none')).body).toEqual({ code: 422, msg: 'recordInfo is null', data: null });
	sandbox.settings.kieHttpErrors = true;
	expect(await ask('/api/v1/chat/credit', undefined, 'wrong')).toMatchObject({ status: 401, code: 401 });
});

it('may not know a task just after its creation', async () => {
	sandbox.settings.kieRecordDelay = 5;
	const { data } = await create(seedance, cat);
	expect(await record(data.taskId)).toMatchObject({ code: 422, msg: 'recordInfo is null' });
	sandbox.clock.advance(5_000);
	expect(await record(data.taskId)).toMatchObject({ code: 200, data: { state: 'queuing' } });
});

it('takes twenty new tasks in ten seconds, and refuses the next', async () => {
	for (let made = 0; made < 20; made += 1) expect((await create(seedance, cat)).code).toBe(200);
	expect(await create(seedance, cat)).toMatchObject({ status: 200, code: 429, body: { data: null } });
	expect(await ask('/api/v1/veo/generate', cat)).toMatchObject({ code: 429 });
	sandbox.clock.advance(10_000);
	expect((await create(seedance, cat)).code).toBe(200);
	expect(sandbox.creates.filter(({ jobId }) => jobId === null)).toMatchObject([{ fault: '429' }, { fault: '429' }]);
	expect(sandbox.jobs).toHaveLength(21);
});

it.each([
	['401', 200, 401, 0],
	['403credits', 200, 402, 0],
	['429', 200, 429, 0],
	['404', 200, 404, 0],
	['500', 200, 500, 1],
])('a create with the fault %s', async (kind, status, code, jobs) => {
	expect(await create(seedance, { prompt: `[sandbox create=${kind}]` })).toMatchObject({ status, code });
	expect(sandbox.jobs).toHaveLength(jobs);
});

it.each([
	['moderation', '400', 'content policies'],
	['internal', '500', 'Internal server error'],
	['timeout', '408', '10 minutes'],
])('fails with %s', async (failure, failCode, failMsg) => {
	const { data } = await create(seedance, { prompt: `[sandbox fail=${failure}]` });
	sandbox.clock.advance(60_000);
	expect(await record(data.taskId)).toMatchObject({ code: 200, data: { state: 'fail', failCode, failMsg: expect.stringContaining(failMsg), resultJson: '' } });
});

it('fails with a picture that can’t be fetched', async () => {
	const { data } = await create('hailuo/2-3-image-to-video-pro', { ...hailuo, image_url: `${sandbox.url}/cdn/files/none/a.png` });
	sandbox.clock.advance(60_000);
	expect((await record(data.taskId)).data).toMatchObject({ state: 'fail', failMsg: expect.stringContaining('Failed to fetch the image') });
});

it('makes videos of Veo by its own path', async () => {
	const { data } = await ask('/api/v1/veo/generate', { ...cat, model: 'veo3_fast', aspect_ratio: '9:16', resolution: '720p', duration: 8, generationType: 'TEXT_2_VIDEO' });
	const { taskId } = data;
	const own = '/api/v1/veo/record-info';
	expect(await record(taskId)).toMatchObject({ code: 422 });
	expect((await record(taskId, own)).data).toMatchObject({ taskId, successFlag: 0, response: null, errorCode: null });
	sandbox.clock.advance(60_000);
	const done = (await record(taskId, own)).data;
	expect(done).toMatchObject({ successFlag: 1, response: { resultUrls: [expect.stringMatching(/\.mp4$/)], resolution: '720p' }, createTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/), fallbackFlag: false });
	const bad: object[] = [
		{ ...cat, model: 'veo2' },
		{ ...cat, duration: 5 },
		{ ...cat, aspectRatio: '16:9' },
		{ ...cat, imageUrls: ['https://example.com/a.png', 'https://example.com/b.png', 'https://example.com/c.png'] },
		{ ...cat, model: 'veo3', generationType: 'REFERENCE_2_VIDEO', imageUrls: ['https://example.com/a.png'] },
		{ ...cat, model: 'veo3_lite', generationType: 'REFERENCE_2_VIDEO', duration: 4, imageUrls: ['https://example.com/a.png'] },
	];
	for (const body of bad) expect(await ask('/api/v1/veo/generate', body)).toMatchObject({ status: 200, code: 422 });
	expect(sandbox.jobs).toHaveLength(1);
});

it('a failed video of Veo has another flag', async () => {
	for (const [failure, successFlag] of [['internal', 2], ['moderation', 3]] as const) {
		const { data } = await ask('/api/v1/veo/generate', { prompt: `[sandbox fail=${failure}]` });
		sandbox.clock.advance(60_000);
		expect((await record(data.taskId, '/api/v1/veo/record-info')).data).toMatchObject({ successFlag, errorMessage: expect.any(String) });
	}
});

it('makes videos of Runway and of Aleph by their own paths', async () => {
	const runway = await ask('/api/v1/runway/generate', { ...cat, duration: 5, quality: '720p', aspectRatio: '16:9' });
	const aleph = await ask('/api/v1/aleph/generate', { ...cat, videoUrl: 'https://example.com/a.mp4' });
	const read = async (): Promise<Told[]> => [await record(runway.data.taskId, '/api/v1/runway/record-detail'), await record(aleph.data.taskId, '/api/v1/aleph/record-info')];
	expect(await read()).toMatchObject([{ data: { state: 'wait', expireFlag: 0 } }, { data: { successFlag: 0, response: null } }]);
	sandbox.clock.advance(60_000);
	expect(await read()).toMatchObject([
		{ data: { state: 'success', videoInfo: { videoUrl: expect.stringMatching(/\.mp4$/) } } },
		{ data: { successFlag: 1, response: { resultVideoUrl: expect.stringMatching(/\.mp4$/) } } },
	]);
	for (const body of [{ ...cat, duration: 7, quality: '720p' }, { ...cat, duration: 10, quality: '1080p' }, { ...cat, duration: 5 }]) {
		expect(await ask('/api/v1/runway/generate', body)).toMatchObject({ status: 200, code: 422 });
	}
});

it.each<[string, string, object, (body: Record<string, unknown>) => unknown]>([
	['market', '/api/v1/jobs/createTask', { model: seedance, input: cat }, ({ data }) => Object(data).taskId],
	['Veo', '/api/v1/veo/generate', cat, ({ data }) => Object(data).taskId],
	['Runway', '/api/v1/runway/generate', { ...cat, duration: 5, quality: '720p' }, ({ data }) => Object(data).task_id],
	['Aleph', '/api/v1/aleph/generate', { ...cat, videoUrl: 'https://example.com/a.mp4' }, ({ taskId }) => taskId],
])('calls back for the %s, signed for its task and time', async (_family, path, body, idIn) => {
	const { data } = await ask(path, { ...body, callBackUrl: hook });
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	expect(callback).toMatchObject({ path: '/video?token=1', body: { code: 200 } });
	expect(idIn(callback?.body ?? {})).toBe(data.taskId);
	const time = String(callback?.headers['x-webhook-timestamp']);
	expect(time).toMatch(/^\d{10}$/);
	expect(callback?.headers['x-webhook-signature']).toBe(signKie(sandbox.webhookSecrets.kie, String(data.taskId), time));
	expect(sandbox.leaks).toEqual([]);
});

it('a callback of the market holds what the record holds', async () => {
	const { data } = await create(seedance, { prompt: '[sandbox fail=moderation]' }, { callBackUrl: hook });
	sandbox.clock.advance(60_000);
	const [callback] = await receiver.next();
	expect(callback?.body).toMatchObject({ code: 501, msg: 'Playground task failed.' });
	expect(callback?.body.data).toEqual((await record(data.taskId)).data);
});

it('signs nothing without a key, and calls again until it is taken', async () => {
	sandbox.settings.kieWebhookKey = null;
	sandbox.clock.speed = 1000;
	receiver.answers.push(500);
	await create(seedance, cat, { callBackUrl: hook });
	const [first, second] = await receiver.next(2);
	expect(first?.headers).not.toHaveProperty('x-webhook-signature');
	expect(second?.raw).toBe(first?.raw);
});

it('signs as others computed it by the documented rule', () => {
	expect(signKie('testkey', 'task_1', '1700000000')).toBe('XRYP3G7JqEmPz7F9Ue5XdRawrYtp1WBzanFjnR+VGA0=');
	expect(signKie('kie_key', 'task_1234', '1790000000')).toBe('GuQqbATgVNQNA5XQRN1m7OxpkB5p12dY8CsGfL6DPSc=');
});

const picture = readFileSync(join(__dirname, 'media/1280x720.jpg'));
const other = readFileSync(join(__dirname, 'media/720x1280.jpg'));

async function held(link: unknown): Promise<Buffer> {
	return Buffer.from(await (await fetch(String(link))).arrayBuffer());
}

it('takes files in three ways, for a day', async () => {
	const put = async (path: string, body: object): Promise<Told> => await ask(path, body, sandbox.apiKeys.kie, sandbox.baseUrls.kieFiles);
	const inline = await put('/api/file-base64-upload', { base64Data: `data:image/jpeg;base64,${picture.toString('base64')}`, uploadPath: 'images', fileName: 'a.jpg' });
	expect(inline).toMatchObject({ status: 200, code: 200, data: { fileName: 'a.jpg', filePath: 'images/a.jpg', fileSize: picture.length, mimeType: 'image/jpeg' } });
	const linked = await put('/api/file-url-upload', { fileUrl: sandbox.imageUrl('720x1280'), uploadPath: 'images' });
	const form = new FormData();
	form.set('file', new Blob([new Uint8Array(picture)]), 'b.jpg');
	form.set('uploadPath', 'images');
	const response = await fetch(`${sandbox.baseUrls.kieFiles}/api/file-stream-upload`, { method: 'POST', headers: { authorization: `Bearer ${sandbox.apiKeys.kie}` }, body: form });
	const streamed: Record<string, unknown> = Object(await response.json());
	const links = [inline.data.downloadUrl, linked.data.downloadUrl, Object(streamed.data).downloadUrl];
	expect(await Promise.all(links.map(held))).toEqual([picture, other, picture]);
	expect(await put('/api/file-base64-upload', { base64Data: picture.toString('base64') })).toMatchObject({ status: 400, code: 400 });
	expect(await ask('/api/file-base64-upload', {}, 'wrong', sandbox.baseUrls.kieFiles)).toMatchObject({ status: 401, code: 401 });
	const same = await put('/api/file-base64-upload', { base64Data: other.toString('base64'), uploadPath: 'images', fileName: 'a.jpg' });
	expect(same.data.downloadUrl).toBe(links[0]);
	expect(await held(links[0])).toEqual(other);
	sandbox.clock.advance(24 * 3_600_000);
	expect((await fetch(String(links[0]))).status).toBe(404);
});
