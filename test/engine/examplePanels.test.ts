import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { findProvider } from '../../nodes/SoraVideo/providers';
import { exampleFiles, readExample, soraVideoNodes, type ExampleNode } from '../e2e/exampleWorkflows';
import { asObject } from '../e2e/guards';
import { startSandbox, type Sandbox } from '../sandbox';
import { loadChoices, loadMapper, searchList } from './harness';
import { credentialTypes, sandboxCredentials } from './setup';

// What the examples hold is what the panel offers for their models: a value that it doesn't list, or a field
// that the model hasn't got, would greet whoever opens the node.

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());

function panelOf({ parameters }: ExampleNode) {
	const all: Record<string, ICredentialDataDecryptedObject> = sandboxCredentials(sandbox);
	const type = findProvider(String(parameters.provider))?.credentialType ?? '';
	const plain: IDataObject = JSON.parse(JSON.stringify(parameters));
	return { parameters: plain, credentials: { [type]: all[type] ?? {} }, credentialTypes };
}

/** All nodes that create, with their file. */
async function creatingNodes(): Promise<Array<{ file: string; node: ExampleNode }>> {
	const examples = await Promise.all((await exampleFiles()).map(readExample));
	return examples.flatMap((example) =>
		soraVideoNodes(example)
			.filter(({ parameters }) => String(parameters.operation).startsWith('create'))
			.map((node) => ({ file: example.file, node })),
	);
}

const lists = [
	['aspectRatio', 'loadAspectRatios'],
	['resolution', 'loadResolutions'],
	['duration', 'loadDurations'],
] as const;

it('their models are in the lists, and none of them is retired', async () => {
	for (const { file, node } of await creatingNodes()) {
		const id = asObject(node.parameters.model, 'model').value;
		const { results } = await searchList(new SoraVideo(), { ...panelOf(node), path: 'parameters.model', method: 'searchModels', filter: String(id) });
		const line = results.find(({ value }) => value === id);
		expect([file, id, line?.value]).toEqual([file, id, id]);
		expect(`${line?.name} ${line?.description ?? ''}`).not.toMatch(/retire|withdrawn|switched off|no longer/i);
	}
});

it('their values are in the lists of choices, of the same type', async () => {
	const checked: unknown[] = [];
	for (const { file, node } of await creatingNodes()) {
		for (const [name, method] of lists) {
			const value = node.parameters[name];
			if (value === undefined || String(value).startsWith('=')) continue;
			const lines = await loadChoices(new SoraVideo(), { ...panelOf(node), path: 'parameters', method });
			expect([file, name, lines.filter(({ name: line }) => !line.includes('Not Listed')).map((line) => line.value)]).toEqual([file, name, expect.arrayContaining([value])]);
			checked.push(value);
		}
	}
	expect(checked.length).toBeGreaterThan(20);
});

it('their Model Fields are those that the editor loads', async () => {
	const filled: string[] = [];
	for (const { file, node } of await creatingNodes()) {
		const { value, schema } = asObject(node.parameters.modelFields, 'modelFields');
		if (value === null) continue;
		const { fields } = await loadMapper(new SoraVideo(), { ...panelOf(node), path: 'parameters.modelFields', method: 'loadModelFields' });
		expect([file, schema]).toEqual([file, fields]);
		expect(fields.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(asObject(value, 'value'))));
		filled.push(file);
	}
	expect(filled).toEqual(['rows-to-videos.json']);
});

it('required fields of a model are set', async () => {
	for (const { file, node } of await creatingNodes()) {
		const { value } = asObject(node.parameters.modelFields, 'modelFields');
		const { fields } = await loadMapper(new SoraVideo(), { ...panelOf(node), path: 'parameters.modelFields', method: 'loadModelFields' });
		const required = fields.filter((field) => field.required).map(({ id }) => id);
		expect([file, Object.keys(asObject(value ?? {}, 'value'))]).toEqual([file, expect.arrayContaining(required)]);
	}
});
