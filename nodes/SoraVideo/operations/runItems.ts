import { NodeOperationError } from 'n8n-workflow';
import type { INodeExecutionData } from 'n8n-workflow';

import { readNumber } from '../job/read';
import type { Connection } from '../transport/connection';
import { Pace } from '../waiting/Pace';
import { Ledger } from './Ledger';
import { failed, idOf, toError, toOutputs } from './ItemResult';
import type { ItemResult } from './ItemResult';

/** What an operation does with one item. Jobs are noted as soon as their ids are known. */
export interface ItemRun {
	connection: Connection;
	itemIndex: number;
	/** Aborted when the execution is cancelled, or another item's failure stops the node. */
	signal: AbortSignal;
	pace: Pace;
	ledger: Ledger;
	noteJob: (jobId: string) => void;
}

const defaultBatchSize = 50;

function batchSize({ context }: Connection): number {
	const size = readNumber(context.getNodeParameter('options.batchSize', 0, defaultBatchSize));
	return Math.max(1, Math.floor(size ?? defaultBatchSize));
}

/** What n8n itself threw (an expression that fails, a missing binary) as a result of the item. */
function unexpected(error: unknown): ItemResult {
	const message = error instanceof Error ? error.message : String(error);
	return failed({ code: 'item_error', message, category: 'invalidInput', retryable: false });
}

/**
 * Runs an operation on all items, several at once, and puts their results into the outputs.
 *
 * An item that fails stops the node, unless On Error is set to continue: then no further item is
 * begun, the waits that go on are ended, and the error lists all jobs that exist by then.
 */
export async function runItems(
	connection: Connection,
	outputCount: 1 | 3,
	runItem: (run: ItemRun) => Promise<ItemResult>,
): Promise<INodeExecutionData[][]> {
	const { context, provider } = connection;
	const count = context.getInputData().length;
	const cancelled = context.getExecutionCancelSignal();
	const stop = new AbortController();
	const signal = cancelled ? AbortSignal.any([cancelled, stop.signal]) : stop.signal;
	const results = new Map<number, ItemResult>();
	const jobIds = new Set<string>();
	const shared = { connection, signal, pace: new Pace(), ledger: new Ledger(context) };
	let firstFailure: number | undefined;
	let next = 0;

	const worker = async () => {
		while (next < count && !signal.aborted) {
			const itemIndex = next++;
			const noteJob = (jobId: string) => jobIds.add(jobId);
			const result = await runItem({ ...shared, itemIndex, noteJob }).catch(unexpected);
			results.set(itemIndex, result);
			shared.pace.freed();
			const jobId = idOf(result);
			if (jobId !== null) jobIds.add(jobId);
			if (result.failure && !context.continueOnFail()) {
				firstFailure ??= itemIndex;
				stop.abort();
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(batchSize(connection), count) }, worker));

	const failure = results.get(firstFailure ?? -1)?.failure;
	if (firstFailure !== undefined && failure && !cancelled?.aborted) {
		throw toError(context, firstFailure, failure, [...jobIds]);
	}
	if (cancelled?.aborted && jobIds.size === 0) {
		throw new NodeOperationError(context.getNode(), 'The execution was canceled.');
	}
	const inOrder = Array.from({ length: count }, (_, index) => results.get(index) ?? notBegun);
	// An agent reads one output only; what left by the others would never reach it.
	return toOutputs(context, provider.id, inOrder, context.isToolExecution() ? 1 : outputCount);
}

const notBegun = failed({
	code: 'execution_cancelled',
	message: 'The execution was canceled before this item was begun: nothing was created for it.',
	category: 'cancelled',
	retryable: true,
});
