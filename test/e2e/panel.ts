import type { Locator, Page } from 'playwright-core';

/** The open panel of the node Sora Video, worked as a user does. */
export function panelOn(page: Page) {
	const panel = (): Locator => page.locator('[data-test-id="ndv"]').first();
	const field = (name: string): Locator => panel().locator(`[data-test-id="parameter-input-${name}"]`).first();
	const lines = (): Locator => page.locator('[data-test-id="parameter-input-item"]:visible');

	/** Chooses a line of a list of choices, by the words that it begins with. */
	async function choose(list: Locator, text: string): Promise<void> {
		await list.locator('input').first().click();
		await lines().filter({ hasText: new RegExp(`^\\s*${text}`) }).first().click();
	}

	return { panel, field, choose };
}
