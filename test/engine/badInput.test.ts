import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import {
	createJobs,
	createsOf,
	expectSentence,
	inputsOf,
	isQuestionFor,
	itemKeys,
	itemsOf,
	messageOf,
	model,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	sandboxCredentials,
} from './setup';
import { closedUrl, startTinyServer } from './tinyServer';

const goOn = { onError: 'continueRegularOutput' } as const;
const missing = "={{ $('No such node').item.json.x }}";

let sandbox: Sandbox;
let closed = '';
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
	closed = await closedUrl();
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

function expectFailed(item: INodeExecutionData | undefined, id: string | null, failure: object): void {
	expect(Object.keys(item?.json ?? {}).sort()).toEqual(itemKeys);
	expect(item?.json).toMatchObject({ id, failure });
}

describe.each(providerCases)('$displayName', (providerCase) => {
	const { provider, displayName, textModel, imageModel, unknownId } = providerCase;
	const creating = { provider, operation: 'create', parameters: promptFromItem(providerCase) };
	const asking = { provider, operation: 'getStatus', parameters: { jobId: '={{ $json.id }}' } };

	/** The credentials with one field changed. */
	const changed = (change: Record<string, string>) => {
		const credentials: Record<string, Record<string, string>> = sandboxCredentials(sandbox);
		return Object.fromEntries(
			Object.entries(credentials).map(([type, values]) => [type, { ...values, ...change }]),
		);
	};

	it.each(['', '  ', null])('sends no prompt %j', async (prompt) => {
		const run = await runSoraVideo(sandbox, {
			...creating,
			items: itemsOf([{ prompt }, { prompt: 'Sea' }]),
			settings: goOn,
		});
		const [empty, other] = only(run.outputs);
		expectSentence(messageOf(empty), 'prompt is empty', 'Prompt');
		expectFailed(empty, null, { category: 'invalidInput', retryable: false });
		expect(other?.json.id).toBe(only(sandbox.jobs).id);
	});

	it('sends no request without a model', async () => {
		const run = await runSoraVideo(sandbox, {
			...creating,
			parameters: { model: model('={{ "" }}'), prompt: 'Sea' },
			settings: goOn,
		});
		expectSentence(messageOf(only(only(run.outputs))), 'model is chosen');
		expect(sandbox.requests).toEqual([]);
	});

	it.each(['getStatus', 'waitForCompletion', 'download'])('%s: asks for no job without an id', async (operation) => {
		const [id = ''] = await createJobs(sandbox, providerCase, ['Sea']);
		sandbox.clock.advance(1000);
		const before = sandbox.requests.length;
		const run = await runSoraVideo(sandbox, {
			...asking,
			operation,
			items: itemsOf([{ id: '' }, { id: null }, {}, { id }]),
			settings: goOn,
		});
		const items = operation === 'waitForCompletion' ? (run.outputs[1] ?? []) : only(run.outputs).slice(0, 3);
		expect(items).toHaveLength(3);
		for (const item of items) {
			expectSentence(messageOf(item), 'Job ID', 'Create');
			expectFailed(item, null, { category: 'invalidInput' });
		}
		expect(sandbox.requests.slice(before).filter((request) => isQuestionFor(request, id))).toHaveLength(1);
	});

	it('reads every refusal and every broken answer to a create, and sends none twice', async () => {
		const refused = ['401', '403credits', '404', 'redirect'];
		const unknown = ['500', '503', '502html', 'empty', 'othershape', 'drop'];
		const prompts = [...refused, ...unknown].map((kind) => `[sandbox create=${kind}]`);
		const run = await runSoraVideo(sandbox, {
			...creating,
			items: itemsOf([...prompts, 'Sea'].map((prompt) => ({ prompt }))),
			settings: goOn,
		});
		expect(inputsOf(run)).toEqual([prompts.map((_, index) => index).concat(prompts.length)]);
		const items = only(run.outputs);
		expect(items.at(-1)?.json).toMatchObject({ failure: null, id: sandbox.jobs.at(-1)?.id });
		for (const item of items.slice(0, -1)) expectSentence(messageOf(item), displayName);
		const [wrongKey, noCredits, notFound, redirected] = items;
		expect(messageOf(wrongKey)).toMatch(/401.*valid API key.*credential/);
		expect(messageOf(noCredits)).toMatch(/top up/);
		expect(messageOf(redirected)).toMatch(/307.*Base URL/);
		expectFailed(wrongKey, null, { category: 'invalidInput', retryable: false });
		expectFailed(noCredits, null, { category: 'quota', retryable: false });
		expectFailed(notFound, null, { category: 'invalidInput', retryable: false });
		expectFailed(redirected, null, { retryable: false });
		for (const item of items.slice(refused.length, -1)) {
			expect(messageOf(item)).toMatch(/may have created and charged/);
			expectFailed(item, null, { code: 'outcome_unknown', category: 'unknown', retryable: false });
		}
		expect(createsOf(sandbox)).toHaveLength(prompts.length + 1);
	});

	it('reads every refusal and every broken answer about a job', async () => {
		const kinds = ['401', '403credits', '429', '500', '503', '502html', 'empty', 'othershape', 'drop', 'truncate', 'redirect'];
		const ids = await createJobs(sandbox, providerCase, kinds.map((kind) => `[sandbox status=${kind}]`));
		const run = await runSoraVideo(sandbox, {
			...asking,
			items: itemsOf([...ids, unknownId].map((id) => ({ id }))),
			settings: goOn,
		});
		expect(inputsOf(run)).toEqual([kinds.map((_, index) => index).concat(kinds.length)]);
		for (const [index, item] of only(run.outputs).entries()) {
			const id = ids[index] ?? unknownId;
			expectSentence(messageOf(item), displayName, id);
			const definite = ['401', '403credits', 'redirect', undefined].includes(kinds[index]);
			expectFailed(item, id, { retryable: !definite });
		}
		expect(sandbox.leaks).toEqual([]);
	});

	it('is named in every complaint about the input', async () => {
		const fine = { model: model(textModel), prompt: 'Sea', jobId: '={{ "" }}' };
		const bad: Array<[string, IDataObject]> = [
			['create', { prompt: ' ' }],
			['create', { model: model('={{ "" }}') }],
			['create', { duration: 0.5 }],
			['create', { options: { additionalBody: '[]' } }],
			['create', { imageSource: 'binary', model: model(imageModel) }],
			['createAndWait', { timeout: 0 }],
			['getStatus', {}],
		];
		const messages: string[] = [];
		for (const [operation, change] of bad) {
			const run = await runSoraVideo(sandbox, { provider, operation, parameters: { ...fine, ...change }, settings: goOn });
			messages.push(...run.outputs.flat().map(messageOf));
		}
		expect(messages).toHaveLength(bad.length);
		expect(messages.filter((message) => !message.includes(displayName))).toEqual([]);
	});

	it('does not call a job that it knows nothing of charged', async () => {
		const run = await runSoraVideo(sandbox, { ...asking, items: itemsOf([{ id: '' }, { id: unknownId }]) });
		expect(run.status).toBe('error');
		expect(run.error?.description ?? '').not.toMatch(/charged/);
	});

	it.each(['create', 'createAndWait', 'getStatus', 'waitForCompletion', 'download'])('%s: says that the key is wrong', async (operation) => {
		const run = await runSoraVideo(sandbox, {
			provider,
			operation,
			parameters: { model: model(textModel), prompt: 'Sea', jobId: unknownId },
			credentials: changed({ apiKey: 'wrong-key' }),
		});
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, displayName, '401', 'API key', 'credential');
		expect(JSON.stringify(run.runData)).not.toContain('wrong-key');
	});

	it('says that the provider is down', async () => {
		const credentials = changed({ baseUrl: closed, filesBaseUrl: closed });
		const created = await runSoraVideo(sandbox, { ...creating, items: itemsOf([{ prompt: 'Sea' }]), credentials, settings: goOn });
		const [item] = only(created.outputs);
		expectSentence(messageOf(item), displayName, 'ECONNREFUSED', 'Base URL');
		expectFailed(item, null, { code: 'unreachable', category: 'provider', retryable: true });
		const asked = await runSoraVideo(sandbox, { ...asking, items: itemsOf([{ id: unknownId }]), credentials, settings: goOn });
		expectSentence(messageOf(only(only(asked.outputs))), displayName, unknownId, 'ECONNREFUSED');
		expectFailed(only(only(asked.outputs)), unknownId, { code: 'unreachable', retryable: true });
	});

	it.each(['nonsense', '', 'ftp://example.com', 'https://', 'http://exa mple'])('says that the base URL "%s" is none', async (baseUrl) => {
		const call = { ...creating, items: itemsOf([{ prompt: 'Sea' }]), credentials: changed({ baseUrl }) };
		const run = await runSoraVideo(sandbox, call);
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, displayName, 'Base URL', 'credential');
	});

	it.each(['getStatus', 'waitForCompletion', 'download', 'cancel'])('%s with a base URL that is none: every job keeps its id, and is not called failed', async (operation) => {
		const ids = [unknownId, `${unknownId}2`];
		const call = { ...asking, operation, items: itemsOf(ids.map((id) => ({ id }))), credentials: changed({ baseUrl: 'nonsense' }) };
		const goesOn = await runSoraVideo(sandbox, { ...call, settings: goOn });
		expect(goesOn.outputs.flat().map(({ json }) => json)).toMatchObject(ids.map((id) => ({ id, status: 'processing' })));
		for (const [index, id] of ids.entries()) expectSentence(messageOf(goesOn.outputs.flat()[index]), `job ${id} `, 'Base URL');
		const byError = await runSoraVideo(sandbox, { ...call, settings: { onError: 'continueErrorOutput' } });
		expect(byError.outputs.at(-1)?.map(messageOf)).toEqual(ids.map((id) => expect.stringContaining(`job ${id} `)));
		const stopped = await runSoraVideo(sandbox, call);
		for (const id of ids) expect(stopped.error?.description).toContain(id);
	});

	it('a base URL that is none: items that go on leave by Failed', async () => {
		const run = await runSoraVideo(sandbox, {
			...creating,
			operation: 'createAndWait',
			items: itemsOf([{ prompt: 'Sea' }, { prompt: 'Moor' }]),
			credentials: changed({ baseUrl: 'nonsense' }),
			settings: goOn,
		});
		expect(inputsOf(run)).toEqual([[], [0, 1], []]);
		expectFailed(run.outputs[1]?.[0], null, { category: 'invalidInput' });
	});

	it.each([
		['maxFileSize', 'Max File Size'],
		['includeRaw', 'Include Raw Response'],
	])('%s is read before anything is paid for, though it is needed late', async (option, field) => {
		const run = await runSoraVideo(sandbox, {
			...creating,
			operation: 'createAndWait',
			parameters: { ...creating.parameters, downloadVideo: true, options: { [option]: missing } },
			items: itemsOf([{ prompt: 'Sea' }]),
			settings: goOn,
		});
		const item = only(run.outputs[1]);
		expectSentence(messageOf(item), displayName, `${field} can't be read`, "node doesn't exist");
		expectFailed(item, null, { category: 'invalidInput' });
		expect(sandbox.requests).toEqual([]);
	});

	it('a prompt that fails is its own item\'s trouble', async () => {
		const run = await runSoraVideo(sandbox, {
			...creating,
			parameters: { ...creating.parameters, prompt: "={{ $json.prompt ?? $('No such node').item.json.x }}" },
			items: itemsOf([{ prompt: 'Sea' }, {}]),
			settings: goOn,
		});
		const [fine, bad] = only(run.outputs);
		expect(fine?.json).toMatchObject({ id: only(sandbox.jobs).id, failure: null });
		expectFailed(bad, null, { category: 'invalidInput' });
		expect(messageOf(bad)).toContain("node doesn't exist");
	});

	it.each([0, -1, 86_401, 'soon', ''])('does not wait %j seconds', async (timeout) => {
		const run = await runSoraVideo(sandbox, {
			...creating,
			operation: 'createAndWait',
			parameters: { ...creating.parameters, timeout: '={{ $json.timeout }}' },
			items: itemsOf([{ prompt: 'Sea', timeout }]),
		});
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, 'Timeout');
		expect(sandbox.requests).toEqual([]);
	});
});

