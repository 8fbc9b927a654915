import { RateLimiter } from './RateLimiter';
import type { Rate } from './RateLimiter';

/** What asking the provider led to: `fruitless` where it brought no run, as with made-up ids. */
export interface Asked<T> {
	answer: T;
	fruitless: boolean;
	/** The provider doesn't know this id. */
	unknownId: boolean;
}

export interface ThrottleLimits {
	/** Questions under way at once. */
	atOnce: number;
	/** Fruitless questions of one caller, those under way among them. */
	fruitless: Rate;
	/** Unknown ids that are remembered. */
	ids: number;
}

/** First pause after an id was unknown; each further one is eight times as long. */
const firstPause = 2_000;
const longestPause = 3_600_000;

/**
 * The status questions that callbacks cause at the provider, kept bounded: whoever knows the URL could
 * otherwise have this server ask for any number of made-up jobs. Times are milliseconds, handed in.
 */
export class StatusThrottle<T> {
	private readonly underWay = new Map<string, Promise<T | null>>();
	private readonly unknown = new Map<string, { until: number; pause: number }>();
	private readonly waiting = new Set<() => void>();
	private readonly limiter: RateLimiter;
	private running = 0;

	constructor(private readonly limits: ThrottleLimits) {
		this.limiter = new RateLimiter(limits.fruitless);
	}

	/** Whether the provider has lately said that it doesn't know this id. */
	isUnknown(id: string, now: number): boolean {
		return (this.unknown.get(id)?.until ?? 0) > now;
	}

	/**
	 * Asks; several calls at once of one caller for one id share one question.
	 *
	 * @param caller Whose fruitless questions are counted together.
	 * @param late Aborts when the caller wants no answer any more.
	 * @returns Null where it is not asked: the caller's questions led to nothing lately, or there is no room in time.
	 */
	async ask(
		caller: string,
		id: string,
		clock: () => number,
		late: AbortSignal,
		question: () => Promise<Asked<T>>,
	): Promise<T | null> {
		const key = JSON.stringify([caller, id]);
		const shared = this.underWay.get(key);
		if (shared) return await shared;
		const asking = this.askInTurn(caller, id, clock, late, question).finally(() => this.underWay.delete(key));
		this.underWay.set(key, asking);
		return await asking;
	}

	private async askInTurn(
		caller: string,
		id: string,
		clock: () => number,
		late: AbortSignal,
		question: () => Promise<Asked<T>>,
	): Promise<T | null> {
		if (!(await this.takePlace(late))) return null;
		try {
			// Taken before the answer is known: those under way would otherwise run up a debt, and after an
			// attack genuine calls would be refused for longer than a provider goes on calling.
			if (!this.limiter.take(caller, clock())) return null;
			let fruitless = false;
			try {
				const asked = await question();
				({ fruitless } = asked);
				if (asked.unknownId) this.remember(id, clock());
				else this.unknown.delete(id);
				return asked.answer;
			} finally {
				if (!fruitless) this.limiter.giveBack(caller);
			}
		} finally {
			this.leavePlace();
		}
	}

	private async takePlace(late: AbortSignal): Promise<boolean> {
		if (late.aborted) return false;
		if (this.running < this.limits.atOnce) {
			this.running += 1;
			return true;
		}
		return await new Promise((resolve) => {
			const enter = () => {
				resolve(true);
			};
			this.waiting.add(enter);
			late.addEventListener('abort', () => {
				if (this.waiting.delete(enter)) resolve(false);
			});
		});
	}

	/** A place goes over to who waits for it longest, so that nobody slips in between. */
	private leavePlace(): void {
		const [next] = this.waiting;
		if (next) {
			this.waiting.delete(next);
			next();
		} else this.running -= 1;
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
