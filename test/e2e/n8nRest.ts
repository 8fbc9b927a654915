import { setTimeout as sleep } from 'node:timers/promises';
import type { IBinaryData } from 'n8n-workflow';
import { asObject, asString, isObject } from './guards';
import { activateWorkflow, deactivateWorkflow } from './n8nActivation';
import { parseExecution, type N8nExecution } from './n8nExecution';
import type { N8nSession } from './n8nSession';

export interface CredentialRef {
	id: string;
	name: string;
	type: string;
}

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** As exported by the editor; deliberately loose, so that imported JSON files fit. */
export interface WorkflowJson {
	name: string;
	nodes: ReadonlyArray<{ name: string; type: string }>;
	connections: object;
	settings?: object;
	pinData?: object;
}

export interface WaitOptions {
	timeoutMs?: number;
	/** Which statuses end the wait; `waiting` isn't among them unless named here. */
	statuses?: readonly string[];
}

const ENDED = ['success', 'error', 'canceled', 'crashed'];
const POLL_MS = 200;
const SETTLE_MS = 500;

export class N8nRest {
	constructor(private readonly session: N8nSession) {}

	async nodeTypeNames(): Promise<string[]> {
		const response = await fetch(`${this.session.url}/types/nodes.json`, { headers: this.session.headers() });
		const types: unknown = await response.json();
		if (!Array.isArray(types)) throw new Error('n8n lists no node types');
		return types.map((type: unknown) => asString(asObject(type, 'node type').name, 'node type name'));
	}

	async createCredential(type: string, name: string, data: object): Promise<CredentialRef> {
		const created = asObject(await this.session.request('POST', '/credentials', { name, type, data }), 'credential');
		return { id: asString(created.id, 'credential id'), name, type };
	}

	/** Gives the credential of this name these values, and makes it where there is none. */
	async setCredential(type: string, name: string, data: object): Promise<CredentialRef> {
		const id = (await this.namesAndIds('/credentials')).get(name);
		if (id === undefined) return await this.createCredential(type, name, data);
		await this.session.request('PATCH', `/credentials/${id}`, { name, type, data });
		return { id, name, type };
	}

	/** As the editor's Test does; n8n tests only credentials that are stored. */
	async testCredential(credential: CredentialRef, data: object): Promise<CredentialTestResult> {
		const body = { credentials: { ...credential, data } };
		const result = asObject(await this.session.request('POST', '/credentials/test', body), 'test result');
		return {
			status: result.status === 'OK' ? 'OK' : 'Error',
			message: typeof result.message === 'string' ? result.message : '',
		};
	}

	async createWorkflow(workflow: WorkflowJson): Promise<string> {
		const body = { settings: { executionOrder: 'v1' }, ...workflow, active: false };
		const created = asObject(await this.session.request('POST', '/workflows', body), 'workflow');
		return asString(created.id, 'workflow id');
	}

	/** The id of each workflow, by its name. */
	async workflowIds(): Promise<Map<string, string>> {
		return await this.namesAndIds('/workflows');
	}

	private async namesAndIds(path: string): Promise<Map<string, string>> {
		const list = await this.session.request('GET', path);
		if (!Array.isArray(list)) throw new Error(`n8n lists nothing at ${path}`);
		const entries = list.map((each: unknown) => asObject(each, 'entry'));
		return new Map(entries.map(({ name, id }) => [asString(name, 'name'), asString(id, 'id')]));
	}

	/** Starts a manual execution and returns its id. */
	async runWorkflow(id: string, triggerName?: string): Promise<string> {
		const workflow = await this.workflow(id);
		const name = triggerName ?? firstTrigger(workflow.nodes);
		// 1.x runs the workflow in the body, 2.x the stored one.
		const body = { workflowData: workflow, triggerToStartFrom: { name } };
		const started = asObject(await this.session.request('POST', `/workflows/${id}/run`, body), 'answer');
		if (started.executionId === undefined) throw new Error(`No run started: ${JSON.stringify(started)}`);
		return asString(started.executionId, 'execution id');
	}

