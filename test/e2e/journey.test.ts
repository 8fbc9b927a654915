import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';

import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { newPage, openBrowser, screenshot, signIn } from './browser';
import { installN8n } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { panelOn } from './panel';
import { createJobs, letCallbacksThrough, openTriggerPlace, publicHost, type TriggerPlace } from './triggerPlace';

// The way of a new user, by clicks alone: from the first search to a played video and a called workflow.

/** What people look for. */
const searches = ['fal', 'kie', 'veo', 'omni', 'kling', 'seedance', 'wan', 'hailuo', 'runway', 'generate video'];
const ownWords = 'Make AI videos from text and pictures, wait for them and download them';

/** Models of three makers, each with a field of its own that is set, and what the provider gets. */
const models: ReadonlyArray<[model: string, field: string, choice: string, sent: object]> = [
	['fal-ai/kling-video/v3/pro/text-to-video', 'Shot Type', 'intelligent', { shot_type: 'intelligent' }],
	['fal-ai/bytedance/seedance/v1.5/pro/text-to-video', 'Camera Fixed', 'Yes', { camera_fixed: true }],
	['fal-ai/veo3.1', 'Auto Fix', 'No', { auto_fix: false }],
];
/** n8n's own name of the node that starts a workflow by hand. */
const start = 'When clicking ‘Execute workflow’';
/** What the nodes behind Completed and Failed are called. */
const [made, notMade] = ['Video Made', 'No Video'];
const prompt = 'A small boat sails past the hills at dusk';
/** What the workflow is run with: the second is refused when its video is nearly done. */
const rows = [{ prompt }, { prompt: '[sandbox fail=moderation] A macro shot of a bee' }, { prompt: 'The same boat at dawn' }];

/** Waits for what is seen outside of the browser. */
async function eventually(holds: () => boolean): Promise<void> {
	const end = Date.now() + 30_000;
	while (!holds()) {
		if (Date.now() > end) throw new Error('It did not come to be in half a minute');
		await sleep(50);
	}
}

/** So large that a panel shows most of its fields, and so small that a workflow fills the canvas. */
const [panelSize, canvasSize] = [{ width: 1500, height: 1080 }, { width: 1200, height: 700 }];
/** Where to keep pictures, for a person to look at; `node.png` and `workflow.png` of them are the README's. */
const screenshots = process.env.SCREENSHOTS;

