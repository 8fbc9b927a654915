const defaultKeepFor = 5 * 60_000;
/** A few credentials at a time, each with some hundred lines at most. */
const mostEntries = 40;

/** What was read lately, in memory, by keys that hold no secret. */
export class Cache<T> {
	private readonly entries = new Map<string, { until: number; value: Promise<T> }>();

	/**
	 * @param isWorthKeeping What isn't, is given to those who wait for it and read anew for the next.
	 * @param keepFor Milliseconds.
	 */
	constructor(
		private readonly isWorthKeeping: (value: T) => boolean,
		private readonly keepFor = defaultKeepFor,
	) {}

	/** Gives what was read lately, or reads it; readers at one time share a reading. */
	async take(key: string, read: () => Promise<T>): Promise<T> {
		const entry = this.entries.get(key);
		if (entry && entry.until > Date.now()) return await entry.value;
		const value = read();
		this.entries.delete(key);
		this.entries.set(key, { until: Date.now() + this.keepFor, value });
		// What is kept may hold an API key, which should stay in memory no longer than it is of use.
		AbortSignal.timeout(this.keepFor).addEventListener('abort', () => {
			if (this.entries.get(key)?.value === value) this.entries.delete(key);
		});
		for (const oldest of [...this.entries.keys()].slice(0, -mostEntries)) this.entries.delete(oldest);
		let isKept = false;
		try {
			const result = await value;
			isKept = this.isWorthKeeping(result);
			return result;
		} finally {
			if (!isKept && this.entries.get(key)?.value === value) this.entries.delete(key);
		}
	}

	/** Takes everything off. */
	clear(): void {
		this.entries.clear();
	}
}
