import { startSandbox, type Sandbox } from '../sandbox';
import {
	createJobs,
	createsOf,
	expectSentence,
	fieldsIn,
	inputsOf,
	itemKeys,
	itemsOf,
	jsonsOf,
	messageOf,
	model,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	withSandbox,
	type ProviderCase,
} from './setup';

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

/** A job that has run for long enough to be done. */
async function finishedJobs(providerCase: ProviderCase, prompts: string[]): Promise<string[]> {
	const ids = await createJobs(sandbox, providerCase, prompts);
	sandbox.clock.advance(1000);
	return ids;
}

const wireBodies = {
	aimlApi: {
		model: 'openai/sora-2-t2v',
		prompt: 'A cat',
		aspect_ratio: '9:16',
		duration: 8,
	},
	evoLink: { model: 'sora-2-preview', prompt: 'A cat', aspect_ratio: '9:16', duration: 8 },
	fal: { prompt: 'A cat', aspect_ratio: '9:16', duration: '8' },
	gemini: {
		model: 'gemini-omni-1.2-flash',
		background: true,
		input: [{ type: 'text', text: 'A cat' }],
		response_format: { type: 'video', delivery: 'uri', aspect_ratio: '9:16', duration: '8s' },
	},
	kie: { model: 'bytedance/seedance-2', input: { prompt: 'A cat', aspect_ratio: '9:16', duration: 8 } },
	vtrix: {
		model: 'sora_2_t2v',
		input: [{ params: { prompt: 'A cat', size: '720x1280', seconds: '8' } }],
	},
	openAi: { model: 'sora-2', prompt: 'A cat', size: '720x1280', seconds: '8' },
	openRouter: {
		model: 'bytedance/seedance-2.0-fast',
		prompt: 'A cat',
		aspect_ratio: '9:16',
		duration: 8,
	},
	replicate: { input: { prompt: 'A cat', aspect_ratio: '9:16', duration: 8 } },
	waveSpeed: { prompt: 'A cat', aspect_ratio: '9:16', duration: 8 },
};

const leastBodies: Record<ProviderCase['provider'], [id: string, body: object]> = {
	aimlApi: ['openai/sora-2-pro-t2v', { model: 'openai/sora-2-pro-t2v', prompt: 'A cat' }],
	evoLink: ['sora-2-pro-preview', { model: 'sora-2-pro-preview', prompt: 'A cat' }],
	fal: ['fal-ai/bytedance/seedance/v1.5/pro/text-to-video', { prompt: 'A cat' }],
	gemini: [
		'gemini-omni-1.1-flash',
		{
			model: 'gemini-omni-1.1-flash',
			background: true,
			input: [{ type: 'text', text: 'A cat' }],
			response_format: { type: 'video', delivery: 'uri' },
		},
	],
	kie: ['bytedance/seedance-2-fast', { model: 'bytedance/seedance-2-fast', input: { prompt: 'A cat' } }],
	vtrix: ['sora_2_pro_t2v', { model: 'sora_2_pro_t2v', input: [{ params: { prompt: 'A cat' } }] }],
	openAi: ['sora-2-pro', { model: 'sora-2-pro', prompt: 'A cat' }],
	openRouter: ['google/veo-3.1', { model: 'google/veo-3.1', prompt: 'A cat' }],
	replicate: ['google/veo-3.1', { input: { prompt: 'A cat' } }],
	waveSpeed: ['minimax/hailuo-02/pro', { prompt: 'A cat' }],
};

