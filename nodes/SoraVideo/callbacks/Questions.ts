/** What asking the provider led to: `fruitless` where it brought no run, as with made-up ids. */
export interface Asked<T> {
	answer: T;
	fruitless: boolean;
	/** The provider doesn't know this id. */
	unknownId: boolean;
}

interface Limits {
	/** Questions under way at once. */
	atOnce: number;
	/** Fruitless questions that may be asked in a row, those under way among them, */
	burst: number;
	/** and how many more each second. */
	perSecond: number;
	/** Unknown ids that are remembered. */
	ids: number;
}

/** `burst` is more than `atOnce`, so that some fruitless questions leave room for as many genuine ones as fit. */
const defaultLimits: Limits = { atOnce: 100, burst: 200, perSecond: 1, ids: 1000 };

/** First pause after an id was unknown; each further one is eight times as long. */
const firstPause = 2_000;
const longestPause = 3_600_000;

/**
 * The questions that callbacks cause at the provider, kept bounded: whoever knows the URL could
 * otherwise have this server ask for any number of made-up jobs. Times are milliseconds, handed in.
 */
export class Questions<T> {
	private readonly underWay = new Map<string, Promise<T | null>>();
	private readonly unknown = new Map<string, { until: number; pause: number }>();
	private readonly queue: Array<() => void> = [];
	private running = 0;
	private allowance: number;
	private countedAt = 0;

	constructor(private readonly limits: Limits = defaultLimits) {
		this.allowance = limits.burst;
	}

	/** Whether the provider has lately said that it doesn't know this id. */
	isUnknown(id: string, now: number): boolean {
		return (this.unknown.get(id)?.until ?? 0) > now;
	}

	/**
	 * Asks; several at once for one id share one question.
	 *
	 * @returns Null where too many questions led to nothing lately, so that this one is not asked.
	 */
	async ask(id: string, clock: () => number, question: () => Promise<Asked<T>>): Promise<T | null> {
		const shared = this.underWay.get(id);
		if (shared) return await shared;
		const asking = this.askInTurn(id, clock, question).finally(() => this.underWay.delete(id));
		this.underWay.set(id, asking);
		return await asking;
	}

	private async askInTurn(id: string, clock: () => number, question: () => Promise<Asked<T>>): Promise<T | null> {
		if (this.running < this.limits.atOnce) this.running += 1;
		else await new Promise<void>((resolve) => this.queue.push(resolve));
		try {
			if (!this.takeOne(clock())) return null;
			// Taken before the answer is known: those under way would otherwise run up a debt, and after an
			// attack genuine calls would be refused for longer than a provider goes on calling.
			let fruitless = false;
			let asked: Asked<T>;
			try {
				asked = await question();
				({ fruitless } = asked);
			} finally {
				if (!fruitless) this.allowance += 1;
			}
			const { answer, unknownId } = asked;
			if (unknownId) this.remember(id, clock());
			else this.unknown.delete(id);
			return answer;
		} finally {
			// A place goes over to who waits for it, so that nobody slips in between.
			const next = this.queue.shift();
			if (next) next();
			else this.running -= 1;
		}
	}

	private takeOne(now: number): boolean {
		const seconds = Math.max(0, now - this.countedAt) / 1000;
		this.allowance = Math.min(this.limits.burst, this.allowance + seconds * this.limits.perSecond);
		this.countedAt = now;
		if (this.allowance < 1) return false;
		this.allowance -= 1;
		return true;
	}

	private remember(id: string, now: number): void {
		const last = this.unknown.get(id)?.pause;
		const pause = last === undefined ? firstPause : Math.min(last * 8, longestPause);
		this.unknown.delete(id);
		this.unknown.set(id, { until: now + pause, pause });
		for (const oldest of this.unknown.keys()) {
			if (this.unknown.size <= this.limits.ids) return;
			this.unknown.delete(oldest);
		}
	}
}
