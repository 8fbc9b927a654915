import type { IExecuteFunctions } from 'n8n-workflow';

import { LinkedImages } from '../images/LinkedImages';
import { readNumber } from '../job/read';
import { isEnded } from '../job/VideoJob';
import type { PaidJobs } from '../paidJobs/PaidJobs';
import type { Connection } from '../transport/connection';
import { CreateThrottle } from '../waiting/CreateThrottle';
import { isResult, notBegun, unexpected } from './ItemResult';
import type { ItemResult } from './ItemResult';

/** One execution of the node: what all its items share. */
export interface NodeRun {
	context: IExecuteFunctions;
	connection: Connection;
	record: PaidJobs;
	throttle: CreateThrottle;
	linkedImages: LinkedImages;
	/** Aborted when the execution is cancelled, or an item's failure stops the node. */
	signal: AbortSignal;
	stop: () => void;
	isCancelled: () => boolean;
}

/** What became of an item, or what it waits for. */
export type OrResult<T> = T | ItemResult;

/** Thrown where items stop the node; the node's `execute` makes n8n's error of it. */
export class NodeStopped extends Error {
	constructor(readonly items: ReadonlyArray<{ itemIndex: number; result: ItemResult }>) {
		super(items[0]?.result.failure?.message ?? 'The node was stopped.');
	}
}

export function beginRun(connection: Connection, record: PaidJobs): NodeRun {
	const { context } = connection;
	record.useProvider(connection.provider);
	const cancelled = context.getExecutionCancelSignal();
	const stopped = new AbortController();
	const signal = cancelled ? AbortSignal.any([cancelled, stopped.signal]) : stopped.signal;
	return {
		context,
		connection,
		record,
		throttle: new CreateThrottle(),
		linkedImages: new LinkedImages(connection, signal),
		signal,
		stop: () => {
			stopped.abort();
		},
		isCancelled: () => cancelled?.aborted === true,
	};
}

const defaultBatchSize = 50;

/** How many jobs may be in flight at once. */
export function readBatchSize(context: IExecuteFunctions): number {
	const size = readNumber(context.getNodeParameter('options.batchSize', 0, defaultBatchSize));
	return Math.max(1, Math.floor(size ?? defaultBatchSize));
}

/** The indexes of all items. */
export function allItems({ record }: NodeRun): number[] {
	return [...Array(record.itemCount).keys()];
}

/** Works on items, several at once, until all are done or the run's signal says stop. */
async function workOn<T extends object>(
	run: NodeRun,
	indexes: readonly number[],
	work: (itemIndex: number) => Promise<OrResult<T>>,
	onFailure: (itemIndex: number, result: ItemResult) => void,
): Promise<Map<number, OrResult<T>>> {
	const { context, record, signal } = run;
	const results = new Map<number, OrResult<T>>();
	let next = 0;
	const worker = async () => {
		for (let itemIndex; !signal.aborted && (itemIndex = indexes[next++]) !== undefined; ) {
			const index = itemIndex;
			const result = await work(index).catch((error: unknown) =>
				unexpected(error, record.knownIdOf(index), record.jobOf(index)),
			);
			results.set(index, result);
			const job = record.jobOf(index);
			if (job && isEnded(job.status)) run.throttle.freed();
			if (isResult(result) && result.failure && !context.continueOnFail()) onFailure(index, result);
		}
	};
	const workers = Math.min(readBatchSize(context), indexes.length);
	await Promise.all(Array.from({ length: workers }, worker));
	return results;
}

/**
 * Checks items, all of them, before anything is sent for one.
 *
 * @throws NodeStopped with every item that can't be sent, unless On Error is set to continue.
 */
export async function checkAll<T extends object>(
	run: NodeRun,
	indexes: readonly number[],
	check: (itemIndex: number) => Promise<OrResult<T>>,
): Promise<Map<number, OrResult<T>>> {
	const bad: Array<{ itemIndex: number; result: ItemResult }> = [];
	const results = await workOn(run, indexes, check, (itemIndex, result) => {
		bad.push({ itemIndex, result });
	});
	run.linkedImages.hint();
	if (bad.length > 0 && !run.isCancelled()) throw new NodeStopped(bad.sort((a, b) => a.itemIndex - b.itemIndex));
	return results;
}

/**
 * Works on items that have been checked. One that fails stops the node, unless On Error is set to
 * continue: then no further item is begun, and the waits that go on are ended.
 *
 * @returns What became of each; those that weren't begun, since the execution was cancelled, are missing.
 * @throws NodeStopped for the first item that failed.
 */
export async function runEach<T extends object>(
	run: NodeRun,
	indexes: readonly number[],
	work: (itemIndex: number) => Promise<OrResult<T>>,
): Promise<Map<number, OrResult<T>>> {
	let first: { itemIndex: number; result: ItemResult } | undefined;
	const results = await workOn(run, indexes, work, (itemIndex, result) => {
		first ??= { itemIndex, result };
		run.stop();
	});
	if (first && !run.isCancelled()) throw new NodeStopped([first]);
	return results;
}

/** Works on all items that the check found good, and gives the results of all, in the order of the items. */
export async function runChecked<T extends object>(
	run: NodeRun,
	checked: ReadonlyMap<number, OrResult<T>>,
	work: (itemIndex: number, ready: T) => Promise<ItemResult>,
): Promise<ItemResult[]> {
	const good = new Map<number, T>();
	const results = new Map<number, ItemResult>();
	for (const [index, value] of checked) {
		if (isResult(value)) results.set(index, value);
		else good.set(index, value);
	}
	const worked = await runEach<never>(run, [...good.keys()], async (index) => {
		const ready = good.get(index);
		return ready ? await work(index, ready) : notBegun;
	});
	return allItems(run).map((index) => worked.get(index) ?? results.get(index) ?? notBegun);
}
