import { nextLook } from '../job/schedule';
import { isEnded } from '../job/VideoJob';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { askForJob } from '../transport/askForJob';
import type { AskOutcome } from '../transport/askForJob';
import type { Connection } from '../transport/connection';
import { pause } from './pause';

/** A job to wait for: its id, and its last known state if it was seen already. */
export interface Awaited {
	jobId: string;
	seen: VideoJob | null;
	/** The body that `seen` was read from. */
	body: unknown;
	/** Milliseconds that the job is likely to take, or null. */
	likely: number | null;
}

/** How a wait ended. `job` is the last known state. */
export type WaitOutcome =
	| { kind: 'ended'; job: VideoJob; body: unknown }
	/** The time was up, or the execution was cancelled: the job goes on at the provider. */
	| { kind: 'stillRunning'; job: VideoJob | null; body: unknown; trouble: JobFailure | null }
	| { kind: 'refused'; job: VideoJob | null; failure: JobFailure };

/** A key that was refused stays refused; a job not found counts only if it was never seen. */
function endsTheWait(outcome: AskOutcome, seen: boolean): boolean {
	return outcome.kind === 'refused' && (outcome.status === 401 || outcome.status === 403 || !seen);
}

/**
 * Asks for a job until it has ended, the time is up or the signal says stop. Trouble while asking
 * (network, 429, 5xx, unreadable bodies) never ends a wait that still has time. Whatever the
 * schedule, there is a last look at the deadline.
 *
 * @param timeout Milliseconds from now.
 */
export async function waitForJob(
	connection: Connection,
	awaited: Awaited,
	timeout: number,
	signal: AbortSignal,
): Promise<WaitOutcome> {
	const start = Date.now();
	const deadline = start + timeout;
	let { seen, body } = awaited;
	let trouble: JobFailure | null = null;
	let patience = 0;
	if (seen && isEnded(seen.status)) return { kind: 'ended', job: seen, body };
	// A job created elsewhere may have ended long ago, so it is asked for at once.
	let wait = seen === null ? 0 : nextLook({ elapsed: 0, ...hints(awaited, seen) });
	for (;;) {
		await pause(Math.min(Math.max(wait, patience), deadline - Date.now()), signal);
		if (signal.aborted) return { kind: 'stillRunning', job: seen, body, trouble };
		const outcome = await askForJob(connection, awaited.jobId, {
			model: seen?.model ?? undefined,
			createdAt: seen?.createdAt ?? undefined,
		});
		patience = 0;
		if (outcome.kind === 'job') {
			({ job: seen, body } = outcome);
			trouble = null;
			if (isEnded(seen.status)) return { kind: 'ended', job: seen, body };
		} else {
			if (endsTheWait(outcome, seen !== null) && outcome.kind === 'refused') {
				return { kind: 'refused', job: seen, failure: outcome.failure };
			}
			trouble = outcome.failure;
			if (outcome.kind === 'trouble') patience = outcome.tryAgainAfter ?? 0;
		}
		if (Date.now() >= deadline) return { kind: 'stillRunning', job: seen, body, trouble };
		wait = nextLook({ elapsed: Date.now() - start, ...hints(awaited, seen) });
	}
}

function hints({ likely }: Awaited, seen: VideoJob | null) {
	return { likely, progress: seen?.progress ?? null, random: Math.random() };
}
