import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { asObject, isObject } from './guards';
import type { CredentialRef, WorkflowJson } from './n8nRest';

export const SORA_VIDEO = 'n8n-nodes-sora-video.soraVideo';
export const SORA_VIDEO_TRIGGER = 'n8n-nodes-sora-video.soraVideoTrigger';

export interface ExampleNode {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	webhookId?: string;
}

export interface Example extends WorkflowJson {
	file: string;
	nodes: ExampleNode[];
}

function isNode(value: unknown): value is ExampleNode {
	return isObject(value) && typeof value.type === 'string' && isObject(value.parameters);
}

/** The workflows of `examples/`, or of a folder in it, as a user would import them. */
export async function readExamples(subfolder = ''): Promise<Example[]> {
	const folder = path.resolve(__dirname, '..', '..', 'examples', subfolder);
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => {
			const json = asObject(JSON.parse(await readFile(path.join(folder, file), 'utf8')), file);
			const nodes: unknown[] = Array.isArray(json.nodes) ? json.nodes : [];
			return {
				file,
				name: String(json.name),
				nodes: nodes.filter(isNode),
				connections: asObject(json.connections, 'connections'),
				settings: asObject(json.settings, 'settings'),
			};
		}),
	);
}

export function soraVideoNodes(example: Example): ExampleNode[] {
	return example.nodes.filter(({ type }) => type === SORA_VIDEO);
}

/** The provider whose credential an example's nodes want. */
export function providerOf(example: Example): string {
	return String(soraVideoNodes(example)[0]?.parameters.provider);
}

/** Models of each provider that the examples fit: of a prompt alone, and of a picture. */
const exampleModels: ReadonlyMap<string, { text: string; image: string }> = new Map([
	['aimlApi', { text: 'bytedance/seedance-2-0', image: 'bytedance/seedance-2-0' }],
	['evoLink', { text: 'seedance-2.5-text-to-video', image: 'kling-v3-image-to-video' }],
	['openRouter', { text: 'google/veo-3.1', image: 'google/veo-3.1' }],
]);

/** What a user does who takes another provider: choose it, its credential, and a model of its own. */
export function switchProvider(example: Example, provider: string): void {
	for (const { parameters } of soraVideoNodes(example)) {
		if (parameters.provider === provider) continue;
		parameters.provider = provider;
		if (!isObject(parameters.model)) continue;
		const value = exampleModels.get(provider)?.['imageSource' in parameters ? 'image' : 'text'];
		parameters.model = { ...parameters.model, value, cachedResultName: value };
		// The editor empties Model Fields, and another model makes other lengths.
		Object.assign(parameters, { duration: '', modelFields: { mappingMode: 'defineBelow', value: null } });
	}
}

/** What a user does in each node: choose the credential. */
export function chooseCredentials(example: Example, credentials: CredentialRef[]): void {
	for (const node of example.nodes.filter(({ type }) => type === SORA_VIDEO || type === SORA_VIDEO_TRIGGER)) {
		const type = findProvider(String(node.parameters.provider))?.credentialType;
		const credential = credentials.find((each) => each.type === type);
		if (credential) node.credentials = { [credential.type]: { id: credential.id, name: credential.name } };
	}
}

/** Sets the value of one field in an Edit Fields node, as a user does before running an example. */
export function setField(example: Example, nodeName: string, field: string, change: (value: string) => string): void {
	const node = example.nodes.find(({ name }) => name === nodeName);
	const lists = isObject(node?.parameters.assignments) ? node.parameters.assignments.assignments : [];
	for (const assignment of Array.isArray(lists) ? lists : []) {
		if (isObject(assignment) && assignment.name === field) assignment.value = change(String(assignment.value));
	}
}
