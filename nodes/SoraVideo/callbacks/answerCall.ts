import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { isObject } from '../job/read';
import { connectTo, requireProvider } from '../transport/connection';
import { sharedCredential } from './credentialCache';
import { patience, within } from './patience';
import { answer, receiveCallback } from './receiveCallback';
import type { Answer, NewEnding } from './receiveCallback';
import { storeEndings } from './staticData';
import { workflowStateOf } from './workflowState';
import { writeToLog } from './writeToLog';

/** Sends the one line that a caller gets, unless n8n has answered in its own words. */
function respond(context: IWebhookFunctions, status: number, text: string): void {
	const response = context.getResponseObject();
	if (response.headersSent) return;
	response.status(status).set('content-type', 'text/plain; charset=utf-8').send(text);
}

/** The ending as an item, by the output that its status names. */
function toOutputs({ job, body, correlation }: NewEnding, includeRaw: boolean): INodeExecutionData[][] {
	const item: INodeExecutionData = {
		json: {
			...job,
			prompt: null,
			failure: job.failure && { ...job.failure },
			correlation,
			...(includeRaw && { raw: isObject(body) ? body : null }),
		},
	};
	return job.status === 'completed' ? [[item], []] : [[], [item]];
}

/** Answers a call of the trigger's URL, in time, and never throws: n8n would make an error execution of each bad call. */
export async function answerCall(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const late = AbortSignal.timeout(patience.answer);
	const received = await receive(context, late);
	if (received.kind === 'answer') {
		respond(context, received.status, received.text);
		return { noWebhookResponse: true };
	}
	// Since 2.20, n8n keeps what is written here only of calls that it doesn't answer itself.
	const isTest = context.getMode() === 'manual';
	const { stored } = isTest ? { stored: Promise.resolve() } : await storeEndings(context, received.state, late);
	void stored.then(() => {
		respond(context, 200, 'The workflow was started.');
	});
	return { noWebhookResponse: true, workflowData: toOutputs(received, wants(context, 'options.includeRaw')) };
}

/** Never throws: an ending that is noted as one that has had its run would never get it. */
function wants(context: IWebhookFunctions, option: string): boolean {
	try {
		return context.getNodeParameter(option, false) === true;
	} catch {
		return false;
	}
}

async function receive(context: IWebhookFunctions, late: AbortSignal): Promise<NewEnding | Answer> {
	const notNow = answer(503, "This call can't be handled just now: call again.");
	try {
		const provider = requireProvider(context, context.getNodeParameter('provider', ''));
		const verifies = context.getNodeParameter('verifyCallback', true) !== false;
		const wantsToken = context.getNodeParameter('options.ownUrlsOnly', false) === true;
		let connection: ReturnType<typeof connectTo<IWebhookFunctions>> | undefined;
		const connect = async () =>
			await (connection ??= sharedCredential(context, provider.credentialType).then(
				async (credential) => await connectTo(context, provider.id, credential),
			));
		return await within(late, receiveCallback({ context, provider, connect, verifies, wantsToken, late }), notNow);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		writeToLog(context, 'error', workflowStateOf(context.getWorkflow().id ?? ''), `a callback could not be read (${message})`);
		return notNow;
	}
}
