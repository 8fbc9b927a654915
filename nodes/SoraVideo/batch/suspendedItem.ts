import type { VideoJob } from '../job/VideoJob';
import type { SuspendedJob } from '../waiting/wakeUp';
import { waitForJob } from '../waiting/waitForJob';
import { readLikely, readTimeout } from './begin';
import type { Begin } from './begin';
import { failed, notBegun, wantsRaw } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runBatch';

/** An item whose request has not been sent, since the provider wants patience or the batch is full. */
interface Unsent {
	phase: 'unsent';
	jobId: null;
	/** When the provider first wanted patience; null if it was not sent yet. */
	since: number | null;
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
	return { phase: 'unsent', jobId: null, since: null, plan };
}

/** What of an answer is worth its place in n8n's database, where every run of the node is kept. */
function toStore({ connection, itemIndex }: ItemRun, body: unknown): unknown {
	return wantsRaw(connection.context, itemIndex) ? body : null;
}

/** The result of an item that is left as it stands, since the execution was cancelled. */
export function leave(state: Pending): ItemResult {
	const { job, jobId, raw } = { job: null, raw: null, ...state };
	if (jobId === null) return notBegun;
	if (state.phase === 'waiting') return { ending: 'timedOut', job, jobId, raw };
	return { ending: job?.status === 'completed' ? 'completed' : 'failed', job, jobId, raw };
}

/** Begins an item; it stays unsent where the provider only wants patience and there is time left. */
export async function beginItem(
	run: ItemRun,
	begin: Begin,
	state: Unsent,
): Promise<ItemResult | Pending> {
	const timeout = readTimeout(run.connection, run.itemIndex) ?? 0;
	const since = state.since ?? Date.now();
	const begun = await begin({ ...run, patience: createPatience });
	if ('ending' in begun) {
		const wantsPatience = begun.failure?.category === 'rateLimit' && begun.job === null;
		return wantsPatience && Date.now() < since + timeout ? { ...state, since } : begun;
	}
	const { jobId, job, body, startedAt, callsBack } = begun;
	const likely = readLikely(run.connection, begun);
	const plan = { startedAt, isOwn: job !== null, deadline: Date.now() + timeout, ...likely, callsBack };
	return { phase: 'waiting', jobId, job, raw: toStore(run, body), plan };
}

/** Asks for an item's job: once now if `askUntil` (milliseconds since 1970) is 0, else until then. */
export async function lookAt(
	run: ItemRun,
	state: Waiting,
	askUntil: number,
): Promise<ItemResult | Pending> {
	const { connection, signal } = run;
	const { jobId, plan } = state;
	const outcome = await waitForJob(
		connection,
		{ jobId, seen: state.job, body: state.raw, askNow: askUntil === 0, ...plan },
		Math.min(askUntil, plan.deadline),
		signal,
	);
	if (outcome.kind === 'refused') return failed(outcome.failure, outcome.job, jobId);
	const { job, body } = outcome;
	const raw = toStore(run, body);
	if (outcome.kind === 'ended') return { phase: 'ended', jobId, job: outcome.job, raw, plan };
	if (Date.now() >= plan.deadline || signal.aborted) {
		return { ending: 'timedOut', job: job && { ...job, failure: outcome.trouble }, jobId, raw };
	}
	const now = readLikely(connection, { job, body, ...plan });
	const { refusedSince } = outcome;
	const looked = { lookedAt: outcome.trouble ? plan.lookedAt : Date.now(), refusedSince };
	return { ...state, job, raw, plan: { ...plan, ...looked, ...(now.likely !== null && now) } };
}
