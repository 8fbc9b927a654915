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
}

export interface ToolRun {
	/** The text that the language model gets. */
	answer: string | undefined;
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
		...node
	} = options;
	const seen: Pick<ToolRun, 'answer' | 'tool'> = { answer: undefined, tool: undefined };
	const run = await runWorkflow({
		nodes: [
			{ name: 'Agent', type: agent(via, name, args, seen) },
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

function agent(
	via: 'request' | 'invoke',
	toolNode: string,
	args: IDataObject,
	seen: Pick<ToolRun, 'answer' | 'tool'>,
): INodeType {
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
			const done = (answer: string): INodeExecutionData[][] => {
				seen.answer = answer;
				return [[{ json: { answer } }]];
			};
			const returned = response?.actionResponses[0];
			if (returned) return done(observation(returned.data));
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as LangChainTool[];
			if (!tool) throw new Error('The agent has no tool');
			seen.tool = {
				name: tool.name,
				description: tool.description,
				parameters: Object.keys(tool.schema.shape),
			};
			if (via === 'invoke') return done(await tool.invoke(args));
			return {
				actions: [
					{
						actionType: 'ExecutionNodeAction',
						nodeName: toolNode,
						input: args,
						type: NodeConnectionTypes.AiTool,
						id: 'call-1',
						metadata: { itemIndex: 0 },
					},
				],
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
