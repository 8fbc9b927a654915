import { isRecord } from './checks';
import { startSandbox, type Sandbox } from './index';
import { readFacts, schemasOf, type JsonSchema } from './modelSchemas';
import { ask, create, type Answer } from './testClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
});
afterEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const link = 'https://example.com/a.png';

/** The least that a schema takes. */
function sample(schema: unknown): unknown {
	if (!isRecord(schema)) return 'a';
	if (Array.isArray(schema.enum)) return schema.enum[0];
	if (Array.isArray(schema.anyOf)) return sample(schema.anyOf[0]);
	if (schema.type === 'object') return leastOf(schema);
	if (schema.type === 'array') return Array.from({ length: Number(schema.minItems ?? 1) }, () => sample(schema.items));
	if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 5;
	if (schema.type === 'boolean') return true;
	return schema.format === 'uri' ? link : 'a cat';
}

function leastOf({ properties, required }: JsonSchema): Record<string, unknown> {
	const fields = isRecord(properties) ? properties : {};
	return Object.fromEntries((Array.isArray(required) ? required.map(String) : []).map((field) => [field, sample(fields[field])]));
}

const tokenless = async (path: string) => await ask(sandbox, 'aimlApi', path, {}, '');
const docsJson = (id: string) => `/docs-json?model=${encodeURIComponent(id)}&endpoint=internal%2Fvideo-generations%2Fsubmit`;

describe('AI/ML API', () => {
	const schemas = schemasOf('aimlApi');
	const kling = { model: 'klingai/video-v3-pro-text-to-video', prompt: 'a cat' };

	it('lists its models, one by its id or alias, each with the address of its document', async () => {
		const list = (await tokenless('/v1/models?tags=playground:video')).body.data;
		const ids = Array.isArray(list) ? list.map((entry: unknown) => (isRecord(entry) ? entry.id : null)) : [];
		for (const id of Object.keys(schemas)) expect(ids).toContain(id);
		for (const id of ['minimax/h3', 'h3']) {
			const { body } = await tokenless(`/v1/models?id=${encodeURIComponent(id)}`);
			expect(body.data).toEqual([expect.objectContaining({ id: 'minimax/h3', info: expect.objectContaining({ docsJson: sandbox.baseUrls.aimlApi + docsJson('minimax/h3') }) })]);
		}
	});

	it('tells the price that a test gives a model, to who asks for prices', async () => {
		const pricing = { kind: 'variants', dimensions: ['resolution'], variants: [{ when: { resolution: '2K' }, price: 0.39, unit: 'second', per: 1 }] };
		sandbox.settings.aimlPricing = { 'minimax/h3': pricing };
		const path = '/v1/models?id=minimax%2Fh3';
		expect((await tokenless(`${path}&include=capabilities,pricing`)).body.data).toEqual([expect.objectContaining({ pricing })]);
		expect((await tokenless(path)).body.data).toEqual([expect.not.objectContaining({ pricing })]);
	});

	it('tells what each model takes, with no key, in OpenAPI', async () => {
		for (const [id, schema] of Object.entries(schemas)) {
			const { status, body } = await tokenless(docsJson(id));
			expect([id, status]).toEqual([id, 200]);
			const printed = JSON.parse(JSON.stringify(schema).replaceAll('{"type":"null"}', '{"nullable":true}'));
			expect(body).toMatchObject({ openapi: '3.0.0', paths: { '/v2/video/generations': { post: { requestBody: { content: { 'application/json': { schema: printed } } } } } } });
		}
		expect((await tokenless(docsJson('google/veo-3.1'))).status).toBe(404);
		expect((await tokenless('/docs-json?model=minimax%2Fh3')).status).toBe(404);
	});

	it('tells some in the whole document of the provider, be it of three paths', async () => {
		const { body } = await tokenless(docsJson('klingai/video-v2-6-pro-image-to-video'));
		expect(isRecord(body.paths) ? Object.keys(body.paths) : []).toEqual(['/v2/video/generations', '/v1/video/generations', '/video/generations']);
		const wanted = { model: 'klingai/video-v2-6-pro-image-to-video', prompt: 'a cat', image_url: link };
		expect((await create(sandbox, 'aimlApi', { ...wanted, duration: 10 })).status).toBe(200);
		expect((await create(sandbox, 'aimlApi', { ...wanted, duration: 7 })).status).toBe(400);
	});

	it('makes a video of the least that each model takes', async () => {
		for (const schema of Object.values(schemas)) {
			const body = leastOf(schema);
			expect([body, (await create(sandbox, 'aimlApi', body)).status]).toEqual([body, 200]);
		}
		expect(sandbox.jobs).toHaveLength(Object.keys(schemas).length);
	});

	it.each<[string, object, string]>([
		['a duration that it does not make', { duration: 2 }, 'Invalid enum value. Expected 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15, received 2'],
		['a text for a number', { duration: '5' }, 'Expected number, received string'],
		['a field that it does not have', { resolution: '720p' }, "Unrecognized key(s) in object: 'resolution'"],
		['a number that is too large', { cfg_scale: 2 }, 'Invalid value at "cfg_scale": expected at most 1'],
	])('refuses %s', async (_what, more, message) => {
		const answer = await create(sandbox, 'aimlApi', { ...kling, ...more });
		expect(answer).toMatchObject({ status: 400, body: { message: `Body validation error\n${message}` } });
	});

	it('may let fields pass that the document does not name: which, no page says', async () => {
		sandbox.settings.aimlUnknownFields = 'ignore';
		expect((await create(sandbox, 'aimlApi', { ...kling, resolution: '720p' })).status).toBe(200);
		expect((await create(sandbox, 'aimlApi', { ...kling, duration: 2 })).status).toBe(400);
	});

	it('ends with a failure where a picture cannot be had, whatever its field is called', async () => {
		const body = { model: 'klingai/video-v3-standard-image-to-video', prompt: 'a cat', image_url: link, tail_image_url: `${sandbox.url}/cdn/images/none.jpg` };
		await create(sandbox, 'aimlApi', body);
		sandbox.clock.advance(61_000);
		expect(sandbox.jobs[0]).toMatchObject({ failure: 'image' });
	});
});

