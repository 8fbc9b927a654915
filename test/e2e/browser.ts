import { chromium, type Browser, type Page } from 'playwright-core';
import type { N8nServer } from './n8nServer';

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export async function openBrowser(): Promise<Browser> {
	return await chromium.launch({
		executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
		headless: true,
		args: FLAGS,
	});
}

export async function newPage(browser: Browser): Promise<Page> {
	return await browser.newPage({ viewport: { width: 1440, height: 900 } });
}

export async function signIn(page: Page, server: N8nServer): Promise<void> {
	await page.goto(`${server.url}/signin`);
	await page.locator('input[name="emailOrLdapLoginId"]').fill(server.owner.email);
	await page.locator('input[name="password"]').fill(server.owner.password);
	await page.locator('input[name="password"]').press('Enter');
	await page.waitForURL((url) => !url.pathname.includes('signin'));
}

export async function openWorkflow(page: Page, server: N8nServer, id: string): Promise<void> {
	await page.goto(`${server.url}/workflow/${id}`);
	await page.locator('[data-test-id="canvas-node"]').first().waitFor();
}

export async function openNode(page: Page, name: string): Promise<void> {
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
	await page.locator('[data-test-id="ndv"]').first().waitFor();
}

export async function screenshot(page: Page, path: string): Promise<void> {
	await page.screenshot({ path, animations: 'disabled' });
}
