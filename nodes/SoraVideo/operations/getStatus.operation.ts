import { askForVideo } from '../transport/askForVideo';
import { failed, invalid } from '../batch/ItemResult';
import type { ItemResult } from '../batch/ItemResult';
import type { Operation } from './Operation';
import { readJobId } from '../batch/readJobId';
import type { ItemRun } from '../batch/runBatch';
import { runItems } from '../batch/runItems';

async function getOne(run: ItemRun): Promise<ItemResult> {
	const { jobId, problems } = readJobId(run);
	if (problems.length > 0) return invalid(run.connection.provider.displayName, problems, jobId);
	const outcome = await askForVideo(run.connection, jobId, {}, run.signal);
	return outcome.kind === 'job'
		? { ending: 'completed', job: outcome.job, raw: outcome.body }
		: failed(outcome.failure, null, jobId);
}

export const getStatus: Operation = {
	option: {
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of a video',
		description: 'Ask once how far a video job is, and for its links if it is done',
	},
	outputCount: 1,
	execute: async (connection) => await runItems(connection, 1, getOne),
};
