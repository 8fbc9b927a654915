import { sleep } from 'n8n-workflow';

/** How long a cancelled execution may still hold its worker. */
const slice = 250;

/** Sleeps, but no longer than a moment past the signal. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	const end = Date.now() + milliseconds;
	for (let left = milliseconds; left > 0 && !signal.aborted; left = end - Date.now()) {
		await sleep(Math.min(slice, left));
	}
}
