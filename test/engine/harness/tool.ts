import { setTimeout as sleep } from 'node:timers/promises';

import type {
	EngineRequest,
	EngineResponse,
	GenericValue,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { runWorkflow, type NodeSettings, type WorkflowOptions } from './run';
import type { WorkflowRun } from './workflowRun';

export interface ToolOptions extends NodeSettings, Omit<WorkflowOptions, 'nodes' | 'connections'> {
	name?: string;
	/**
	 * How the agent calls its tools. `request`: the AI Agent from version 3 on (n8n 1.114 and later),
	 * where the engine runs the node. `invoke`: older agents and other LangChain parents, which call it
	 * in memory, in another context class.
	 */
	via?: 'request' | 'invoke';
	/** What the agent asks for besides, one after the other. */
	then?: IDataObject[];
	/** Whether it asks for all at once. */
	atOnce?: boolean;
}

export interface ToolRun {
	/** The text that the language model gets. */
	answer: string | undefined;
	/** The texts of all its asks; an error's message where the tool threw. */
	answers: string[];
	/** What n8n tells the language model about the tool. */
	tool: { name: string; description: string; parameters: string[] } | undefined;
	/** The agent's failing, or the tool's. */
	error: WorkflowRun['error'];
	run: WorkflowRun;
}

interface LangChainTool {
	name: string;
	description: string;
	schema: { shape: Record<string, unknown> };
	invoke(args: IDataObject): Promise<string>;
}

/** Uses a node as an AI Agent's tool; the agent is played by the harness, all else is n8n. */
export async function runAsTool(
	type: INodeType,
	args: IDataObject = {},
	options: ToolOptions = {},
): Promise<ToolRun> {
	const {
		name = 'Tool',
		via = 'request',
		items,
		credentials,
		credentialTypes,
		executionId,
		settings,
		staticData,
		mode,
		timeoutMs,
		cancelAfterMs,
		then = [],
		atOnce = false,
		...node
	} = options;
	const seen: Seen = { answer: undefined, answers: [], tool: undefined };
	const run = await runWorkflow({
		nodes: [
			{ name: 'Agent', type: agent(via, name, { all: [args, ...then], atOnce }, seen) },
			{ ...node, name, type, asTool: true },
		],
		connections: [
			{ from: 'Start', to: 'Agent' },
			{ from: name, to: 'Agent', type: NodeConnectionTypes.AiTool },
		],
		items,
		credentials,
		credentialTypes,
		executionId,
		settings,
		staticData,
		mode,
		timeoutMs,
		cancelAfterMs,
	});
	const failed = run.runData[name]?.find((task) => task.error)?.error as WorkflowRun['error'];
	return { ...seen, error: run.error ?? failed, run };
}

type Seen = Pick<ToolRun, 'answer' | 'answers' | 'tool'>;

/** Older agents hand a tool's error to the language model, or fail with it: here, the former where it asks on. */
async function invokeAll(tool: LangChainTool, asks: Asks): Promise<string[]> {
	const invoke = async (args: IDataObject) =>
		await tool.invoke(args).catch((error: unknown) => {
			if (asks.all.length === 1) throw error;
			return String(error);
		});
	if (asks.atOnce) {
		// A moment apart, so that one is under way when the next begins.
		return await Promise.all(asks.all.map(async (args, index) => await sleep(index * 50).then(async () => await invoke(args))));
	}
	const answers: string[] = [];
	for (const args of asks.all) answers.push(await invoke(args));
	return answers;
}

interface Asks {
	all: IDataObject[];
	atOnce: boolean;
}

function agent(via: 'request' | 'invoke', toolNode: string, asks: Asks, seen: Seen): INodeType {
	return {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: 'Calls its tool once',
			defaults: { name: 'Agent' },
			inputs: [{ type: NodeConnectionTypes.Main }, { type: NodeConnectionTypes.AiTool }],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute(
			this: IExecuteFunctions,
			response?: EngineResponse,
		): Promise<INodeExecutionData[][] | EngineRequest> {
			const done = (answers: string[]): INodeExecutionData[][] => {
				seen.answers.push(...answers);
				[seen.answer] = seen.answers;
				return [[{ json: { answers } }]];
			};
			const returned = response?.actionResponses.map(({ data }) => observation(data)) ?? [];
			const rest = asks.all.slice(seen.answers.length + returned.length);
			if (returned.length > 0 && rest.length === 0) return done(returned);
			seen.answers.push(...returned);
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as LangChainTool[];
			if (!tool) throw new Error('The agent has no tool');
			seen.tool = {
				name: tool.name,
				description: tool.description,
				parameters: Object.keys(tool.schema.shape),
			};
			if (via === 'invoke') return done(await invokeAll(tool, asks));
			return {
				actions: (asks.atOnce ? rest : rest.slice(0, 1)).map((input, index) => ({
					actionType: 'ExecutionNodeAction' as const,
					nodeName: toolNode,
					input,
					type: NodeConnectionTypes.AiTool,
					id: `call-${asks.all.length - rest.length + index + 1}`,
					metadata: { itemIndex: 0 },
				})),
				metadata: {},
			};
		},
	};
}

type ToolData = EngineResponse['actionResponses'][number]['data'];

/** What the AI Agent makes of a tool's run: `buildObservation` in n8n-nodes-langchain. */
function observation(data: ToolData): string {
	const items = data.data?.ai_tool?.[0]?.map((item): GenericValue => item.json);
	if (items && items.length > 0) return JSON.stringify(items);
	if (!data.error) return JSON.stringify('');
	return JSON.stringify({ error: data.error.message, errorType: data.error.name });
}
