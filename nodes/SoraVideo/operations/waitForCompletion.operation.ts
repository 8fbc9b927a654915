import { invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { Operation } from './Operation';
import { readJobId } from './readJobId';
import { runItems } from './runItems';
import type { ItemRun } from './runItems';
import { waitForItem } from './waitForItem';

async function waitForOne(run: ItemRun): Promise<ItemResult> {
	const { jobId, problems } = readJobId(run);
	return problems.length > 0
		? { ...invalid(problems), jobId }
		: await waitForItem(run, jobId, null);
}

export const waitForCompletion: Operation = {
	option: {
		name: 'Wait for Completion',
		value: 'waitForCompletion',
		action: 'Wait for completion of a video',
		description: 'Wait until a video job that was created before is completed or failed',
	},
	outputCount: 3,
	execute: async (connection) => await runItems(connection, 3, waitForOne),
};
