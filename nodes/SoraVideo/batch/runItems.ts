import type { INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../transport/connection';
import { notBegun, toOutputs } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { runBatch } from './runBatch';
import type { ItemRun } from './runBatch';

/** Runs an operation on all items and puts their results into the outputs. */
export async function runItems(
	connection: Connection,
	outputCount: 1 | 3,
	runItem: (run: ItemRun) => Promise<ItemResult>,
): Promise<INodeExecutionData[][]> {
	const items = connection.context.getInputData();
	const results = await runBatch<never>(connection, [...items.keys()], runItem);
	return toOutputs(
		connection,
		results.map((result) => result ?? notBegun),
		outputCount,
	);
}
