/** How long a callback may take, in milliseconds. An object, so that tests needn't wait as long. */
export const patience = {
	/** Until every caller has its answer, 503 at worst: EvoLink hangs up after 10 s, and n8n needs time before and after. */
	answer: 7_000,
	/** For the provider's answer to one question, which leaves time to wait for a turn, and to store. */
	ask: 5_000,
	/** Between the questions for the video of a job that is completed and has none yet. */
	withoutVideo: [1_000, 2_000],
	/** When the clock strikes so much too late, n8n was too busy to notice an answer. */
	late: 1_000,
	/** Until a caller gets its answer even if n8n has not stored yet. Storing takes milliseconds. */
	stored: 3_000,
	/** Until the next list may be stored even if this one has not been: n8n tells nobody that it couldn't. */
	nextStore: 1_000,
};

/** What comes of work, or something else where the signal aborts first. The work itself goes on. */
export async function within<T, U>(signal: AbortSignal, work: Promise<T>, otherwise: U): Promise<T | U> {
	return await new Promise((resolve, reject) => {
		if (signal.aborted) resolve(otherwise);
		signal.addEventListener('abort', () => {
			resolve(otherwise);
		});
		work.then(resolve, reject);
	});
}
