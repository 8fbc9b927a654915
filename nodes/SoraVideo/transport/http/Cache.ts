import { steadyNow } from './clock';

const defaultKeepFor = 5 * 60_000;
/** A few credentials at a time, each with some hundred lines at most. */
const mostEntries = 40;

interface Entry<T> {
	at: number;
	until: number;
	value: Promise<T>;
	/** Whether it is known to be worth keeping. */
	isGood: boolean;
	/** The one that serves until this one is good. */
	before: Entry<T> | null;
}

/** What was read lately, in memory, by keys that hold no secret. */
export class Cache<T> {
	private readonly entries = new Map<string, Entry<T>>();

	/**
	 * @param isWorthKeeping What isn't, is given to those who wait for it and read anew for the next.
	 * @param keepFor Milliseconds.
	 * @param keepOthersFor Milliseconds for what isn't worth keeping longer.
	 */
	constructor(
		private readonly isWorthKeeping: (value: T) => boolean,
		private readonly keepFor = defaultKeepFor,
		private readonly keepOthersFor = 0,
	) {}

	/**
	 * Gives what was read lately, or reads it; readers at one time share a reading.
	 *
	 * @param maxAge Milliseconds; what was read longer ago is read anew. Until that has succeeded, who takes it of
	 * any age gets what was there.
	 */
	async take(key: string, read: () => Promise<T>, maxAge = Infinity): Promise<T> {
		const known = this.entries.get(key);
		const now = steadyNow();
		const latest = known?.isGood === false ? known.before : known;
		const good = latest && latest.until > now ? latest : null;
		if (maxAge === Infinity && good) return await good.value;
		if (known && known.until > now && known.at + maxAge > now) return await known.value;
		const value = read();
		const entry: Entry<T> = { at: now, until: now + this.keepFor, value, isGood: false, before: good };
		this.entries.delete(key);
		this.entries.set(key, entry);
		// What is kept may hold an API key, which should stay in memory no longer than it is of use.
		AbortSignal.timeout(this.keepFor).addEventListener('abort', () => {
			const current = this.entries.get(key);
			if (current?.value === value) this.entries.delete(key);
			if (current?.before?.value === value) current.before = null;
		});
		for (const oldest of [...this.entries.keys()].slice(0, -mostEntries)) this.entries.delete(oldest);
		try {
			const result = await value;
			entry.isGood = this.isWorthKeeping(result);
			if (entry.isGood) entry.before = null;
			return result;
		} finally {
			if (!entry.isGood) entry.until = steadyNow() + this.keepOthersFor;
			if (!entry.isGood && this.keepOthersFor === 0 && this.entries.get(key) === entry) this.entries.delete(key);
		}
	}

	/** Takes everything off. */
	clear(): void {
		this.entries.clear();
	}
}
