import type {
	IConnections,
	ICredentialType,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeType,
	IVersionedNodeType,
	IWorkflowSettings,
	NodeConnectionType,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, NodeHelpers } from 'n8n-workflow';

import { TestCredentials, type CredentialValues } from './credentials';
import { startEngine } from './engine';
import { Execution, type ExecutionOptions } from './execution';
import { NodeTypeMap } from './nodeTypes';
import { Start } from './nodes';
import type { WorkflowRun } from './workflowRun';

export type NodeSettings = Partial<
	Pick<
		INode,
		| 'alwaysOutputData'
		| 'continueOnFail'
		| 'disabled'
		| 'executeOnce'
		| 'maxTries'
		| 'onError'
		| 'parameters'
		| 'retryOnFail'
		| 'typeVersion'
		| 'waitBetweenTries'
		| 'webhookId'
	>
>;

export interface NodeSpec extends NodeSettings {
	name: string;
	id?: string;
	/** A node of the package, or one a test wrote. */
	type: INodeType | IVersionedNodeType;
	/** Uses the node as n8n's generated `…Tool` variant. */
	asTool?: boolean;
}

export interface Link {
	from: string;
	output?: number;
	to: string;
	input?: number;
	type?: NodeConnectionType;
}

export interface WorkflowOptions {
	nodes: NodeSpec[];
	/** Left out, the nodes follow each other from "Start" on, each by its first output. */
	connections?: Link[];
	/** What Start hands on. */
	items?: INodeExecutionData[];
	credentials?: CredentialValues;
	credentialTypes?: ICredentialType[];
	executionId?: string;
	settings?: IWorkflowSettings;
	staticData?: IDataObject;
	mode?: WorkflowExecuteMode;
	timeoutMs?: number;
	cancelAfterMs?: number;
	/** False for what n8n was before 2.14. */
	signsResumeUrl?: boolean;
	cancelWhen?: () => boolean;
}

let executions = 0;

export function buildExecution(options: WorkflowOptions): ExecutionOptions {
	const nodeTypes = new NodeTypeMap();
	const credentials = new TestCredentials(options.credentialTypes ?? [], options.credentials ?? {});
	const nodes = options.nodes.map(({ type, name, id, asTool, ...settings }, index): INode => {
		const typeName = nodeTypes.add(type) + (asTool ? 'Tool' : '');
		const typeVersion = settings.typeVersion ?? latestVersion(type);
		const { description } = NodeHelpers.getVersionedNodeType(type, typeVersion);
		const held = (description.credentials ?? []).filter((one) => credentials.has(one.name));
		return {
			waitBetweenTries: 1,
			parameters: {},
			...settings,
			id: id ?? `node-${index}`,
			name,
			type: typeName,
			typeVersion,
			position: [index * 200, 0],
			...(held.length > 0
				? { credentials: Object.fromEntries(held.map((one) => [one.name, { id: one.name, name: one.name }])) }
				: {}),
		};
	});
	executions += 1;
	return {
		id: options.executionId ?? String(1000 + executions),
		nodes: structuredClone(nodes),
		connections: connect(options.connections ?? chain(nodes)),
		settings: { executionOrder: 'v1', ...options.settings },
		staticData: structuredClone(options.staticData ?? {}),
		mode: options.mode ?? 'trigger',
		nodeTypes,
		credentials,
		timeoutMs: options.timeoutMs,
		cancelAfterMs: options.cancelAfterMs,
		cancelWhen: options.cancelWhen,
	};
}

function latestVersion(type: INodeType | IVersionedNodeType): number {
	if ('nodeVersions' in type) return type.currentVersion;
	const { version, defaultVersion } = type.description;
	return defaultVersion ?? (Array.isArray(version) ? Math.max(...version) : version);
}

function chain(nodes: INode[]): Link[] {
	return nodes.slice(1).map((node, index) => ({ from: nodes[index]?.name ?? '', to: node.name }));
}

function connect(links: Link[]): IConnections {
	const connections: IConnections = {};
	for (const { from, output = 0, to, input = 0, type = 'main' } of links) {
		const outputs = ((connections[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type, index: input });
	}
	return connections;
}

/** Runs a workflow through the engine. A node called "Start" is put before the others. */
export async function runWorkflow(options: WorkflowOptions): Promise<WorkflowRun> {
	await startEngine();
	const start: NodeSpec = { name: 'Start', type: new Start() };
	const execution = new Execution(buildExecution({ ...options, nodes: [start, ...options.nodes] }));
	const base = execution.workflowBase();
	const [first] = base.nodes;
	if (!first) throw new Error('The workflow has no node');
	const data = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [
				{
					node: first,
					data: { main: [structuredClone(options.items ?? [{ json: {} }])] },
					source: null,
				},
			],
		},
	});
	if (options.signsResumeUrl === false) delete data.resumeToken;
	return await execution.run(data, base);
}

export interface RunNodeOptions extends NodeSettings, Omit<WorkflowOptions, 'nodes' | 'connections'> {
	name?: string;
}

export interface NodeRun {
	status: WorkflowRun['status'];
	/** The node's main outputs; with On Error "error output", the last one is that. */
	outputs: INodeExecutionData[][];
	error: WorkflowRun['error'];
	hints: NodeExecutionHint[];
	runData: WorkflowRun['runData'];
	run: WorkflowRun;
}

/** Start → the node. Its name is "Node" unless given. */
export async function runNode(type: INodeType | IVersionedNodeType, options: RunNodeOptions = {}): Promise<NodeRun> {
	const { items, credentials, credentialTypes, executionId, settings, staticData, mode, timeoutMs, cancelAfterMs, signsResumeUrl, cancelWhen, name = 'Node', ...node } = options;
	const run = await runWorkflow({
		nodes: [{ ...node, name, type }],
		items,
		credentials,
		credentialTypes,
		executionId,
		settings,
		staticData,
		mode,
		timeoutMs,
		cancelAfterMs,
		signsResumeUrl,
		cancelWhen,
	});
	return summarize(run, name);
}

/** The short form of a run, for a run got by resuming too. */
export function summarize(run: WorkflowRun, name = 'Node'): NodeRun {
	const last = run.runData[name]?.at(-1);
	return {
		status: run.status,
		outputs: run.outputs(name),
		error: run.error ?? (last?.error as WorkflowRun['error']),
		hints: run.hints(name),
		runData: run.runData,
		run,
	};
}
