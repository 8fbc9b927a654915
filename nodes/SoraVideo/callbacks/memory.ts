import type { AskOutcome } from '../transport/askForJob';
import { Endings } from './Endings';
import { Questions } from './Questions';

/** What this process remembers of one trigger. */
export interface Memory {
	endings: Endings;
	questions: Questions<AskOutcome>;
}

const memories = new Map<string, Memory>();

/** Triggers that are remembered; the one used longest ago is forgotten first, and read from n8n again. */
const mostTriggers = 100;

/**
 * The memory of a trigger. In the process and not only in the workflow's static data, since each call
 * gets static data of its own: of two calls at once, neither would see the other.
 */
export function memoryOf(trigger: string): Memory {
	const memory = memories.get(trigger) ?? { endings: new Endings(), questions: new Questions<AskOutcome>() };
	memories.delete(trigger);
	memories.set(trigger, memory);
	const [oldest] = memories.keys();
	if (memories.size > mostTriggers && oldest !== undefined) memories.delete(oldest);
	return memory;
}

/** Forgets everything, as a restart of n8n does. */
export function forgetAll(): void {
	memories.clear();
}
