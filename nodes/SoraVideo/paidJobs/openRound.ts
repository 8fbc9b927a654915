import type { IContextObject, IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../job/read';
import { isTool, readSuspendedState } from '../waiting/suspension';
import { fingerprint } from './fingerprints';
import { newRound, readRound } from './round';
import type { Round } from './round';

const contextKey = 'soraVideoJobs';

/**
 * What all runs of one node in one execution share in this process, where an agent may run it several
 * times at once. By n8n's own object for the node's context, with which it goes.
 */
interface Live {
	/** Rounds that are at work just now. */
	rounds: Map<string, Round>;
	/** Whether each durable mark was there before, as it is found out. */
	marks: Map<string, Promise<boolean>>;
}

const liveByContext = new WeakMap<IContextObject, Live>();

/** What a suspended run leaves for the next one, beside the state of its items. */
export interface Continuation {
	key: string;
	wakeUps: number;
	round: Round;
}

/** A round that a run of the node works on. */
export interface OpenRound extends Continuation {
	isTool: boolean;
	rounds: Live['rounds'];
	marks: Live['marks'];
	/** The durable mark of an execution's creates; null where it has no id. */
	markOf: (execution: unknown) => string | null;
}

function readContinuation(state: unknown): Continuation | null {
	if (!isObject(state)) return null;
	const round = readRound(state.round);
	return typeof state.key === 'string' && typeof state.wakeUps === 'number' && round
		? { key: state.key, wakeUps: state.wakeUps, round }
		: null;
}

/**
 * What the agent asks for. n8n puts an id of each call among its arguments (`requests-response` in n8n-core):
 * with it, an agent that asks again for what it hasn't got would be taken for one that asks for another video.
 */
function askedItems(context: IExecuteFunctions): object[] {
	return context.getInputData().map(({ json }) => ({ ...json, toolCallId: undefined }));
}

/** The first round of what the agent asks for that nobody works on and that the agent hasn't got. */
function keyOfTool(asked: string, stored: Map<string, Round>, live: Live): string {
	for (let number = 0; ; number += 1) {
		const key = `${asked}.${number}`;
		if (!live.rounds.has(key) && stored.get(key)?.isDone !== true) return key;
	}
}

/**
 * Finds the round that this run of the node belongs to, or begins it.
 *
 * A round is found again by n8n's run index, which tries and manual retries keep, and after a suspension
 * by what the run before left. For an agent's tool it isn't: n8n counts each try as a run there
 * (`makeHandleToolInvocation` in n8n-core). So a tool's round is found by what the agent asked for, and is
 * taken up as long as the agent hasn't got it.
 *
 * @param parameters The fingerprint of the node's fields.
 */
export function openRound(context: IExecuteFunctions, parameters: string): OpenRound {
	const nodeContext = context.getContext('node');
	const live = liveByContext.get(nodeContext) ?? { rounds: new Map<string, Round>(), marks: new Map<string, Promise<boolean>>() };
	liveByContext.set(nodeContext, live);
	const stored = new Map<string, Round>();
	const kept: unknown = nodeContext[contextKey];
	for (const [key, value] of Object.entries(isObject(kept) ? kept : {})) {
		// What others write into just now stays the same object.
		const round = live.rounds.get(key) ?? readRound(value);
		if (round) stored.set(key, round);
	}
	const continued = readContinuation(readSuspendedState(context));
	const tool = isTool(context);
	const key =
		continued?.key ??
		(tool ? keyOfTool(fingerprint([askedItems(context), parameters]), stored, live) : String(context.getWorkflowDataProxy(0).$runIndex));
	const round = stored.get(key) ?? continued?.round ?? newRound();
	// Of an agent's execution that runs again nobody knows in which order it asks: one mark is for all.
	const markedBefore = tool ? [...stored.values()].find(({ mark }) => mark !== null)?.mark : null;
	round.mark ??= markedBefore ?? null;
	const open = [...stored].filter(([each, { isDone }]) => !isDone || live.rounds.has(each));
	nodeContext[contextKey] = { ...Object.fromEntries(open), [key]: round };
	live.rounds.set(key, round);
	const wakeUps = continued?.wakeUps ?? 0;
	return {
		key,
		wakeUps,
		round,
		isTool: tool,
		...live,
		markOf: (execution) => {
			if (typeof execution !== 'string' || execution === '') return null;
			return tool ? execution : `${execution}.${key}.${wakeUps}`;
		},
	};
}

/** Ends a run's work on its round. */
export function closeRound({ key, round, rounds, isTool: tool }: OpenRound, left: 'what was asked for' | 'items' | 'nothing'): void {
	rounds.delete(key);
	// An agent may ask again for what it hasn't got, and gets the same job then, or hears again that nobody
	// knows what became of its request.
	round.isDone = tool ? left === 'what was asked for' : left !== 'nothing';
}
