import { LoadOptionsContext } from 'n8n-core';
import type {
	ICredentialType,
	IDataObject,
	INodeListSearchResult,
	INodeParameters,
	INodePropertyOptions,
	INodeType,
	IWorkflowExecuteAdditionalData,
	ResourceMapperFields,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { TestCredentials, type CredentialValues } from './credentials';
import { startEngine } from './engine';
import { NodeTypeMap } from './nodeTypes';

export interface PanelOptions {
	/** The parameter that asks. */
	path: string;
	method: string;
	parameters?: IDataObject;
	credentials?: CredentialValues;
	credentialTypes?: ICredentialType[];
}

export interface ListSearchOptions extends PanelOptions {
	filter?: string;
	paginationToken?: string;
}

/**
 * Calls a method of the panel as n8n's editor does: on a node that stands alone in a workflow of its own.
 * Mirrors cli's `dynamic-node-parameters.service.js`.
 */
async function inPanel<T>(
	type: INodeType,
	options: PanelOptions,
	call: (context: LoadOptionsContext) => Promise<T>,
): Promise<T> {
	await startEngine();
	const { path, parameters = {} } = options;
	const nodeTypes = new NodeTypeMap();
	const credentials = new TestCredentials(options.credentialTypes ?? [], options.credentials ?? {});
	const held = (type.description.credentials ?? []).filter(({ name }) => credentials.has(name));
	const node = {
		parameters: parameters as INodeParameters,
		id: 'uuid-1234',
		name: 'Temp-Node',
		type: nodeTypes.add(type),
		typeVersion: 1,
		position: [0, 0] as [number, number],
		...(held.length > 0 && {
			credentials: Object.fromEntries(held.map(({ name }) => [name, { id: name, name }])),
		}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = {
		credentialsHelper: credentials,
		currentNodeParameters: node.parameters,
	} as unknown as IWorkflowExecuteAdditionalData;
	await workflow.expression.acquireIsolate();
	try {
		return await call(new LoadOptionsContext(workflow, node, additionalData, path));
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

/** Opens a resource locator's list. */
export async function searchList(type: INodeType, options: ListSearchOptions): Promise<INodeListSearchResult> {
	const search = type.methods?.listSearch?.[options.method];
	if (!search) throw new Error(`The node has no list "${options.method}"`);
	return await inPanel(type, options, async (context) => await search.call(context, options.filter, options.paginationToken));
}

/** Loads a list of choices. */
export async function loadChoices(type: INodeType, options: PanelOptions): Promise<INodePropertyOptions[]> {
	const load = type.methods?.loadOptions?.[options.method];
	if (!load) throw new Error(`The node has no list "${options.method}"`);
	return await inPanel(type, options, async (context) => await load.call(context));
}

/** Loads a resource mapper's fields. */
export async function loadMapper(type: INodeType, options: PanelOptions): Promise<ResourceMapperFields> {
	const load = type.methods?.resourceMapping?.[options.method];
	if (!load) throw new Error(`The node has no fields "${options.method}"`);
	return await inPanel(type, options, async (context) => await load.call(context));
}