	/** Done when its webhooks are live. */
	async activate(id: string): Promise<void> {
		await activateWorkflow(this.session, id);
	}

	async deactivate(id: string): Promise<void> {
		await deactivateWorkflow(this.session, id);
	}

	async execution(id: string): Promise<N8nExecution> {
		return parseExecution(await this.session.request('GET', `/executions/${id}`));
	}

	async waitForExecution(id: string, options: WaitOptions = {}): Promise<N8nExecution> {
		const { timeoutMs = 60_000, statuses = ENDED } = options;
		const end = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.execution(id);
			if (statuses.includes(execution.status)) return await this.settled(execution);
			if (Date.now() > end) {
				throw new Error(`Execution ${id} is still ${execution.status} after ${timeoutMs} ms`);
			}
			await sleep(POLL_MS);
		}
	}

	/** n8n 1.x stores an execution's status before its data: read until two readings agree. */
	private async settled(execution: N8nExecution): Promise<N8nExecution> {
		await sleep(SETTLE_MS);
		const again = await this.execution(execution.id);
		const size = ({ data }: N8nExecution) => JSON.stringify(data?.resultData ?? null).length;
		return size(again) === size(execution) ? again : await this.settled(again);
	}

	/** The ids of a workflow's executions, oldest first. */
	async executionIds(workflowId: string): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const list = asObject(await this.session.request('GET', `/executions?filter=${filter}&limit=100`), 'list');
		const results: unknown[] = Array.isArray(list.results) ? list.results : [];
		return results
			.map((result) => asString(asObject(result, 'execution').id, 'execution id'))
			.sort((a, b) => Number(a) - Number(b));
	}

	/** How many executions a workflow has had. */
	async executionCount(workflowId: string): Promise<number> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const list = asObject(await this.session.request('GET', `/executions?filter=${filter}&limit=1`), 'list');
		return Number(list.count);
	}

	async latestExecution(workflowId: string): Promise<N8nExecution | undefined> {
		const id = (await this.executionIds(workflowId)).at(-1);
		return id === undefined ? undefined : await this.execution(id);
	}

	/** As `waitForExecution`, for a workflow that something else is about to start. */
	async waitForLatest(workflowId: string, options: WaitOptions = {}): Promise<N8nExecution> {
		const { timeoutMs = 60_000 } = options;
		const end = Date.now() + timeoutMs;
		for (;;) {
			const id = (await this.executionIds(workflowId)).at(-1);
			if (id !== undefined) return await this.waitForExecution(id, { ...options, timeoutMs: end - Date.now() });
			if (Date.now() > end) throw new Error(`Workflow ${workflowId} did not start in ${timeoutMs} ms`);
			await sleep(POLL_MS);
		}
	}

	async cancelExecution(id: string): Promise<void> {
		await this.session.request('POST', `/executions/${id}/stop`);
	}

	/** A file's content, wherever n8n keeps it: in the item itself or in its binary store. */
	async download(binary: IBinaryData): Promise<Buffer> {
		if (binary.id === undefined) return Buffer.from(binary.data, 'base64');
		const query = new URLSearchParams({ id: binary.id, action: 'download' });
		const response = await this.session.send('GET', `/binary-data?${query.toString()}`);
		return Buffer.from(await response.arrayBuffer());
	}

	private async workflow(id: string): Promise<Record<string, unknown>> {
		return asObject(await this.session.request('GET', `/workflows/${id}`), 'workflow');
	}
}

function firstTrigger(nodes: unknown): string {
	const list: unknown[] = Array.isArray(nodes) ? nodes : [];
	const triggers = list.filter(isObject).filter((node) => /trigger$/i.test(asString(node.type, 'node type')));
	const manual = triggers.find((node) => node.type === 'n8n-nodes-base.manualTrigger');
	return asString((manual ?? triggers[0])?.name, 'trigger name');
}
