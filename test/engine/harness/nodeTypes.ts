import type {
	IDataObject,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	INodeTypes,
	IVersionedNodeType,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeHelpers } from 'n8n-workflow';

import { PACKAGE } from './nodes';

type AnyNodeType = INodeType | IVersionedNodeType;

/** Node types by full name, as n8n's own `NodeTypes` service answers for them. */
export class NodeTypeMap implements INodeTypes {
	private readonly types = new Map<string, AnyNodeType>();

	private readonly tools = new Map<string, INodeType>();

	/** Registers a node under its full name and returns that name. */
	add(type: AnyNodeType, name = `${PACKAGE}.${type.description.name}`): string {
		this.types.set(name, type);
		return name;
	}

	getByName(name: string): AnyNodeType {
		const type = this.types.get(name);
		if (!type) throw new Error(`Unrecognized node type: ${name}`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		if (this.types.has(name)) {
			return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
		}
		if (!name.endsWith('Tool')) return this.getByName(name) as INodeType;
		const key = `${name}@${version ?? 'default'}`;
		const known = this.tools.get(key);
		if (known) return known;
		const base = NodeHelpers.getVersionedNodeType(this.getByName(name.slice(0, -4)), version);
		if (!base.description.usableAsTool) throw new Error('Node cannot be used as a tool');
		const tool = asTool(base);
		this.tools.set(key, tool);
		return tool;
	}

	getKnownTypes(): IDataObject {
		return {};
	}
}

const hasParameter = (properties: INodeProperties[], name: string): boolean =>
	properties.some((property) => property.name === name);

/**
 * What n8n makes of a node marked `usableAsTool`: the same object with another description.
 * Mirrors cli's `node-types.js` (getByNameAndVersion) and `tool-generation/ai-tools.js`.
 */
function asTool(base: INodeType): INodeType {
	const { properties } = base.description;
	const added: INodeProperties[] = [];
	if (!hasParameter(properties, 'toolDescription')) {
		const automatic = hasParameter(properties, 'resource') || hasParameter(properties, 'operation');
		if (automatic) added.push(descriptionType);
		added.push({
			displayName: 'Description',
			name: 'toolDescription',
			type: 'string',
			default: base.description.description,
			...(automatic ? { displayOptions: { show: { descriptionType: ['manual'] } } } : {}),
		});
	}
	const lastCallout = properties.map((property) => property.type).lastIndexOf('callout');
	const { description: before } = base;
	const description: INodeTypeDescription = {
		...before,
		usableAsTool: undefined,
		name: `${before.name}Tool`,
		displayName: `${before.displayName} Tool`,
		inputs: [],
		outputs: [NodeConnectionTypes.AiTool],
		properties: properties.toSpliced(lastCallout + 1, 0, ...added),
	};
	return Object.create(base, { description: { value: description } }) as INodeType;
}

const descriptionType: INodeProperties = {
	displayName: 'Tool Description',
	name: 'descriptionType',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Set Automatically', value: 'auto' },
		{ name: 'Set Manually', value: 'manual' },
	],
	default: 'auto',
};
