import { nextLook } from './schedule';
import { isEnded } from '../job/VideoJob';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { askForJob } from '../transport/askForJob';
import type { AskOutcome } from '../transport/askForJob';
import type { Connection } from '../transport/connection';
import { pause } from './pause';

/** A job to wait for. */
export interface Awaited {
	jobId: string;
	/** Its last known state, and the body that was read from. */
	seen: VideoJob | null;
	body: unknown;
	/** Milliseconds that the job is likely to take in all, or null. */
	likely: number | null;
	/** Whether the provider told that time for this very job. */
	isEstimate?: boolean;
	/** When the job was created or, for one created elsewhere, when the wait began. */
	startedAt: number;
	/** Whether to ask at once: the job was created some time ago. */
	askNow: boolean;
}

/** How a wait ended. `job` is the last known state. */
export type WaitOutcome =
	| { kind: 'ended'; job: VideoJob; body: unknown }
	/** The time was up, or the execution was cancelled: the job goes on at the provider. */
	| { kind: 'stillRunning'; job: VideoJob | null; body: unknown; trouble: JobFailure | null }
	| { kind: 'refused'; job: VideoJob | null; failure: JobFailure };

/** A key that was refused stays refused; a job not found counts only if it was never seen. */
function refusalThatEnds(outcome: AskOutcome, seen: boolean): JobFailure | null {
	if (outcome.kind !== 'refused') return null;
	return outcome.status === 401 || outcome.status === 403 || !seen ? outcome.failure : null;
}

/**
 * Asks for a job until it has ended, the time is up or the signal says stop. Trouble while asking
 * (network, 429, 5xx, unreadable bodies) never ends a wait that still has time. Whatever the
 * schedule, there is a last look at the deadline.
 *
 * @param deadline Milliseconds since 1970.
 */
export async function waitForJob(
	connection: Connection,
	awaited: Awaited,
	deadline: number,
	signal: AbortSignal,
): Promise<WaitOutcome> {
	let { seen, body } = awaited;
	let trouble: JobFailure | null = null;
	let patience = 0;
	const untilNextLook = () =>
		nextLook({
			elapsed: Date.now() - awaited.startedAt,
			likely: awaited.likely,
			isEstimate: awaited.isEstimate,
			progress: seen?.progress ?? null,
			random: Math.random(),
		});
	if (seen && isEnded(seen.status)) return { kind: 'ended', job: seen, body };
	let wait = awaited.askNow ? 0 : untilNextLook();
	for (;;) {
		await pause(Math.min(Math.max(wait, patience), deadline - Date.now()), signal);
		if (signal.aborted) return { kind: 'stillRunning', job: seen, body, trouble };
		const known = { model: seen?.model ?? undefined, createdAt: seen?.createdAt ?? undefined };
		// The last look may not hold the wait much longer than it has time.
		const patienceOfLook = Math.min(30_000, Math.max(5_000, deadline - Date.now()));
		const outcome = await askForJob(connection, awaited.jobId, known, patienceOfLook);
		if (outcome.kind === 'job') {
			({ job: seen, body } = outcome);
			if (isEnded(seen.status)) return { kind: 'ended', job: seen, body };
			trouble = null;
		} else {
			const failure = refusalThatEnds(outcome, seen !== null);
			if (failure) return { kind: 'refused', job: seen, failure };
			trouble = outcome.failure;
		}
		if (Date.now() >= deadline) return { kind: 'stillRunning', job: seen, body, trouble };
		patience = outcome.kind === 'trouble' ? (outcome.tryAgainAfter ?? 0) : 0;
		wait = untilNextLook();
	}
}
