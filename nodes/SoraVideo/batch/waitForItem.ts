import { isEnded } from '../job/VideoJob';
import type { VideoJob } from '../job/VideoJob';
import type { Connection } from '../transport/connection';
import { steadyNow } from '../transport/http/clock';
import { likelyByProgress } from '../waiting/schedule';
import { usualTime } from '../waiting/usualTimes';
import { waitForJob } from '../waiting/waitForJob';
import { isNearItsEnd } from '../waiting/wakeUp';
import type { SuspendedJob } from '../waiting/wakeUp';
import { countServed, finishJob, readDelivery } from './addVideos';
import { timeOut } from './cancelling';
import type { Terms } from './creating/createJob';
import { ItemParameters } from './ItemParameters';
import { failed, isResult } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemState, Unsent, Waiting } from './itemStates';
import type { NodeRun, OrResult } from './NodeRun';

/** A job that is to be waited for; the record knows which. */
export interface Begun {
	body: unknown;
	/** By `steadyNow`, as all times here. */
	startedAt: number;
	/** Whether the provider was given this execution's resume URL. */
	callsBack: boolean;
}

/** How an operation that waits gets the jobs of its items. */
export interface JobSource<Ready extends object> {
	/** Checks items, all before anything is sent for one. */
	prepare(indexes: readonly number[]): Promise<Map<number, OrResult<Ready>>>;
	begin(itemIndex: number, ready: Ready, terms: Terms): Promise<OrResult<Begun>>;
}

/** Reads what an operation that waits will need of an item. */
export function readWaiting(parameters: ItemParameters): void {
	parameters.timeout();
	parameters.boolean('options.cancelOnTimeout', 'Cancel On Timeout');
	if (parameters.boolean('downloadVideo', 'Download Video') === true) readDelivery(parameters);
}

function timeoutOf({ context }: NodeRun, itemIndex: number): number {
	return new ItemParameters(context, itemIndex).timeout() ?? 0;
}

/** How long a job is likely to take in all: by its progress, the provider, what was seen of its model, or the table. */
function readLikely(
	{ provider }: Connection,
	job: VideoJob | null,
	{ body, startedAt }: Pick<Begun, 'body' | 'startedAt'>,
): Pick<SuspendedJob, 'likely' | 'isEstimate' | 'keptFor'> {
	const estimate = provider.readEstimate?.(body) ?? null;
	const documented = provider.models.find(({ id }) => id === job?.model)?.usualSeconds;
	const usual = usualTime(provider.id, job?.model ?? null, documented === undefined ? null : documented * 1000);
	const elapsed = steadyNow() - startedAt;
	const byProgress = likelyByProgress(elapsed, job?.progress ?? null);
	const likely = byProgress ?? (estimate === null ? usual : estimate * 1000);
	const { result } = provider;
	return { likely, isEstimate: estimate !== null, ...(result && { keptFor: result.keptSeconds * 1000 }) };
}

/** Waits for one item's job by asking again, with the execution in memory. */
export async function waitForItem<Ready extends object>(
	run: NodeRun,
	source: JobSource<Ready>,
	index: number,
	ready: Ready,
): Promise<ItemResult> {
	const { connection, record, signal } = run;
	const timeout = timeoutOf(run, index);
	const begun = await source.begin(index, ready, { callbackUrl: null, patience: timeout });
	if (isResult(begun)) return begun;
	const job = record.jobOf(index);
	const outcome = await waitForJob(
		connection,
		{
			...begun,
			jobId: record.idOf(index) ?? '',
			seen: job,
			...readLikely(connection, job, begun),
			isOwn: job !== null,
			askNow: job === null,
		},
		steadyNow() + timeout,
		signal,
	);
	if (outcome.job) record.seen(index, outcome.job);
	if (outcome.kind === 'ended') return await finishJob(run, index, outcome.job, outcome.body);
	if (outcome.kind === 'refused') return failed(outcome.failure);
	return await timeOut(run, index, outcome.trouble, outcome.body);
}

/** In a run that suspends, patience with a 429 costs a worker: the next run tries again. */
const createPatience = 5_000;

/** What of an answer is worth its place in n8n's database, where every run of the node is kept. */
function toStore({ context }: NodeRun, itemIndex: number, body: unknown): unknown {
	return new ItemParameters(context, itemIndex).wantsRaw() ? body : null;
}

/** Begins an item; it stays unsent where the provider only wants patience and there is time left. */
export async function beginItem<Ready extends object>(
	run: NodeRun,
	source: JobSource<Ready>,
	itemIndex: number,
	{ state, ready, callbackUrl }: { state: Unsent; ready: Ready; callbackUrl: string | null },
): Promise<ItemState> {
	const { connection, record } = run;
	const timeout = timeoutOf(run, itemIndex);
	const since = state.since ?? steadyNow();
	const begun = await source.begin(itemIndex, ready, { patience: createPatience, callbackUrl });
	if (isResult(begun)) {
		const wantsPatience = begun.failure?.category === 'rateLimit' && record.idOf(itemIndex) === null;
		return wantsPatience && steadyNow() < since + timeout ? { ...state, since } : begun;
	}
	const { body, startedAt, callsBack } = begun;
	const job = record.jobOf(itemIndex);
	const likely = readLikely(connection, job, begun);
	const plan = { startedAt, isOwn: job !== null, deadline: steadyNow() + timeout, ...likely, callsBack };
	const waiting: Waiting = { phase: 'waiting', raw: toStore(run, itemIndex, body), plan };
	return job && isEnded(job.status) ? await lookAt(run, itemIndex, waiting, 0) : waiting;
}

/** Asks for an item's job: once now if `askUntil` is 0, else until then. */
export async function lookAt(run: NodeRun, itemIndex: number, state: Waiting, askUntil: number): Promise<ItemState> {
	const { connection, record, signal } = run;
	const { plan } = state;
	const { stretches = 0 } = plan;
	const isStretch = askUntil > 0 && isNearItsEnd(plan, steadyNow());
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
	if (outcome.kind === 'ended') return { phase: 'ended', raw, served: countServed(connection.provider, outcome.body), plan };
	if (steadyNow() >= plan.deadline || signal.aborted) return await timeOut(run, itemIndex, outcome.trouble, raw);
	const now = readLikely(connection, job, { body: outcome.body, startedAt: plan.startedAt });
	const { refusedSince } = outcome;
	const looked = { lookedAt: outcome.trouble ? plan.lookedAt : steadyNow(), refusedSince };
	return { ...state, raw, plan: { ...plan, ...looked, ...(now.likely !== null && now), ...(isStretch && { stretches: stretches + 1 }) } };
}
