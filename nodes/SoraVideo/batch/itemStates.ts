import type { IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import { steadyNow } from '../transport/http/clock';
import { readSuspendedState } from '../waiting/suspension';
import { shiftTimes } from '../waiting/wakeUp';
import type { SuspendedJob } from '../waiting/wakeUp';
import { isResult, notBegun } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { OrResult } from './NodeRun';

/**
 * Where an item stands between two runs of the node, beside what the record knows of its job. Plain JSON,
 * since n8n stores it.
 */
export type Pending =
	/** Not sent, since the provider wants patience or the batch is full. `since`: when it first wanted patience. */
	| { phase: 'unsent'; since: number | null; plan: SuspendedJob }
	/** Its job goes on. */
	| Waiting
	/** Its job has ended, and its videos are not downloaded yet. */
	| { phase: 'ended'; raw: unknown; served: number; plan: SuspendedJob };

export interface Waiting {
	phase: 'waiting';
	raw: unknown;
	plan: SuspendedJob;
}

/** Where an item stands, or what became of it. */
export type ItemState = OrResult<Pending>;

export type Unsent = Extract<Pending, { phase: 'unsent' }>;

/** What an earlier run of this node left of its items when it suspended; null in a first run. */
export function readItemStates(context: IExecuteFunctions): ItemState[] | null {
	const stored: unknown = readSuspendedState(context);
	const isState = (each: unknown): each is ItemState =>
		isObject(each) && ('phase' in each || 'ending' in each);
	const states: unknown = isObject(stored) ? stored.items : null;
	if (!isObject(stored) || !Array.isArray(states) || !states.every(isState)) return null;
	// Before it was stored it can't be: then the clock was set back meanwhile, and no wait grows longer by that.
	const now = Math.max(Date.now(), typeof stored.storedAt === 'number' ? stored.storedAt : 0);
	return shiftStates(states, steadyNow() - now);
}

/** Where the items stand, for {@link readItemStates} of the next run. */
export function storeItemStates(states: readonly ItemState[]): { items: ItemState[]; storedAt: number } {
	const storedAt = Date.now();
	return { items: shiftStates(states, storedAt - steadyNow()), storedAt };
}

function shiftStates(states: readonly ItemState[], ahead: number): ItemState[] {
	return states.map((state) => {
		if (isResult(state)) return state;
		const plan = shiftTimes(state.plan, ahead);
		return state.phase === 'unsent' ? { ...state, plan, since: state.since === null ? null : Math.round(state.since + ahead) } : { ...state, plan };
	});
}

/** An item at the start of the first run. */
export function unsent(): Unsent {
	// Not Infinity, which JSON can't hold.
	const plan = { startedAt: steadyNow(), deadline: Number.MAX_SAFE_INTEGER, likely: null, callsBack: false };
	return { phase: 'unsent', since: null, plan };
}

/** The result of an item that is left as it stands, since the execution was cancelled. */
export function leave(state: Pending, job: VideoJob | null): ItemResult {
	if (state.phase === 'unsent') return notBegun;
	if (state.phase === 'waiting') return { ending: 'timedOut', raw: state.raw };
	return { ending: job?.status === 'completed' ? 'completed' : 'failed', raw: state.raw };
}
