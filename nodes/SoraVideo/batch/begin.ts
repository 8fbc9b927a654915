import { likelyByProgress } from '../waiting/schedule';
import { usualTime } from '../waiting/usualTimes';
import { readNumber, showValue } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import type { SuspendedJob } from '../waiting/wakeUp';
import type { Connection } from '../transport/connection';
import { createJob } from './createJob';
import { invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { readJobId } from './readJobId';
import type { ItemRun } from './runBatch';

/** A job that is to be waited for. */
export interface Begun {
	jobId: string;
	job: VideoJob | null;
	body: unknown;
	startedAt: number;
	/** Whether the provider was given this execution's resume URL. */
	callsBack: boolean;
}

/** How an operation that waits begins an item. */
export type Begin = (run: ItemRun) => Promise<Begun | ItemResult>;

const longestTimeout = 86_400;

/** The item's timeout in milliseconds; null where it can't be waited. */
export function readTimeout({ context }: Connection, itemIndex: number): number | null {
	const seconds = readNumber(context.getNodeParameter('timeout', itemIndex, 1800));
	return seconds !== null && seconds > 0 && seconds <= longestTimeout ? seconds * 1000 : null;
}

function checkTimeout({ connection, itemIndex }: ItemRun): string[] {
	if (readTimeout(connection, itemIndex) !== null) return [];
	const value = connection.context.getNodeParameter('timeout', itemIndex, 1800);
	return [
		`a timeout of "${showValue(value)}" can't be waited: set Timeout to 1 to ${longestTimeout} seconds`,
	];
}

/** How long a job is likely to take in all: by its progress, the provider, what was seen of its model, or the table. */
export function readLikely(
	{ provider }: Connection,
	{ job, body, startedAt }: Pick<Begun, 'job' | 'body' | 'startedAt'>,
): Pick<SuspendedJob, 'likely' | 'isEstimate'> {
	const estimate = provider.readEstimate?.(body) ?? null;
	const documented = provider.models.find(({ id }) => id === job?.model)?.usualSeconds;
	const usual = usualTime(provider.id, job?.model ?? null, documented === undefined ? null : documented * 1000);
	const elapsed = Date.now() - startedAt;
	const byProgress = likelyByProgress(elapsed, job?.progress ?? null);
	const likely = byProgress ?? (estimate === null ? usual : estimate * 1000);
	return { likely, isEstimate: estimate !== null };
}

/** Begins an item by creating its job. Nothing is created for an item whose wait can't be. */
export const beginByCreating: Begin = async (run) => {
	const problems = checkTimeout(run);
	if (problems.length > 0) return invalid(run.connection.provider.displayName, problems);
	const created = await createJob(run);
	if (created.failure || created.job === null) return created;
	return {
		jobId: created.job.id,
		job: created.job,
		body: created.raw,
		startedAt: Date.now(),
		callsBack: run.callbackUrl !== null,
	};
};

/** Begins an item by taking up the job whose id it names. */
export const beginById: Begin = async (run) => {
	const { jobId, problems } = readJobId(run);
	const all = [...problems, ...checkTimeout(run)];
	return await Promise.resolve(
		all.length > 0
			? invalid(run.connection.provider.displayName, all, jobId)
			: { jobId, job: null, body: undefined, startedAt: Date.now(), callsBack: false },
	);
};
