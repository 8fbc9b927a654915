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
import { readText, showValue } from './job/read';
import { findOperation, operations } from './operations';
import type { Operation } from './operations/Operation';
import { notBegun } from './batch/ItemResult';
import { toNodeError } from './batch/nodeError';
import { beginRun } from './batch/NodeRun';
import { failAll, toOutputs } from './batch/toOutputs';
import { PaidJobs } from './paidJobs/PaidJobs';
import { providers } from './providers';
import { searchModels } from './fields/searchModels';
import { connect } from './transport/connection';
import { testKey } from './transport/testKey';
import { mayResume, resumePath } from './waiting/resumeUrl';

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
		path: resumePath,
		isFullPath: true,
		restartWebhook: true,
	},
];

function requireOperation(context: IExecuteFunctions): Operation {
	const name: unknown = context.getNodeParameter('operation', 0);
	const operation = findOperation(readText(name) ?? '');
	if (operation) return operation;
	throw new NodeOperationError(
		context.getNode(),
		`"${showValue(name)}" is not an operation of this node: choose one in Operation.`,
	);
}

function canceled(context: IExecuteFunctions): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'The execution was canceled.');
}

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
				name: 'soraVideoFalApi',
				required: true,
				testedBy: 'testKey',
				displayOptions: onlyFor('fal', providers),
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

	/** The one place where what was thrown becomes n8n's error, or n8n's items. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const record = new PaidJobs(this);
		let outputCount: Operation['outputCount'] = 1;
		let left: Parameters<PaidJobs['close']>[0] = 'nothing';
		try {
			const operation = requireOperation(this);
			({ outputCount } = operation);
			const run = beginRun(await connect(this), record);
			const results = await operation.run(run);
			if (results === null) return [[], [], []];
			if (run.isCancelled() && results.every((result) => result === notBegun)) throw canceled(this);
			left = results.every(({ failure, ending }) => !failure && ending !== 'timedOut') ? 'what was asked for' : 'items';
			return toOutputs(this, record, results, outputCount);
		} catch (error) {
			// Thrown with On Error set to continue, n8n would send the input down the first output.
			if (!this.continueOnFail()) throw toNodeError(this, record, error);
			left = 'items';
			return failAll(this, record, error, outputCount);
		} finally {
			record.close(left);
		}
	}

	/**
	 * Wakes the suspended execution. The body is believed in nothing: `execute` asks the provider.
	 * Cheap and never throwing, since an error here would end the execution, and its paid wait with it.
	 */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const webhookResponse = { received: true };
		return await Promise.resolve(mayResume(this) ? { webhookResponse, workflowData: [[]] } : { webhookResponse });
	}
}
