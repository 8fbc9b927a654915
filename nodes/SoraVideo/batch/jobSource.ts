import { readText } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import type { Connection } from '../transport/connection';
import { likelyByProgress } from '../waiting/schedule';
import { usualTime } from '../waiting/usualTimes';
import type { SuspendedJob } from '../waiting/wakeUp';
import { createJob } from './createJob';
import type { Terms } from './createJob';
import { invalid } from './ItemResult';
import { checkAll } from './NodeRun';
import type { NodeRun, OrResult } from './NodeRun';
import { prepareCreates } from './prepareCreate';
import type { Order } from './prepareCreate';
import { timeoutProblems } from './itemOptions';

/** A job that is to be waited for; the record knows which. */
export interface Begun {
	body: unknown;
	startedAt: number;
	/** Whether the provider was given this execution's resume URL. */
	callsBack: boolean;
}

/** How an operation that waits gets the jobs of its items. */
export interface JobSource<Ready extends object> {
	/** Checks items, all before anything is sent for one. */
	prepare(run: NodeRun, indexes: readonly number[]): Promise<Map<number, OrResult<Ready>>>;
	begin(run: NodeRun, itemIndex: number, ready: Ready, terms: Terms): Promise<OrResult<Begun>>;
}

/** By creating them. */
export const created: JobSource<Order> = {
	prepare: async (run, indexes) => await prepareCreates(run, indexes, true),
	async begin(run, itemIndex, order, terms) {
		const result = await createJob(run, itemIndex, order, terms);
		return result.failure
			? result
			: { body: result.raw, startedAt: Date.now(), callsBack: terms.callbackUrl !== null };
	},
};

/** The id of the job that an item names. */
export interface NamedJob {
	jobId: string;
}

/** Reads and checks the job ids that items name. */
export async function prepareNamed(
	run: NodeRun,
	indexes: readonly number[],
	waits: boolean,
): Promise<Map<number, OrResult<NamedJob>>> {
	const { context, connection, record } = run;
	const { provider } = connection;
	return await checkAll(run, indexes, async (index) => {
		const jobId = readText(context.getNodeParameter('jobId', index, '')) ?? '';
		const problem =
			jobId === ''
				? 'the job ID is empty: set Job ID to the "id" that Create gave, for example {{ $json.id }}'
				: provider.checkJobId(jobId);
		if (jobId !== '') record.named(index, jobId);
		const problems = [...(problem === null ? [] : [problem]), ...(waits ? timeoutProblems(context, index) : [])];
		return await Promise.resolve(problems.length > 0 ? invalid(provider.displayName, problems) : { jobId });
	});
}

/** By the ids that the items name. */
export const named: JobSource<NamedJob> = {
	prepare: async (run, indexes) => await prepareNamed(run, indexes, true),
	begin: async () => await Promise.resolve({ body: undefined, startedAt: Date.now(), callsBack: false }),
};

/** How long a job is likely to take in all: by its progress, the provider, what was seen of its model, or the table. */
export function readLikely(
	{ provider }: Connection,
	job: VideoJob | null,
	{ body, startedAt }: Pick<Begun, 'body' | 'startedAt'>,
): Pick<SuspendedJob, 'likely' | 'isEstimate' | 'keptFor'> {
	const estimate = provider.readEstimate?.(body) ?? null;
	const documented = provider.models.find(({ id }) => id === job?.model)?.usualSeconds;
	const usual = usualTime(provider.id, job?.model ?? null, documented === undefined ? null : documented * 1000);
	const elapsed = Date.now() - startedAt;
	const byProgress = likelyByProgress(elapsed, job?.progress ?? null);
	const likely = byProgress ?? (estimate === null ? usual : estimate * 1000);
	const { result } = provider;
	return { likely, isEstimate: estimate !== null, ...(result && { keptFor: result.keptSeconds * 1000 }) };
}
