import { steadyNow } from '../transport/http/clock';
import { readResumeUrl } from '../waiting/resumeUrl';
import { suspend, whyNotSuspend } from '../waiting/suspension';
import { planWakeUp } from '../waiting/wakeUp';
import { finishJob } from './addVideos';
import { isResult } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { leave, readItemStates, storeItemStates, unsent } from './itemStates';
import type { ItemState, Pending } from './itemStates';
import { allItems, readForAll, runChecked, runEach } from './NodeRun';
import type { NodeRun } from './NodeRun';
import { beginItem, lookAt, waitForItem } from './waitForItem';
import type { JobSource } from './waitForItem';

/** The items of one run that suspends, each at its own phase. */
class SuspendedItems<Ready extends object> {
	private readonly checked = new Map<number, Ready>();
	private readonly callbackUrl: string | null;

	constructor(
		private readonly run: NodeRun,
		private readonly source: JobSource<Ready>,
		readonly states: ItemState[],
	) {
		this.callbackUrl = readResumeUrl(run.connection);
	}

	/** Those that still wait for something. */
	open(): Pending[] {
		return this.states.filter((state): state is Pending => !isResult(state) && state.phase !== 'ended');
	}

	in(phase: Pending['phase']): number[] {
		return [...this.states.keys()].filter((index) => {
			const state = this.states[index];
			return state && !isResult(state) && state.phase === phase;
		});
	}

	private async move(indexes: readonly number[], to: (index: number, state: Pending) => Promise<ItemState>): Promise<void> {
		const moved = await runEach<Pending>(this.run, indexes, async (index) => {
			const state = this.states[index];
			if (!state) throw new TypeError('no state for this item');
			return isResult(state) ? state : await to(index, state);
		});
		for (const [index, state] of moved) this.states[index] = state;
	}

	/** Checks items before any is sent; those that can't be sent have their result. */
	async check(indexes: readonly number[]): Promise<void> {
		for (const [index, ready] of await this.source.prepare(indexes.filter((each) => !this.checked.has(each)))) {
			if (isResult(ready)) this.states[index] = ready;
			else this.checked.set(index, ready);
		}
	}

	/** Begins items while there is room. */
	async begin(): Promise<void> {
		const room = Math.max(0, this.run.batchSize - this.in('waiting').length);
		await this.check(this.in('unsent').slice(0, room));
		await this.move(this.in('unsent').slice(0, room), async (index, state) => {
			const ready = this.checked.get(index);
			if (!ready || state.phase !== 'unsent') return state;
			return await beginItem(this.run, this.source, index, { state, ready, callbackUrl: this.callbackUrl });
		});
	}

	/** Asks for the jobs: once now if `until` is 0, else until then, by `steadyNow`. */
	async ask(until: number): Promise<void> {
		await this.move(this.in('waiting'), async (index, state) =>
			state.phase === 'waiting' ? await lookAt(this.run, index, state, until) : state,
		);
	}

	/** Puts the videos to the jobs that have ended. */
	async finish(): Promise<ItemResult[]> {
		const { record } = this.run;
		await this.move(this.in('ended'), async (index, state) => {
			const job = record.jobOf(index);
			return job && state.phase === 'ended' ? await finishJob(this.run, index, job, state.raw, state.served) : state;
		});
		return this.states.map((state, index) => (isResult(state) ? state : leave(state, record.jobOf(index))));
	}
}

/**
 * Runs an operation that waits without holding a worker: begins the items' jobs, suspends the
 * execution, and in each later run asks for the jobs, until all have ended or their time is up.
 *
 * @param maySuspend Whether it may suspend again; it asks in memory where not.
 * @returns null where it has suspended.
 */
async function waitSuspended<Ready extends object>(run: NodeRun, source: JobSource<Ready>, maySuspend: boolean): Promise<ItemResult[] | null> {
	const { context, record } = run;
	const stored = readItemStates(context);
	const items = new SuspendedItems(run, source, stored ?? allItems(run).map(() => unsent()));
	if (stored) await items.ask(0);
	else await items.check(allItems(run));
	for (let isFirst = stored === null; ; isFirst = false) {
		await items.begin();
		// Jobs that were created elsewhere may have ended long ago; those just created have told their state.
		if (isFirst && items.in('waiting').some((index) => record.jobOf(index) === null)) {
			await items.ask(0);
			await items.begin();
		}
		const open = items.open();
		if (open.length === 0 || run.isCancelled()) break;
		const now = steadyNow();
		const plan = planWakeUp(open.map((state) => state.plan), now);
		if ('suspendUntil' in plan && maySuspend) {
			tellWhatFor(run, items.in('waiting'), items.in('unsent').length);
			await suspend(context, { ...record.continuation(), ...storeItemStates(items.states) }, new Date(Date.now() + plan.suspendUntil - now));
			return null;
		}
		await items.ask('suspendUntil' in plan ? plan.suspendUntil : plan.askUntil);
	}
	return await items.finish();
}

/** For the editor, while the execution waits; and for good where it is cancelled then. */
function tellWhatFor({ context, record }: NodeRun, waiting: number[], notSent: number): void {
	// The job's id, and how far it was when it was last asked for: n8n shows nothing sooner of a node.
	const jobs = waiting.map((index) => {
		const progress = record.jobOf(index)?.progress;
		return `${record.idOf(index)}${progress ? ` (${progress} %)` : ''}`;
	});
	const parts = [
		jobs.length > 0 && `Waiting for these jobs: ${jobs.join(', ')}.`,
		notSent > 0 && `Not sent yet, until others have ended: ${notSent}.`,
	].filter((part) => part !== false);
	context.addExecutionHints({ message: parts.join(' '), location: 'outputPane' });
}

const waysToWait = [
	{ value: 'polling', name: 'Polling' },
	{ value: 'suspend', name: 'Suspended Execution' },
] as const;

/**
 * Runs an operation that waits, the way the user chose.
 *
 * @returns null where it has suspended the execution.
 * @throws NodeOperationError where Wait Using can't be read.
 */
export async function waitForJobs<Ready extends object>(run: NodeRun, source: JobSource<Ready>): Promise<ItemResult[] | null> {
	const { context, connection } = run;
	const isResumed = readItemStates(context) !== null;
	const waitUsing = readForAll(connection, 'polling', (parameters) => parameters.choice('waitUsing', 'Wait Using', waysToWait));
	const suspends = isResumed || waitUsing === 'suspend';
	const whyNot = suspends ? whyNotSuspend(context) : null;
	if (whyNot !== null) {
		run.hintOnce(
			`This node can't suspend the execution, since ${whyNot}: so it was kept in memory while waiting, as with "Wait Using: Polling".`,
		);
	}
	if (isResumed || (suspends && whyNot === null)) return await waitSuspended(run, source, whyNot === null);
	const prepared = await source.prepare(allItems(run));
	return await runChecked(run, prepared, async (index, ready) => await waitForItem(run, source, index, ready));
}
