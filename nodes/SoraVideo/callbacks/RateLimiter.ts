/** How much is allowed in a row, and how much more each second. */
export interface Rate {
	burst: number;
	perSecond: number;
}

interface Bucket {
	left: number;
	countedAt: number;
}

/** So many callers are told apart; the one that came longest ago is forgotten first. */
const mostBuckets = 10_000;

/** Token buckets, one for each key. Times are milliseconds, handed in. */
export class RateLimiter {
	private readonly buckets = new Map<string, Bucket>();

	constructor(private readonly rate: Rate) {}

	/** @returns Whether one more is allowed, which counts it. */
	take(key: string, now: number): boolean {
		const { burst, perSecond } = this.rate;
		const { left, countedAt } = this.buckets.get(key) ?? { left: burst, countedAt: now };
		// A clock that goes back earns nothing, and costs nothing.
		const earned = (Math.max(0, now - countedAt) / 1000) * perSecond;
		const bucket = { left: Math.min(burst, left + earned), countedAt: now };
		const isAllowed = bucket.left >= 1;
		if (isAllowed) bucket.left -= 1;
		this.buckets.delete(key);
		this.buckets.set(key, bucket);
		for (const oldest of this.buckets.keys()) {
			if (this.buckets.size <= mostBuckets) break;
			this.buckets.delete(oldest);
		}
		return isAllowed;
	}

	/** Takes back that one was counted. */
	giveBack(key: string): void {
		const bucket = this.buckets.get(key);
		if (bucket) bucket.left = Math.min(this.rate.burst, bucket.left + 1);
	}
}
