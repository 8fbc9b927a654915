import type {
	INodeType,
	INodeTypeDescription,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { trigger } from './fields/description';
import { onlyFor } from './fields/onlyFor';
import { testKey } from './fields/loaders/testKey';

const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: 'callback',
	},
];

export class SoraVideoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sora Video Trigger',
		name: 'soraVideoTrigger',
		icon: { light: 'file:../../icons/soraVideo.svg', dark: 'file:../../icons/soraVideo.dark.svg' },
		group: ['trigger'],
		// n8n evaluates an expression for each call of a webhook node of version 1, which takes as long as the call itself.
		version: 1.1,
		subtitle: trigger.subtitle,
		// n8n's list of nodes shows these words for Sora Video too, in the place of its own: they tell of both.
		description: 'Make AI videos from text and pictures, wait for them and download them, or start the workflow when one is done',
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
				displayOptions: onlyFor('evoLink', trigger.providers),
			},
			{
				name: 'soraVideoGeminiApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('gemini', trigger.providers),
			},
			{
				name: 'soraVideoKieApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('kie', trigger.providers),
			},
			{
				name: 'soraVideoFalApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('fal', trigger.providers),
			},
			{
				name: 'soraVideoOpenAiApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openAi', trigger.providers),
			},
			{
				name: 'soraVideoOpenRouterApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openRouter', trigger.providers),
			},
			{
				name: 'soraVideoReplicateApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('replicate', trigger.providers),
			},
			{
				name: 'soraVideoWaveSpeedApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('waveSpeed', trigger.providers),
			},
		],
		properties: trigger.fields,
	};

	methods = { credentialTest: { testKey } };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { answerCall } = await import('./callbacks/answerCall');
		return await answerCall(this);
	}
}