describe('EvoLink', () => {
	const schemas = schemasOf('evoLink');
	const evo = async (model: string, more: object): Promise<Answer> => await create(sandbox, 'evoLink', { model, prompt: 'a cat', ...more });
	const shots = (...durations: string[]) => ({ model_params: { multi_shot: true, shot_type: 'customize', multi_prompt: durations.map((duration, index) => ({ index, prompt: 'a cat', duration })) } });

	/** What a rule asks for, and the schema doesn't. */
	const more: Record<string, object> = {
		'minimax-h3-image-to-video': { image_start: link },
		'seedance-2.5-reference-to-video': { image_urls: [link] },
		'wan2.7-image-to-video': { image_start: link },
		'wan2.7-reference-video': { image_urls: [link] },
	};

	it('makes a video of the least that each listed model takes, with a callback', async () => {
		await evo('veo-3.1', {});
		sandbox.clock.advance(61_000);
		for (const [model, schema] of Object.entries(schemas)) {
			const body = { ...leastOf(schema), ...more[model], callback_url: 'https://hooks.example.com/x' };
			if (model === 'seedance-2.5-draft-to-video') Object.assign(body, { source_task_id: sandbox.jobs[0]?.id });
			expect([body, (await create(sandbox, 'evoLink', body)).status]).toEqual([body, 200]);
		}
		const { body } = await ask(sandbox, 'evoLink', '/v1/models');
		const listed = JSON.stringify(body);
		for (const model of Object.keys(schemas)) expect(listed).toContain(`"id":"${model}"`);
	});

	it.each<[string, object]>([
		['seedance-2.5-text-to-video', { duration: -1 }],
		['seedance-2.5-text-to-video', { draft: true, quality: '480p' }],
		['wan3.0-image-to-video', { image_start: link, duration: 2 }],
		['wan2.7-image-to-video', { image_start: link, image_end: link, audio_urls: [link] }],
		['wan2.7-image-to-video', { video_urls: [link], image_end: link, generation_mode: 'video_continuation' }],
		['veo-3.1-fast-generate-preview', { generation_type: 'REFERENCE', image_urls: [link], duration: 8, aspect_ratio: '16:9' }],
		['MiniMax-Hailuo-2.3', { quality: '1080p', duration: 6 }],
		['topaz-video-upscale', { prompt: undefined, video_urls: [link], model_params: { upscale_factor: 4 } }],
		['happyhorse-1.0-video-edit', { video_url: link }],
		['kling-v3-text-to-video', { duration: 7, ...shots('3', '4') }],
		['kling-v3-text-to-video', { sound: 'on' }],
	])('%s takes %j', async (model, fields) => {
		expect((await evo(model, fields)).body).toMatchObject({ status: 'pending', model });
	});

	it.each<[string, object, string]>([
		['seedance-2.5-text-to-video', { duration: 3 }, 'duration'],
		['seedance-2.5-text-to-video', { duration: 31 }, 'duration'],
		['seedance-2.5-text-to-video', { draft: true, quality: '720p' }, 'draft'],
		['seedance-2.5-text-to-video', { content_filter: false, model_params: { web_search: true } }, 'content_filter'],
		['seedance-2.5-reference-to-video', {}, 'image_urls'],
		['seedance-2.5-draft-to-video', { prompt: undefined, source_task_id: 'task-unified-1-none' }, 'source_task_id'],
		['wan3.0-image-to-video', { image_start: link, duration: 1 }, 'duration'],
		['wan2.7-image-to-video', {}, 'generation_mode'],
		['wan2.7-image-to-video', { image_start: link, video_urls: [link] }, 'generation_mode'],
		['wan2.7-image-to-video', { image_start: link, image_end: link, generation_mode: 'first_frame' }, 'generation_mode'],
		['wan2.7-reference-video', { image_urls: [link, link, link], video_urls: [link, link, link] }, 'image_urls'],
		['veo-3.1-fast-generate-preview', { generation_type: 'REFERENCE', duration: 6 }, 'generation_type'],
		['MiniMax-Hailuo-2.3', { quality: '1080p', duration: 10 }, 'duration'],
		['minimax-h3-image-to-video', {}, 'image_start'],
		['minimax-h3-image-to-video', { image_urls: [link] }, 'image_urls'],
		['minimax-h3-image-to-video', { image_start: 'data:image/png;base64,iVBORw0KGgo=' }, 'image_start'],
		['kling-v3-image-to-video', { image_urls: [link] }, 'image_start'],
		['kling-v3-text-to-video', { sound: true }, 'sound'],
		['kling-v3-text-to-video', { duration: 6, ...shots('3', '4') }, 'model_params.multi_prompt'],
		['kling-v3-text-to-video', { model_params: { lens: '35mm' } }, 'model_params.lens'],
		['kling-v3-text-to-video', { callback_url: 7 }, 'callback_url'],
	])('%s refuses %j, naming %s', async (model, fields, param) => {
		expect(await evo(model, fields)).toMatchObject({ status: 400, body: { error: { code: 'invalid_parameters', type: 'invalid_request_error', param } } });
		expect(sandbox.jobs).toEqual([]);
	});

	it('may let unknown fields pass, of MiniMax H3 never', async () => {
		sandbox.settings.evoLinkUnknownFields = 'ignore';
		expect((await evo('kling-v3-text-to-video', { lens: '35mm' })).status).toBe(200);
		expect((await evo('minimax-h3-text-to-video', { lens: '35mm' })).body).toMatchObject({ error: { param: 'lens' } });
	});

	it('tells its price rules without a key, and not twice to who has them', async () => {
		const answer = await ask(sandbox, 'evoLink', '/v1/catalog/pricing-rules?modality=video&view=full', {}, '');
		expect(answer.body).toMatchObject({ meta: { currency: 'USD' }, models: expect.arrayContaining([expect.objectContaining({ model_id: 'grok-imagine-video-1.0-i2v' })]) });
		const again = await ask(sandbox, 'evoLink', '/v1/catalog/pricing-rules?modality=video', { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } }, '');
		expect(again.status).toBe(304);
	});

	it('lists, counts and deletes the files that it keeps', async () => {
		const call = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
			const headers = { authorization: `Bearer ${sandbox.apiKeys.evoLink}`, 'content-type': 'application/json' };
			const response = await fetch(`${sandbox.baseUrls.evoLinkFiles}/api/v1/files${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
			return Object(await response.json());
		};
		sandbox.host(Buffer.from('not uploaded'), 'other.txt');
		for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await call('POST', '/upload/url', { file_url: sandbox.imageUrl('720x1280'), file_name: name });
		const { data } = await call('GET', '/list?page=2&pageSize=2');
		expect(data).toEqual({ total: 3, files: [{ file_id: expect.any(String), file_name: 'a.jpg', file_size: expect.any(Number), upload_time: expect.stringMatching(/Z$/) }] });
		expect(await call('GET', '/quota')).toMatchObject({ data: { used_files: 3, max_files: 2000, remain_files: 1997 } });
		const [file] = isRecord(data) && Array.isArray(data.files) ? data.files : [];
		const path = `/${String(file.file_id)}`;
		expect(await call('DELETE', path)).toMatchObject({ success: true });
		expect(await call('DELETE', path)).toMatchObject({ success: false, code: 404 });
		expect(await call('GET', '/list')).toMatchObject({ data: { total: 2 } });
		sandbox.clock.advance(72 * 3_600_000 + 1);
		expect(await call('GET', '/list')).toMatchObject({ data: { total: 0, files: [] } });
	});
});

describe('OpenRouter', () => {
	const documented = [
		'allowed_passthrough_parameters', 'canonical_slug', 'created', 'creativity', 'description', 'generate_audio', 'hugging_face_id', 'id', 'name',
		'pricing_skus', 'seed', 'supported_aspect_ratios', 'supported_durations', 'supported_frame_images', 'supported_resolutions', 'supported_sizes', 'upscale_factor',
	];
	const wan = { model: 'alibaba/wan-2.7', prompt: 'a cat' };
	const part = (type: string) => ({ type, [type]: { url: link } });
	const frame = (frame_type: string) => ({ ...part('image_url'), frame_type });

	async function call(path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
		const headers = { authorization: `Bearer ${sandbox.apiKeys.openRouter}`, 'content-type': 'application/json' };
		const response = await fetch(sandbox.baseUrls.openRouter + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
		return { status: response.status, body: Object(await response.json()) };
	}

	it('lists thirty models with the documented fields and no others, and makes a video with each', async () => {
		const { data } = (await call('/videos/models')).body;
		const entries = Array.isArray(data) ? data.filter(isRecord) : [];
		expect(entries).toHaveLength(30);
		const captured = JSON.stringify(readFacts('openRouter').captures);
		for (const { id, canonical_slug: slug, ...entry } of entries) {
			expect(Object.keys({ id, canonical_slug: slug, ...entry }).sort()).toEqual(documented);
			expect(captured).toContain(`"supported_durations":${JSON.stringify(entry.supported_durations)}`);
			expect((await call('/videos', { model: id, prompt: 'a cat' })).status).toBe(202);
			expect((await call('/videos', { model: slug, prompt: 'a cat' })).status).toBe(202);
		}
	});

	it.each<[string, object]>([
		['every list', { duration: 7, resolution: '1080p', aspect_ratio: '3:4', frame_images: [frame('first_frame'), frame('last_frame')] }],
		['references of all kinds and no prompt', { prompt: undefined, input_references: ['image_url', 'video_url', 'audio_url'].map(part) }],
		['what the provider knows', { provider: { options: { alibaba: { negative_prompt: 'dogs' } } }, creativity: 0.5 }],
		['a model whose lists are null', { model: 'black-forest-labs/flux-video-edit', duration: 99 }],
	])('takes %s', async (_what, fields) => {
		expect((await call('/videos', { ...wan, ...fields })).status).toBe(202);
	});

	it.each<[string, object]>([
		['alibaba/wan-2.7 does not support duration 11. Supported: 2, 3, 4, 5, 6, 7, 8, 9, 10', { duration: 11 }],
		['alibaba/wan-2.7 does not support resolution 480p. Supported: 720p, 1080p', { resolution: '480p' }],
		['alibaba/wan-2.7 does not support aspect_ratio 21:9. Supported: 16:9, 9:16, 1:1, 4:3, 3:4', { aspect_ratio: '21:9' }],
		['google/veo-3.1 does not support size 100x100', { model: 'google/veo-3.1', size: '100x100' }],
		['alibaba/wan-2.6 does not support frame_type last_frame. Supported: first_frame', { model: 'alibaba/wan-2.6', frame_images: [frame('last_frame')] }],
		['"path":["input_references","0","type"]', { input_references: [part('file_url')] }],
		['"path":["input_references","0","video_url"]', { input_references: [{ type: 'video_url', image_url: { url: link } }] }],
		['"path":["prompt"]', { prompt: '' }],
	])('refuses: %s', async (message, fields) => {
		const { status, body } = await call('/videos', { ...wan, ...fields });
		expect(status).toBe(400);
		const { error } = body;
		expect(isRecord(error) ? String(error.message).replace(/\s*\n\s*/g, '').replaceAll('": ', '":') : '').toContain(message);
	});
});

describe('Vtrix', () => {
	const specOf = async (id: string) => await ask(sandbox, 'vtrix', `/api/v1/skill/models/${id}/spec`, {}, '');

	it('tells the fields of a model as its clients know it to, and invents none', async () => {
		expect((await specOf('kirin_v3_t2v')).body).toMatchObject({ status: { code: 200 }, data: { model_id: 'kirin_v3_t2v', vendor: 'kling', parameters: [] } });
		expect(await specOf('viduq3_pro_text2video')).toMatchObject({ status: 404, body: { status: { code: 404 } } });
	});

	it('tells the fields that a test gives it', async () => {
		const given = { model_id: 'viduq3_pro_text2video', parameters: [{ name: 'prompt', path: 'input[0].params.prompt', type: 'string', required: true }] };
		sandbox.settings.vtrixSpecs = { viduq3_pro_text2video: given };
		expect((await specOf('viduq3_pro_text2video')).body).toMatchObject({ data: given });
	});

	it('makes a video where the fields that must be there are', async () => {
		const body = (params: object) => ({ model: 'kirin_v1_6_multi_i2v', input: [{ params }] });
		expect((await create(sandbox, 'vtrix', body({ prompt: 'a cat' }))).body).toEqual({ error: 'image_list is required' });
		expect((await create(sandbox, 'vtrix', body({ prompt: 'a cat', image_list: [{ image: link }] }))).status).toBe(200);
	});
});
