import type { IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import { readSuspendedState } from '../waiting/suspension';
import { waitForJob } from '../waiting/waitForJob';
import type { SuspendedJob } from '../waiting/wakeUp';
import { readTimeout, wantsRaw } from './itemOptions';
import { failed, isResult, notBegun } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { readLikely } from './jobSource';
import type { JobSource } from './jobSource';
import type { NodeRun, OrResult } from './NodeRun';

/**
 * Where an item stands between two runs of the node, beside what the record knows of its job. Plain JSON,
 * since n8n stores it.
 */
export type Pending =
	/** Not sent, since the provider wants patience or the batch is full. `since`: when it first wanted patience. */
	| { phase: 'unsent'; since: number | null; plan: SuspendedJob }
	/** Its job goes on. */
	| Waiting
	/** Its job has ended, and its videos are not downloaded yet. */
	| { phase: 'ended'; raw: unknown; plan: SuspendedJob };

export interface Waiting {
	phase: 'waiting';
	raw: unknown;
	plan: SuspendedJob;
}

/** Where an item stands, or what became of it. */
export type ItemState = OrResult<Pending>;

type Unsent = Extract<Pending, { phase: 'unsent' }>;

/** What an earlier run of this node left of its items when it suspended; null in a first run. */
export function readItemStates(context: IExecuteFunctions): ItemState[] | null {
	const stored: unknown = readSuspendedState(context);
	const isState = (each: unknown): each is ItemState =>
		isObject(each) && ('phase' in each || 'ending' in each);
	const states: unknown = isObject(stored) ? stored.items : null;
	return Array.isArray(states) && states.every(isState) ? states : null;
}

/** In a run that suspends, patience with a 429 costs a worker: the next run tries again. */
const createPatience = 5_000;

/** An item at the start of the first run. */
export function unsent(): Unsent {
	// Not Infinity, which JSON can't hold.
	const plan = { startedAt: Date.now(), deadline: Number.MAX_SAFE_INTEGER, likely: null, callsBack: false };
	return { phase: 'unsent', since: null, plan };
}

/** What of an answer is worth its place in n8n's database, where every run of the node is kept. */
function toStore({ context }: NodeRun, itemIndex: number, body: unknown): unknown {
	return wantsRaw(context, itemIndex) ? body : null;
}

/** The result of an item that is left as it stands, since the execution was cancelled. */
export function leave(state: Pending, job: VideoJob | null): ItemResult {
	if (state.phase === 'unsent') return notBegun;
	if (state.phase === 'waiting') return { ending: 'timedOut', raw: state.raw };
	return { ending: job?.status === 'completed' ? 'completed' : 'failed', raw: state.raw };
}

/** Begins an item; it stays unsent where the provider only wants patience and there is time left. */
export async function beginItem<Ready extends object>(
	run: NodeRun,
	source: JobSource<Ready>,
	itemIndex: number,
	{ state, ready, callbackUrl }: { state: Unsent; ready: Ready; callbackUrl: string | null },
): Promise<ItemState> {
	const { context, connection, record } = run;
	const timeout = readTimeout(context, itemIndex) ?? 0;
	const since = state.since ?? Date.now();
	const begun = await source.begin(run, itemIndex, ready, { patience: createPatience, callbackUrl });
	if (isResult(begun)) {
		const wantsPatience = begun.failure?.category === 'rateLimit' && record.idOf(itemIndex) === null;
		return wantsPatience && Date.now() < since + timeout ? { ...state, since } : begun;
	}
	const { body, startedAt, callsBack } = begun;
	const job = record.jobOf(itemIndex);
	const likely = readLikely(connection, job, begun);
	const plan = { startedAt, isOwn: job !== null, deadline: Date.now() + timeout, ...likely, callsBack };
	return { phase: 'waiting', raw: toStore(run, itemIndex, body), plan };
}

/** Asks for an item's job: once now if `askUntil` (milliseconds since 1970) is 0, else until then. */
export async function lookAt(run: NodeRun, itemIndex: number, state: Waiting, askUntil: number): Promise<ItemState> {
	const { connection, record, signal } = run;
	const { plan } = state;
	const outcome = await waitForJob(
		connection,
		{
			jobId: record.idOf(itemIndex) ?? '',
			seen: record.jobOf(itemIndex),
			body: state.raw,
			askNow: askUntil === 0,
			...plan,
		},
		Math.min(askUntil, plan.deadline),
		signal,
	);
	const { job } = outcome;
	if (job) record.seen(itemIndex, job);
	if (outcome.kind === 'refused') return failed(outcome.failure);
	const raw = toStore(run, itemIndex, outcome.body);
	if (outcome.kind === 'ended') return { phase: 'ended', raw, plan };
	if (Date.now() >= plan.deadline || signal.aborted) return { ending: 'timedOut', trouble: outcome.trouble, raw };
	const now = readLikely(connection, job, { body: outcome.body, startedAt: plan.startedAt });
	const { refusedSince } = outcome;
	const looked = { lookedAt: outcome.trouble ? plan.lookedAt : Date.now(), refusedSince };
	return { ...state, raw, plan: { ...plan, ...looked, ...(now.likely !== null && now) } };
}