describe.each(providerCases)('$displayName', (providerCase) => {
	const { provider, displayName, textModel, unknownId, givesNoLink, tellsNoModel, tellsResultApart } = providerCase;

	it('creates a job and goes on at once', async () => {
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: {
				model: model(textModel),
				prompt: 'A cat',
				aspectRatio: '9:16',
				duration: 8,
			},
		});
		expect(run.status).toBe('success');
		const item = only(only(run.outputs));
		expect(Object.keys(item.json).sort()).toEqual(itemKeys);
		expect(item.json).toMatchObject({
			provider,
			id: only(sandbox.jobs).id,
			model: textModel,
			videoUrl: null,
			videoUrls: [],
			failure: null,
			createdAt: timestamp,
		});
		expect(['queued', 'processing']).toContain(item.json.status);
		expect(item.pairedItem).toEqual({ item: 0 });
		expect(item.binary).toBeUndefined();
		expect(only(createsOf(sandbox)).body).toEqual(wireBodies[provider]);
	});

	it('sends nothing that the user left alone', async () => {
		await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model(leastBodies[provider][0]), prompt: 'A cat' },
		});
		expect(only(createsOf(sandbox)).body).toEqual(leastBodies[provider][1]);
	});

	it('tells the status of running, completed and failed jobs', async () => {
		const prompts = ['[sandbox slow]', 'Sea', '[sandbox fail=moderation]', '[sandbox fail=internal]'];
		const ids = await finishedJobs(providerCase, prompts);
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'getStatus',
			parameters: { jobId: '={{ $json.id }}' },
			items: itemsOf(ids.map((id) => ({ id }))),
		});
		expect(run.status).toBe('success');
		expect(inputsOf(run)).toEqual([[0, 1, 2, 3]]);
		const jobs = only(jsonsOf(run));
		for (const job of jobs) expect(Object.keys(job).sort()).toEqual(itemKeys);
		expect(jobs.map(({ id }) => id)).toEqual(ids);
		const [running, completed, moderated, broken] = jobs;
		expect(['queued', 'processing']).toContain(running?.status);
		expect(running).toMatchObject({ model: tellsNoModel ? null : textModel, videoUrl: null, failure: null });
		expect(completed).toMatchObject({
			status: 'completed',
			progress: 100,
			videoUrl: givesNoLink ? null : expect.stringMatching(/^http.*(\.mp4|\?alt=media)$/),
			failure: null,
			usage: providerCase.tellsNoCost ? null : expect.any(Object),
		});
		expect(completed?.videoUrls).toEqual(givesNoLink ? [] : [completed?.videoUrl]);
		expect(moderated).toMatchObject({
			status: 'failed',
			videoUrls: [],
			failure: { code: expect.any(String), category: 'moderation', retryable: false },
		});
		expect(broken).toMatchObject({ status: 'failed', failure: { category: 'provider', retryable: true } });
		for (const job of [moderated, broken]) {
			expectSentence(Object(job?.failure).message, displayName, String(job?.id));
		}
	});

	it('creates and waits: every job leaves by the output of its ending, in the order of the input', async () => {
		// The first is the last to be done.
		const prompts = ['[sandbox seconds=0.9]', '[sandbox slow]', '[sandbox fail=moderation]', 'Sea', '[sandbox fail=internal]'];
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'createAndWait',
			parameters: { ...promptFromItem(providerCase), timeout: 1 },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		});
		expect(run.status).toBe('success');
		expect(inputsOf(run)).toEqual([[0, 3], [2, 4], [1]]);
		const jobs = jsonsOf(run);
		for (const job of jobs.flat()) expect(Object.keys(job).sort()).toEqual(itemKeys);
		expect(jobs).toMatchObject([
			[{ status: 'completed' }, { status: 'completed' }],
			[{ failure: { category: 'moderation' } }, { failure: { category: 'provider' } }],
			[{ id: sandbox.jobs.find(({ prompt }) => prompt.includes('slow'))?.id, model: textModel, failure: null }],
		]);
		for (const job of jobs[1] ?? []) expectSentence(Object(job.failure).message, displayName, String(job.id));
		expect(run.outputs.flat().filter(({ error }) => error)).toEqual([]);
		expect(createsOf(sandbox)).toHaveLength(5);
	});

	it('waits for jobs that were created before, each with its own timeout', async () => {
		const prompts = ['[sandbox slow]', 'Sea', '[sandbox fail=moderation]', '[sandbox seconds=1.8]'];
		const ids = await finishedJobs(providerCase, prompts);
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'waitForCompletion',
			parameters: { jobId: '={{ $json.id }}', timeout: '={{ $json.timeout }}', downloadVideo: true },
			items: itemsOf(ids.map((id, index) => ({ id, timeout: [1, 15, 15, 1][index] ?? 1 }))),
		});
		expect(inputsOf(run)).toEqual([[1, 3], [2], [0]]);
		const jobs = jsonsOf(run);
		for (const job of jobs.flat()) expect(Object.keys(job).sort()).toEqual(itemKeys);
		expect(jobs.map((output) => output.map(({ id }) => id))).toEqual([[ids[1], ids[3]], [ids[2]], [ids[0]]]);
		expect(jobs[2]).toMatchObject([{ failure: null, videoUrl: null }]);
		expect(run.outputs.map((output) => output.map(({ binary }) => Object.keys(binary ?? {})))).toEqual([
			[['data'], ['data']],
			[[]],
			[[]],
		]);
		expect(createsOf(sandbox)).toHaveLength(4);
	});

	it.each(['getStatus', 'download', 'waitForCompletion'])(
		'%s: an id that no job has fails its own item only',
		async (operation) => {
			const [id = ''] = await finishedJobs(providerCase, ['Sea']);
			const run = await runSoraVideo(sandbox, {
				provider,
				operation,
				parameters: { jobId: '={{ $json.id }}', binaryPropertyName: 'data' },
				items: itemsOf([{ id: unknownId }, { id }]),
				settings: { onError: 'continueRegularOutput' },
			});
			expect(run.status).toBe('success');
			const waits = operation === 'waitForCompletion';
			expect(inputsOf(run)).toEqual(waits ? [[1], [0], []] : [[0, 1]]);
			const item = waits ? run.outputs[1]?.[0] : run.outputs[0]?.[0];
			expectSentence(messageOf(item), displayName, unknownId);
			expect(item?.json).toMatchObject({ id: unknownId, failure: { retryable: false } });
			expect(Object.keys(item?.json ?? {}).sort()).toEqual(itemKeys);
		},
	);

	it('adds the raw answer where asked', async () => {
		const [id = ''] = await finishedJobs(providerCase, ['Sea']);
		const call = { provider, parameters: { jobId: id, options: { includeRaw: true } } };
		const run = await runSoraVideo(sandbox, { ...call, operation: 'getStatus' });
		const item = only(only(run.outputs)).json;
		expect(Object.keys(item).sort()).toEqual([...itemKeys, 'raw'].sort());
		const ending = tellsResultApart ? {} : (providerCase.rawEnding?.(id) ?? { id, status: 'completed' });
		expect(item.raw).toMatchObject(ending);
		const waited = await runSoraVideo(sandbox, { ...call, operation: 'waitForCompletion' });
		expect(only(waited.outputs[0]).json.raw).toMatchObject(ending);
		const created = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model(textModel), prompt: 'Sea', options: { includeRaw: true } },
		});
		// An id may be made of more than the provider calls so.
		const wholeId = sandbox.jobs.at(-1)?.id;
		const createdId = tellsResultApart ? wholeId?.split('/').at(-1) : wholeId;
		expect(JSON.stringify(only(only(created.outputs)).json.raw)).toContain(`:"${createdId}"`);
	});

	it('lets each item say what its video is to be', async () => {
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: {
				model: { __rl: true, mode: 'id', value: '={{ $json.model }}' },
				prompt: '={{ $json.prompt }}',
				duration: '={{ $json.seconds }}',
				aspectRatio: '={{ $json.shape }}',
				options: { additionalBody: '={{ $json.more }}' },
			},
			items: itemsOf([
				{ model: textModel, prompt: 'Sea', seconds: 4, shape: '16:9', more: {} },
				{ model: textModel, prompt: 'Moor', seconds: '12', shape: '9:16', more: '{}' },
			]),
		});
		expect(run.status).toBe('success');
		// Both are sent at the same time, so either may arrive first.
		const jobs = ['Sea', 'Moor'].map((prompt) => only(sandbox.jobs.filter((job) => job.prompt === prompt)));
		expect(jobs).toMatchObject([{ size: '1280x720', duration: 4 }, { size: '720x1280', duration: 12 }]);
		expect(only(jsonsOf(run)).map(({ id }) => id)).toEqual(jobs.map(({ id }) => id));
	});

	it('asks for no more jobs at a time than Batch Size', async () => {
		const prompts = ['One', 'Two', 'Three'].map((word) => `${word} [sandbox create=hang hang=0.1]`);
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { ...promptFromItem(providerCase), options: { batchSize: 1 } },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		});
		expect(inputsOf(run)).toEqual([[0, 1, 2]]);
		expect(sandbox.creates.map(({ prompt }) => prompt)).toEqual(prompts);
		expect(createsOf(sandbox).map(({ beside }) => beside)).toEqual([0, 0, 0]);
	});
});

