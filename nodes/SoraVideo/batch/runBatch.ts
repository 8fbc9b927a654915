import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { readNumber } from '../job/read';
import { isEnded } from '../job/VideoJob';
import type { VideoJob } from '../job/VideoJob';
import type { Connection } from '../transport/connection';
import { LinkedImages } from '../images/LinkedImages';
import { CreateThrottle } from '../waiting/CreateThrottle';
import { toError, unexpected } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { Ledger } from '../paidJobs/Ledger';

/** What an operation does with one item. Jobs are noted as soon as their ids are known. */
export interface ItemRun {
	connection: Connection;
	itemIndex: number;
	/** Aborted when the execution is cancelled, or another item's failure stops the node. */
	signal: AbortSignal;
	pace: CreateThrottle;
	ledger: Ledger;
	linkedImages: LinkedImages;
	noteJob: (job: VideoJob) => void;
	/** Milliseconds to go on trying while the provider answers a create with 429. */
	patience: number;
	/** Where the provider is to call when the job ends, so that a suspended execution wakes. */
	callbackUrl: string | null;
}

/** An item that isn't done yet: its job goes on. */
export interface Unfinished {
	jobId: string | null;
}

/** Ten minutes of 429 are more than a queue. */
const createPatience = 600_000;
const defaultBatchSize = 50;

/** How many jobs may be in flight at once. */
export function readBatchSize(context: IExecuteFunctions): number {
	const size = readNumber(context.getNodeParameter('options.batchSize', 0, defaultBatchSize));
	return Math.max(1, Math.floor(size ?? defaultBatchSize));
}

function isResult(value: ItemResult | Unfinished): value is ItemResult {
	return 'ending' in value;
}

/**
 * Runs an operation on items, several at once.
 *
 * An item that fails stops the node, unless On Error is set to continue: then no further item is
 * begun, the waits that go on are ended, and the error lists all jobs that exist by then.
 *
 * @param known Ids of jobs that exist already, for that list.
 * @returns What became of each item, in the order of `itemIndexes`; null where it was not begun,
 * since the execution was cancelled.
 * @throws NodeOperationError for the first item that failed, or if cancelled before anything exists.
 */
export async function runBatch<T extends Unfinished>(
	connection: Connection,
	itemIndexes: readonly number[],
	runItem: (run: ItemRun) => Promise<ItemResult | T>,
	known: readonly string[] = [],
): Promise<Array<ItemResult | T | null>> {
	const { context } = connection;
	const cancelled = context.getExecutionCancelSignal();
	const stop = new AbortController();
	const signal = cancelled ? AbortSignal.any([cancelled, stop.signal]) : stop.signal;
	const jobIds = new Set(known);
	const shared = {
		connection,
		signal,
		pace: new CreateThrottle(),
		ledger: new Ledger(context),
		linkedImages: new LinkedImages(connection, signal),
		patience: createPatience,
		callbackUrl: null,
	};
	const results = new Map<number, ItemResult | T>();
	let stoppedBy: { itemIndex: number; result: ItemResult } | undefined;
	let next = 0;

	const worker = async () => {
		for (let itemIndex; !signal.aborted && (itemIndex = itemIndexes[next++]) !== undefined; ) {
			let noted: VideoJob | null = null;
			const noteJob = (job: VideoJob) => {
				noted = job;
				jobIds.add(job.id);
			};
			const result = await runItem({ ...shared, itemIndex, noteJob }).catch((error: unknown) =>
				unexpected(error, noted),
			);
			results.set(itemIndex, result);
			// An id that was only typed in may be no job at all.
			const jobId = isResult(result) ? result.job?.id : result.jobId;
			if (jobId) jobIds.add(jobId);
			if (isResult(result) && result.job && isEnded(result.job.status)) shared.pace.freed();
			if (isResult(result) && result.failure && !context.continueOnFail()) {
				stoppedBy ??= { itemIndex, result };
				stop.abort();
			}
		}
	};
	const workers = Math.min(readBatchSize(context), itemIndexes.length);
	await Promise.all(Array.from({ length: workers }, worker));
	shared.linkedImages.hint();

	if (stoppedBy?.result.failure && !cancelled?.aborted) {
		const sum = shared.ledger.sum();
		// Retry On Fail shows the last try's error only, which may have stopped before most items.
		const all = { ...sum, jobIds: [...new Set([...jobIds, ...sum.jobIds])] };
		throw toError(context, stoppedBy.itemIndex, stoppedBy.result.failure, all);
	}
	if (cancelled?.aborted && jobIds.size === 0) {
		throw new NodeOperationError(context.getNode(), 'The execution was canceled.');
	}
	return itemIndexes.map((itemIndex) => results.get(itemIndex) ?? null);
}
