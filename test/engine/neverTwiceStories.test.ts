import fc from 'fast-check';
import { createRunExecutionData } from 'n8n-workflow';
import type { INodeParameters, IRunExecutionData } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import type { Sandbox } from '../sandbox';
import type { FaultKind } from '../sandbox/faults';
import { Execution, Start, startEngine } from './harness';
import type { WorkflowRun } from './harness';
import { readLog } from './harness/log';
import { buildExecution } from './harness/run';
import { credentialTypes, itemsOf, model, only, providerCases, sandboxCredentials, withSandbox } from './setup';

jest.setTimeout(300_000);

// Stories of one workflow: creates that are accepted, refused or lost, in any order of tries, manual retries,
// executions that n8n begins again after a crash, and wake-ups. The record may never let an item have two jobs,
// and never forget one.

const { provider, textModel } = only(providerCases.filter((each) => each.provider === 'evoLink'));
const lines = readLog();

/** What happens to the creates of an item, one after another; accepted where nothing is said. */
const troubles: FaultKind[] = ['404', '500', 'drop', 'reset', 'resetBefore', 'truncate', 'empty'];

interface Story {
	/** Of each item, of each of its creates. */
	items: Array<Array<FaultKind | 'accepted'>>;
	tries: number;
	onError: 'stopWorkflow' | 'continueRegularOutput';
	waitUsing: 'none' | 'suspend';
	/** After the first run: what becomes of its execution. Steps that aren't possible are left out. */
	steps: Array<'retry' | 'crash' | 'wake' | 'wakeAfterCrash'>;
}

const story: fc.Arbitrary<Story> = fc.record({
	items: fc.array(fc.array(fc.constantFrom('accepted' as const, ...troubles), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
	tries: fc.integer({ min: 1, max: 3 }),
	onError: fc.constantFrom('stopWorkflow' as const, 'continueRegularOutput' as const),
	waitUsing: fc.constantFrom('none' as const, 'suspend' as const),
	steps: fc.array(fc.constantFrom('retry' as const, 'crash' as const, 'wake' as const, 'wakeAfterCrash' as const), { maxLength: 4 }),
});

let executions = 0;

/** An execution that can be begun as often as n8n likes. */
interface Beginning {
	execution: Execution;
	data: () => IRunExecutionData;
}

class Teller {
	private current: Beginning;
	private last: WorkflowRun | null = null;
	private waiting: WorkflowRun | null = null;
	/** Everything that was told in n8n. */
	told = '';

	constructor(private readonly sandbox: Sandbox, private readonly story: Story) {
		const execution = this.newExecution();
		const [node] = execution.workflowBase().nodes;
		const items = itemsOf(story.items.map((_kinds, index) => ({ prompt: `Video ${index}` })));
		const stack = node ? [{ node, data: { main: [items] }, source: null }] : [];
		this.current = { execution, data: () => createRunExecutionData({ executionData: { nodeExecutionStack: structuredClone(stack) } }) };
	}

	private newExecution(): Execution {
		const { tries, onError, waitUsing } = this.story;
		const operation = waitUsing === 'none' ? { operation: 'create' } : { operation: 'createAndWait', waitUsing, timeout: 3600 };
		// An expression that gives another value with each try makes no other video.
		const parameters = { provider, ...operation, model: model(textModel), prompt: '={{ $json.prompt }} {{ Math.random() }}' } as INodeParameters;
		executions += 1;
		return new Execution(
			buildExecution({
				nodes: [
					{ name: 'Start', type: new Start() },
					{ name: 'Node', type: new SoraVideo(), parameters, onError, retryOnFail: tries > 1, maxTries: tries },
				],
				executionId: `story-${executions}`,
				credentials: sandboxCredentials(this.sandbox),
				credentialTypes,
			}),
		);
	}

	private hear(run: WorkflowRun): void {
		this.told += JSON.stringify([run.error?.message, run.error?.description, run.runData.Node?.map(({ data, error, hints }) => [data, error?.message, error?.description, hints])]);
		// What a suspended execution has to tell it keeps until it ends.
		if (run.status === 'waiting') this.told += JSON.stringify(run.data.executionData?.nodeExecutionStack);
		this.last = run;
		this.waiting = run.status === 'waiting' ? run : this.waiting;
	}

	async begin(): Promise<void> {
		const { execution, data } = this.current;
		this.hear(await execution.run(data(), execution.workflowBase()));
	}

	/** n8n's "Retry" of a failed execution: a new one that begins with the failed node. */
	private async retry(): Promise<void> {
		if (this.last?.status !== 'error') return;
		const failed = this.current.execution;
		const execution = this.newExecution();
		const data = () => {
			const { data: stored } = failed.load();
			delete stored.resultData.error;
			stored.resultData.runData.Node?.pop();
			const workflow = execution.createWorkflow(execution.workflowBase());
			for (const entry of stored.executionData?.nodeExecutionStack ?? []) entry.node = workflow.getNode(entry.node.name) ?? entry.node;
			return stored;
		};
		this.current = { execution, data };
		this.waiting = null;
		await this.begin();
	}

	async step(step: Story['steps'][number]): Promise<void> {
		if (step === 'retry') await this.retry();
		else if (step === 'crash' && this.waiting === null) await this.begin();
		else if (step === 'wake' && this.last?.status === 'waiting') this.hear(await this.last.resumeByDate());
		else if (step === 'wakeAfterCrash' && this.waiting !== null) this.hear(await this.waiting.resumeAfterCrash());
	}
}

function check(holds: boolean, what: string): void {
	if (!holds) throw new Error(`Not so: ${what}`);
}

it('in any order of tries, answers, crashes, wake-ups and retries: no job twice, and none lost', async () => {
	await startEngine();
	await fc.assert(
		fc.asyncProperty(story, async (chosen) => {
			await withSandbox(async (sandbox) => {
				lines.length = 0;
				for (const [index, kinds] of chosen.items.entries()) {
					for (const kind of kinds) if (kind !== 'accepted') sandbox.faults.create.push({ kind, prompt: `Video ${index}` });
				}
				const teller = new Teller(sandbox, chosen);
				await teller.begin();
				for (const step of chosen.steps) await teller.step(step);
				for (const index of chosen.items.keys()) {
					const jobs = sandbox.jobs.filter(({ prompt }) => prompt.startsWith(`Video ${index} `));
					check(jobs.length <= 1, `item ${index} has ${jobs.length} jobs`);
					for (const { id, prompt } of jobs) {
						const isKnown = lines.some((line) => line.includes(`job ${id}`));
						check(lines.some((line) => line.includes(prompt)), `the create of ${id} is in the log`);
						check(teller.told.includes(isKnown ? id : `Video ${index} `), `job ${id} of item ${index} is told`);
					}
				}
			});
		}),
		{ seed: 20261126, numRuns: 60 },
	);
});
