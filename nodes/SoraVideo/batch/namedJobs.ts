import type { IExecuteFunctions } from 'n8n-workflow';

import type { VideoJob } from '../job/VideoJob';
import type { PaidJobs } from '../paidJobs/PaidJobs';
import type { AskOutcome } from '../transport/askForJob';
import { askForVideo } from '../transport/askForVideo';
import { pause } from '../transport/http/pause';
import { ItemParameters } from './ItemParameters';
import { failed, invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { allItems, checkAll, runChecked } from './NodeRun';
import type { NodeRun, OrResult } from './NodeRun';

/** The id of the job that an item names. */
export interface NamedJob {
	jobId: string;
}

/** Notes the ids that items name, where the run was stopped before it came to them: the jobs go on all the same. */
export function nameJobs(context: IExecuteFunctions, record: PaidJobs): void {
	for (let index = 0; index < record.itemCount; index += 1) {
		const jobId = record.find(index) ? null : new ItemParameters(context, index).jobId();
		if (jobId !== null) record.named(index, jobId);
	}
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

/** Milliseconds before a question that got no answer, or one that says nothing, is asked again. */
export const patienceWithTrouble = { pauses: [1_000, 3_000, 9_000], longest: 60_000 };

async function askWithPatience({ connection, signal }: NodeRun, jobId: string, pauses: readonly number[]): Promise<AskOutcome> {
	let outcome = await askForVideo(connection, jobId, {}, signal);
	for (const milliseconds of pauses) {
		if (outcome.kind !== 'trouble') break;
		const wait = Math.max(milliseconds, outcome.tryAgainAfter ?? 0);
		if (wait > patienceWithTrouble.longest) break;
		await pause(wait, signal);
		if (signal.aborted) break;
		outcome = await askForVideo(connection, jobId, {}, signal);
	}
	return outcome;
}

interface Asking {
	then: (itemIndex: number, job: VideoJob, raw: unknown) => Promise<ItemResult>;
	/** Reads what else the operation will need of an item, so that its problems are told as well. */
	readMore?: (parameters: ItemParameters) => void;
	/** Before each further question, where the first came to nothing; none asks once. */
	pauses?: readonly number[];
}

/** Asks for the job that each item names, and hands it on. */
export async function askForNamed(run: NodeRun, { then, readMore, pauses = [] }: Asking): Promise<ItemResult[]> {
	const checked = await prepareNamed(run, allItems(run), readMore);
	return await runChecked(run, checked, async (index, { jobId }) => {
		const outcome = await askWithPatience(run, jobId, pauses);
		if (outcome.kind !== 'job') return failed(outcome.failure);
		run.record.seen(index, outcome.job);
		return await then(index, outcome.job, outcome.body);
	});
}
