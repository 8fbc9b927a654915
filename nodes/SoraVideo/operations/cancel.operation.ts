import { cancelNamed } from '../batch/cancelling';
import { prepareNamed } from '../batch/jobSource';
import { allItems, runChecked } from '../batch/NodeRun';
import { cancellingProviders } from '../providers';
import type { Operation } from './Operation';

export const cancel: Operation = {
	option: {
		name: 'Cancel',
		value: 'cancel',
		action: 'Cancel a video',
		description: 'Stop a video job that still goes on. Whether it is charged all the same is up to the provider.',
		displayOptions: { show: { provider: cancellingProviders.map(({ id }) => id) } },
	},
	outputCount: 1,
	run: async (run) =>
		await runChecked(run, await prepareNamed(run, allItems(run), false), async (index, { jobId }) =>
			await cancelNamed(run, index, jobId),
		),
};
