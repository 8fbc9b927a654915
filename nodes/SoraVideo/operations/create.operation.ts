import type { INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../transport/connection';
import { createJob } from '../batch/createJob';
import type { Operation } from './Operation';
import { runItems } from '../batch/runItems';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create a video',
		description: 'Start a video job and go on at once with its ID, without waiting for the video',
	},
	outputCount: 1,
	execute: async (connection: Connection): Promise<INodeExecutionData[][]> =>
		await runItems(connection, 1, createJob),
};