it.each(['.', '..', ' '])('EvoLink is not asked for "%s"', async (id) => {
	for (const operation of ['getStatus', 'waitForCompletion', 'download']) {
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation, parameters: { jobId: '={{ $json.id }}' }, items: itemsOf([{ id }]) });
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, 'Create');
	}
	expect(sandbox.requests).toEqual([]);
});

it('an answer that holds an error and no id is no refusal where it is a 200', async () => {
	const answer = { error: { code: 14001099, error_message: 'Task creation error' } };
	const server = await startTinyServer(() => ({ body: answer }));
	const create = async (settings: object) =>
		await runSoraVideo(sandbox, {
			provider: 'vtrix',
			operation: 'create',
			parameters: { model: model('sora_2_t2v'), prompt: 'Sea', options: { includeRaw: true } },
			credentials: { soraVideoVtrixApi: { apiKey: 'k', baseUrl: server.url } },
			settings,
		});
	const run = await create(goOn);
	const item = only(only(run.outputs));
	expectSentence(messageOf(item), 'Vtrix', 'Task creation error', 'may have created');
	expect(item.json).toMatchObject({ id: null, raw: answer, failure: { code: 'outcome_unknown', category: 'unknown' } });
	expect(server.calls).toHaveLength(1);
	const tried = await create({ retryOnFail: true, maxTries: 3 });
	await server.close();
	expect(tried.error?.message).toContain('not sent again');
	expect(server.calls).toHaveLength(2);
});

