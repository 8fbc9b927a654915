import type { Browser, Locator, Page } from 'playwright-core';

import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { newPage, openBrowser, openNode, openWorkflow, screenshot, signIn } from './browser';
import { installN8n, type N8nVersion } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { chain, videoStep, withCredential } from './workflowBuilder';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];
const screenshots = process.env.SCREENSHOTS;

describe.each(versions)('the list of models in the editor of %s', (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let browser: Browser;
	let page: Page;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball });
		browser = await openBrowser();
		page = await newPage(browser);
		await signIn(page, server);
	}, 1_200_000);

	afterAll(async () => {
		await browser.close();
		await server.dispose();
		await sandbox.stop();
	});

	const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} };
	const lines = (): Locator => page.locator('[data-test-id="rlc-item"]:visible');
	const line = (text: string): Locator => lines().filter({ hasText: text });

	/** Opens the list of the node's Model field, in a new workflow with this credential. */
	async function openList(provider: string, credential: CredentialRef): Promise<void> {
		const model = { __rl: true, mode: 'list', value: '' };
		const step = withCredential(videoStep(provider, { model, prompt: 'A paper boat' }), credential);
		const id = await server.rest.createWorkflow(chain(`Models of ${credential.name}`, [start, step]));
		await openWorkflow(page, server, id);
		await openNode(page, 'Sora Video');
		await page.locator('[data-test-id="resource-locator-model"] [data-test-id="rlc-input"]').first().click();
	}

	async function search(text: string): Promise<void> {
		await page.locator('[data-test-id="rlc-search"] input, input[data-test-id="rlc-search"]').first().fill(text);
	}

	/** What the Model field shows once its list has closed. */
	async function chosen(): Promise<string> {
		await lines().first().waitFor({ state: 'detached' });
		const inputs = page.locator('[data-test-id="resource-locator-model"] input:visible');
		const values = await Promise.all((await inputs.all()).map(async (input) => await input.inputValue()));
		return values.join('\n');
	}

	async function look(name: string): Promise<void> {
		if (screenshots) await screenshot(page, `${screenshots}/${version}-models-${name}.png`);
	}

	it('shows what the provider has now, and what it says of the end of a model', async () => {
		sandbox.settings.withdrawnModels = ['openai/sora-2-t2v'];
		sandbox.settings.successors = { 'openai/sora-2-t2v': 'google/veo-3.1' };
		const { soraVideoAimlApi } = sandboxCredentials(sandbox);
		await openList('aimlApi', await server.rest.createCredential('soraVideoAimlApi', 'AI/ML API', soraVideoAimlApi));
		await lines().first().waitFor();
		// Those that nobody makes videos with any more come last, and say so.
		expect(await lines().first().innerText()).not.toMatch(/sora|retired/i);
		await search('veo-3.1');
		await line('Veo 3.1 Text-to-Video (google/veo-3.1)').waitFor();
		await search('sora');
		await line('use google/veo-3.1. Sora 2, text to video').waitFor();
		expect((await lines().allInnerTexts()).filter((text) => !text.startsWith('Retired'))).toEqual([]);
		await look('withdrawn');
	});

	it('finds a model by its id, and takes it', async () => {
		const { soraVideoEvoLinkApi } = sandboxCredentials(sandbox);
		await openList('evoLink', await server.rest.createCredential('soraVideoEvoLinkApi', 'EvoLink', soraVideoEvoLinkApi));
		await line('seedance-1.5-pro').waitFor();
		await look('live');
		expect(await line('gpt-4o').count()).toBe(0);
		await search('HAILUO');
		await line('seedance-1.5-pro').waitFor({ state: 'detached' });
		await line('MiniMax-Hailuo-2.3').first().waitFor();
		expect((await lines().allInnerTexts()).filter((text) => !text.includes('Hailuo'))).toEqual([]);
		await look('search');
		await line('MiniMax-Hailuo-2.3').first().click();
		expect(await chosen()).toContain('MiniMax-Hailuo-2.3');
	});

	it('says that the key is wrong', async () => {
		const values = { ...sandboxCredentials(sandbox).soraVideoEvoLinkApi, apiKey: 'sk-wrong-key' };
		await openList('evoLink', await server.rest.createCredential('soraVideoEvoLinkApi', 'Wrong', values));
		const error = page.locator('[data-test-id="rlc-error-container"]');
		await error.waitFor();
		const text = await error.innerText();
		expect(text).toContain('EvoLink refuses this API key (HTTP 401): put a valid one into the credential');
		expect(text).toContain('Invalid or expired token');
		await error.locator('[data-test-id="permission-error-link"]').waitFor();
		await look('wrong-key');
	});

	it('offers the known models where the provider can not be reached, below lines that nobody can choose', async () => {
		const values = { ...sandboxCredentials(sandbox).soraVideoEvoLinkApi, baseUrl: 'http://127.0.0.1:9' };
		await openList('evoLink', await server.rest.createCredential('soraVideoEvoLinkApi', 'Nowhere', values));
		await line('Sora 2 Pro, text or image to video').first().waitFor();
		const notice = lines().first();
		expect(await notice.innerText()).toBe("EvoLink can't be reached (ECONNREFUSED).");
		await notice.click();
		await lines().nth(1).click();
		await look('unreachable');
		expect(await lines().count()).toBeGreaterThan(1);
		await line('(sora-2-preview)').click();
		expect(await chosen()).toContain('(sora-2-preview)');
	});

	it('shows no key anywhere', () => {
		expect(sandbox.leaks).toEqual([]);
	});
});
