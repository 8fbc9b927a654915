import type { IDataObject, Workflow } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { Execution } from './execution';
import { startEngine } from './engine';
import type { CallOptions, HttpAnswer } from './http';
import { makeRequest, makeResponse } from './http';
import { buildExecution, type NodeSpec, type WorkflowOptions } from './run';
import { describe, executeWebhook } from './webhook';
import { asStored, type WorkflowRun } from './workflowRun';

export interface TriggerOptions extends Omit<WorkflowOptions, 'nodes' | 'items'> {
	/** The trigger itself. Its full name, credentials and parameters are set as `runWorkflow` does. */
	trigger: NodeSpec;
	/** What stands behind it. */
	nodes?: NodeSpec[];
	call: CallOptions;
	/** Writes static data to the database. */
	write?: (staticData: IDataObject) => Promise<void>;
}

export interface TriggerAnswer {
	http: HttpAnswer;
	/** The execution that the call started, if it did. */
	run?: WorkflowRun;
	/** What n8n has saved of the workflow's static data; hand it to the next call. */
	staticData: IDataObject;
}

/** A production call of a webhook trigger, as cli's `live-webhooks.js` handles it. */
export async function callTrigger(options: TriggerOptions): Promise<TriggerAnswer> {
	await startEngine();
	const { call, trigger, nodes = [], write = async () => await sleep(1), ...rest } = options;
	const execution = new Execution(
		buildExecution({ mode: 'webhook', ...rest, nodes: [trigger, ...nodes] }),
	);
	const { mode } = execution.options;
	const workflowData = execution.workflowBase();
	const workflow = execution.createWorkflow(workflowData);
	const node = workflow.getNode(trigger.name);
	if (!node) throw new Error(`No node "${trigger.name}"`);
	const { response, answer } = makeResponse();
	let storing: Promise<void> | undefined;
	const request = makeRequest(new URL('https://n8n.example/webhook/trigger'), call);
	await workflow.expression.acquireIsolate();
	try {
		const description = workflow.nodeTypes
			.getByNameAndVersion(node.type, node.typeVersion)
			.description.webhooks?.find(
				(webhook) =>
					webhook.restartWebhook !== true &&
					String(describe(workflow, node, webhook, 'httpMethod', mode) ?? 'GET').split(',').includes(request.method),
			);
		if (!description) {
			response.status(404).json({ code: 404, message: 'The requested webhook is not registered.' });
			return { http: answer, staticData: execution.staticData };
		}
		const run = await executeWebhook({
			execution,
			workflow,
			workflowData,
			node,
			description,
			request,
			response,
			// The run's own `new Workflow` on the same object clears the mark "changed": what
			// webhook() wrote is lost unless n8n answers before the run.
			onAnswer: () => {
				const { staticData } = workflow;
				if ((staticData as { __dataChanged?: boolean }).__dataChanged) {
					execution.staticData = asStored(staticData);
					storing = store(workflow, write);
				}
			},
		});
		await storing;
		// A node may answer itself after the run has begun.
		for (let tries = 0; !answer.sent && tries < 500; tries += 1) await sleep(10);
		return { http: answer, run, staticData: execution.staticData };
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

/** cli's `saveStaticData`: writes to the database, then takes the mark off; a write that fails is only logged. */
async function store(workflow: Workflow, write: (staticData: IDataObject) => Promise<void>): Promise<void> {
	try {
		await write(asStored(workflow.staticData));
	} catch {
		return;
	}
	(workflow.staticData as { __dataChanged?: boolean }).__dataChanged = false;
}
