import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { LinkedImages } from '../images/LinkedImages';
import { isEnded } from '../job/VideoJob';
import type { PaidJobs } from '../paidJobs/PaidJobs';
import type { Connection } from '../transport/connection';
import { CreateThrottle } from '../waiting/CreateThrottle';
import { readSuspendedState } from '../waiting/suspension';
import { ItemParameters } from './ItemParameters';
import { isResult, notBegun, unexpected } from './ItemResult';
import type { ItemResult } from './ItemResult';

/** One execution of the node: what all its items share. */
export interface NodeRun {
	context: IExecuteFunctions;
	connection: Connection;
	record: PaidJobs;
	throttle: CreateThrottle;
	linkedImages: LinkedImages;
	/** How many jobs may be in flight at once. */
	batchSize: number;
	/** Tells the user something that isn't wrong, once, however many items it is true of. */
	hintOnce: (message: string) => void;
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

/**
 * A parameter that counts for all items, as the first one has it. Told before anything is sent; in a run
 * that goes on after a suspension, jobs are paid for, and it isn't looked at any more.
 *
 * @throws NodeOperationError where it can't be read.
 */
export function readForAll<T>({ context, provider }: Connection, byDefault: T, read: (parameters: ItemParameters) => T | null): T {
	const parameters = new ItemParameters(context, 0);
	const value = read(parameters) ?? byDefault;
	if (parameters.problems.length === 0 || readSuspendedState(context) !== undefined) return value;
	throw new NodeOperationError(
		context.getNode(),
		`Nothing was sent to ${provider.displayName}, because ${parameters.problems.join('; and ')}.`,
	);
}

/** @throws NodeOperationError where Batch Size can't be read. */
export function beginRun(connection: Connection, record: PaidJobs): NodeRun {
	const { context } = connection;
	record.useProvider(connection.provider);
	const cancelled = context.getExecutionCancelSignal();
	const stopped = new AbortController();
	const signal = cancelled ? AbortSignal.any([cancelled, stopped.signal]) : stopped.signal;
	const hinted = new Set<string>();
	return {
		context,
		connection,
		record,
		throttle: new CreateThrottle(),
		linkedImages: new LinkedImages(connection, signal),
		batchSize: readForAll(connection, 50, (parameters) => parameters.number('options.batchSize', 'Batch Size', { min: 1 })),
		hintOnce: (message) => {
			if (!hinted.has(message)) context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
			hinted.add(message);
		},
		signal,
		stop: () => {
			stopped.abort();
		},
		isCancelled: () => cancelled?.aborted === true,
	};
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
			const result = await work(index).catch((error: unknown) => unexpected(error, record, index));
			results.set(index, result);
			const job = record.jobOf(index);
			if (job && isEnded(job.status)) run.throttle.freed();
			if (isResult(result) && result.failure && !context.continueOnFail()) onFailure(index, result);
		}
	};
	const workers = Math.min(run.batchSize, indexes.length);
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
	check: (itemIndex: number, parameters: ItemParameters) => Promise<OrResult<T>>,
): Promise<Map<number, OrResult<T>>> {
	const bad: Array<{ itemIndex: number; result: ItemResult }> = [];
	const checkOne = async (index: number) => await check(index, new ItemParameters(run.context, index));
	const results = await workOn(run, indexes, checkOne, (itemIndex, result) => {
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
