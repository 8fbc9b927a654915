import type { AskOutcome } from '../transport/askForJob';
import { Endings } from './Endings';
import { Questions } from './Questions';
import { forgetCredentials } from './sharedCredential';
import { StoreTurns } from './StoreTurns';

/** What this process remembers of one workflow's triggers. */
export interface Memory {
	endings: Endings;
	storeTurns: StoreTurns;
	questionsOf: (trigger: string) => Questions<AskOutcome>;
}

const memories = new Map<string, Memory>();

/** Workflows that are remembered; the one used longest ago is forgotten first, and read from n8n again. */
const mostWorkflows = 100;

/** Those that a call still under way holds, though forgotten: a second memory of one workflow would start second runs. */
const held = new Map<string, WeakRef<Memory>>();

function begin(): Memory {
	const questions = new Map<string, Questions<AskOutcome>>();
	return {
		endings: new Endings(),
		storeTurns: new StoreTurns(),
		questionsOf(trigger) {
			const own = questions.get(trigger) ?? new Questions<AskOutcome>();
			questions.set(trigger, own);
			return own;
		},
	};
}

/**
 * The memory of a workflow. In the process and not only in the workflow's static data, since each call
 * gets static data of its own: of two calls at once, neither would see the other.
 */
export function memoryOf(workflow: string): Memory {
	const memory = memories.get(workflow) ?? held.get(workflow)?.deref() ?? begin();
	memories.delete(workflow);
	memories.set(workflow, memory);
	for (const [oldest, forgotten] of memories) {
		if (memories.size <= mostWorkflows) break;
		memories.delete(oldest);
		held.set(oldest, new WeakRef(forgotten));
	}
	for (const [each, reference] of held) if (!reference.deref()) held.delete(each);
	return memory;
}

/** Forgets everything, as a restart of n8n does. */
export function forgetAll(): void {
	memories.clear();
	held.clear();
	forgetCredentials();
}