describe('jobs that have ended when they are created', () => {
	const endings = [
		{ status: 'completed', output: [{ content: [{ type: 'video', url: 'http://127.0.0.1/v.mp4' }] }], leaves: [1, 0, 0] },
		{ status: 'failed', error: 'HTTP error response: blocked by moderation', leaves: [0, 1, 0] },
	];

	it.each(endings)('$status: leave at once, asked for by nobody', async ({ leaves, ...body }) => {
		const server = await startTinyServer(() => ({ body: { id: 'job-1', created_at: 1_795_000_000, ...body } }));
		const run = await runSoraVideo(sandbox, {
			provider: 'vtrix',
			operation: 'createAndWait',
			parameters: { model: model('sora_2_t2v'), prompt: 'Sea' },
			credentials: { soraVideoVtrixApi: { apiKey: 'k', baseUrl: server.url } },
		});
		await server.close();
		expect(run.status).toBe('success');
		expect(run.outputs.map(({ length }) => length)).toEqual(leaves);
		expect(only(run.outputs.flat()).json).toMatchObject({ id: 'job-1', status: body.status, createdAt: '2026-11-18T11:06:40.000Z' });
		expect(server.calls).toHaveLength(1);
	});
});

it.each([
	['plain text', 200, 'OK'],
	['a message and no id', 200, { message: 'Your video is being made' }],
	['another shape', 202, { code: 200, data: { task: 'x' }, msg: 'success' }],
	['a 303, as after a form', 303, { message: 'See the job' }],
])('a create answered with %s may have been accepted, so Retry On Fail does not send it again', async (_name, status, body) => {
	const server = await startTinyServer(() => ({ status, body }));
	const run = await runSoraVideo(sandbox, {
		provider: 'aimlApi',
		operation: 'create',
		parameters: { model: model('openai/sora-2-t2v'), prompt: 'Sea' },
		credentials: { soraVideoAimlApi: { apiKey: 'a-long-test-key', baseUrl: server.url } },
		settings: { retryOnFail: true, maxTries: 3 },
	});
	await server.close();
	expect(run.error?.message).toContain('may have created and charged');
	expect(server.calls).toHaveLength(1);
});
