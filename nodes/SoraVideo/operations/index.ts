import { cancellingProviders } from '../providers';
import type { Operation } from './Operation';

/** Every operation, in the order of the node's list. What one does is read from its file when it first runs. */
export const operations: readonly Operation[] = [
	{
		option: {
			name: 'Cancel',
			value: 'cancel',
			action: 'Cancel a video',
			description: 'Stop a video job that still goes on. Whether it is charged all the same is up to the provider.',
			displayOptions: { show: { provider: cancellingProviders.map(({ id }) => id) } },
		},
		outputCount: 1,
		run: async (run) => await (await import('./cancel.operation')).cancel(run),
	},
	{
		option: {
			name: 'Create',
			value: 'create',
			action: 'Create a video',
			description: 'Start a video job and go on at once with its ID, without waiting for the video',
		},
		outputCount: 1,
		run: async (run) => await (await import('./create.operation')).create(run),
	},
	{
		option: {
			name: 'Create and Wait',
			value: 'createAndWait',
			action: 'Create a video and wait for it',
			description: 'Start a video job and wait until the video is completed or has failed',
		},
		outputCount: 3,
		run: async (run) => await (await import('./createAndWait.operation')).createAndWait(run),
	},
	{
		option: {
			name: 'Download',
			value: 'download',
			action: 'Download a video',
			description: 'Get the finished video of a job as a file in the item',
		},
		outputCount: 1,
		run: async (run) => await (await import('./download.operation')).download(run),
	},
	{
		option: {
			name: 'Get Status',
			value: 'getStatus',
			action: 'Get the status of a video',
			description: 'Ask once how far a video job is, and for its links if it is done',
		},
		outputCount: 1,
		run: async (run) => await (await import('./getStatus.operation')).getStatus(run),
	},
	{
		option: {
			name: 'Wait for Completion',
			value: 'waitForCompletion',
			action: 'Wait for completion of a video',
			description: 'Wait until a video job that was created before is completed or failed',
		},
		outputCount: 3,
		run: async (run) => await (await import('./waitForCompletion.operation')).waitForCompletion(run),
	},
];

/** The operation with this value, or undefined. */
export function findOperation(value: string): Operation | undefined {
	return operations.find(({ option }) => option.value === value);
}