describe('an item that fails before it has a job', () => {
	const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
	const operations = [
		{ operation: 'create', regular: [[0, 1, 2]], byError: [[0, 2], [1]] },
		{ operation: 'createAndWait', regular: [[0, 2], [1], []], byError: [[0, 2], [], [], [1]] },
	];
	const items = itemsOf([{ prompt: 'Sea' }, { prompt: ' ' }, { prompt: 'Moor' }]);
	const call = (operation: string) => ({
		provider: 'evoLink',
		operation,
		parameters: { ...promptFromItem(evoLink), timeout: 1 },
		items,
	});

	it.each(operations)('$operation, On Error: continue', async ({ operation, regular }) => {
		const run = await runSoraVideo(sandbox, {
			...call(operation),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(run.status).toBe('success');
		expect(inputsOf(run)).toEqual(regular);
		const item = run.outputs.flat().find(({ pairedItem }) => Object(pairedItem).item === 1);
		expect(Object.keys(item?.json ?? {}).sort()).toEqual(itemKeys);
		expect(item?.json).toMatchObject({
			provider: 'evoLink',
			id: null,
			status: 'failed',
			failure: { code: 'invalid_input', category: 'invalidInput', retryable: false },
		});
		expect(createsOf(sandbox)).toHaveLength(2);
	});

	it.each(operations)('$operation, On Error: error output', async ({ operation, byError }) => {
		const run = await runSoraVideo(sandbox, {
			...call(operation),
			settings: { onError: 'continueErrorOutput' },
		});
		expect(run.status).toBe('success');
		expect(inputsOf(run)).toEqual(byError);
		expect(only(run.outputs.at(-1)).json.error).toMatch(/prompt is empty/);
		expect(createsOf(sandbox)).toHaveLength(2);
	});

	it.each(operations)('$operation, On Error: stop sends nothing, and names the item', async ({ operation }) => {
		const { items = [], ...rest } = call(operation);
		const run = await runSoraVideo(sandbox, { ...rest, items });
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, 'Nothing was sent', `in item 2 of ${items.length} the prompt is empty`);
		expect(sandbox.requests).toEqual([]);
	});

	it('stops early: what waits is not waited for, and is named', async () => {
		const [id = ''] = await createJobs(sandbox, evoLink, ['[sandbox slow]']);
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'waitForCompletion',
			parameters: { jobId: '={{ $json.id }}', timeout: 15 },
			items: itemsOf([{ id }, { id: evoLink.unknownId }]),
		});
		expect(run.status).toBe('error');
		expect(run.error?.description).toContain(id);
		expect(run.error?.description).toContain('It was item 2 of 2.');
		expect(sandbox.requests.filter(({ path }) => path.endsWith(id)).length).toBeLessThan(3);
	});
});

