import { beginById } from '../batch/begin';
import type { Operation } from './Operation';
import { runWaiting } from '../batch/runWaiting';

export const waitForCompletion: Operation = {
	option: {
		name: 'Wait for Completion',
		value: 'waitForCompletion',
		action: 'Wait for completion of a video',
		description: 'Wait until a video job that was created before is completed or failed',
	},
	outputCount: 3,
	execute: async (connection) => await runWaiting(connection, beginById),
};
