import { createJob } from './createJob';
import { invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { Operation } from './Operation';
import { runItems } from './runItems';
import type { ItemRun } from './runItems';
import { checkTimeout, readTimeout, waitForItem } from './waitForItem';

async function createAndWaitForOne(run: ItemRun): Promise<ItemResult> {
	const problems = checkTimeout(run);
	if (problems.length > 0) return invalid(problems);
	const created = await createJob(run, readTimeout(run));
	return created.failure || created.job === null
		? created
		: await waitForItem(run, created.job.id, created.job, created.raw);
}

export const createAndWait: Operation = {
	option: {
		name: 'Create and Wait',
		value: 'createAndWait',
		action: 'Create a video and wait for it',
		description: 'Start a video job and wait until the video is completed or has failed',
	},
	outputCount: 3,
	execute: async (connection) => await runItems(connection, 3, createAndWaitForOne),
};