describe('requests that a known model would refuse', () => {
	const refusals = [
		{ provider: 'aimlApi', id: 'openai/sora-2-t2v', change: { duration: 5 }, says: '4, 8 or 12 seconds, not 5' },
		{ provider: 'aimlApi', id: 'openai/sora-2-t2v', change: { resolution: '1080p' }, says: '720p, not 1080p' },
		{ provider: 'aimlApi', id: 'openai/sora-2-i2v', change: {}, says: 'needs an image to begin with' },
		{ provider: 'aimlApi', id: 'openai/sora-2-pro-t2v', change: { imageSource: 'url', imageUrl: 'https://example.com/a.png' }, says: 'takes no image to begin with' },
		{ provider: 'evoLink', id: 'sora-2-preview', change: { duration: 10 }, says: '4, 8 or 12 seconds, not 10' },
		{ provider: 'evoLink', id: 'sora-2', change: { duration: 4 }, says: '10 or 15 seconds, not 4' },
		{ provider: 'evoLink', id: 'sora-2-preview', change: { resolution: '1080p' }, says: 'takes no resolution' },
		{ provider: 'evoLink', id: 'sora-2-pro-remix', change: { duration: 15 }, says: 'needs the id of the video to remix' },
		{ provider: 'evoLink', id: 'sora-2-preview', change: { imageSource: 'url', imageUrl: 'cat.png' }, says: '"cat.png" is not a link' },
		{ provider: 'vtrix', id: 'sora_2_t2v', change: { duration: '4.5' }, says: '4.5' },
		{ provider: 'vtrix', id: 'sora_2_pro_i2v', change: { resolution: '1080p', imageSource: 'url', imageUrl: 'https://example.com/a.png' }, says: '720p, not 1080p' },
		{ provider: 'vtrix', id: 'sora_2_i2v', change: {}, says: 'needs an image to begin with' },
		{ provider: 'vtrix', id: 'sora_2_t2v', change: { imageSource: 'url', imageUrl: '={{ "" }}' }, says: 'image URL is empty' },
	];

	it.each(refusals)('$provider $id with $change', async ({ provider, id, change, says }) => {
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'createAndWait',
			parameters: { model: model(id), prompt: 'Sea', ...change },
		});
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, says);
		expect(sandbox.requests).toEqual([]);
	});

	it.each(providerCases)('$provider: a model outside the table goes through as it is', async ({ provider, freeModel: free }) => {
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model(free), prompt: 'Sea', duration: 7 },
		});
		expect(run.status).toBe('success');
		expect(only(sandbox.jobs).model).toBe(free);
	});
});

