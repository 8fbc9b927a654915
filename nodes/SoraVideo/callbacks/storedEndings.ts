import type { IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { isObject } from '../job/read';
import type { Memory } from './memory';

/** Storing takes milliseconds; a caller gets its answer even if n8n can't store. */
const longestWait = 3_000;

/** Of the whole workflow: n8n stores all static data at once, so two triggers would overwrite each other's. */
function staticDataOf(context: IWebhookFunctions) {
	return context.getWorkflowStaticData('global');
}

/** The text that a call of this workflow, perhaps in another process or before a restart, has stored. */
export function readStoredEndings(context: IWebhookFunctions): unknown {
	return staticDataOf(context).soraVideoEndings;
}

/**
 * Has n8n store the endings that were noted.
 *
 * @returns When it is this call that stores, `stored` resolves only after webhook() has returned.
 */
export async function storeEndings(
	context: IWebhookFunctions,
	{ endings, storeTurns }: Memory,
): Promise<{ stored: Promise<void> }> {
	const finish = await storeTurns.take();
	if (finish === null) return { stored: Promise.resolve() };
	staticDataOf(context).soraVideoEndings = endings.store();
	return { stored: whenStored(context).finally(finish) };
}

/**
 * Resolves once n8n has stored the workflow's static data of this call.
 *
 * Answered sooner, the provider's next call could come to another process, or to this one restarted,
 * before the ending is known there, and start a second run. n8n tells nobody when it has stored; it
 * only takes its own mark "changed" off the object, in a member of the context that it doesn't type.
 * Where that is missing, this resolves after the longest wait.
 */
async function whenStored(context: IWebhookFunctions): Promise<void> {
	const workflow: unknown = Reflect.get(context, 'workflow');
	const stored = new Promise<void>((resolve) => {
		if (!isObject(workflow) || !isObject(workflow.staticData)) return;
		workflow.staticData = new Proxy(workflow.staticData, {
			set(target, name, value): boolean {
				const done = Reflect.set(target, name, value);
				if (name === '__dataChanged' && value === false) resolve();
				return done;
			},
		});
	});
	await Promise.race([stored, sleep(longestWait)]);
}
