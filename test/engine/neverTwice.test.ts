import type { IDataObject, INodeExecutionData, INodeParameters, IRunExecutionData } from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { seededRandom } from '../bench/simulate';
import type { Sandbox } from '../sandbox';
import { Execution, runWorkflow, Start } from './harness';
import { startEngine } from './harness/engine';
import { buildExecution } from './harness/run';
import { tinyNode } from './harness/tinyNodes';
import {
	createsOf,
	credentialTypes,
	expectSentence,
	inputsOf,
	itemsOf,
	jsonsOf,
	messageOf,
	model,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	sandboxCredentials,
	withSandbox,
	type ProviderCase,
} from './setup';

// Three minutes for a create's answer are right for users, and too long for a test of one that hangs. All
// others keep them: on a busy machine a quick answer may take seconds.
jest.mock('../../nodes/SoraVideo/transport/http/callProvider', () => {
	const real = jest.requireActual<typeof import('../../nodes/SoraVideo/transport/http/callProvider')>(
		'../../nodes/SoraVideo/transport/http/callProvider',
	);
	return {
		...real,
		callProvider: (...[connection, request, timeout, finish]: Parameters<typeof real.callProvider>) => {
			const hangs = /create=hang(\]| hang=5)/.test(JSON.stringify(request));
			return real.callProvider(connection, request, hangs ? 2_000 : timeout, finish);
		},
	};
});

const retry = { retryOnFail: true, maxTries: 5 } as const;
const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
const unknownKinds = ['drop', 'hang', '500', '503', '502html', 'empty', 'othershape'];

function promptItems(...prompts: string[]): INodeExecutionData[] {
	return itemsOf(prompts.map((prompt) => ({ prompt })));
}

/** How many creates were sent for each prompt, refused ones too. */
function createsByPrompt(sandbox: Sandbox): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { prompt } of sandbox.creates) counts[prompt] = (counts[prompt] ?? 0) + 1;
	return counts;
}

async function create(sandbox: Sandbox, providerCase: ProviderCase, operation: string, prompts: string[], more: IDataObject = {}, settings: object = retry) {
	return await runSoraVideo(sandbox, {
		provider: providerCase.provider,
		operation,
		parameters: { ...promptFromItem(providerCase), ...more },
		items: promptItems(...prompts),
		settings,
	});
}

const ways = providerCases.flatMap((providerCase) =>
	['create', 'createAndWait'].map((operation) => ({ name: providerCase.provider, operation, providerCase })),
);

