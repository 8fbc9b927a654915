import type { IDataObject } from 'n8n-workflow';

import type { NodeRun } from './harness';
import { expectSentence, inputsOf, itemsOf, messageOf, model, only, runSoraVideo, withSandbox } from './setup';
import { startTinyServer } from './tinyServer';
import type { TinyCall } from './tinyServer';

// A provider that refuses a video for its content says so at the create, or minutes later: to the user both
// are one event, a video that was not made, and leave by Failed. What else is wrong is On Error's to route.

const moderated = { status: 400, body: { error: { code: 'content_policy_violation', message: 'Your prompt violates our content policy' } } };
const invalid = { status: 400, body: { error: { code: 'invalid_parameter', message: 'The field seed is out of range' } } };
const done = { body: { id: 'task-1', status: 'completed', progress: 100, results: ['http://127.0.0.1/v.mp4'], model: 'veo-3.1' } };

type Settings = Parameters<typeof runSoraVideo>[1]['settings'];

/** Runs an operation against a server that judges each prompt by its words. */
async function judged(operation: string, prompts: string[], parameters: IDataObject = {}, settings: Settings = {}): Promise<{ run: NodeRun; creates: TinyCall[] }> {
	const server = await startTinyServer(({ method, body }) => {
		if (method !== 'POST') return done;
		const text = JSON.stringify(body) + String(body);
		if (text.includes('forbidden')) return moderated;
		return text.includes('wrong') ? invalid : done;
	});
	try {
		return await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: 'evoLink',
				operation,
				parameters: { model: model('veo-3.1'), prompt: '={{ $json.prompt }}', ...parameters },
				items: itemsOf(prompts.map((prompt) => ({ prompt }))),
				credentials: { soraVideoEvoLinkApi: { apiKey: 'k', baseUrl: server.url, filesBaseUrl: server.url } },
				settings,
			});
			return { run, creates: server.calls.filter(({ method }) => method === 'POST') };
		});
	} finally {
		await server.close();
	}
}

const ways = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

describe.each(ways)('On Error %s', (onError) => {
	it.each(['polling', 'suspend'])('a video refused at its create leaves by Failed, and the others go on (%s)', async (waitUsing) => {
		const { run } = await judged('createAndWait', ['Sea', 'forbidden', 'Moor'], { waitUsing }, { onError });
		expect(run.status).toBe('success');
		expect(inputsOf(run).slice(0, 3)).toEqual([[0, 2], [1], []]);
		const item = only(run.outputs[1]);
		expect(item.error).toBeUndefined();
		expect(item.json).toMatchObject({ id: null, status: 'failed', failure: { code: 'content_policy_violation', category: 'moderation', retryable: false } });
		expect(item.json).not.toHaveProperty('error');
		expectSentence(messageOf(item), 'EvoLink refused to create the video', 'content policy', 'reword the prompt');
	});

	it('with Retry On Fail it is sent once', async () => {
		const { creates } = await judged('createAndWait', ['forbidden'], {}, { onError, retryOnFail: true, maxTries: 3 });
		expect(creates).toHaveLength(1);
	});
});

it('where another item stops the node, nobody calls the outcome unknown, and the error says how items can leave by Failed', async () => {
	const { run } = await judged('createAndWait', ['forbidden', 'wrong'], { options: { batchSize: 1 } });
	expect(run.status).toBe('error');
	expectSentence(run.error?.message, 'EvoLink refused to create the video', 'seed is out of range');
	expect(run.error?.description).toContain('It was item 2 of 2.');
	expect(run.error?.description).toContain('Settings > On Error');
	expect(run.error?.description).not.toMatch(/may have created|charged/);
});

it('an item that can not be sent says how such items can leave by Failed', async () => {
	const { run } = await judged('createAndWait', ['Sea', ' ']);
	expectSentence(run.error?.message, 'in item 2 of 2 the prompt is empty');
	expect(run.error?.description).toContain('leave by the output Failed');
});

it('Create has no Failed output: a refusal is On Error\'s, and nothing is said of that output', async () => {
	const { run } = await judged('create', ['forbidden']);
	expect(run.status).toBe('error');
	expectSentence(run.error?.message, 'content policy', 'reword the prompt');
	expect(run.error?.description ?? '').not.toContain('Failed');
	const goingOn = await judged('create', ['forbidden', 'Sea'], {}, { onError: 'continueRegularOutput' });
	expect(only(goingOn.run.outputs).map(({ json }) => json.id)).toEqual([null, 'task-1']);
});

describe('Always Output Data', () => {
	it.each([
		['createAndWait', 'polling', 'stopWorkflow', 1],
		['createAndWait', 'suspend', 'stopWorkflow', 1],
		['createAndWait', 'polling', 'continueRegularOutput', 1],
	] as const)('%s, %s, On Error %s: no empty item leaves by Completed', async (operation, waitUsing, onError, output) => {
		const { run } = await judged(operation, ['forbidden'], { waitUsing }, { alwaysOutputData: true, onError });
		expect(run.outputs.map(({ length }) => length)).toEqual([0, 1, 0]);
		expect(run.outputs[output]).toHaveLength(1);
	});

	it('what can\'t be sent leaves none either, by Failed or by the error output', async () => {
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			const { run } = await judged('createAndWait', [' '], {}, { alwaysOutputData: true, onError });
			expect(run.outputs[0]).toEqual([]);
			expect(run.outputs.flat()).toHaveLength(1);
		}
	});
});

describe('what the panel has is what the advice names', () => {
	const expiring = { body: { id: 'task-1', status: 'completed', results: ['https://example.com/v.mp4'], created: 1_795_000_000 } };

	it.each([
		['getStatus', false],
		['waitForCompletion', true],
	])('%s: Download Video is advised: %j', async (operation, isAdvised) => {
		const server = await startTinyServer(() => expiring);
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: 'evoLink',
				operation,
				parameters: { jobId: 'task-1' },
				credentials: { soraVideoEvoLinkApi: { apiKey: 'k', baseUrl: server.url, filesBaseUrl: server.url } },
			});
			const { message } = only(run.hints);
			expect(message).toContain('with the operation Download');
			expect(message.includes('Download Video')).toBe(isAdvised);
		});
		await server.close();
	});
});
