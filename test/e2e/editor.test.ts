import type { Browser, Page } from 'playwright-core';

import { providers } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { newPage, openBrowser, openNode, openWorkflow, screenshot, signIn } from './browser';
import { createCredentials } from './createCredentials';
import { chooseCredentials, readExample, setField } from './exampleWorkflows';
import { installN8n } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';

/** Where to keep screenshots of the editor, for a person to look at. */
const screenshots = process.env.SCREENSHOTS;

// In n8n 2, `journey.test.ts` goes through the editor by clicks alone.
describe('the editor of n8n 1', () => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let browser: Browser;
	let page: Page;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-1'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball });
		const credentials = await createCredentials(server.rest, sandbox, (type) => `My ${providers.find(({ credentialType }) => credentialType === type)?.displayName ?? type}`);
		const example = await readExample('rows-to-videos.json');
		chooseCredentials(example, credentials);
		setField(example, 'Your Rows', 'rows', (text) => text.replace('Macro', '[sandbox fail=moderation] Macro'));
		const workflow = await server.rest.createWorkflow(example);
		browser = await openBrowser();
		page = await newPage(browser);
		await page.setViewportSize({ width: 1500, height: 1080 });
		await signIn(page, server);
		await openWorkflow(page, server, workflow);
	}, 1_200_000);

	afterAll(async () => {
		await browser.close();
		await server.dispose();
		await sandbox.stop();
	});

	async function look(name: string): Promise<void> {
		if (screenshots) await screenshot(page, `${screenshots}/n8n-1-${name}.png`);
	}

	it('shows the workflow with three named outputs', async () => {
		const node = page.locator('[data-test-id="canvas-node"][data-node-name="Make Videos"]');
		for (const output of ['Completed', 'Failed', 'Timed Out']) {
			await node.getByText(output, { exact: true }).waitFor();
		}
		await look('canvas');
	});

	it('says in words what the node does', async () => {
		const node = page.locator('[data-test-id="canvas-node"][data-node-name="Make Videos"]');
		await node.getByText('Create and Wait: seedance-2.5-text-to-video').waitFor();
	});

	it('finds the node by what it is for', async () => {
		await page.locator('[data-test-id="node-creator-plus-button"]').first().click();
		const search = page.locator('[data-test-id="node-creator-search-bar"]');
		await search.waitFor();
		await search.fill('sora video');
		await page.locator('[data-test-id="node-creator-item-name"]').getByText('Sora Video').first().waitFor();
		await look('search');
		await page.keyboard.press('Escape');
	});

	it('shows every field of the operation, the provider among them', async () => {
		await openNode(page, 'Make Videos');
		const panel = page.locator('[data-test-id="ndv"]');
		for (const field of ['Provider', 'Operation', 'Model', 'Prompt', 'Image Source', 'Aspect Ratio', 'Resolution', 'Duration', 'Model Fields', 'Wait Using', 'Timeout', 'Download Video']) {
			await panel.getByText(field, { exact: true }).first().waitFor();
		}
		await look('node');
		const credential = panel.locator('[data-test-id="node-credentials-select"] input').first();
		expect(await credential.inputValue()).toBe('My EvoLink');
	});

	it('runs by its button, branches, and has the videos as files', async () => {
		await page.keyboard.press('Escape');
		await page.locator('[data-test-id="ndv"]').first().waitFor({ state: 'hidden' });
		await page.locator('[data-test-id="execute-workflow-button"]').first().click();
		const canvas = page.locator('[data-test-id="canvas-wrapper"], .vue-flow').first();
		await canvas.getByText('2 items', { exact: true }).first().waitFor({ timeout: 60_000 });
		await page.locator('.el-notification__closeBtn').first().click({ timeout: 5_000 }).catch(() => undefined);
		await look('workflow');
		await openNode(page, 'Make Videos');
		const output = page.locator('[data-test-id="output-panel"]').first();
		await output.getByText('Completed Branch (2 items)').waitFor();
		await output.getByText('1 of 3 items failed').waitFor();
		await output.getByText('Binary', { exact: true }).first().click();
		await output.getByText('video/mp4', { exact: true }).first().waitFor();
		// Of the model's own fields, the one that is set, and no other.
		const own = page.locator('[data-test-id="mapping-fields-container"] .parameter-item');
		await own.filter({ hasText: 'Output Format' }).waitFor();
		expect(await own.count()).toBe(1);
		await page.getByText('Loading options').first().waitFor({ state: 'hidden' });
		await look('run');
	});
});
