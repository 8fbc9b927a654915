import type { IWebhookFunctions } from 'n8n-workflow';

import { isObject, objectAt } from '../job/read';
import type { Memory } from './memory';

/** In milliseconds. An object, so that tests needn't wait as long. */
export const storePatience = {
	/** Until a caller gets its answer even if n8n has not stored yet. Storing takes milliseconds. */
	answer: 3_000,
	/** Until the next list may be stored even if this one has not been. */
	next: 30_000,
};

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
 * @returns When it is this call that stores, `stored` resolves only after webhook() has returned.
 */
export async function storeEndings(
	context: IWebhookFunctions,
	{ endings, storeTurns }: Memory,
): Promise<{ stored: Promise<void> }> {
	const finish = await storeTurns.take();
	const workflow: unknown = Reflect.get(context, 'workflow');
	try {
		// Also where another call has stored it: n8n stores the static data that a run began with once more,
		// at its end, if a node of it has changed some.
		staticDataOf(context).soraVideoEndings = endings.store();
	} catch {
		// Static data that is no object, which n8n itself never writes.
		finish?.();
		return { stored: Promise.resolve() };
	}
	if (finish === null) {
		if (isObject(workflow) && isObject(workflow.staticData)) workflow.staticData.__dataChanged = false;
		return { stored: Promise.resolve() };
	}
	const stored = whenStored(workflow);
	void Promise.race([stored, passing(storePatience.next)]).then(finish);
	return { stored: Promise.race([stored, passing(storePatience.answer)]) };
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
	if (!isObject(workflow) || !isObject(workflow.staticData)) {
		await passing(storePatience.answer);
		return;
	}
	const { staticData } = workflow;
	await new Promise<void>((resolve) => {
		workflow.staticData = new Proxy(staticData, {
			set(target, name, value): boolean {
				const done = Reflect.set(target, name, value);
				if (name === '__dataChanged' && value === false) resolve();
				return done;
			},
		});
	});
}

async function passing(milliseconds: number): Promise<void> {
	await new Promise<void>((resolve) => {
		AbortSignal.timeout(milliseconds).addEventListener('abort', () => {
			resolve();
		});
	});
}
