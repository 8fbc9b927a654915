import { LoadOptionsContext } from 'n8n-core';
import type {
	ICredentialType,
	IDataObject,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { TestCredentials, type CredentialValues } from './credentials';
import { startEngine } from './engine';
import { NodeTypeMap } from './nodeTypes';

export interface ListSearchOptions {
	/** The parameter whose list is opened. */
	path: string;
	method: string;
	parameters?: IDataObject;
	credentials?: CredentialValues;
	credentialTypes?: ICredentialType[];
	filter?: string;
	paginationToken?: string;
}

/**
 * Opens a resource locator's list as n8n's editor does: on a node that stands alone in a workflow of its
 * own. Mirrors cli's `dynamic-node-parameters.service.js`, getResourceLocatorResults.
 */
export async function searchList(type: INodeType, options: ListSearchOptions): Promise<INodeListSearchResult> {
	await startEngine();
	const { path, method, parameters = {}, filter, paginationToken } = options;
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
	const search = type.methods?.listSearch?.[method];
	if (!search) throw new Error(`The node has no list "${method}"`);
	await workflow.expression.acquireIsolate();
	try {
		return await search.call(new LoadOptionsContext(workflow, node, additionalData, path), filter, paginationToken);
	} finally {
		await workflow.expression.releaseIsolate();
	}
}
