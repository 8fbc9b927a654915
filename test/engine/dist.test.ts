import 'reflect-metadata';

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';

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
		expect(loader.types.credentials.map(({ name }) => name).sort()).toEqual([
			'soraVideoAimlApi',
			'soraVideoEvoLinkApi',
			'soraVideoOpenAiApi',
			'soraVideoOpenRouterApi',
			'soraVideoVtrixApi',
		]);
		expect(node?.codex?.alias).toContain('text to video');
		const icons = [...loader.types.nodes, ...loader.types.credentials].flatMap(({ iconUrl }) => Object.values(iconUrl ?? {}));
		expect(icons).toHaveLength(14);
		for (const icon of icons) {
			const file = String(icon).replace('icons/n8n-nodes-sora-video/', '');
			expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
		}
	});

	it('requires nothing but what n8n and Node give', () => {
		const required = scripts().flatMap((file) =>
			[...readFileSync(path.join(dist, file), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name),
		);
		expect([...new Set(required)].sort()).toEqual(['n8n-workflow', 'node:crypto']);
	});

	it('is one file per node and credential, so that n8n starts fast', () => {
		expect(scripts()).toHaveLength(7);
	});
});
