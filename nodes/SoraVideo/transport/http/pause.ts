import { sleep } from 'n8n-workflow';

import { steadyNow } from './clock';

/** Sleeps, but not past the signal. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** How long a cancelled execution may still hold its worker. */
const slice = 250;

/** Sleeps, but no longer than a moment past the signal. */
export const pause: Pause = async (milliseconds, signal) => {
	const end = steadyNow() + milliseconds;
	for (let left = milliseconds; left > 0 && !signal.aborted; left = end - steadyNow()) {
		await sleep(Math.min(slice, left));
	}
};
