import { parse, stringify } from 'flatted';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	IConnections,
	IDataObject,
	INode,
	IRun,
	IRunExecutionData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import type { TestCredentials } from './credentials';
import type { NodeTypeMap } from './nodeTypes';
import { resumeByWebhook } from './resume';
import { asStored, outputsOf, type WorkflowRun } from './workflowRun';

export interface ExecutionOptions {
	id: string;
	nodes: INode[];
	connections: IConnections;
	settings: IWorkflowSettings;
	staticData: IDataObject;
	mode: WorkflowExecuteMode;
	nodeTypes: NodeTypeMap;
	credentials: TestCredentials;
	timeoutMs?: number;
	cancelAfterMs?: number;
	/** Cancels once this is so: a time that is right on one machine is too soon on a busy one. */
	cancelWhen?: () => boolean;
}

export const WAITING_BASE = 'https://n8n.example/webhook-waiting';

/** One execution and the row that n8n's database would hold of it. */
export class Execution {
	status: IRun['status'] = 'new';

	staticData: IDataObject;

	private stored = { data: '', workflow: '' };

	constructor(readonly options: ExecutionOptions) {
		this.staticData = options.staticData;
	}

	/** The stored row, as fresh objects. */
	load(): { data: IRunExecutionData; workflowData: IWorkflowBase } {
		return {
			data: parse(this.stored.data) as IRunExecutionData,
			workflowData: JSON.parse(this.stored.workflow) as IWorkflowBase,
		};
	}

	workflowBase(): IWorkflowBase {
		const { nodes, connections, settings } = this.options;
		return {
			id: 'wf1',
			name: 'Test workflow',
			active: true,
			isArchived: false,
			activeVersionId: null,
			createdAt: new Date(),
			updatedAt: new Date(),
			nodes: structuredClone(nodes),
			connections,
			settings,
			staticData: asStored(this.staticData),
		} as unknown as IWorkflowBase;
	}

	createWorkflow(base: IWorkflowBase): Workflow {
		return new Workflow({ ...base, active: true, nodeTypes: this.options.nodeTypes });
	}

	additionalData(): IWorkflowExecuteAdditionalData {
		return {
			executionId: this.options.id,
			workflowId: 'wf1',
			credentialsHelper: this.options.credentials,
			currentNodeExecutionIndex: 0,
			setExecutionStatus: () => {},
			sendDataToUI: () => {},
			logAiEvent: () => {},
			restApiUrl: 'https://n8n.example/rest',
			instanceBaseUrl: 'https://n8n.example/',
			formBaseUrl: 'https://n8n.example/form',
			formWaitingBaseUrl: 'https://n8n.example/form-waiting',
			formTestBaseUrl: 'https://n8n.example/form-test',
			webhookBaseUrl: 'https://n8n.example/webhook',
			webhookWaitingBaseUrl: WAITING_BASE,
			webhookTestBaseUrl: 'https://n8n.example/webhook-test',
			mcpBaseUrl: 'https://n8n.example/mcp',
			mcpTestBaseUrl: 'https://n8n.example/mcp-test',
			variables: {},
		} as unknown as IWorkflowExecuteAdditionalData;
	}

	/** cli's `WorkflowRunner.runMainProcess`: runs, and stores what came of it. */
	async run(data: IRunExecutionData, base: IWorkflowBase): Promise<WorkflowRun> {
		const { mode, id, timeoutMs, cancelAfterMs, cancelWhen } = this.options;
		const workflow = this.createWorkflow(base);
		const additionalData = this.additionalData();
		const hooks = new ExecutionLifecycleHooks(mode, id, base);
		hooks.addHandler('workflowExecuteAfter', (_run, newStaticData) => {
			if (mode !== 'manual' && newStaticData) this.staticData = asStored(newStaticData);
		});
		additionalData.hooks = hooks;
		if (timeoutMs !== undefined) additionalData.executionTimeoutTimestamp = Date.now() + timeoutMs;
		this.status = 'running';
		const promise = new WorkflowExecute(additionalData, mode, data).processRunExecutionData(workflow);
		const cancel = () => {
			promise.cancel();
		};
		const timers = [timeoutMs, cancelAfterMs]
			.filter((ms) => ms !== undefined)
			.map((ms) => setTimeout(cancel, ms));
		const watch = cancelWhen && setInterval(() => cancelWhen() && cancel(), 5);
		try {
			const run = await promise;
			// cli's `determineFinalExecutionStatus`: a failed webhook() ends in an error although the engine succeeds.
			if (run.data.resultData.error && run.status === 'success') run.status = 'error';
			this.status = run.status;
			// The resume token and the pushed stack entry must survive the same writing as in n8n.
			this.stored = { data: stringify(run.data), workflow: JSON.stringify(base) };
			return this.describe(run);
		} catch (error) {
			this.status = 'error';
			throw error;
		} finally {
			timers.forEach(clearTimeout);
			clearInterval(watch);
		}
	}

	private describe(run: IRun): WorkflowRun {
		const { runData, error } = run.data.resultData;
		const url = new URL(`${WAITING_BASE}/${this.options.id}`);
		if (run.data.resumeToken) url.searchParams.set('signature', run.data.resumeToken);
		const { stored } = this;
		return {
			status: run.status,
			error: error as WorkflowRun['error'],
			waitTill: run.waitTill ? new Date(run.waitTill) : undefined,
			data: run.data,
			runData,
			outputs: (name) => outputsOf(runData, name),
			hints: (name) => (runData[name] ?? []).flatMap((task) => task.hints ?? []),
			staticData: this.staticData,
			resumeUrl: url.toString(),
			resumeByDate: async () => await this.resumeByDate(),
			resumeAfterCrash: async () => {
				this.stored = stored;
				const { data, workflowData } = this.load();
				return await this.run(data, workflowData);
			},
			resumeByWebhook: async (call) => await resumeByWebhook(this, url, call),
		};
	}

	private async resumeByDate(): Promise<WorkflowRun> {
		if (this.status !== 'waiting') throw new Error(`The execution is ${this.status}, not waiting`);
		const { data, workflowData } = this.load();
		return await this.run(data, workflowData);
	}
}
