import { ExecuteContext, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type { IExecuteData, INodeParameters, IRunExecutionData } from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { seenTimes } from '../../nodes/SoraVideo/waiting/usualTimes';
import { startSandbox, type Sandbox } from '../sandbox';
import { Execution, NoOp, runWorkflow, startEngine, type Link, type WorkflowOptions, type WorkflowRun } from './harness';
import { buildExecution } from './harness/run';
import { tinyNode } from './harness/tinyNodes';
import { createsOf, credentialTypes, itemsOf, sandboxCredentials } from './setup';
import { startTinyServer } from './tinyServer';

// As in `suspend.test.ts`: the sandbox's clock stands still and is moved on by hand, the machine's goes faster.
const speed = 20;
const realNow = Date.now.bind(Date);
const realSteadyNow = performance.now.bind(performance);
const start = realNow();

let sandbox: Sandbox;
beforeAll(async () => {
	jest.spyOn(Date, 'now').mockImplementation(() => start + (realNow() - start) * speed);
	jest.spyOn(performance, 'now').mockImplementation(() => realSteadyNow() * speed);
	sandbox = await startSandbox({ jobSeconds: 60, speed: 0 });
});
beforeEach(() => {
	sandbox.reset();
	seenTimes.forgetAll();
});
afterAll(async () => {
	jest.restoreAllMocks();
	await sandbox.stop();
});

const merge = tinyNode(
	async function () {
		const inputs = [0, 1].map((index) => this.getInputData(index));
		return [inputs.flatMap((items, input) => items.map(({ json }, item) => ({ json, pairedItem: { item, input } })))];
	},
	{ name: 'merge', displayName: 'Merge', inputs: ['main', 'main'] },
);

const parameters: INodeParameters = {
	provider: 'aimlApi',
	operation: 'createAndWait',
	waitUsing: 'suspend',
	model: { __rl: true, mode: 'id', value: 'openai/sora-2-t2v' },
	prompt: '={{ $json.prompt }}',
};

async function run(options: Partial<WorkflowOptions> = {}): Promise<WorkflowRun> {
	return await runWorkflow({
		nodes: [{ name: 'Node', type: new SoraVideo(), parameters }],
		items: itemsOf([{ prompt: 'Sea' }, { prompt: 'Moor' }]),
		credentials: sandboxCredentials(sandbox),
		credentialTypes,
		...options,
	});
}

/** The ids of the jobs, in the order of the items. */
function ids(): Array<string | undefined> {
	return ['Sea', 'Moor'].map((prompt) => sandbox.jobs.find((job) => job.prompt === prompt)?.id);
}

function hintsOf(ended: WorkflowRun): string {
	return ended.hints('Node').map(({ message }) => message).join('\n');
}

const byDate = async (waiting: WorkflowRun): Promise<WorkflowRun> => await waiting.resumeByDate();
const byCall = async (waiting: WorkflowRun): Promise<WorkflowRun> => {
	const { run: resumed } = await waiting.resumeByWebhook({ body: {} });
	if (!resumed) throw new Error('The call did not resume the execution');
	return resumed;
};

describe.each(['v0', 'v1'] as const)('with execution order %s', (executionOrder) => {
	const besides = [
		{ name: 'Other', type: new NoOp() },
		{ name: 'Merge', type: merge },
		{ name: 'After', type: new NoOp() },
	];
	const node = { name: 'Node', type: new SoraVideo(), parameters };
	/** Where the node stands, and whose items a Merge gets beside those of its output Completed. */
	const places: Array<{ place: string; connections: Link[]; others: number }> = [0, 1].flatMap((input) => [
		{
			place: `before input ${input} of a Merge, with a branch beside it`,
			connections: [
				{ from: 'Start', to: 'Node' },
				{ from: 'Start', to: 'Other' },
				{ from: 'Node', to: 'Merge', input },
				{ from: 'Other', to: 'Merge', input: 1 - input },
				{ from: 'Merge', to: 'After' },
			],
			others: 2,
		},
		{
			place: `before input ${input} of a Merge, with a branch beside it that comes first`,
			connections: [
				{ from: 'Start', to: 'Other' },
				{ from: 'Start', to: 'Node' },
				{ from: 'Node', to: 'Merge', input },
				{ from: 'Other', to: 'Merge', input: 1 - input },
				{ from: 'Merge', to: 'After' },
			],
			others: 2,
		},
		{
			place: `with a node between it and input ${input} of a Merge`,
			connections: [
				{ from: 'Start', to: 'Node' },
				{ from: 'Node', to: 'Other' },
				{ from: 'Other', to: 'Merge', input },
				{ from: 'Start', to: 'Merge', input: 1 - input },
				{ from: 'Merge', to: 'After' },
			],
			others: 2,
		},
	]);

	it.each(places.flatMap((each) => [{ ...each, by: 'date', wake: byDate }, { ...each, by: 'call', wake: byCall }]))(
		'$place, woken by $by: a Merge gets all items together',
		async ({ connections, others, wake }) => {
			const first = await run({ nodes: [node, ...besides], connections, settings: { executionOrder } });
			const second = await wake(first);
			expect([first, second].map(({ status }) => status)).toEqual(['waiting', 'waiting']);
			expect(Object.keys(second.runData)).not.toContain('Merge');
			sandbox.clock.advance(60_000);
			const ended = await wake(second);
			expect(ended.status).toBe('success');
			expect(ended.outputs('Merge')[0]?.map(({ json }) => json.id).filter(Boolean).sort()).toEqual(ids().sort());
			expect(ended.outputs('Merge')[0]?.length).toBe(2 + others);
			expect([ended.runData.Merge, ended.runData.After].map((runs) => runs?.length)).toEqual([1, 1]);
			expect(ended.runData.Node?.length).toBe(1);
			expect(createsOf(sandbox)).toHaveLength(2);
		},
	);

	it('behind a Merge', async () => {
		const first = await run({
			nodes: [...besides, node],
			connections: [
				{ from: 'Start', to: 'Other' },
				{ from: 'Start', to: 'Merge' },
				{ from: 'Other', to: 'Merge', input: 1 },
				{ from: 'Merge', to: 'Node' },
				{ from: 'Node', to: 'After' },
			],
			items: itemsOf([{ prompt: 'Sea' }]),
			settings: { executionOrder },
		});
		expect(first.status).toBe('waiting');
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		expect(ended.outputs('After')[0]).toHaveLength(2);
		expect(createsOf(sandbox)).toHaveLength(2);
	});
});

/** What the engine's methods below work on. */
interface Core {
	runExecutionData: IRunExecutionData;
}

function stackOf({ runExecutionData }: Core): IExecuteData[] {
	return runExecutionData.executionData?.nodeExecutionStack ?? [];
}

/** As n8n-core has it, but for which entry it takes for the one that waited, and whether it disables that. */
function goOn(core: Core, waited: IExecuteData | undefined): void {
	const { runExecutionData } = core;
	if (!runExecutionData.waitTill) return;
	runExecutionData.waitTill = undefined;
	if (waited) waited.node.disabled = true;
	const { runData, lastNodeExecuted } = runExecutionData.resultData;
	runData[lastNodeExecuted ?? '']?.pop();
}

const habits = {
	popExecutionStack(this: Core) {
		return stackOf(this).pop();
	},
	pushExecutionStack(this: Core, entry: IExecuteData) {
		stackOf(this).push(entry);
	},
	handleWaitingState: {
		last(this: Core) {
			goOn(this, stackOf(this).at(-1));
		},
		none(this: Core) {
			goOn(this, undefined);
		},
	},
};

describe('an n8n of other habits loses no job, and no item leaves twice', () => {
	const { popExecutionStack, pushExecutionStack, handleWaitingState } = habits;
	const engines = [
		{ engine: 'whose stack is the other way round, but for the entry that it disables', changed: { popExecutionStack, pushExecutionStack }, notices: true },
		{ engine: 'whose stack is the other way round', changed: { popExecutionStack, pushExecutionStack, handleWaitingState: handleWaitingState.last }, notices: false },
		{ engine: 'that takes the last entry first', changed: { popExecutionStack }, notices: false },
		{ engine: 'that executes the node that waited', changed: { handleWaitingState: handleWaitingState.none }, notices: true },
		{ engine: 'that executes both, the last entry first', changed: { popExecutionStack, handleWaitingState: handleWaitingState.none }, notices: false },
	];
	const own = new Map<string, unknown>();
	afterEach(() => {
		for (const [name, method] of own) Reflect.set(WorkflowExecute.prototype, name, method);
		own.clear();
	});

	it.each(engines.flatMap((each) => [{ ...each, by: 'date' }, { ...each, by: 'call' }]))('$engine, woken by $by', async ({ changed, notices, by }) => {
		for (const [name, method] of Object.entries(changed)) {
			const before: unknown = Reflect.get(WorkflowExecute.prototype, name);
			// An n8n-core without it would be tested unchanged.
			expect(typeof before).toBe('function');
			own.set(name, before);
			Reflect.set(WorkflowExecute.prototype, name, method);
		}
		sandbox.clock.speed = speed;
		let current = await run({
			nodes: [
				{ name: 'Node', type: new SoraVideo(), parameters },
				{ name: 'Other', type: new NoOp() },
				{ name: 'After', type: new NoOp() },
			],
			connections: [{ from: 'Start', to: 'Node' }, { from: 'Start', to: 'Other' }, { from: 'Node', to: 'After' }],
		});
		expect(current.status).toBe('waiting');
		let wakeUps = 0;
		for (; current.status === 'waiting'; wakeUps += 1) {
			const resumed = by === 'call' ? (await current.resumeByWebhook({ body: {} })).run : undefined;
			current = resumed ?? (await current.resumeByDate());
			if (current.status === 'waiting') sandbox.clock.advance(60_000);
		}
		expect(current.status).toBe('success');
		expect(current.outputs('After').flat().flat().map(({ json }) => [json.id, json.status])).toEqual(ids().map((id) => [id, 'completed']));
		expect(current.outputs('Other').flat().flat().length).toBe(2);
		expect(createsOf(sandbox)).toHaveLength(2);
		// By a call an n8n that executes both passes the first by, since the call gives it no item.
		if (by === 'date') expect(hintsOf(current).includes("can't suspend the execution, since this version of n8n")).toBe(notices);
		if (notices && by === 'date') expect(wakeUps).toBe(1);
	});
});

it('in Engine 2.0, whose stack is thrown away, it waits in memory and says why', async () => {
	await startEngine();
	sandbox.clock.speed = speed;
	const items = itemsOf([{ prompt: 'Sea' }, { prompt: 'Moor' }]);
	const executionId = '019ac1f5-6d7e-7c3a-9b1f-3c2a5d4e6f70';
	const type = new SoraVideo();
	const execution = new Execution(
		buildExecution({ nodes: [{ name: 'Node', type, parameters }], executionId, credentials: sandboxCredentials(sandbox), credentialTypes }),
	);
	const workflow = execution.createWorkflow({ ...execution.workflowBase(), settings: undefined });
	const node = workflow.getNode('Node');
	if (!node) throw new Error('The workflow has no node');
	// As `toV1ExecuteContext` of n8n's package @n8n/node-engine-compatibility makes it.
	const runExecutionData = createRunExecutionData({ executionData: { nodeExecutionStack: [] } });
	const data = { main: [items] };
	const context = new ExecuteContext(workflow, node, execution.additionalData(), 'trigger', runExecutionData, 0, items, data, { node, data, source: null }, []);
	await workflow.expression.acquireIsolate();
	try {
		const [completed] = await type.execute.call(context);
		expect(completed?.map(({ json }) => [json.id, json.status])).toEqual(ids().map((id) => [id, 'completed']));
		expect(context.hints.map(({ message }) => message).join()).toContain("since n8n's Engine 2.0 runs no node again");
		expect(runExecutionData.waitTill).toBeUndefined();
	} finally {
		await workflow.expression.releaseIsolate();
	}
});

it('n8n hears of as many ends of the node as of beginnings, or its editor would show it at work for ever', async () => {
	const told: unknown[][] = [];
	const hook = jest.spyOn(ExecutionLifecycleHooks.prototype, 'runHook').mockImplementation(async (name, args) => {
		told.push([name, args[0]]);
		return await Promise.resolve();
	});
	const count = (name: string) => told.filter(([each, node]) => each === name && node === 'Node').length;
	try {
		for (const wake of [byDate, byCall]) {
			told.length = 0;
			sandbox.reset();
			const first = await run();
			const second = await wake(first);
			sandbox.clock.advance(60_000);
			const ended = await wake(second);
			expect([first, second, ended].map(({ status }) => status)).toEqual(['waiting', 'waiting', 'success']);
			expect([count('nodeExecuteBefore'), count('nodeExecuteAfter')]).toEqual([3, 3]);
		}
	} finally {
		hook.mockRestore();
	}
});

it('for a job that has ended in the answer to its create the execution is not suspended', async () => {
	const done = { id: 'gen-vid-done', status: 'completed', unsigned_urls: ['https://media.example/sea.mp4'] };
	const server = await startTinyServer(({ method }) => (method === 'POST' ? { body: done } : { status: 404 }));
	try {
		const ended = await run({
			nodes: [{ name: 'Node', type: new SoraVideo(), parameters: { ...parameters, provider: 'openRouter', model: { __rl: true, mode: 'id', value: 'google/veo-3.1' } } }],
			credentials: { soraVideoOpenRouterApi: { apiKey: 'sandbox-key', baseUrl: server.url, webhookSecret: '' } },
		});
		expect(ended.error?.message).toBeUndefined();
		expect(ended.status).toBe('success');
		expect(ended.outputs('Node')[0]?.map(({ json }) => [json.id, json.status])).toEqual([1, 2].map(() => ['gen-vid-done', 'completed']));
		expect(server.calls.filter(({ url }) => url.includes('gen-vid'))).toEqual([]);
	} finally {
		await server.close();
	}
});
