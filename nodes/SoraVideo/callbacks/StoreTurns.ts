/**
 * Lets the calls of one workflow have n8n store something one after the other. Of two stores under way
 * at once, the older could be written last, and what only the newer one held would be gone after a
 * restart. Calls that come meanwhile share the next store.
 */
export class StoreTurns {
	private underWay: Promise<void> = Promise.resolve();
	/** The store that hasn't begun yet. */
	private next: Promise<void> | null = null;

	/**
	 * Waits until what this call wants stored is stored by another one, or is to be stored by this one.
	 *
	 * @returns Null where another call has stored it; else what must be called once this one has.
	 */
	async take(): Promise<(() => void) | null> {
		if (this.next) {
			await this.next;
			return null;
		}
		let finish = () => {};
		const done = new Promise<void>((resolve) => {
			finish = resolve;
		});
		this.next = done;
		await this.underWay;
		this.next = null;
		this.underWay = done;
		return finish;
	}
}
