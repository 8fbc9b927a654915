import type { VideoJob } from '../job/VideoJob';
import type { SuspendedJob } from '../job/wakeUp';
import { waitForJob } from '../waiting/waitForJob';
import { readLikely, readTimeout } from './begin';
import type { Begin } from './begin';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runBatch';

/** An item whose request has not been sent, since the provider wants patience or the batch is full. */
interface Unsent {
	phase: 'unsent';
	jobId: null;
	since: number;
	plan: SuspendedJob;
}

/** An item whose job goes on. */
export interface Waiting {
	phase: 'waiting';
	jobId: string;
	job: VideoJob | null;
	raw: unknown;
	plan: SuspendedJob;
}

/** An item whose job has ended, and whose videos are not downloaded yet. */
interface Ended {
	phase: 'ended';
	jobId: string;
	job: VideoJob;
	raw: unknown;
	plan: SuspendedJob;
}

/** Where an item stands between two runs of the node. Plain JSON, since n8n stores it. */
export type Pending = Unsent | Waiting | Ended;

/** In a run that suspends, patience with a 429 costs a worker: the next run tries again. */
const createPatience = 5_000;

/** An item at the start of the first run. */
export function unsent(now: number): Unsent {
	// Not Infinity, which JSON can't hold.
	const deadline = Number.MAX_SAFE_INTEGER;
	const plan = { startedAt: now, deadline, likely: null, callsBack: false };
	return { phase: 'unsent', jobId: null, since: now, plan };
}

/** Begins an item; it stays unsent where the provider only wants patience and there is time left. */
export async function beginItem(
	run: ItemRun,
	begin: Begin,
	state: Unsent,
): Promise<ItemResult | Pending> {
	const timeout = readTimeout(run.connection, run.itemIndex) ?? 0;
	const begun = await begin({ ...run, patience: createPatience });
	if ('ending' in begun) {
		const wantsPatience = begun.failure?.category === 'rateLimit' && begun.job === null;
		return wantsPatience && Date.now() < state.since + timeout ? state : begun;
	}
	const { jobId, job, body, startedAt, callsBack } = begun;
	const likely = readLikely(run.connection, begun);
	const plan = { startedAt, deadline: Date.now() + timeout, likely, callsBack };
	return { phase: 'waiting', jobId, job, raw: body, plan };
}

/** Asks for an item's job: once, or until `askUntil` (milliseconds since 1970). */
export async function lookAt(
	run: ItemRun,
	state: Waiting,
	askUntil: number,
): Promise<ItemResult | Pending> {
	const { connection, signal } = run;
	const { jobId, plan } = state;
	const outcome = await waitForJob(
		connection,
		{ jobId, seen: state.job, body: state.raw, askNow: true, ...plan },
		Math.min(askUntil, plan.deadline),
		signal,
	);
	if (outcome.kind === 'refused') return failed(outcome.failure, outcome.job, jobId);
	const { job, body: raw } = outcome;
	if (outcome.kind === 'ended') return { phase: 'ended', jobId, job: outcome.job, raw, plan };
	if (Date.now() >= plan.deadline || signal.aborted) {
		return { ending: 'timedOut', job: job && { ...job, failure: outcome.trouble }, jobId, raw };
	}
	const likely = readLikely(connection, { job, body: raw, ...plan }) ?? plan.likely;
	return { ...state, job, raw, plan: { ...plan, likely } };
}