describe('the way of a new user', () => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let place: TriggerPlace;
	let browser: Browser;
	let page: Page;
	let node: ReturnType<typeof panelOn>;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball, env: { WEBHOOK_URL: `https://${publicHost}/` } });
		place = await openTriggerPlace({ rest: server.rest, webhookUrl: server.url, sandbox });
		browser = await openBrowser();
		page = await newPage(browser);
		await page.setViewportSize(panelSize);
		await signIn(page, server);
		node = panelOn(page);
	}, 1_200_000);

	afterAll(async () => {
		await browser.close();
		await server.dispose();
		await place.front.close();
		await sandbox.stop();
	}, 120_000);

	async function look(name: string): Promise<void> {
		if (!screenshots) return;
		for (const notice of await page.locator('.el-notification__closeBtn').all()) await notice.click();
		await page.locator('.el-notification').first().waitFor({ state: 'hidden' });
		await page.mouse.move(0, 0);
		await screenshot(page, path.join(screenshots, `${name}.png`));
	}

	const found = (): Locator => page.locator('[data-test-id="item-iterator-item"]:visible');
	const output = (): Locator => page.locator('[data-test-id="output-panel"]').first();
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

	async function closePanel(): Promise<void> {
		await page.locator('[data-test-id="ndv-close-button"], [data-test-id="back-to-canvas"]').first().click();
		await node.panel().waitFor({ state: 'hidden' });
	}

	async function openPanel(name: string): Promise<void> {
		await canvasNode(name).dblclick();
		await node.panel().waitFor();
		await page.getByText('Loading options').first().waitFor({ state: 'hidden' });
	}

	/** Adds a node that does nothing, by its name, behind an output of Sora Video. */
	async function addEnding(name: string, outputIndex: number): Promise<void> {
		await addBehind('Sora Video', outputIndex);
		await searchNodes('no operation');
		await found().filter({ hasText: 'No Operation' }).first().click();
		await node.panel().waitFor();
		const title = page.locator('[data-test-id="node-title-container"]').first();
		await title.locator('[data-test-id="inline-edit-preview"]').click();
		await title.locator('[data-test-id="inline-edit-input"]').fill(name);
		await page.keyboard.press('Enter');
		await closePanel();
		await canvasNode(name).waitFor();
	}

	const creates = () => sandbox.requests.filter(({ method, provider }) => method === 'POST' && provider === 'fal');

	/** Runs the node by its button until its output is seen; gives what the provider got. */
	async function execute(): Promise<unknown> {
		const { length: before } = creates();
		await node.panel().locator('[data-test-id="node-execute-button"]').first().click();
		await eventually(() => creates().length > before);
		await output().getByText('Completed Branch (1 item)').waitFor();
		await output().getByText(sandbox.jobs.at(-1)?.id ?? '').first().waitFor();
		expect(creates()).toHaveLength(before + 1);
		return creates().at(-1)?.body;
	}

	it.each(searches)('finds the node by "%s" among the first three, with its own words under it', async (words) => {
		if (words === searches[0]) await addFirstNode();
		// Until the list of the last search is gone.
		await searchNodes('');
		await found().filter({ hasText: 'Trigger manually' }).first().waitFor();
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
		// Escape would close the panel behind it as well.
		await form.locator('.el-dialog__headerbtn, [aria-label="Close this dialog"]').first().click();
		await form.waitFor({ state: 'hidden' });
		const chosen = node.panel().locator('[data-test-id="node-credentials-select"] input').first();
		expect(await chosen.inputValue()).toBe('Sora Video: Fal account');
	});

	it('has the credential below Provider, and above all else', async () => {
		const top = async (locator: Locator) => (await locator.boundingBox())?.y ?? Number.NaN;
		const [provider, credential, operation] = await Promise.all([
			top(node.field('provider')),
			top(node.panel().locator('[data-test-id="node-credentials-select"]').first()),
			top(node.field('operation')),
		]);
		expect([provider, credential, operation]).toEqual([provider, credential, operation].sort((one, other) => one - other));
	});

	it.each(models)('%s: chooses it, sets its %s, and makes a video', async (model, field, choice, sent) => {
		await node.field('prompt').locator('textarea').first().fill(prompt);
		await node.chooseModel(model);
		await node.addField(field);
		await node.choose(node.ownField(field), choice);
		expect(await execute()).toEqual({ prompt, ...sent });
	});

	it('branches by clicking: a node behind Completed and one behind Failed', async () => {
		await node.field('downloadVideo').locator('[role="switch"], .el-switch').first().click();
		await closePanel();
		await canvasNode('Sora Video').getByText(`Create and Wait: ${models.at(-1)?.[0]}`).waitFor();
		await addEnding(made, 0);
		await addEnding(notMade, 1);
		await page.setViewportSize(canvasSize);
		await page.locator('[data-test-id="tidy-up-button"]').first().click();
		await page.locator('[data-test-id="zoom-to-fit"]').first().click();
	});

	it('takes the prompt of each item, dragged into its field', async () => {
		await openPanel(start);
		await output().locator('[data-test-id="ndv-edit-pinned-data"]').first().click();
		await output().locator('.cm-content').first().fill(JSON.stringify(rows));
		await output().getByRole('button', { name: 'Save' }).first().click();
		await output().getByText('3 items').first().waitFor();
		await closePanel();
		await openPanel('Sora Video');
		await node.field('prompt').locator('textarea').first().fill('');
		await node.panel().locator('[data-test-id="run-data-schema-node-name"][data-name="prompt"]').first().dragTo(node.field('prompt'));
		await node.field('prompt').getByText('{{ $json.prompt }}').waitFor();
		await closePanel();
	});

	it('runs the workflow: two videos leave by Completed, and by Failed the one that is refused, with the reason', async () => {
		await page.locator('[data-test-id="execute-workflow-button"]').first().click();
		for (const name of [made, notMade]) await canvasNode(name).locator('[data-test-id="canvas-node-status-success"]').first().waitFor();
		for (const items of ['3 items', '2 items', '1 item']) await page.locator('[data-test-id="edge-label"]').getByText(items, { exact: true }).waitFor();
		await look('workflow');
		await page.setViewportSize(panelSize);
		await openPanel('Sora Video');
		await output().getByText('1 of 3 items failed: the output Failed says why.').waitFor();
		await output().getByText('Failed Branch (1 item)').click();
		await output().getByText('Schema', { exact: true }).first().click();
		await output().getByText('flagged by a content checker').first().waitFor();
		await look('failed');
	});

	it('plays the video', async () => {
		await output().getByText('Completed Branch (2 items)').click();
		await output().getByText('Binary', { exact: true }).first().click();
		await output().getByText('video/mp4', { exact: true }).first().waitFor();
		await look('node');
		await output().locator('[data-test-id="ndv-view-binary-data"]').first().click();
		await output().locator('video').waitFor();
		await page.waitForFunction(() => {
			const video = document.querySelector('video');
			return video !== null && video.currentTime > 0 && video.videoWidth > 0;
		});
		await look('video');
	});

	it('publishes a workflow that begins with the trigger, is called, and shows the run', async () => {
		await addFirstNode();
		await searchNodes('sora video');
		await found().filter({ hasText: 'Sora Video' }).first().click();
		await found().filter({ hasText: 'On new' }).first().click();
		await node.panel().waitFor();
		await node.choose(node.field('provider'), 'EvoLink');
		await node.panel().getByText('Webhook URLs', { exact: true }).first().click();
		await node.panel().getByText('Production URL', { exact: true }).first().click();
		await node.panel().getByText(`https://${publicHost}/webhook/`).first().waitFor();
		const [url = ''] = /https:\S+\/callback/.exec(await node.panel().innerText()) ?? [];
		await look('trigger');
		await closePanel();
		await page.locator('[data-test-id="workflow-open-publish-modal-button"]').first().click();
		await page.locator('[data-test-id="workflow-publish-button"]').first().click();
		await page.getByText('this workflow starts whenever a provider calls its production URL').waitFor();
		await page.getByRole('button', { name: 'Got it' }).click();
		letCallbacksThrough(place);
		await createJobs(place, url, ['A paper boat']);
		await eventually(() => sandbox.callbacks.length > 0);
		expect(sandbox.callbacks.map(({ status }) => status)).toEqual([200]);
		await page.locator('[data-test-id="radio-button-executions"]').click();
		await page.locator('[data-test-execution-status="success"]').first().waitFor();
		await openPanel('Sora Video Trigger');
		await output().getByText('Completed Branch (1 item)').waitFor();
		await output().getByText('Order: A paper boat').waitFor();
		await look('called');
	});

	it('sent each key to its own provider only', () => {
		expect(sandbox.leaks).toEqual([]);
	});
});
