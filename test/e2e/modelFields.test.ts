import type { Browser, Page } from 'playwright-core';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { newPage, openBrowser, openNode, openWorkflow, screenshot, signIn } from './browser';
import { createCredentials } from './createCredentials';
import { installN8n, type N8nVersion } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { panelOn } from './panel';
import { chain, videoStep, withCredential } from './workflowBuilder';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];
/** Where to keep pictures of the panel for each model, for a person to look at. */
const screenshots = process.env.SCREENSHOTS;

/** Ten models of four makers, some of them at several providers. */
const shown: ReadonlyArray<[provider: string, model: string]> = [
	['aimlApi', 'klingai/video-v3-pro-text-to-video'],
	['aimlApi', 'bytedance/seedance-2-0'],
	['aimlApi', 'google/veo-3.1-t2v'],
	['aimlApi', 'minimax/h3'],
	['evoLink', 'kling-v3-image-to-video'],
	['evoLink', 'seedance-2.5-text-to-video'],
	['evoLink', 'veo-3.1-generate-preview'],
	['evoLink', 'minimax-h3-text-to-video'],
	['openRouter', 'google/veo-3.1'],
	['openRouter', 'bytedance/seedance-2.5'],
];

describe.each(versions)("what a model takes, in the panel of %s's editor", (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let credentials: CredentialRef[];
	let browser: Browser;
	let page: Page;
	let node: ReturnType<typeof panelOn>;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 0.5 });
		server = await startN8n({ install, packageTarball });
		credentials = await createCredentials(server.rest, sandbox);
		browser = await openBrowser();
		page = await newPage(browser);
		await page.setViewportSize({ width: 1440, height: 1600 });
		await signIn(page, server);
		node = panelOn(page);
	}, 1_200_000);

	afterAll(async () => {
		await browser.close();
		await server.dispose();
		await sandbox.stop();
	}, 120_000);

	/** The node in a workflow of its own, as it was saved. */
	async function open(provider: string, parameters: object): Promise<void> {
		const type = findProvider(provider)?.credentialType;
		const credential = credentials.find((each) => each.type === type);
		if (!credential) throw new Error(`No credential of ${provider}`);
		const step = withCredential(videoStep(provider, { operation: 'create', prompt: 'A paper boat', ...parameters }), credential);
		const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} };
		await openWorkflow(page, server, await server.rest.createWorkflow(chain(`A model of ${provider}`, [start, step])));
		await openNode(page, 'Sora Video');
	}

	const chosen = (value: string) => ({ model: { __rl: true, mode: 'list', value, cachedResultName: value } });

	const creates = () => sandbox.requests.filter(({ method, path }) => method === 'POST' && !path.includes('upload'));

	/** Runs the node by its button; gives the request that the provider got. */
	async function execute(): Promise<unknown> {
		const { length: before } = creates();
		await node.panel().locator('[data-test-id="node-execute-button"]').first().click();
		for (let tries = 0; tries < 150 && creates().length === before; tries += 1) await page.waitForTimeout(200);
		expect(creates()).toHaveLength(before + 1);
		return creates().at(-1)?.body;
	}

	const seconds = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `${from + index} Seconds`);

	async function look(name: string): Promise<void> {
		if (!screenshots) return;
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			await page.waitForTimeout(500);
			await screenshot(page, `${screenshots}/${version}-fields-${name}-${colorScheme}.png`);
		}
		await page.emulateMedia({ colorScheme: 'light' });
	}

	it('AI/ML API, Kling 3, chosen in the list: its lists and fields; only what was set is sent', async () => {
		const model = 'klingai/video-v3-pro-text-to-video';
		await open('aimlApi', chosen(''));
		await node.chooseModel(model);
		expect(await node.offered('aspectRatio')).toEqual(['Model Default', '16:9', '9:16', '1:1']);
		expect(await node.offered('resolution')).toEqual(['Model Default']);
		expect(await node.offered('duration')).toEqual(['Model Default', ...seconds(3, 15)]);
		expect(await node.mapper().locator('.parameter-item').count()).toBe(0);
		await node.addField('Shot Type');
		await node.choose(node.ownField('Shot Type'), 'intelligent');
		await node.choose(node.field('duration'), '6 Seconds');
		await look('kling-set');
		expect(await execute()).toEqual({ model, prompt: 'A paper boat', duration: 6, shot_type: 'intelligent' });
	});

	it('EvoLink, Kling 3: the picture by its own field, a choice of No as false', async () => {
		const model = 'kling-v3-image-to-video';
		const image = sandbox.imageUrl('1280x720');
		await open('evoLink', { ...chosen(model), imageSource: 'url', imageUrl: image });
		expect(await node.offered('aspectRatio')).toEqual(['Model Default']);
		expect(await node.offered('resolution')).toEqual(['Model Default', '720p', '1080p', '4k']);
		expect(await node.offered('duration')).toEqual(['Model Default', ...seconds(3, 15)]);
		await node.addField('Watermark Info: Enabled');
		await node.choose(node.ownField('Watermark Info: Enabled'), 'No');
		const modelParams = { watermark_info: { enabled: false } };
		expect(await execute()).toEqual({ model, prompt: 'A paper boat', image_start: image, model_params: modelParams });
	});

	it('EvoLink, Kling 3 motion control: what it needs is shown at once', async () => {
		await open('evoLink', chosen('kling-v3-motion-control'));
		await node.ownField('Character Orientation').waitFor();
		expect(await node.mapper().locator('.parameter-item').count()).toBe(1);
		await look('required');
		await node.choose(node.ownField('Character Orientation'), 'video');
		await node.addField('Keep Sound');
		expect(await node.ownField('Character Orientation').locator('input').first().inputValue()).toBe('video');
	});

	it("OpenRouter, from Veo 3.1 to Seedance: the node's own fields stay, and the lists are the new model's", async () => {
		await open('openRouter', chosen('google/veo-3.1'));
		expect(await node.offered('duration')).toEqual(['Model Default', '4 Seconds', '6 Seconds', '8 Seconds']);
		expect(await node.offered('aspectRatio')).toEqual(['Model Default', '16:9', '9:16']);
		await node.choose(node.field('aspectRatio'), '9:16');
		await node.choose(node.field('duration'), '8 Seconds');
		const model = 'bytedance/seedance-2.5';
		await node.chooseModel(model);
		expect(await node.offered('aspectRatio')).toEqual(expect.arrayContaining(['Model Default', '21:9', '1:1']));
		expect(await node.field('aspectRatio').locator('input').first().inputValue()).toBe('9:16');
		expect(await node.field('prompt').locator('textarea').first().inputValue()).toBe('A paper boat');
		await look('changed');
		expect(await execute()).toEqual({ model, prompt: 'A paper boat', aspect_ratio: '9:16', duration: 8 });
	});

	it('keeps what an imported workflow has in Model Fields', async () => {
		const model = 'seedance-2.5-text-to-video';
		const modelFields = { mappingMode: 'defineBelow', value: { output_format: 'mov' } };
		await open('evoLink', { ...chosen(model), modelFields });
		await node.ownField('Output Format').waitFor();
		expect(await execute()).toEqual({ model, prompt: 'A paper boat', output_format: 'mov' });
	});

	it.each(shown)('%s, %s: begins with Model Default, each list', async (provider, id) => {
		await open(provider, chosen(id));
		for (const name of ['aspectRatio', 'resolution', 'duration']) expect((await node.offered(name))[0]).toBe('Model Default');
		await look(`${provider}-${id.replaceAll('/', '-')}`);
	});
});
