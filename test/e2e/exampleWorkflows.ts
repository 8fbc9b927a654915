import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { asObject, isObject } from './guards';
import type { CredentialRef, WorkflowJson } from './n8nRest';

export const SORA_VIDEO = 'n8n-nodes-sora-video.soraVideo';
export const SORA_VIDEO_TOOL = 'n8n-nodes-sora-video.soraVideoTool';
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

const folder = path.resolve(__dirname, '..', '..', 'examples');

/** One of the workflows of `examples/`, as a user would import it. */
export async function readExample(file: string): Promise<Example> {
	const json = asObject(JSON.parse(await readFile(path.join(folder, file), 'utf8')), file);
	const nodes: unknown[] = Array.isArray(json.nodes) ? json.nodes : [];
	return {
		file,
		name: String(json.name),
		nodes: nodes.filter(isNode),
		connections: asObject(json.connections, 'connections'),
		settings: asObject(json.settings, 'settings'),
	};
}

/** The names of all workflows in `examples/` and its folders. */
export async function exampleFiles(): Promise<string[]> {
	return (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.json')).sort();
}

/** All of `examples/`, those of its folders too. */
export async function readAllExamples(): Promise<Example[]> {
	return await Promise.all((await exampleFiles()).map(readExample));
}

const onTheirOwn = new Set(['rows-to-videos.json', 'second-provider-when-model-is-gone.json', 'wait-again-on-timed-out.json']);

/** Whether it needs nothing but a provider: no pictures, no public address, no chat model, nobody to fill in a form. */
export function runsByItself({ file }: Example): boolean {
	return onTheirOwn.has(file);
}

export function soraVideoNodes(example: Example): ExampleNode[] {
	return example.nodes.filter(({ type }) => type === SORA_VIDEO || type === SORA_VIDEO_TOOL);
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
	for (const node of example.nodes.filter(({ type }) => [SORA_VIDEO, SORA_VIDEO_TOOL, SORA_VIDEO_TRIGGER].includes(type))) {
		const type = findProvider(String(node.parameters.provider))?.credentialType;
		const credential = credentials.find((each) => each.type === type);
		if (credential) node.credentials = { [credential.type]: { id: credential.id, name: credential.name } };
	}
}

/** The node of this name. */
export function nodeOf(example: Example, name: string): ExampleNode {
	const node = example.nodes.find((each) => each.name === name);
	if (!node) throw new Error(`${example.file} has no node ${name}`);
	return node;
}

/** Sets the value of one field in an Edit Fields node, as a user does before running an example. */
export function setField(example: Example, nodeName: string, field: string, change: (value: string) => string): void {
	const { assignments } = nodeOf(example, nodeName).parameters;
	const list: unknown[] = isObject(assignments) && Array.isArray(assignments.assignments) ? assignments.assignments : [];
	const assignment = list.filter(isObject).find(({ name }) => name === field);
	if (!assignment) throw new Error(`${nodeName} of ${example.file} sets no ${field}`);
	assignment.value = change(String(assignment.value));
}
