import type { INodeProperties } from 'n8n-workflow';

import { showFor } from './show';

export const jobIdField: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '={{ $json.id }}',
	required: true,
	placeholder: 'e.g. task-unified-1757169743-7cvnl5zw',
	description: 'The ID that the operation Create gave for the job',
	displayOptions: showFor('cancel', 'getStatus', 'waitForCompletion', 'download'),
};