describe('Retry On Fail', () => {
	test.concurrent.each(ways)('$name, $operation: what may have been accepted is sent once', async ({ operation, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const runs = await Promise.all(
				unknownKinds.map(async (kind) => ({
					prompt: `Moor [sandbox create=${kind}]`,
					run: await create(sandbox, providerCase, operation, [`Moor [sandbox create=${kind}]`]),
				})),
			);
			for (const { prompt, run } of runs) {
				expect(run.status).toBe('error');
				expectSentence(run.error?.message, providerCase.displayName, 'may have created', prompt, 'not sent again');
				expect(run.error?.description).toContain(prompt);
			}
			expect(Object.values(createsByPrompt(sandbox))).toEqual(unknownKinds.map(() => 1));
			expect(createsOf(sandbox)).toHaveLength(unknownKinds.length);
		});
	});

	test.concurrent.each(ways)('$name, $operation: a job whose answer broke off in the middle has the id that came, or is told as unknown', async ({ operation, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const prompt = 'Moor [sandbox create=truncate]';
			const run = await create(sandbox, providerCase, operation, [prompt]);
			expect(createsByPrompt(sandbox)).toEqual({ [prompt]: 1 });
			if (run.status === 'success') expect(only(jsonsOf(run).flat()).id).toBe(only(sandbox.jobs).id);
			else expectSentence(run.error?.message, providerCase.displayName, 'may have created', prompt, 'not sent again');
		});
	});

	test.concurrent.each(ways)('$name, $operation: the second try takes up the jobs of the first', async ({ operation, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const late = 'Late [sandbox create=404:1]';
			const run = await create(sandbox, providerCase, operation, ['Sea', 'Moor', late, 'Sea']);
			expect(run.status).toBe('success');
			expect(createsByPrompt(sandbox)).toEqual({ Sea: 2, Moor: 1, [late]: 2 });
			expect(sandbox.jobs).toHaveLength(4);
			const items = jsonsOf(run)[0] ?? [];
			expect(items.map(({ id }) => id).sort()).toEqual(sandbox.jobs.map(({ id }) => id).sort());
			expect(inputsOf(run)[0]).toEqual([0, 1, 2, 3]);
			expect(items[1]?.id).toBe(sandbox.jobs.find(({ prompt }) => prompt === 'Moor')?.id);
		});
	});

	test.concurrent.each(ways)('$name, $operation: the error tells all that was paid for', async ({ operation, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const refused = 'Bad [sandbox nonsense]';
			const run = await create(sandbox, providerCase, operation, ['Sea', 'Moor', refused, '[sandbox create=drop]', 'Hill'], { options: { batchSize: 3 } });
			expect(run.status).toBe('error');
			expect(sandbox.jobs.length).toBeGreaterThanOrEqual(2);
			for (const { id, prompt } of sandbox.jobs) {
				expect(run.error?.description).toContain(prompt.includes('drop') ? prompt : id);
			}
			expect(Math.max(...Object.entries(createsByPrompt(sandbox)).map(([prompt, count]) => (prompt === refused ? 1 : count)))).toBe(1);
		});
	});

	test.concurrent('the last error also tells of jobs that its own try did not come to', async () => {
		await withSandbox(async (sandbox) => {
			const many = Array.from({ length: 20 }, (_, index) => `Video ${index}`);
			const hanging = ['A [sandbox create=hang]', 'B [sandbox create=hang]'];
			const run = await create(sandbox, evoLink, 'create', [...hanging, ...many], { options: { batchSize: 4 } });
			expect(run.status).toBe('error');
			// More than were in flight with those that hang.
			expect(sandbox.jobs.length).toBeGreaterThan(4);
			for (const { id, prompt } of sandbox.jobs) {
				expect(run.error?.description).toContain(prompt.includes('hang') ? prompt : id);
			}
		});
	});

	test.concurrent('an expression with chance in it makes no second job', async () => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: 'evoLink',
				operation: 'create',
				parameters: {
					model: model('veo-3.1'),
					prompt: '={{ $json.prompt }} {{ Math.random() }}',
					options: { additionalBody: '={{ { "seed": Math.random() } }}' },
				},
				items: promptItems('Sea', '[sandbox create=404:1]', '[sandbox create=drop:1]'),
				settings: retry,
			});
			expect(run.status).toBe('error');
			for (const start of ['Sea', '[sandbox create=drop:1]']) {
				expect(sandbox.jobs.filter(({ prompt }) => prompt.startsWith(start))).toHaveLength(1);
			}
		});
	});

	test.concurrent('the option sends an unknown one again', async () => {
		await withSandbox(async (sandbox) => {
			const prompt = '[sandbox create=drop:2]';
			const run = await create(sandbox, evoLink, 'create', ['Sea', prompt], { options: { resendUnknown: true } });
			expect(run.status).toBe('success');
			expect(createsByPrompt(sandbox)).toEqual({ Sea: 1, [prompt]: 3 });
			expect(jsonsOf(run)[0]?.[1]?.id).toBe(sandbox.jobs.at(-1)?.id);
		});
	});

	test.concurrent.each(['continueRegularOutput', 'continueErrorOutput'] as const)('with On Error %s nothing is tried again', async (onError) => {
		await withSandbox(async (sandbox) => {
			const run = await create(sandbox, evoLink, 'create', ['[sandbox create=drop]', '[sandbox nonsense]', 'Sea'], {}, { ...retry, onError });
			expect(run.status).toBe('success');
			expect(Object.values(createsByPrompt(sandbox))).toEqual([1, 1]);
			expect(run.outputs.flat()).toHaveLength(3);
		});
	});
});

