import { WebhookContext } from 'n8n-core';
import type {
	IDataObject,
	INode,
	IRunExecutionData,
	IWebhookData,
	IWebhookDescription,
	IWebhookResponseData,
	IWorkflowBase,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';

import type { Execution } from './execution';
import { parseBody, type HttpRequest, type HttpResponse } from './http';
import { asStored, type WorkflowRun } from './workflowRun';

type Evaluated = string | number | boolean | undefined;

/** A field of a webhook description, expressions evaluated, as cli's `WebhookExecutionContext` does. */
export function describe(
	workflow: Workflow,
	node: INode,
	description: IWebhookDescription,
	field: keyof IWebhookDescription,
	mode: WorkflowExecuteMode,
): Evaluated {
	const value = description[field];
	if (typeof value !== 'string') return value as Evaluated;
	return workflow.expression.getSimpleParameterValue(node, value, mode, {}) as Evaluated;
}

interface WebhookCall {
	execution: Execution;
	workflow: Workflow;
	workflowData: IWorkflowBase;
	node: INode;
	description: IWebhookDescription;
	request: HttpRequest;
	response: HttpResponse;
	/** The waiting execution; undefined when the call starts one. */
	waiting?: IRunExecutionData;
	/** Runs when n8n answers: before the run for a node that answers itself, else after its start. */
	onAnswer?: () => void;
}

/** cli's `webhook-helpers.js` executeWebhook, for the response modes a node of ours may use. */
export async function executeWebhook(call: WebhookCall): Promise<WorkflowRun | undefined> {
	const { execution, workflow, node, description, request, response, waiting } = call;
	const { mode, id } = execution.options;
	const field = (name: keyof IWebhookDescription) => describe(workflow, node, description, name, mode);
	const responseMode = field('responseMode') ?? 'onReceived';
	if (responseMode !== 'onReceived') throw new Error(`The harness has no response mode ${responseMode}`);
	const additionalData = execution.additionalData();
	if (!waiting) additionalData.executionId = undefined;
	additionalData.httpRequest = request;
	additionalData.httpResponse = response;
	let answered = false;
	const answer = (body?: unknown, status?: Evaluated, silent = false) => {
		if (answered) return;
		answered = true;
		call.onAnswer?.();
		if (silent) return;
		if (status !== undefined) response.status(Number(status));
		response.send(body);
	};
	if (!(await parseBody(request, node.typeVersion))) {
		answer({ code: 422, message: 'Failed to parse request body' }, 422);
		return undefined;
	}
	const webhookData: IWebhookData = {
		httpMethod: 'POST',
		node: node.name,
		path: '',
		webhookDescription: description,
		workflowId: workflow.id,
		workflowExecuteAdditionalData: additionalData,
	};
	let merge: IDataObject = {};
	let result: IWebhookResponseData;
	try {
		const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		if (!type.webhook) throw new Error(`Node "${node.name}" has no webhook()`);
		const context = new WebhookContext(workflow, node, additionalData, mode, webhookData, [], waiting ?? null);
		result = await type.webhook.call(context);
	} catch (thrown) {
		const error = thrown as Error;
		answer({ code: 0, message: 'Workflow Webhook Error: Workflow could not be started!' }, 500);
		merge = {
			resultData: {
				runData: {},
				lastNodeExecuted: node.name,
				error: { ...error, message: error.message, stack: error.stack },
			} as unknown as IDataObject,
		};
		result = { noWebhookResponse: true, workflowData: [[{ json: {} }]] };
	}
	if (result.noWebhookResponse === true) answer(undefined, undefined, true);
	const code = field('responseCode') ?? 200;
	if (result.workflowData === undefined) {
		answer(result.webhookResponse ?? { message: 'Webhook call received' }, code);
		return undefined;
	}
	const data = prepare(node, result, waiting);
	Object.assign(data, merge);
	// n8n claims the row before it runs; of several callers one goes on.
	if (waiting && execution.status !== 'waiting') {
		answer({ code: 0, message: `There was a problem executing the workflow (${id})` }, 500);
		return undefined;
	}
	if (waiting) {
		execution.status = 'running';
		call.workflowData.staticData = asStored(execution.staticData);
	}
	const running = execution.run(data, call.workflowData);
	const responseData = description.responseData === undefined ? 'firstEntryJson' : field('responseData');
	if (responseData === 'noData') answer(undefined, code);
	answer(responseData || (result.webhookResponse ?? { message: 'Workflow was started' }), code);
	return await running;
}

/** cli's `prepareExecutionData`. */
function prepare(
	node: INode,
	result: IWebhookResponseData,
	waiting: IRunExecutionData | undefined,
): IRunExecutionData {
	const main = result.workflowData ?? [];
	const entry = waiting?.executionData?.nodeExecutionStack[0];
	if (!waiting || !entry) {
		return createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node, data: { main }, source: null }] },
		});
	}
	entry.data.main = main;
	entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
	return waiting;
}
