import type { AskOutcome } from '../transport/askForJob';
import { forgetCredentials } from './credentialCache';
import { forgetTrust } from './genuine/readTrust';
import { RateLimiter } from './RateLimiter';
import { SeenEndings } from './SeenEndings';
import { WriteQueue } from './staticData';
import { StatusThrottle } from './StatusThrottle';
import type { ThrottleLimits } from './StatusThrottle';

/** What this process remembers of one workflow's triggers. */
export interface WorkflowState {
	endings: SeenEndings;
	writes: WriteQueue;
	/** Lines that calls from outside may have written to n8n's log. */
	logLines: RateLimiter;
	/** Large bodies that are read of calls which nothing proves yet. */
	largeBodies: RateLimiter;
	/** @param isOurs For calls of URLs that this package wrote, which share nothing with others. */
	throttleOf: (trigger: string, isOurs: boolean) => StatusThrottle<AskOutcome>;
}

/** Calls of URLs that this package wrote: each URL is for one job, so it needs few questions. */
const ours: ThrottleLimits = { atOnce: 250, fruitless: { burst: 10, perSecond: 0.1 }, ids: 0 };

/** All others share what one caller has. More in a row than at once, so that some fruitless ones leave room for genuine ones. */
const others: ThrottleLimits = { atOnce: 100, fruitless: { burst: 200, perSecond: 1 }, ids: 1000 };

const states = new Map<string, WorkflowState>();

/** Workflows that are remembered; the one used longest ago is forgotten first, and read from n8n again. */
const mostWorkflows = 100;

/** Those that a call still under way holds, though forgotten: a second state of one workflow would start second runs. */
const held = new Map<string, WeakRef<WorkflowState>>();

function begin(): WorkflowState {
	const throttles = new Map<string, StatusThrottle<AskOutcome>>();
	return {
		endings: new SeenEndings(),
		writes: new WriteQueue(),
		logLines: new RateLimiter({ burst: 20, perSecond: 0.1 }),
		largeBodies: new RateLimiter({ burst: 20, perSecond: 1 }),
		throttleOf(trigger, isOurs) {
			const key = `${trigger}:${isOurs}`;
			const own = throttles.get(key) ?? new StatusThrottle<AskOutcome>(isOurs ? ours : others);
			throttles.set(key, own);
			return own;
		},
	};
}

/**
 * The state of a workflow. In the process and not only in the workflow's static data, since each call
 * gets static data of its own: of two calls at once, neither would see the other.
 */
export function workflowStateOf(workflow: string): WorkflowState {
	const state = states.get(workflow) ?? held.get(workflow)?.deref() ?? begin();
	states.delete(workflow);
	states.set(workflow, state);
	for (const [oldest, forgotten] of states) {
		if (states.size <= mostWorkflows) break;
		states.delete(oldest);
		held.set(oldest, new WeakRef(forgotten));
	}
	for (const [each, reference] of held) if (!reference.deref()) held.delete(each);
	return state;
}

/** Forgets everything, as a restart of n8n does. */
export function forgetAll(): void {
	states.clear();
	held.clear();
	forgetCredentials();
	forgetTrust();
}