describe('other rounds are other jobs', () => {
	const again = tinyNode(
		async function () {
			const { $runIndex } = this.getWorkflowDataProxy(0);
			const prompts = this.getInputData().map(() => ({ json: { prompt: $runIndex === 0 ? 'Sea' : 'Moor' } }));
			return $runIndex < 2 ? [prompts, []] : [[], prompts];
		},
		{ name: 'again', outputs: ['main', 'main'] },
	);

	test.concurrent('in a loop, for the same prompt and for another', async () => {
		await withSandbox(async (sandbox) => {
			const run = await runWorkflow({
				nodes: [
					{ name: 'Node', type: new SoraVideo(), parameters: { provider: 'evoLink', operation: 'create', ...promptFromItem(evoLink) }, ...retry },
					{ name: 'Again', type: again },
				],
				connections: [{ from: 'Start', to: 'Node' }, { from: 'Node', to: 'Again' }, { from: 'Again', to: 'Node' }],
				items: promptItems('Sea'),
				credentials: sandboxCredentials(sandbox),
				credentialTypes,
			});
			expect(run.status).toBe('success');
			expect(sandbox.jobs.map(({ prompt }) => prompt)).toEqual(['Sea', 'Sea', 'Moor']);
			expect(run.outputs('Node')[0]?.map(({ json }) => json.id)).toEqual(sandbox.jobs.map(({ id }) => id));
		});
	});

	let executions = 0;

	/** n8n's "Retry" of a failed execution: a new execution that begins with the failed node. */
	async function failAndRetry(sandbox: Sandbox, changes: IDataObject, prompts = ['Sea', 'Moor', '[sandbox create=drop]']) {
		await startEngine();
		sandbox.faults.create.push({ kind: '404', prompt: 'Moor' });
		const number = (executions += 1);
		const options = (id: string, parameters: IDataObject) =>
			buildExecution({
				nodes: [
					{ name: 'Start', type: new Start() },
					{
						name: 'Node',
						type: new SoraVideo(),
						// The provider is given another callback URL at each try: one job's own.
						parameters: { provider: 'evoLink', operation: 'create', ...promptFromItem(evoLink), callbackUrl: 'https://n8n.example.com/webhook/1/callback', ...parameters } as INodeParameters,
					},
				],
				executionId: `${number}.${id}`,
				credentials: sandboxCredentials(sandbox),
				credentialTypes,
			});
		const first = new Execution(options('1', { prompt: '={{ $json.prompt }} {{ Math.random() }}' }));
		const base = first.workflowBase();
		const node = only(base.nodes.slice(0, 1));
		const items = promptItems(...prompts);
		const stack = [{ node, data: { main: [items] }, source: null }];
		const failed = await first.run(createRunExecutionData({ executionData: { nodeExecutionStack: stack } }), base);
		expect(failed.status).toBe('error');
		const second = new Execution(options('2', { prompt: '={{ $json.prompt }} {{ Math.random() }}', ...changes }));
		const { data } = first.load();
		retryFrom(data, second);
		return await second.run(data, second.workflowBase());
	}

	function retryFrom(data: IRunExecutionData, execution: Execution): void {
		const workflow = execution.createWorkflow(execution.workflowBase());
		delete data.resultData.error;
		data.resultData.runData.Node?.pop();
		for (const entry of data.executionData?.nodeExecutionStack ?? []) {
			entry.node = workflow.getNode(entry.node.name) ?? entry.node;
		}
	}

	const startsOf = (sandbox: Sandbox) => sandbox.jobs.map(({ prompt }) => prompt.replace(/ 0\.\d+$/, '')).sort();

	test.concurrent("n8n's own retry of an execution takes its jobs up, though an expression gives another value", async () => {
		await withSandbox(async (sandbox) => {
			const retried = await failAndRetry(sandbox, {});
			expect(retried.error?.message).toContain('not sent again');
			// As long as one of them can't be sent, none is.
			expect(startsOf(sandbox)).toEqual(['Sea', '[sandbox create=drop]']);
			expect(retried.error?.description).toContain(sandbox.jobs.find(({ prompt }) => prompt.startsWith('Sea'))?.id);
		});
	});

	test.concurrent('so it does after the user has changed what makes no other video', async () => {
		await withSandbox(async (sandbox) => {
			const late = ['Sea', 'Moor'];
			const retried = await failAndRetry(sandbox, { operation: 'createAndWait', timeout: 60, options: { batchSize: 1 } }, late);
			expect(retried.status).toBe('success');
			expect(startsOf(sandbox)).toEqual(['Moor', 'Sea']);
		});
	});

	test.concurrent('so it does after the panel has loaded what the model takes anew', async () => {
		await withSandbox(async (sandbox) => {
			const field = { id: 'seed', displayName: 'seed', required: false, defaultMatch: false, display: true, type: 'number' };
			const retried = await failAndRetry(sandbox, { modelFields: { mappingMode: 'defineBelow', value: null, schema: [field], matchingColumns: [] } }, ['Sea', 'Moor']);
			expect(retried.status).toBe('success');
			expect(startsOf(sandbox)).toEqual(['Moor', 'Sea']);
		});
	});

	test.concurrent('a job that is taken up is not given up at once for a Timeout that is none', async () => {
		await withSandbox(async (sandbox) => {
			const retried = await failAndRetry(sandbox, { operation: 'createAndWait', timeout: '={{ $json.prompt === "Sea" ? "soon" : 60 }}' }, ['Sea', 'Moor']);
			const { id } = only(sandbox.jobs);
			expectSentence(retried.error?.message, `job ${id}`, 'Timeout is "soon"');
			expect(startsOf(sandbox)).toEqual(['Sea']);
		});
	});

	test.concurrent('but after the user has changed the prompt its jobs are new, and the old ones are told', async () => {
		await withSandbox(async (sandbox) => {
			const retried = await failAndRetry(sandbox, { prompt: 'Hill' });
			expect(retried.status).toBe('success');
			expect(sandbox.jobs.filter(({ prompt }) => prompt === 'Hill')).toHaveLength(3);
			sandbox.reset();
			const failed = await failAndRetry(sandbox, { prompt: '={{ $json.prompt.replace("Sea", "[sandbox nonsense]") }}' }, ['Sea', 'Moor']);
			expect(failed.status).toBe('error');
			const sea = only(sandbox.jobs.filter(({ prompt }) => prompt.startsWith('Sea')));
			expect(`${failed.error?.message} ${failed.error?.description}`).toContain(sea.id);
		});
	});
});

