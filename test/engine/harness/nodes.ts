import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** The prefix that n8n gives to the node types of this package. */
export const PACKAGE = 'n8n-nodes-sora-video';

const passOn = (name: string, displayName: string): INodeTypeDescription => ({
	displayName,
	name,
	group: ['transform'],
	version: 1,
	description: displayName,
	defaults: { name: displayName },
	inputs: ['main'],
	outputs: ['main'],
	properties: [],
});

/** Hands its items on: the node every workflow of the harness begins with. */
export class Start implements INodeType {
	description: INodeTypeDescription = { ...passOn('start', 'Start'), inputs: [], group: ['trigger'] };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

/** Hands its items on: put one behind an output to see what left by it. */
export class NoOp implements INodeType {
	description: INodeTypeDescription = passOn('noOp', 'No Operation');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}
