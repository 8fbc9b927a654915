import { askForVideo } from '../transport/askForVideo';
import { addVideos } from '../batch/addVideos';
import { failed, invalid } from '../batch/ItemResult';
import type { ItemResult } from '../batch/ItemResult';
import type { Operation } from './Operation';
import { readJobId } from '../batch/readJobId';
import type { ItemRun } from '../batch/runBatch';
import { runItems } from '../batch/runItems';

async function downloadOne(run: ItemRun): Promise<ItemResult> {
	const { connection } = run;
	const { jobId, problems } = readJobId(run);
	if (problems.length > 0) return invalid(connection.provider.displayName, problems, jobId);
	const outcome = await askForVideo(connection, jobId, {}, run.signal);
	if (outcome.kind !== 'job') return failed(outcome.failure, null, jobId);
	const { job, body } = outcome;
	run.noteJob(job);
	if (job.failure) return failed(job.failure, job);
	return await addVideos(run, { ending: 'completed', job, raw: body }, job);
}

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download a video',
		description: 'Get the finished video of a job as a file in the item',
	},
	outputCount: 1,
	execute: async (connection) => await runItems(connection, 1, downloadOne),
};
