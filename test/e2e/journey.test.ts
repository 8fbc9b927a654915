import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { newPage, openBrowser, screenshot, signIn } from './browser';
import { installN8n } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { panelOn } from './panel';

// The way of a new user, by clicks alone: from the first search to a credential that works.

/** What people look for. */
const searches = ['fal', 'kie', 'veo', 'omni', 'kling', 'seedance', 'wan', 'hailuo', 'runway', 'generate video'];
const ownWords = 'Make AI videos from text and pictures, wait for them and download them';

/** n8n's own name of the start by hand. */
const start = 'When clicking ‘Execute workflow’';

/** Where to keep pictures, for a person to look at. */
const screenshots = process.env.SCREENSHOTS;

describe('the way of a new user', () => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let browser: Browser;
	let page: Page;
	let node: ReturnType<typeof panelOn>;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball });
		browser = await openBrowser();
		page = await newPage(browser);
		await page.setViewportSize({ width: 1440, height: 1000 });
		await signIn(page, server);
		node = panelOn(page);
	}, 1_200_000);

	afterAll(async () => {
		await browser.close();
		await server.dispose();
		await sandbox.stop();
	}, 120_000);

	async function look(name: string): Promise<void> {
		if (screenshots) await screenshot(page, path.join(screenshots, `${name}.png`));
	}

	const found = (): Locator => page.locator('[data-test-id="item-iterator-item"]:visible');
	const canvasNode = (name: string): Locator => page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);

	async function searchNodes(text: string): Promise<void> {
		const bar = page.locator('[data-test-id="node-creator-search-bar"]').first();
		await bar.waitFor();
		await bar.fill(text);
	}

	async function addFirstNode(): Promise<void> {
		await page.goto(`${server.url}/workflow/new`);
		await page.locator('[data-test-id="canvas-add-button"], [data-test-id="node-creator-plus-button"]').first().click();
	}

	/** Opens the list of nodes by the + behind an output. */
	async function addBehind(name: string, outputIndex = 0): Promise<void> {
		const handle = `[data-test-id="canvas-node-output-handle"][data-node-name="${name}"][data-index="${outputIndex}"]`;
		await page.locator(`${handle} [data-test-id="canvas-handle-plus"]`).click();
	}

	it.each(searches)('finds the node by "%s" among the first three, with its own words under it', async (words) => {
		if (words === searches[0]) await addFirstNode();
		await searchNodes(words);
		const line = found().filter({ has: page.locator('[data-test-id="node-creator-item-name"]').getByText('Sora Video', { exact: true }) }).first();
		await line.waitFor();
		const names = await found().locator('[data-test-id="node-creator-item-name"]').allInnerTexts();
		expect(names.slice(0, 3).map((name) => name.trim())).toContain('Sora Video');
		expect(await line.locator('[data-test-id="node-creator-item-description"]').innerText()).toContain(ownWords);
		if (words === 'generate video') await look('search');
	});

	it('builds on: a start by hand, and the node behind it, with a video to create and wait for', async () => {
		await searchNodes('');
		await found().filter({ hasText: 'Trigger manually' }).first().click();
		await canvasNode(start).waitFor();
		await addBehind(start);
		await searchNodes('generate video');
		await found().filter({ hasText: 'Sora Video' }).first().click();
		await page.getByText('Create a video and wait for it', { exact: true }).first().click();
		await node.panel().waitFor();
		expect(await node.field('operation').locator('input').first().inputValue()).toBe('Create and Wait');
	});

	it('adds a credential: its test fails with a wrong key, and passes with the right one', async () => {
		await node.choose(node.field('provider'), 'fal');
		await node.panel().getByText('Connect to Sora Video: fal').first().click();
		const form = page.locator('[data-test-id="credential-edit-dialog"], .el-dialog:visible').first();
		const input = (name: string) => form.locator(`[data-test-id="parameter-input-${name}"] input`).first();
		const save = form.locator('[data-test-id="credential-save-button"]').first();
		const { apiKey, ...urls } = sandboxCredentials(sandbox).soraVideoFalApi;
		await form.getByText('Made at https://fal.ai/dashboard/keys').waitFor();
		for (const [name, url] of Object.entries(urls)) await input(name).fill(url);
		await input('apiKey').fill('wrong:key');
		await save.click();
		await form.getByText('More details', { exact: true }).first().click();
		await form.getByText('fal refuses this key').first().waitFor();
		await look('credential-wrong');
		await input('apiKey').fill(apiKey);
		// n8n closes the form once the test has passed, and says so when it is opened again.
		await save.click();
		await form.waitFor({ state: 'hidden' });
		await node.panel().locator('[data-test-id="credential-edit-button"]').first().click();
		await form.locator('[data-test-id="credentials-config-container-test-success"]').waitFor();
		await look('credential-right');
	});

	it('sent each key to its own provider only', () => {
		expect(sandbox.leaks).toEqual([]);
	});
});
