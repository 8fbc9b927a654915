import type { VideoJob } from '../job/VideoJob';
import { askForVideo } from '../transport/askForVideo';
import type { ItemParameters } from './ItemParameters';
import { failed, invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { allItems, checkAll, runChecked } from './NodeRun';
import type { NodeRun, OrResult } from './NodeRun';

/** The id of the job that an item names. */
export interface NamedJob {
	jobId: string;
}

/**
 * Reads and checks the job ids that items name.
 *
 * @param readMore Reads what else the operation will need of an item, so that its problems are told as well.
 */
export async function prepareNamed(
	run: NodeRun,
	indexes: readonly number[],
	readMore?: (parameters: ItemParameters) => void,
): Promise<Map<number, OrResult<NamedJob>>> {
	const { provider } = run.connection;
	return await checkAll(run, indexes, async (index, parameters) => {
		const { problems } = parameters;
		const jobId = parameters.jobId();
		if (jobId !== null) run.record.named(index, jobId);
		const problem = jobId === null ? null : provider.checkJobId(jobId);
		if (problem !== null) problems.push(problem);
		const isId = jobId !== null && problem === null;
		parameters.wantsRaw();
		readMore?.(parameters);
		const result = problems.length > 0 || jobId === null ? invalid(provider.displayName, problems, isId ? { jobId } : {}) : { jobId };
		return await Promise.resolve(result);
	});
}

/** Asks once for the job that each item names, and hands it on. */
export async function askOnce(
	run: NodeRun,
	then: (itemIndex: number, job: VideoJob, raw: unknown) => Promise<ItemResult>,
	readMore?: (parameters: ItemParameters) => void,
): Promise<ItemResult[]> {
	const checked = await prepareNamed(run, allItems(run), readMore);
	return await runChecked(run, checked, async (index, { jobId }) => {
		const outcome = await askForVideo(run.connection, jobId, {}, run.signal);
		if (outcome.kind !== 'job') return failed(outcome.failure);
		run.record.seen(index, outcome.job);
		return await then(index, outcome.job, outcome.body);
	});
}
