import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { sharedCredential } from './callbacks/credentialCache';
import { patience, within } from './callbacks/patience';
import { answer, receiveCallback } from './callbacks/receiveCallback';
import type { Answer, NewEnding } from './callbacks/receiveCallback';
import { storeEndings } from './callbacks/staticData';
import { onlyFor } from './fields/onlyFor';
import { triggerFields } from './fields/trigger';
import { oneLine } from './job/oneLine';
import { isObject } from './job/read';
import { callingProviders } from './providers';
import { connectTo, requireProvider } from './transport/connection';
import { testKey } from './transport/testKey';

const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: 'callback',
	},
];

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

export class SoraVideoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sora Video Trigger',
		name: 'soraVideoTrigger',
		icon: { light: 'file:../../icons/soraVideo.svg', dark: 'file:../../icons/soraVideo.dark.svg' },
		group: ['trigger'],
		// n8n evaluates an expression for each call of a webhook node of version 1, which takes as long as the call itself.
		version: 1.1,
		subtitle: `={{ (${JSON.stringify(Object.fromEntries(callingProviders.map(({ id, displayName }) => [id, displayName])))})[$parameter["provider"]] }}`,
		description: 'Starts the workflow when a provider calls back, because a video is done or has failed',
		eventTriggerDescription: 'Waiting for a provider to call the test URL',
		activationMessage: 'From now on, this workflow starts whenever a provider calls its production URL because a video has ended.',
		defaults: { name: 'Sora Video Trigger' },
		inputs: [],
		outputs: [
			{ type: NodeConnectionTypes.Main, displayName: 'Completed' },
			{ type: NodeConnectionTypes.Main, displayName: 'Failed' },
		],
		triggerPanel: {
			header: 'Starts this workflow when a video has ended',
			executionsHelp: {
				inactive:
					'<b>To try it out</b>, click the button above, and put the test URL where the yellow box says that the production URL goes. When a video has ended, it is shown here.<br /><br /><b>For good</b>, publish (activate) this workflow, and put the production URL there. Each video that ends then starts this workflow, which you see under Executions, not here.',
				active:
					'Each video that ends starts this workflow when the provider calls the production URL, which you see under Executions, not here.<br /><br /><b>To try it out</b>, click the button above, and put the test URL where the yellow box says that the production URL goes.',
			},
			activationHint: {
				inactive: 'Providers reach the production URL only once this workflow is published (activated).',
				active: 'This workflow is published: providers can call its production URL.',
			},
		},
		webhooks: callbackWebhooks,
		credentials: [
			{
				name: 'soraVideoEvoLinkApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('evoLink', callingProviders),
			},
			{
				name: 'soraVideoFalApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('fal', callingProviders),
			},
			{
				name: 'soraVideoOpenAiApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openAi', callingProviders),
			},
			{
				name: 'soraVideoOpenRouterApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openRouter', callingProviders),
			},
		],
		properties: triggerFields,
	};

	methods = { credentialTest: { testKey } };

	/** Answers every call itself, and in time, and never throws: n8n would make an error execution of each bad call. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const late = AbortSignal.timeout(patience.answer);
		const received = await receive(this, late);
		if (received.kind === 'answer') {
			respond(this, received.status, received.text);
			return { noWebhookResponse: true };
		}
		// Since 2.20, n8n keeps what is written here only of calls that it doesn't answer itself.
		const isTest = this.getMode() === 'manual';
		const { stored } = isTest ? { stored: Promise.resolve() } : await storeEndings(this, received.state, late);
		void stored.then(() => {
			respond(this, 200, 'The workflow was started.');
		});
		return { noWebhookResponse: true, workflowData: toOutputs(received, wants(this, 'options.includeRaw')) };
	}
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
		context.logger.error(oneLine(`Sora Video Trigger: a callback could not be read (${message})`, 2_000));
		return notNow;
	}
}
