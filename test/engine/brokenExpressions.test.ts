import type { IDataObject } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import { createJobs, createsOf, expectSentence, itemsOf, messageOf, model, only, promptFromItem, providerCases, runSoraVideo } from './setup';
import { startTinyServer } from './tinyServer';

// A field whose expression fails, of those that are needed late: it is read before anything is paid for or waited for.

const providerCase = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
const broken = '={{ $("Nobody").item.json.name }}';
const late: IDataObject = { downloadVideo: true, binaryPropertyName: broken };

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

async function run(operation: string, onError: 'continueRegularOutput' | 'stopWorkflow', parameters: IDataObject) {
	const isCreate = operation === 'createAndWait';
	const ids = isCreate ? [] : await createJobs(sandbox, providerCase, ['Sea']);
	if (operation === 'download') await new Promise((resolve) => setTimeout(resolve, 300));
	const { run: first } = await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation,
		parameters: { ...(isCreate ? promptFromItem(providerCase) : { jobId: '={{ $json.id }}' }), ...parameters },
		items: itemsOf(isCreate ? [{ prompt: 'Sea' }] : ids.map((id) => ({ id }))),
		settings: { onError },
	});
	await new Promise((resolve) => setTimeout(resolve, 300));
	return first.status === 'waiting' ? await first.resumeByDate() : first;
}

it.each(['polling', 'suspend'])('createAndWait, %s: what can be read before the job is made, fails before it is paid for', async (waitUsing) => {
	const ended = await run('createAndWait', 'continueRegularOutput', { ...late, waitUsing });
	const item = only(ended.outputs('Node').flat());
	expect(item.json).toMatchObject({ id: null, failure: { category: 'invalidInput' } });
	expect(createsOf(sandbox)).toEqual([]);
});

describe.each([
	['waitForCompletion', 'polling'],
	['waitForCompletion', 'suspend'],
	['download', undefined],
])('%s, %s', (operation, waitUsing) => {
	const parameters = { ...late, ...(waitUsing && { waitUsing }) };

	it('the item leaves with the id of its job, which nobody has asked for', async () => {
		const ended = await run(operation, 'continueRegularOutput', parameters);
		const item = only(ended.outputs('Node').flat());
		expect(item.json).toMatchObject({ id: only(sandbox.jobs).id, status: 'processing' });
		expectSentence(messageOf(item), `job ${only(sandbox.jobs).id},`, "Put Output File in Field can't be read");
		expect(only(sandbox.requests).method).toBe('POST');
	});

	it('the error names the job', async () => {
		const ended = await run(operation, 'stopWorkflow', parameters);
		expect(ended.status).toBe('error');
		expect(`${ended.error?.message} ${ended.error?.description}`).toContain(only(sandbox.jobs).id);
	});
});

describe('an expression that gives another value once the job is there', () => {
	beforeEach(() => {
		process.env.N8N_BLOCK_ENV_ACCESS_IN_NODE = 'false';
	});
	afterEach(() => {
		delete process.env.N8N_BLOCK_ENV_ACCESS_IN_NODE;
		delete process.env.SORA_VIDEO_LATE;
	});

	it.each(['binaryPropertyName', 'downloadVideo', 'options'])('%s: the item keeps its job', async (name) => {
		const value = { binaryPropertyName: "'data'", downloadVideo: 'true', options: '20' }[name] ?? '';
		const expression = `={{ $env.SORA_VIDEO_LATE ? $("Nobody").item.json.name : ${value} }}`;
		const server = await startTinyServer(() => {
			process.env.SORA_VIDEO_LATE = '1';
			return { body: { id: 'job-1', status: 'completed', output: [{ content: [{ type: 'video', url: 'http://127.0.0.1/v.mp4' }] }] } };
		});
		const { run: ended } = await runSoraVideo(sandbox, {
			provider: 'vtrix',
			operation: 'createAndWait',
			parameters: {
				model: model('sora_2_t2v'),
				prompt: 'Sea',
				downloadVideo: true,
				...(name === 'options' ? { options: { maxFileSize: expression } } : { [name]: expression }),
			},
			credentials: { soraVideoVtrixApi: { apiKey: 'k', baseUrl: server.url } },
			settings: { onError: 'continueRegularOutput' },
		});
		await server.close();
		const item = only(ended.outputs('Node').flat());
		expect(item.json).toMatchObject({ id: 'job-1', status: 'completed', failure: { category: 'invalidInput' } });
		expectSentence(messageOf(item), 'Vtrix job job-1 is completed, but', "can't be read");
	});

	it.each([
		['waitUsing', "'suspend'"],
		['batchSize', '5'],
	])('%s: a wake-up goes on with the items as they stand, and creates nothing again', async (name, value) => {
		const expression = `={{ $env.SORA_VIDEO_LATE ? 'nonsense' : ${value} }}`;
		const server = await startTinyServer(({ method, body }) => {
			const status = process.env.SORA_VIDEO_LATE === undefined ? 'processing' : 'completed';
			return method === 'POST' && body.includes('forbidden')
				? { status: 400, body: { error: { code: 'content_policy_violation', message: 'Blocked' } } }
				: { body: { id: 'task-1', status, results: ['https://example.com/v.mp4'] } };
		});
		const { run: first } = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'createAndWait',
			parameters: {
				...promptFromItem(providerCase),
				waitUsing: name === 'waitUsing' ? expression : 'suspend',
				...(name === 'batchSize' && { options: { batchSize: expression } }),
			},
			items: itemsOf([{ prompt: 'Sea' }, { prompt: 'forbidden' }]),
			credentials: { soraVideoEvoLinkApi: { apiKey: 'k', baseUrl: server.url, filesBaseUrl: server.url } },
		});
		expect(first.status).toBe('waiting');
		process.env.SORA_VIDEO_LATE = '1';
		const ended = await first.resumeByDate();
		await server.close();
		expect(ended.outputs('Node').map((items) => items.map(({ json }) => json.id))).toEqual([['task-1'], [null], []]);
		expect(server.calls.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});
});
