import { askOnce } from '../batch/namedJobs';
import type { Operation } from './Operation';

export const getStatus: Operation = {
	option: {
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of a video',
		description: 'Ask once how far a video job is, and for its links if it is done',
	},
	outputCount: 1,
	run: async (run) =>
		await askOnce(run, async (_index, _job, raw) => await Promise.resolve({ ending: 'completed', raw })),
};