describe('a thousand creates, a third of them in trouble', () => {
	const random = seededRandom(20_261_120);
	const troubles = ['drop', 'hang hang=0.1', 'hang hang=0.3', 'hang hang=5', '500', '503', '502html', 'empty', 'othershape', 'truncate', '404'];
	const prompts = Array.from({ length: 1000 }, (_, index) => {
		const trouble = troubles[Math.floor(random() * troubles.length)] ?? 'drop';
		if (index % 400 === 399) return `Video ${index} of 1000 [sandbox create=429:1 retryAfter=1]`;
		return `Video ${index} of 1000${random() < 1 / 3 ? ` [sandbox create=${trouble}]` : ''}`;
	});
	/** The job exists, and its answer came, or as much of it as holds the id. */
	const isAnswered = (prompt: string) => !/create=/.test(prompt) || /hang=0|create=(429|truncate)/.test(prompt);

	function expectOnce(sandbox: Sandbox): void {
		const jobs = new Map<string, number>();
		for (const { prompt } of sandbox.jobs) jobs.set(prompt, (jobs.get(prompt) ?? 0) + 1);
		expect([...jobs].filter(([, count]) => count > 1)).toEqual([]);
	}

	test('On Error set to continue: each leaves with its id, or as unknown with its request', async () => {
		await withSandbox(async (sandbox) => {
			const run = await create(sandbox, evoLink, 'create', prompts, {}, { ...retry, onError: 'continueRegularOutput' });
			expectOnce(sandbox);
			expect(inputsOf(run)[0]).toEqual([...prompts.keys()]);
			const idByPrompt = new Map(sandbox.jobs.map(({ prompt, id }) => [prompt, id]));
			for (const [index, prompt] of prompts.entries()) {
				const item = run.outputs[0]?.[index];
				const id = idByPrompt.get(prompt);
				if (isAnswered(prompt)) expect(item?.json).toMatchObject({ id, failure: null });
				else if (id === undefined) expect(item?.json).toMatchObject({ id: null, failure: { code: '404' } });
				else {
					expect(item?.json).toMatchObject({ id: null, failure: { code: 'outcome_unknown' } });
					expectSentence(messageOf(item), `"${prompt}"`);
				}
			}
			expect(sandbox.jobs.length).toBeGreaterThan(900);
		});
	});

	test('stopped by the first in trouble, five times: the error tells every job', async () => {
		await withSandbox(async (sandbox) => {
			const late = prompts.map((prompt, index) => (index < 150 ? `Video ${index} of 1000` : prompt));
			const run = await create(sandbox, evoLink, 'create', late);
			expect(run.status).toBe('error');
			expectOnce(sandbox);
			expect(sandbox.jobs.length).toBeGreaterThan(150);
			for (const { id, prompt } of sandbox.jobs) {
				expect(run.error?.description).toContain(isAnswered(prompt) ? id : `"${prompt}"`);
			}
		});
	});
});
