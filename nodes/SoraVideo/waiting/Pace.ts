import { pause } from './pause';

/** Between tries where the provider names no time; doubles from the first to the last. */
const firstDelay = 2_000;
const longestDelay = 15_000;

/**
 * The pace at which one batch sends its creates. Free at first; after a 429 one at a time, each after
 * a delay, until creates are accepted again. Otherwise fifty waiting items would knock at once.
 */
export class Pace {
	private delay = 0;
	private notBefore = 0;
	private ordered = 0;
	private queue: Promise<unknown> = Promise.resolve();

	/** Runs a create when its turn comes. */
	async take<T>(signal: AbortSignal, send: () => Promise<T>): Promise<T> {
		if (this.delay === 0) return await send();
		const turn = this.queue.then(async () => {
			while (Date.now() < this.notBefore && !signal.aborted) {
				await pause(Math.min(this.notBefore - Date.now(), 250), signal);
			}
			return await send();
		});
		this.queue = turn.catch(() => undefined);
		return await turn;
	}

	/** @param ordered Milliseconds that the provider asked for, or 0. */
	refused(ordered: number, random: number): void {
		this.delay = Math.min(Math.max(this.delay * 2, firstDelay), longestDelay);
		const wait = Math.max(ordered, this.delay * (1 + (random - 0.5) * 0.2));
		this.ordered = ordered > 0 ? Date.now() + ordered : 0;
		this.notBefore = Date.now() + wait;
	}

	accepted(): void {
		this.notBefore = 0;
		this.delay = this.delay > firstDelay ? this.delay / 2 : 0;
	}

	/** One of the batch's jobs has ended, so the provider may take another one right now. */
	freed(): void {
		this.notBefore = this.ordered;
	}
}
