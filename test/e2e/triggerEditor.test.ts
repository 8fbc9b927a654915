import type { Browser, Locator, Page } from 'playwright-core';

import { startSandbox, type Sandbox } from '../sandbox';
import { newPage, openBrowser, openNode, openWorkflow, screenshot, signIn } from './browser';
import { installN8n, type N8nVersion } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { createJobs, letCallbacksThrough, openTriggerPlace, publicHost, triggerStep, type TriggerPlace } from './triggerPlace';
import { chain } from './workflowBuilder';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];
/** Where to keep screenshots of the editor, for a person to look at. */
const screenshots = process.env.SCREENSHOTS;

describe.each(versions)("the trigger in %s's editor", (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let place: TriggerPlace;
	let browser: Browser;
	let page: Page;
	let webhookId: string;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball, env: { WEBHOOK_URL: `https://${publicHost}/` } });
		place = await openTriggerPlace({ rest: server.rest, webhookUrl: server.url, sandbox });
		const trigger = triggerStep(place);
		webhookId = trigger.webhookId;
		const workflow = await server.rest.createWorkflow(chain('Called there', [trigger]));
		browser = await openBrowser();
		page = await newPage(browser);
		await signIn(page, server);
		await openWorkflow(page, server, workflow);
	}, 1_200_000);

	afterAll(async () => {
		await browser.close();
		await server.dispose();
		await place.front.close();
		await sandbox.stop();
	}, 120_000);

	async function look(name: string): Promise<void> {
		if (screenshots) await screenshot(page, `${screenshots}/${version}-trigger-${name}.png`);
	}

	function panel(): Locator {
		return page.locator('[data-test-id="ndv"]').first();
	}

	it('has two named outputs, and says its provider', async () => {
		const node = page.locator('[data-test-id="canvas-node"][data-node-name="Trigger"]');
		for (const text of ['Completed', 'Failed', 'EvoLink']) await node.getByText(text, { exact: true }).waitFor();
		await look('canvas');
	});

	it('shows its URLs, what to do with them, and its fields', async () => {
		await openNode(page, 'Trigger');
		for (const text of ['Provider', 'Verify Callback', 'Options']) await panel().getByText(text, { exact: true }).first().waitFor();
		await panel().getByText('Starts this workflow when a video has ended').first().waitFor();
		for (const text of ['tab Production URL', 'begin with https', 'private address', '2,048 characters', 'when the video has ended']) {
			await panel().getByText(text).first().waitFor();
		}
		await look('panel');
		await panel().getByText('Webhook URLs', { exact: true }).first().click();
		await panel().getByText(`https://${publicHost}/webhook-test/${webhookId}/callback`).first().waitFor();
		await panel().getByText('Production URL', { exact: true }).first().click();
		await panel().getByText(`https://${publicHost}/webhook/${webhookId}/callback`).first().waitFor();
		await look('production-url');
	});

	it('shows the item of one call to the test URL', async () => {
		await panel().getByText('Test URL', { exact: true }).first().click();
		await panel().getByRole('button', { name: /^(Execute step|Test step|Listen for test event)$/i }).first().click();
		await panel().getByText('Listening for test event').first().waitFor();
		await look('listening');
		letCallbacksThrough(place);
		await createJobs(place, `https://${publicHost}/webhook-test/${webhookId}/callback`, ['A boat']);
		await panel().getByText('Order: A boat').first().waitFor({ timeout: 30_000 });
		await look('item');
		expect(sandbox.callbacks.map(({ status }) => status)).toEqual([200]);
	});
});
