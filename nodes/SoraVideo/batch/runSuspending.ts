import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../job/read';
import { planWakeUp } from '../waiting/wakeUp';
import type { Connection } from '../transport/connection';
import { readSuspendedState, suspend } from '../waiting/suspension';
import { readResumeUrl } from '../waiting/resumeUrl';
import type { Begin } from './begin';
import { finishJob } from './finishJob';
import { idOf, toOutputs } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { readBatchSize, runBatch } from './runBatch';
import type { ItemRun } from './runBatch';
import { beginItem, leave, lookAt, unsent } from './suspendedItem';
import type { Pending, Waiting } from './suspendedItem';

type ItemState = ItemResult | Pending;

function isPending(state: ItemState | undefined): state is Pending {
	return state !== undefined && 'phase' in state;
}

function isWaiting(state: ItemState | undefined): state is Waiting {
	return isPending(state) && state.phase === 'waiting';
}

/** The state of an earlier run, as this function stored it; null in a first run. */
function readStates(value: unknown): ItemState[] | null {
	const isState = (each: unknown): each is ItemState =>
		isObject(each) && ('phase' in each || 'ending' in each);
	return Array.isArray(value) && value.every(isState) ? value : null;
}

/**
 * Runs an operation that waits without holding a worker: begins the items' jobs, suspends the
 * execution, and in each later run asks for the jobs, until all have ended or their time is up.
 */
export async function runSuspending(
	connection: Connection,
	begin: Begin,
): Promise<INodeExecutionData[][]> {
	const { context } = connection;
	const stored = readStates(readSuspendedState(context));
	const states: ItemState[] =
		stored ?? context.getInputData().map(() => unsent(Date.now()));
	const callbackUrl = readResumeUrl(connection);
	// Jobs that were just created have told their state; those of an earlier run are asked for once.
	let askUntil = stored ? 0 : null;
	for (;;) {
		await advance(connection, states, begin, callbackUrl, askUntil);
		if (askUntil === null && states.some((state) => isWaiting(state) && state.job === null)) {
			// Jobs created elsewhere may have ended long ago.
			await advance(connection, states, begin, callbackUrl, 0);
		}
		const open = states.filter(isPending).filter(({ phase }) => phase !== 'ended');
		if (open.length === 0 || context.getExecutionCancelSignal()?.aborted) break;
		const plan = planWakeUp(open.map((state) => state.plan), Date.now());
		if ('suspendUntil' in plan) {
			tellWhatFor(context, open);
			await suspend(context, states, new Date(plan.suspendUntil));
			return [[], [], []];
		}
		({ askUntil } = plan);
	}
	return toOutputs(connection, await finish(connection, states), 3);
}

/** For the editor, while the execution waits; and for good where it is cancelled then. */
function tellWhatFor(context: IExecuteFunctions, open: Pending[]): void {
	const jobIds = open.flatMap((state) => (isWaiting(state) ? [tellHowFar(state)] : []));
	const notSent = open.length - jobIds.length;
	const parts = [
		jobIds.length > 0 && `Waiting for these jobs: ${jobIds.join(', ')}.`,
		notSent > 0 && `Not sent yet, until others have ended: ${notSent}.`,
	].filter((part) => part !== false);
	context.addExecutionHints({ message: parts.join(' '), location: 'outputPane' });
}

/** The job's id, and how far it was when it was last asked for: n8n shows nothing sooner of a node. */
function tellHowFar({ jobId, job }: Waiting): string {
	return job?.progress ? `${jobId} (${job.progress} %)` : jobId;
}

/** Moves items on as far as they go now: asks for jobs, and begins items while there is room. */
async function advance(
	connection: Connection,
	states: ItemState[],
	begin: Begin,
	callbackUrl: string | null,
	askUntil: number | null,
): Promise<void> {
	const waiting = [...states.keys()].filter((index) => isWaiting(states[index]));
	await run(connection, states, askUntil === null ? [] : waiting, async (itemRun, state) =>
		isWaiting(state) ? await lookAt(itemRun, state, askUntil ?? 0) : state,
	);
	const room = readBatchSize(connection.context) - states.filter(isWaiting).length;
	const unsent = [...states.keys()].filter((index) => {
		const state = states[index];
		return isPending(state) && state.phase === 'unsent';
	});
	await run(connection, states, unsent.slice(0, Math.max(0, room)), async (itemRun, state) =>
		isPending(state) && state.phase === 'unsent'
			? await beginItem({ ...itemRun, callbackUrl }, begin, state)
			: state,
	);
}

/** Puts the videos to the jobs that have ended. */
async function finish(connection: Connection, states: ItemState[]): Promise<ItemResult[]> {
	const ended = [...states.keys()].filter((index) => {
		const state = states[index];
		return isPending(state) && state.phase === 'ended';
	});
	await run(connection, states, ended, async (itemRun, state) =>
		isPending(state) && state.phase === 'ended'
			? await finishJob(itemRun, state.job, state.raw)
			: state,
	);
	return states.map((state) => (isPending(state) ? leave(state) : state));
}

type Move = (itemRun: ItemRun, state: ItemState) => Promise<ItemState>;

async function run(
	connection: Connection,
	states: ItemState[],
	indexes: number[],
	move: Move,
): Promise<void> {
	const known = states.flatMap((state) => (isPending(state) ? state.jobId : idOf(state)) ?? []);
	const moved = await runBatch<Pending>(
		connection,
		indexes,
		async (itemRun) => {
			const state = states[itemRun.itemIndex];
			if (!state) throw new TypeError('no state for this item');
			return await move(itemRun, state);
		},
		known,
	);
	indexes.forEach((index, position) => {
		const state = moved[position];
		if (state) states[index] = state;
	});
}
