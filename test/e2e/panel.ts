import type { Locator, Page } from 'playwright-core';

/** The open panel of the node Sora Video, worked as a user does. */
export function panelOn(page: Page) {
	const panel = (): Locator => page.locator('[data-test-id="ndv"]').first();
	const field = (name: string): Locator => panel().locator(`[data-test-id="parameter-input-${name}"]`).first();
	const mapper = (): Locator => panel().locator('[data-test-id="mapping-fields-container"]');
	const lines = (): Locator => page.locator('[data-test-id="parameter-input-item"]:visible');
	/** One of the model's own fields. */
	const ownField = (title: string): Locator => mapper().locator('.parameter-item').filter({ hasText: title });

	/** Chooses a line of a list of choices, by the words that it begins with. */
	async function choose(list: Locator, text: string): Promise<void> {
		await list.locator('input').first().click();
		await lines().filter({ hasText: new RegExp(`^\\s*${text}`) }).first().click();
	}

	/** Chooses a model in the list, as a user who searches for it. */
	async function chooseModel(id: string): Promise<void> {
		await panel().locator('[data-test-id="resource-locator-model"] [data-test-id="rlc-input"]').first().click();
		await page.locator('[data-test-id="rlc-search"] input:visible, input[data-test-id="rlc-search"]:visible').first().fill(id);
		await page.locator('[data-test-id="rlc-item"]:visible').filter({ hasText: id }).first().click();
		await page.locator('[data-test-id="rlc-item"]:visible').first().waitFor({ state: 'detached' });
	}

	/** What a list of choices offers. */
	async function offered(name: string): Promise<string[]> {
		await field(name).locator('input').first().click();
		await lines().first().waitFor();
		const names = await lines().locator('.option-headline').allInnerTexts();
		await page.keyboard.press('Escape');
		await lines().first().waitFor({ state: 'hidden' });
		return names.map((text) => text.trim());
	}

	/** Adds one of the model's own fields that isn't shown at once. */
	async function addField(title: string): Promise<void> {
		await mapper().locator('[data-test-id="add-fields-select"]').locator('button, input').first().click();
		await page.locator('[role="menuitem"]:visible, .el-select-dropdown__item:visible').filter({ hasText: title }).first().click();
		await ownField(title).waitFor();
	}

	return { panel, field, mapper, lines, ownField, choose, chooseModel, offered, addField };
}
