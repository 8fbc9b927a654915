import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import type { Connection } from '../transport/connection';

/** One entry of the node's Operation list, and what it does. */
export interface Operation {
	option: INodePropertyOptions & { value: string };
	/** 1, or 3 for Completed, Failed and Timed Out. */
	outputCount: 1 | 3;
	execute(connection: Connection): Promise<INodeExecutionData[][]>;
}
