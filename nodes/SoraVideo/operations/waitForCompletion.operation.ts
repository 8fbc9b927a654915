import { prepareNamed } from '../batch/namedJobs';
import { readWaiting } from '../batch/waitForItem';
import { waitForJobs } from '../batch/waitForJobs';
import type { Operation } from './Operation';

export const waitForCompletion: Operation = {
	option: {
		name: 'Wait for Completion',
		value: 'waitForCompletion',
		action: 'Wait for completion of a video',
		description: 'Wait until a video job that was created before is completed or failed',
	},
	outputCount: 3,
	run: async (run) =>
		await waitForJobs(run, {
			prepare: async (indexes) => await prepareNamed(run, indexes, readWaiting),
			begin: async () => await Promise.resolve({ body: undefined, startedAt: Date.now(), callsBack: false }),
		}),
};
