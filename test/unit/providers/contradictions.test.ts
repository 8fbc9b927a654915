import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { kie } from '../../../nodes/SoraVideo/providers/kie';
import { openAi } from '../../../nodes/SoraVideo/providers/openAi';
import { openRouter } from '../../../nodes/SoraVideo/providers/openRouter';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';
import { aRequest, createBody, imageLink, problemsOf, read, readFailure } from '../fixtures';

/**
 * Where the documents contradict each other, and the safe choice. Rows 1
 * (poll interval), 6 (a link) and 13 (hosts) bind no pure function; 20 is of a provider that isn't here.
 */
describe('where the documents contradict each other', () => {
	it('2: AI/ML API, all status words are taken, an unknown one is still running', () => {
		for (const status of ['queued', 'generating', 'waiting', 'active', 'dreaming', 'no such word']) {
			expect(['queued', 'processing']).toContain(read(aimlApi, { id: 'a', status }).status);
		}
	});

	it('3: AI/ML API, duration is sent as a number', () => {
		expect(createBody(aimlApi, { duration: 8 })).toHaveProperty('duration', 8);
	});

	it('4: AI/ML API, the base model that takes an image makes 720p only', () => {
		const request = aRequest({
			model: 'openai/sora-2-i2v',
			firstFrame: { source: 'url', url: imageLink },
			resolution: '1080p',
		});
		expect(problemsOf(aimlApi, request)).toHaveLength(1);
		expect(problemsOf(aimlApi, { ...request, resolution: '720p' })).toEqual([]);
	});

	it('7: AI/ML API, id, else generation_id', () => {
		expect(read(aimlApi, { id: 'a', generation_id: 'b', status: 'queued' }).id).toBe('a');
		expect(read(aimlApi, { generation_id: 'b', status: 'queued' }).id).toBe('b');
	});

	it('8: AI/ML API, both error formats are read, and both balance calls known', () => {
		expect(aimlApi.readError({ error: { name: 'X', message: 'new' }, title: 't' }, 400).message).toBe('new');
		expect(aimlApi.readError({ message: 'old', statusCode: '400' }, 400).message).toBe('old');
		expect(aimlApi.keyTests.map(({ path }) => path)).toEqual(['/v2/billing', '/v1/billing/balance']);
	});

	it('9: Vtrix, params are nested', () => {
		const body = createBody(vtrix, { model: 'sora_2_t2v' });
		expect(Object.keys(body ?? {}).sort()).toEqual(['input', 'model']);
		expect(body).toHaveProperty('input.0.params.prompt');
	});

	it('10: Vtrix, both vocabularies are read', () => {
		const url = 'https://cdn.vtrix.ai/outputs/1.mp4';
		const asPage = { id: 'a', status: 'completed', created_at: 1757169743, output: [{ content: [{ type: 'video', url }] }] };
		const asTool = {
			task_id: 'a',
			status: 'done',
			created_at: '2025-09-06T14:42:23.000Z',
			output: [{ content: [{ type: 'video_url', url }] }],
		};
		expect(read(vtrix, { ...asTool, status: 'completed' })).toEqual(read(vtrix, asPage));
		expect(read(vtrix, asTool).status).toBe('completed');
	});

	it('11: Vtrix, error codes are text of nine digits, from either message field', () => {
		const integer = readFailure(vtrix, { id: 'a', status: 'failed', error: { code: 14001095, error_message: 'No' } });
		const text = readFailure(vtrix, { id: 'a', status: 'failed', error: { code: '014001095', message: 'No' } });
		expect(integer).toEqual(text);
		expect(integer.code).toBe('014001095');
	});

	it('12: Vtrix, image to video needs its image', () => {
		for (const model of ['sora_2_i2v', 'sora_2_pro_i2v']) {
			expect(problemsOf(vtrix, aRequest({ model })).join(' ')).toMatch(/image/i);
		}
	});

	it('14: EvoLink, cancelled is supported though its enum lacks it', () => {
		expect(read(evoLink, { id: 'task-unified-1', status: 'cancelled' }).status).toBe('cancelled');
	});

	it('15: EvoLink, the duration is sent as a number, and the shape as a ratio', () => {
		expect(createBody(evoLink, { model: 'sora-2-preview', duration: 4, aspectRatio: '16:9' })).toMatchObject({
			duration: 4,
			aspect_ratio: '16:9',
		});
	});

	it('16: EvoLink, no operation cancels', () => {
		expect(evoLink.cancel).toBeUndefined();
	});

	it('17: EvoLink, error.code is text, whether it came as integer or text', () => {
		expect(evoLink.readError({ error: { code: 503, message: 'No' } }, 503).code).toBe('503');
		expect(evoLink.readError({ error: { code: 'x', message: 'No' } }, 503).code).toBe('x');
	});

	it('18: EvoLink, the length of the prompt is not judged', () => {
		const request = aRequest({ model: 'sora-2-preview', prompt: 'x'.repeat(20_000) });
		expect(problemsOf(evoLink, request)).toEqual([]);
	});

	it('19: OpenAI, the longer videos of the later guide are taken, and any size by Additional Body', () => {
		for (const duration of [4, 8, 12, 16, 20]) {
			expect(problemsOf(openAi, aRequest({ model: 'sora-2-pro', duration }))).toEqual([]);
		}
		expect(problemsOf(openAi, aRequest({ model: 'sora-2-pro', duration: 5 }))).toHaveLength(1);
		expect(createBody(openAi, { model: 'sora-2-pro', additionalBody: { size: '1920x1080' } })).toHaveProperty('size', '1920x1080');
	});

	it('21: gateways, completed and succeeded are one', () => {
		for (const status of ['completed', 'succeeded']) expect(read(openAi, { id: 'a', status }).status).toBe('completed');
	});

	it('Kie: links live for the shorter of the times that its pages tell', () => {
		expect(kie.linkHours).toBe(24);
	});

	it('Kie: a code means the same inside HTTP 200 and as HTTP status', () => {
		for (const code of [401, 402, 422, 429, 455, 500, 505]) {
			expect(kie.statusOf?.({ code, msg: 'No' }, 200)).toBe(kie.statusOf?.({ code, msg: 'No' }, code));
		}
	});

	it('Kie: Kling 3.0 needs the prompts of its shots only where it makes several', () => {
		expect(problemsOf(kie, aRequest({ model: 'kling-3.0/video' }))).toEqual([]);
	});

	it('OpenRouter: links are those that need no key, not those that are called unsigned', () => {
		const links = { urls: ['https://storage.example/1.mp4'], unsigned_urls: ['https://openrouter.ai/api/v1/videos/a/content?index=0'] };
		expect(read(openRouter, { id: 'a', status: 'completed', ...links }).videoUrls).toEqual(links.urls);
	});
});
