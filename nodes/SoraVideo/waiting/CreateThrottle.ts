import { steadyNow } from '../transport/http/clock';
import { pause } from '../transport/http/pause';

/** Between tries where the provider names no time; doubles from the first to the last. */
const firstDelay = 2_000;
const longestDelay = 15_000;

/**
 * The pace at which one batch sends its creates. Free at first; after a 429 one at a time, each after
 * a delay, until creates are accepted again. Otherwise fifty waiting items would knock at once.
 *
 * What was sent before the last refusal says nothing about the time after it: of fifty creates sent
 * together, ten accepted ones don't call off what a refused one told, and forty refused are one "no".
 */
export class CreateThrottle {
	private delay = 0;
	private notBefore = 0;
	private ordered = 0;
	private refusedAt = -Infinity;
	private queue: Promise<unknown> = Promise.resolve();

	/**
	 * Runs a create when its turn comes. `send` tells the pace what came of it before it returns.
	 *
	 * @param giveUpAt By `steadyNow`, as all times here.
	 * @returns null where it was not sent, since the turn did not come in time or the signal said stop.
	 */
	async take<T>(signal: AbortSignal, giveUpAt: number, send: () => Promise<T>): Promise<T | null> {
		if (signal.aborted) return null;
		if (this.delay === 0 && steadyNow() >= this.notBefore) return await send();
		const turn = this.queue.then(async () => {
			while (steadyNow() < Math.min(this.notBefore, giveUpAt) && !signal.aborted) {
				await pause(Math.min(this.notBefore - steadyNow(), 250), signal);
			}
			return signal.aborted || steadyNow() >= giveUpAt ? null : await send();
		});
		this.queue = turn.catch(() => undefined);
		return await turn;
	}

	/**
	 * @param sentAt When the refused create was sent.
	 * @param ordered Milliseconds that the provider asked for, or 0.
	 */
	refused(sentAt: number, ordered: number, random: number): void {
		const now = steadyNow();
		if (sentAt > this.refusedAt) {
			this.delay = Math.min(Math.max(this.delay * 2, firstDelay), longestDelay);
		}
		this.refusedAt = now;
		this.ordered = Math.max(this.ordered, now + ordered);
		this.notBefore = Math.max(this.ordered, now + this.delay * (1 + (random - 0.5) * 0.2));
	}

	/** @param sentAt When the accepted create was sent. */
	accepted(sentAt: number): void {
		if (sentAt <= this.refusedAt) return;
		this.notBefore = this.ordered;
		this.delay = this.delay > firstDelay ? this.delay / 2 : 0;
	}

	/** One of the batch's jobs has ended, so the provider may take another one right now. */
	freed(): void {
		this.notBefore = this.ordered;
	}
}
