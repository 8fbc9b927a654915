import { created } from '../batch/jobSource';
import { waitForJobs } from '../batch/waitForJobs';
import type { Operation } from './Operation';

export const createAndWait: Operation = {
	option: {
		name: 'Create and Wait',
		value: 'createAndWait',
		action: 'Create a video and wait for it',
		description: 'Start a video job and wait until the video is completed or has failed',
	},
	outputCount: 3,
	run: async (run) => await waitForJobs(run, created),
};