describe('Additional Body', () => {
	const sent = async (providerCase: ProviderCase, additionalBody: unknown) => {
		sandbox.reset();
		const run = await runSoraVideo(sandbox, {
			provider: providerCase.provider,
			operation: 'create',
			parameters: {
				model: model(providerCase.textModel),
				prompt: 'Sea',
				options: { additionalBody: additionalBody as string },
			},
		});
		return { run, body: Object(createsOf(sandbox)[0]?.body) };
	};

	it.each(providerCases)('$provider: as an object and as JSON text', async (providerCase) => {
		const more = { prompt: 'Moor', seed: 7 };
		for (const additionalBody of [more, JSON.stringify(more)]) {
			const { body } = await sent(providerCase, additionalBody);
			expect(fieldsIn(body)).toMatchObject(more);
		}
	});

	it.each(providerCases)('$provider: null takes a field out', async (providerCase) => {
		const field = ['vtrix', 'openAi'].includes(providerCase.provider) ? 'size' : 'aspect_ratio';
		const { run, body } = await sent(providerCase, `{"${field}": null}`);
		expect(run.status).toBe('success');
		expect(JSON.stringify(body)).not.toContain(field);
	});

	it('reaches the top level of a Vtrix request too', async () => {
		const { body } = await sent(only(providerCases.filter(({ provider }) => provider === 'vtrix')), { moderation: true, metadata: { a: 1 } });
		expect(body).toMatchObject({ moderation: true, metadata: { a: 1 }, input: [{ params: { prompt: 'Sea' } }] });
	});

	it.each(['{"seed": 7', '[1]', '7', 'seed', 'null'])('refuses %s', async (additionalBody) => {
		const { run } = await sent(only(providerCases.slice(0, 1)), additionalBody);
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, `Additional Body is "${additionalBody}": give a JSON object`);
		expect(sandbox.requests).toEqual([]);
	});
});

describe('job ids', () => {
	const ids = ['a&b=c#d', 'x/../../y?z=1', '100%+1 ä'];

	it.each(ids)('AI/ML API gets %s as it is', async (jobId) => {
		await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'getStatus', parameters: { jobId } });
		expect(only(sandbox.requests).query).toEqual({ generation_id: jobId });
	});

	it.each(ids)('Vtrix gets %s as one part of the path', async (jobId) => {
		await runSoraVideo(sandbox, { provider: 'vtrix', operation: 'getStatus', parameters: { jobId } });
		const { path, query } = only(sandbox.requests);
		expect(path).toBe(`/model/v1/generation/task/${encodeURIComponent(jobId)}`);
		expect(query).toEqual({});
	});

	it.each([...ids, 'task-unified-1/../../credits'])('EvoLink gets %s as one part of the path', async (jobId) => {
		await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'getStatus', parameters: { jobId } });
		expect(only(sandbox.requests)).toMatchObject({ path: `/v1/tasks/${encodeURIComponent(jobId)}`, query: {} });
	});
});

test.concurrent.each(providerCases)('$provider: twelve items at once, none lost', async (providerCase) => {
	await withSandbox(async (own) => {
		const prompts = Array.from({ length: 12 }, (_, n) => `Clip ${n} [sandbox seconds=${(12 - n) / 15}]`);
		const run = await runSoraVideo(own, {
			provider: providerCase.provider,
			operation: 'createAndWait',
			parameters: { ...promptFromItem(providerCase), timeout: 1 },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		});
		expect(inputsOf(run)).toEqual([prompts.map((_, n) => n), [], []]);
		const byPrompt = prompts.map((prompt) => own.jobs.find((job) => job.prompt === prompt)?.id);
		expect(jsonsOf(run)[0]?.map(({ id }) => id)).toEqual(byPrompt);
	});
});
