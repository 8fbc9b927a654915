import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';

import { fields } from './fields';
import { loadAspectRatios, loadDurations, loadResolutions } from './fields/loadChoices';
import { loadModelFields } from './fields/loadModelFields';
import { onlyFor } from './fields/onlyFor';
import { objectAt } from './job/read';
import { findOperation, operations } from './operations';
import { failAll } from './batch/ItemResult';
import { providers } from './providers';
import { searchModels } from './fields/searchModels';
import { connect } from './transport/connection';
import { testKey } from './transport/testKey';
import { signatureParameter } from './waiting/resumeUrl';

const waitingOperations = operations
	.filter(({ outputCount }) => outputCount === 3)
	.map(({ option }) => option.value);

const namesOf = (entries: Array<{ name: string; value: string }>) =>
	JSON.stringify(Object.fromEntries(entries.map(({ name, value }) => [value, name])));
const operationNames = namesOf(operations.map(({ option }) => option));
const providerNames = namesOf(providers.map(({ id, displayName }) => ({ name: displayName, value: id })));
const subtitle = `={{ (${operationNames})[$parameter["operation"]] + ": " + (${providerNames})[$parameter["provider"]] }}`;

/** Self-contained, since n8n evaluates its text wherever it draws or runs the node. */
const outputs = `={{ ${JSON.stringify(waitingOperations)}.includes($parameter["operation"])
	? [
			{ type: "${NodeConnectionTypes.Main}", displayName: "Completed" },
			{ type: "${NodeConnectionTypes.Main}", displayName: "Failed" },
			{ type: "${NodeConnectionTypes.Main}", displayName: "Timed Out" },
		]
	: ["${NodeConnectionTypes.Main}"] }}` as const;

/** Called by a provider, to wake an execution that this node suspended. */
const resumeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		// Without it, the caller gets the text "firstEntryJson" for an answer.
		responseData: '',
		path: '',
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
		subtitle,
		description: 'Make AI videos from text and pictures, wait for them and download them',
		defaults: { name: 'Sora Video' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs,
		webhooks: resumeWebhooks,
		waitingNodeTooltip:
			'The video is being made. The workflow is paused, and goes on by itself when the video is done.',
		// Spelled out, and not made from the providers' list, for n8n's linter, which reads no code here.
		credentials: [
			{
				name: 'soraVideoAimlApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('aimlApi', providers),
			},
			{
				name: 'soraVideoEvoLinkApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('evoLink', providers),
			},
			{
				name: 'soraVideoVtrixApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('vtrix', providers),
			},
			{
				name: 'soraVideoOpenAiApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openAi', providers),
			},
			{
				name: 'soraVideoOpenRouterApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('openRouter', providers),
			},
		],
		properties: fields,
	};

	methods = {
		listSearch: { searchModels },
		loadOptions: { loadAspectRatios, loadResolutions, loadDurations },
		resourceMapping: { loadModelFields },
		credentialTest: { testKey },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const name = this.getNodeParameter('operation', 0);
		const operation = findOperation(name);
		if (!operation) {
			throw new NodeOperationError(
				this.getNode(),
				`"${name}" is not an operation of this node: choose one in Operation.`,
			);
		}
		try {
			return await operation.execute(await connect(this));
		} catch (error) {
			// Thrown with On Error set to continue, n8n would send the input down the first output.
			if (this.continueOnFail()) return failAll(this, error, operation.outputCount);
			throw new NodeOperationError(this.getNode(), error instanceof Error ? error : String(error));
		}
	}

	/**
	 * Wakes the suspended execution. The body is believed in nothing: `execute` asks the provider.
	 * Cheap and never throwing, since an error here would end the execution, and its paid wait with it.
	 */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const webhookResponse = { received: true };
		// An engine that doesn't sign its URLs was never told to anybody: who calls has guessed.
		const signed = signatureParameter in objectAt(this.getQueryData());
		return await Promise.resolve(
			signed ? { webhookResponse, workflowData: [[]] } : { webhookResponse },
		);
	}
}
