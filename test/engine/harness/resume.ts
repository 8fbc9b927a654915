import type { Execution } from './execution';
import type { CallOptions } from './http';
import { makeRequest, makeResponse } from './http';
import { describe, executeWebhook } from './webhook';
import type { ResumeAnswer } from './workflowRun';

/** The path of the webhook of the node that waits now, which a node hands out behind the resume URL. */
function waitingSuffix(execution: Execution): string {
	if (execution.status === 'running') return '';
	const { data, workflowData } = execution.load();
	const node = workflowData.nodes.find(({ name }) => name === data.resultData.lastNodeExecuted);
	const type = node && execution.options.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	return type?.description.webhooks?.find(({ restartWebhook }) => restartWebhook)?.path ?? '';
}

/** cli's `waiting-webhooks.js` executeWebhook: a call of the resume URL. */
export async function resumeByWebhook(
	execution: Execution,
	resumeUrl: URL,
	call: CallOptions = {},
): Promise<ResumeAnswer> {
	const { response, answer } = makeResponse();
	const suffix = call.suffix ?? waitingSuffix(execution);
	const url = new URL(resumeUrl);
	if (suffix !== '') url.pathname += `/${suffix}`;
	const request = makeRequest(url, call);
	const refuse = (status: number, body: object): ResumeAnswer => {
		response.status(status).json(body);
		return { http: answer };
	};
	const { id, mode } = execution.options;
	if (execution.status === 'running') {
		return refuse(409, { code: 409, message: `The execution "${id}" is running already.` });
	}
	const { data, workflowData } = execution.load();
	const called = new URL(String(request.url), resumeUrl);
	const given = called.searchParams.get('signature');
	if (data.resumeToken && given !== data.resumeToken) return refuse(401, { error: 'Invalid token' });
	if (data.resultData.error) {
		return refuse(409, { code: 409, message: `The execution "${id}" has finished with error.` });
	}
	if (execution.status !== 'waiting') {
		return refuse(409, { code: 409, message: `The execution "${id} has finished already.` });
	}
	const entry = data.executionData?.nodeExecutionStack[0];
	const name = data.resultData.lastNodeExecuted;
	if (!entry || name === undefined) throw new Error('The waiting execution holds no node to go on with');
	entry.node.disabled = true;
	data.waitTill = undefined;
	data.resultData.runData[name]?.pop();
	const workflow = execution.createWorkflow(workflowData);
	const node = workflow.getNode(name);
	if (!node) return refuse(404, { code: 404, message: 'Could not find node to process webhook.' });
	await workflow.expression.acquireIsolate();
	try {
		const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const description = type.description.webhooks?.find(
			(webhook) =>
				String(describe(workflow, node, webhook, 'httpMethod', mode) ?? 'GET').split(',').includes(request.method) &&
				(describe(workflow, node, webhook, 'path', mode) ?? '') === suffix &&
				webhook.restartWebhook === true,
		);
		if (!description) {
			return refuse(404, {
				code: 404,
				message: `The workflow for execution "${id}" does not contain a waiting webhook with a matching path/method.`,
			});
		}
		const run = await executeWebhook({
			execution,
			workflow,
			workflowData,
			node,
			description,
			request,
			response,
			waiting: data,
		});
		return { http: answer, run };
	} finally {
		await workflow.expression.releaseIsolate();
	}
}
