import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { action } from './fields/description';
import { onlyFor } from './fields/onlyFor';
import { testKey } from './fields/loaders/testKey';
import { mayResume, resumePath } from './waiting/resumeUrl';

/** Called by a provider, to wake an execution that this node suspended. */
const resumeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		// Without it, the caller gets the text "firstEntryJson" for an answer.
		responseData: '',
		path: resumePath,
		isFullPath: true,
		restartWebhook: true,
	},
];

export class SoraVideo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sora Video',
		name: 'soraVideo',
		icon: { light: 'file:../../icons/soraVideo.svg', dark: 'file:../../icons/soraVideo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: action.subtitle,
		description: 'Make AI videos from text and pictures, wait for them and download them',
		defaults: { name: 'Sora Video' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: action.outputs,
		webhooks: resumeWebhooks,
		waitingNodeTooltip:
			'The video is being made. The workflow is paused, and goes on by itself when the video is done.',
		// Spelled out, and not made from the providers' list, for n8n's linter, which reads no code here.
		credentials: [
			{
				name: 'soraVideoAimlApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('aimlApi', action.providers),
			},
			{
				name: 'soraVideoEvoLinkApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('evoLink', action.providers),
			},
			{
				name: 'soraVideoGeminiApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('gemini', action.providers),
			},
			{
				name: 'soraVideoKieApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('kie', action.providers),
			},
			{
				name: 'soraVideoFalApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('fal', action.providers),
			},
			{
				name: 'soraVideoVtrixApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('vtrix', action.providers),
			},
			{
				name: 'soraVideoOpenAiApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openAi', action.providers),
			},
			{
				name: 'soraVideoOpenRouterApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openRouter', action.providers),
			},
			{
				name: 'soraVideoReplicateApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('replicate', action.providers),
			},
			{
				name: 'soraVideoWaveSpeedApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('waveSpeed', action.providers),
			},
		],
		properties: action.fields,
	};

	/** Read from their files when the panel first asks. */
	methods = {
		listSearch: {
			async searchModels(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
				const { searchModels } = await import('./fields/loaders/searchModels');
				return await searchModels.call(this, filter, paginationToken);
			},
		},
		loadOptions: {
			async loadAspectRatios(this: ILoadOptionsFunctions) {
				return await (await import('./fields/loaders/loadChoices')).loadChoices(this, 'aspectRatio');
			},
			async loadResolutions(this: ILoadOptionsFunctions) {
				return await (await import('./fields/loaders/loadChoices')).loadChoices(this, 'resolution');
			},
			async loadDurations(this: ILoadOptionsFunctions) {
				return await (await import('./fields/loaders/loadChoices')).loadChoices(this, 'duration');
			},
		},
		resourceMapping: {
			async loadModelFields(this: ILoadOptionsFunctions) {
				return await (await import('./fields/loaders/loadModelFields')).loadModelFields(this);
			},
		},
		credentialTest: { testKey },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { executeNode } = await import('./operations/executeNode');
		return await executeNode(this);
	}

	/**
	 * Wakes the suspended execution. The body is believed in nothing: `execute` asks the provider.
	 * Cheap and never throwing, since an error here would end the execution, and its paid wait with it.
	 */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const webhookResponse = { received: true };
		// No list at all: in the legacy execution order an empty one would start a Merge behind this node.
		return await Promise.resolve(mayResume(this) ? { webhookResponse, workflowData: [] } : { webhookResponse });
	}
}
