import type { IWebhookFunctions } from 'n8n-workflow';

import { isObject, objectAt } from '../job/read';
import { patience, within } from './patience';
import type { WorkflowState } from './workflowState';

/**
 * Lets the calls of one workflow have n8n store something one after the other. Of two stores under way
 * at once, the older could be written last, and what only the newer one held would be gone after a
 * restart. Calls that come meanwhile share the next store.
 */
export class WriteQueue {
	private underWay: Promise<void> = Promise.resolve();
	/** The store that hasn't begun yet. */
	private next: Promise<void> | null = null;

	/**
	 * Waits until what this call wants stored is stored by another one, or is to be stored by this one.
	 *
	 * @returns Null where another call has stored it; else what must be called once this one has.
	 */
	async take(): Promise<(() => void) | null> {
		if (this.next) {
			await this.next;
			return null;
		}
		let finish = () => {};
		const done = new Promise<void>((resolve) => {
			finish = resolve;
		});
		this.next = done;
		await this.underWay;
		this.next = null;
		this.underWay = done;
		return finish;
	}
}

/** Of the whole workflow: n8n stores all static data at once, so two triggers would overwrite each other's. */
function staticDataOf(context: IWebhookFunctions) {
	return context.getWorkflowStaticData('global');
}

/** The text that a call of this workflow, perhaps in another process or before a restart, has stored. */
export function readStoredEndings(context: IWebhookFunctions): unknown {
	return objectAt(staticDataOf(context)).soraVideoEndings;
}

/**
 * Has n8n store the endings that were noted. Never throws.
 *
 * @param late Aborts when the caller must have its answer, and the run its start.
 * @returns When it is this call that stores, `stored` resolves only after webhook() has returned.
 */
export async function storeEndings(
	context: IWebhookFunctions,
	{ endings, writes }: WorkflowState,
	late: AbortSignal,
): Promise<{ stored: Promise<void> }> {
	const turn = writes.take();
	const finish = await within(late, turn, 'tooLate');
	if (finish === 'tooLate') void turn.then((finishLate) => finishLate?.());
	const workflow: unknown = Reflect.get(context, 'workflow');
	try {
		// Also where another call has stored it: n8n stores the static data that a run began with once more,
		// at its end, if a node of it has changed some.
		staticDataOf(context).soraVideoEndings = endings.store();
	} catch {
		// Static data that is no object, which n8n itself never writes.
		if (typeof finish === 'function') finish();
		return { stored: Promise.resolve() };
	}
	if (typeof finish !== 'function') {
		if (finish === null && isObject(workflow) && isObject(workflow.staticData)) workflow.staticData.__dataChanged = false;
		return { stored: Promise.resolve() };
	}
	const stored = whenStored(workflow);
	void within(AbortSignal.timeout(patience.nextStore), stored, undefined).then(finish);
	return { stored: within(AbortSignal.any([late, AbortSignal.timeout(patience.stored)]), stored, undefined) };
}

/**
 * Resolves once n8n has stored the workflow's static data of this call.
 *
 * Answered sooner, the provider's next call could come to another process, or to this one restarted,
 * before the ending is known there, and start a second run. n8n tells nobody when it has stored; it
 * only takes its own mark "changed" off the object, in a member of the context that it doesn't type.
 * Where that is missing, a while passes instead.
 */
async function whenStored(workflow: unknown): Promise<void> {
	await new Promise<void>((resolve) => {
		if (!isObject(workflow) || !isObject(workflow.staticData)) return;
		const { staticData } = workflow;
		workflow.staticData = new Proxy(staticData, {
			set(target, name, value): boolean {
				const done = Reflect.set(target, name, value);
				if (name === '__dataChanged' && value === false) resolve();
				return done;
			},
		});
	});
}
