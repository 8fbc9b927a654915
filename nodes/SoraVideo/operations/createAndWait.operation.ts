import { beginByCreating } from '../batch/begin';
import type { Operation } from './Operation';
import { runWaiting } from '../batch/runWaiting';

export const createAndWait: Operation = {
	option: {
		name: 'Create and Wait',
		value: 'createAndWait',
		action: 'Create a video and wait for it',
		description: 'Start a video job and wait until the video is completed or has failed',
	},
	outputCount: 3,
	execute: async (connection) => await runWaiting(connection, beginByCreating),
};
