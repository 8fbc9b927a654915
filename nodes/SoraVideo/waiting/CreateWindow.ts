import { steadyNow } from '../transport/http/clock';
import { pause } from '../transport/http/pause';

/** How many creates a provider takes in how long. */
export interface CreateLimit {
	count: number;
	seconds: number;
}

/** Accounts that are told apart; the one used longest ago is forgotten first. */
const mostAccounts = 100;

/** A sliding window: of any so many seconds, none holds more than so many creates. Times are milliseconds, handed in. */
export class SlidingWindow {
	private sent: number[] = [];

	constructor(private readonly limit: CreateLimit) {}

	/** @returns 0 where one more may be sent now, which counts it; else how long to wait before asking again. */
	take(now: number): number {
		const length = this.limit.seconds * 1000;
		this.sent = this.sent.filter((at) => at > now - length);
		const [oldest] = this.sent;
		if (oldest !== undefined && this.sent.length >= this.limit.count) return oldest + length - now;
		this.sent.push(now);
		return 0;
	}
}

const windows = new Map<string, SlidingWindow>();

/** All runs of this process share an account's window: its limit is the account's, and not the workflow's. */
function windowOf(account: string, limit: CreateLimit): SlidingWindow {
	const window = windows.get(account) ?? new SlidingWindow(limit);
	windows.delete(account);
	windows.set(account, window);
	for (const oldest of [...windows.keys()].slice(0, -mostAccounts)) windows.delete(oldest);
	return window;
}

/**
 * Waits until one more create keeps within the provider's limit.
 *
 * @param account Tells accounts apart, and holds no secret.
 * @param giveUpAt By `steadyNow`.
 * @returns Whether it may be sent: not where its turn doesn't come in time, or the signal said stop.
 */
export async function takeCreateTurn(account: string, limit: CreateLimit, signal: AbortSignal, giveUpAt: number): Promise<boolean> {
	const window = windowOf(account, limit);
	for (;;) {
		if (signal.aborted) return false;
		const wait = window.take(steadyNow());
		if (wait === 0) return true;
		if (steadyNow() + wait > giveUpAt) return false;
		await pause(wait, signal);
	}
}
