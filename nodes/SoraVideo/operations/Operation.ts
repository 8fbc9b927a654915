import type { INodePropertyOptions } from 'n8n-workflow';

import type { ItemResult } from '../batch/ItemResult';
import type { NodeRun } from '../batch/NodeRun';

/** One entry of the node's Operation list, and what it does. */
export interface Operation {
	option: INodePropertyOptions & { value: string };
	/** 1, or 3 for Completed, Failed and Timed Out. */
	outputCount: 1 | 3;
	/**
	 * @returns What became of each item, in their order; null where the execution was suspended.
	 * @throws NodeStopped where items stop the node.
	 */
	run(run: NodeRun): Promise<ItemResult[] | null>;
}
