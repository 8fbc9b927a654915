import { readFileSync } from 'node:fs';
import path from 'node:path';

import { providers } from '../../nodes/SoraVideo/providers';
import { exampleFiles, readExample, soraVideoNodes } from '../e2e/exampleWorkflows';
import { asObject, asString, isObject } from '../e2e/guards';

// The form in which n8n takes templates, and that a stranger can read.

const folder = path.resolve(__dirname, '..', '..', 'examples');
const note = 'n8n-nodes-base.stickyNote';
/** Of every version of n8n's editor: 20 pixels before, 16 now. */
const grid = 80;

interface Box {
	name: string;
	isNote: boolean;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

function read(file: string): Record<string, unknown> {
	return asObject(JSON.parse(readFileSync(path.join(folder, file), 'utf8')), file);
}

function nodesOf(file: string): Array<Record<string, unknown>> {
	const { nodes } = read(file);
	return Array.isArray(nodes) ? nodes.filter(isObject) : [];
}

/** What its note says. */
function noteOf(file: string): string {
	return asString(asObject(nodesOf(file).find(({ type }) => type === note)?.parameters, file).content, file);
}

function boxOf(node: Record<string, unknown>): Box {
	const [left = NaN, top = NaN] = Array.isArray(node.position) ? node.position.map(Number) : [];
	const isNote = node.type === note;
	const { width, height } = asObject(node.parameters, 'parameters');
	// A node is drawn 96 pixels wide (an agent more) and has its name below it.
	const nodeWidth = node.type === '@n8n/n8n-nodes-langchain.agent' ? 224 : 96;
	return {
		name: asString(node.name, 'name'),
		isNote,
		left,
		top,
		right: left + (isNote ? Number(width) : nodeWidth),
		bottom: top + (isNote ? Number(height) : 140),
	};
}

function overlap(one: Box, other: Box): boolean {
	return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

let files: string[];
beforeAll(async () => {
	files = await exampleFiles();
});

it('there are at least ten', () => expect(files.length).toBeGreaterThanOrEqual(10));

it('each is named and described, and holds nothing of whoever made it', () => {
	for (const file of files) {
		const { name, meta, pinData } = read(file);
		expect([file, typeof name, typeof asObject(meta, 'meta').description]).toEqual([file, 'string', 'string']);
		expect([file, Object.keys(asObject(meta, 'meta')), pinData]).toEqual([file, ['description'], {}]);
		for (const node of nodesOf(file)) expect([file, node.name, 'credentials' in node]).toEqual([file, node.name, false]);
	}
});

it('each has a note that says what to set up, what it costs and, where there is something, what to change', () => {
	for (const file of files) {
		const content = noteOf(file);
		expect(content).toMatch(/^## /);
		for (const part of ['**Set up**', '**Costs**']) expect([file, content.includes(part)]).toEqual([file, true]);
	}
});

it('notes name nodes that are there', () => {
	for (const file of files) {
		const names = nodesOf(file).map(({ name }) => asString(name, 'name'));
		const content = noteOf(file);
		for (const [, name = ''] of content.matchAll(/credential in \*\*([^*]+)\*\*/g)) expect(names).toContain(name);
		for (const [, name = ''] of content.matchAll(/\binto \*\*([^*>]+)\*\*/g)) expect(names).toContain(name);
	}
});

it('nodes stand on the grid, beside each other and beside the notes, under names of their own', () => {
	for (const file of files) {
		const nodes = nodesOf(file);
		const boxes = nodes.map(boxOf);
		expect([file, new Set(nodes.map(({ name }) => name)).size]).toEqual([file, nodes.length]);
		expect([file, new Set(nodes.map(({ id }) => id)).size]).toEqual([file, nodes.length]);
		for (const box of boxes) expect([file, box.name, Math.abs(box.left % grid), Math.abs(box.top % grid)]).toEqual([file, box.name, 0, 0]);
		const touching = boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => overlap(one, other)).map(({ name }) => `${one.name}, ${name}`));
		expect([file, touching]).toEqual([file, []]);
	}
});

it('every node is connected', () => {
	for (const file of files) {
		const nodes = nodesOf(file).filter(({ type }) => type !== note).map(({ name }) => asString(name, 'name'));
		const connections = Object.entries(asObject(read(file).connections, 'connections'));
		const [from, to] = [connections.map(([name]) => name), [...JSON.stringify(connections).matchAll(/"node":"([^"]+)"/g)].map(([, name]) => name ?? '')];
		expect([file, new Set([...from, ...to])]).toEqual([file, new Set(nodes)]);
	}
});

it('the providers that people use occur', async () => {
	const examples = await Promise.all(files.map(readExample));
	const used = new Set(examples.flatMap((example) => soraVideoNodes(example).map(({ parameters }) => parameters.provider)));
	expect([...used].sort()).toEqual(['aimlApi', 'evoLink', 'fal', 'gemini', 'kie', 'openRouter', 'replicate', 'waveSpeed']);
	expect(providers.map(({ id }) => id)).toEqual(expect.arrayContaining([...used]));
});
