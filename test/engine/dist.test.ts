import 'reflect-metadata';

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';

import { providers } from '../../nodes/SoraVideo/providers';

const root = path.resolve(__dirname, '..', '..');
const dist = path.join(root, 'dist');

function scripts(): string[] {
	return readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
}

/** What n8n installs: made by `npm run build`, which `npm test` runs before the tests. */
describe('the built package', () => {
	it('is loaded by n8n, with its icons and search words', async () => {
		const loader = new PackageDirectoryLoader(root);
		await loader.loadAll();
		const [node] = loader.types.nodes;
		expect(loader.types.nodes.map(({ name }) => name)).toEqual(['soraVideo', 'soraVideoTrigger']);
		const credentials = providers.map(({ credentialType }) => credentialType);
		expect(loader.types.credentials.map(({ name }) => name).sort()).toEqual([...credentials].sort());
		expect(node?.codex?.alias).toContain('text to video');
		const icons = [...loader.types.nodes, ...loader.types.credentials].flatMap(({ iconUrl }) => Object.values(iconUrl ?? {}));
		expect(icons).toHaveLength(2 * (2 + credentials.length));
		for (const icon of icons) {
			const file = String(icon).replace('icons/n8n-nodes-sora-video/', '');
			expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
		}
	});

	it('requires nothing but what n8n and Node give', () => {
		const required = scripts().flatMap((file) =>
			[...readFileSync(path.join(dist, file), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name),
		);
		const others = required.filter((name) => name?.startsWith('.') === false);
		expect([...new Set(others)].sort()).toEqual(['n8n-workflow', 'node:crypto']);
	});

	it('has n8n read no provider, no table and no operation at its start', () => {
		const read = new Set<string>();
		const readWithAll = (file: string): void => {
			if (read.has(file)) return;
			read.add(file);
			// What is required at the top of a file, and not within a function, is read with it.
			const top = readFileSync(file, 'utf8').matchAll(/^(?:var|const) .*\brequire\("(\.[^"]+)"\)/gm);
			for (const [, name = ''] of top) readWithAll(path.join(path.dirname(file), name));
		};
		const { nodes, credentials } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).n8n;
		for (const file of [...nodes, ...credentials]) readWithAll(path.join(root, file));
		const text = [...read].map((file) => readFileSync(file, 'utf8')).join('\n');
		expect(text).toContain('Make AI videos from text and pictures');
		for (const lazy of ['/v1/videos/generations', 'kling-v3-text-to-video', 'outcome_unknown', 'checkProcessedAndRecord']) {
			expect([lazy, text.includes(lazy)]).toEqual([lazy, false]);
		}
	});
});
