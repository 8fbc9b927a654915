import { isEnded } from '../job/VideoJob';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { endedWithoutVideo } from '../providers/endedWithoutVideo';
import type { AskOutcome } from '../transport/askForJob';
import { askForVideo } from '../transport/askForVideo';
import { steadyNow } from '../transport/http/clock';
import type { Connection } from '../transport/connection';
import { pause } from '../transport/http/pause';
import { ageOf } from '../transport/youngJobs';
import { pauseAfterRefusal } from './refusals';
import { nextLook } from './schedule';
import { noteEnding } from './usualTimes';

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
	/** When the job was created or, for one created elsewhere, when the wait began. By `steadyNow`, as all times here. */
	startedAt: number;
	/** Whether `startedAt` is when it was created. */
	isOwn?: boolean;
	/** When it was last seen running; absent where `startedAt` was that. */
	lookedAt?: number;
	/** Since when its questions were refused; absent where the last one wasn't. */
	refusedSince?: number;
	/** Whether to ask at once: the job was created some time ago. */
	askNow: boolean;
}

/** How a wait ended. `job` is the last known state. */
export type WaitOutcome =
	| { kind: 'ended'; job: VideoJob; body: unknown }
	/** The time was up, or the execution was cancelled: the job goes on at the provider. */
	| { kind: 'stillRunning'; job: VideoJob | null; body: unknown; trouble: JobFailure | null; refusedSince?: number }
	| { kind: 'refused'; job: VideoJob | null; failure: JobFailure };

/**
 * Between the tries of a last look that met trouble, in milliseconds: a job that ended in time would
 * otherwise leave as timed out for one lost packet. An object, so that tests needn't wait as long.
 */
export const patienceAtDeadline = { pauses: [1_000, 2_000, 4_000] };

/**
 * Asks for a job until it has ended, the time is up or the signal says stop. Trouble while asking
 * (network, 429, 5xx, unreadable bodies) never ends a wait that still has time; a refusal ends it once
 * it is no blip. Whatever the schedule, there is a last look at the deadline.
 *
 * @param deadline By `steadyNow`.
 */
export async function waitForJob(
	connection: Connection,
	awaited: Awaited,
	deadline: number,
	signal: AbortSignal,
): Promise<WaitOutcome> {
	const { jobId, startedAt } = awaited;
	const left = () => deadline - steadyNow();
	const elapsed = () => Math.max(0, steadyNow() - startedAt);
	let { seen, body } = awaited;
	let trouble: JobFailure | null = null;
	let lastRunning = awaited.lookedAt === undefined ? 0 : Math.max(0, awaited.lookedAt - startedAt);
	let refusedSince = awaited.refusedSince ?? null;
	let refusals = 0;
	let lastTries = 0;
	const isDone = seen !== null && isEnded(seen.status);
	const isWithoutVideo = seen !== null && endedWithoutVideo(connection.provider, seen, body) !== null;
	if (seen && isDone && !isWithoutVideo) return { kind: 'ended', job: seen, body };

	const untilNextLook = () =>
		nextLook({
			elapsed: elapsed(),
			likely: awaited.likely,
			isEstimate: awaited.isEstimate,
			progress: seen?.progress ?? null,
			random: Math.random(),
		});
	const stillRunning = (): WaitOutcome => ({
		kind: 'stillRunning',
		job: seen,
		body,
		trouble,
		...(refusedSince !== null && { refusedSince }),
	});
	/** Milliseconds until the next look, whatever the deadline, or the refusal that ends the wait. */
	const readLook = (outcome: AskOutcome): number | JobFailure => {
		if (outcome.kind === 'job') {
			({ job: seen, body } = outcome);
			trouble = refusedSince = null;
			refusals = 0;
			lastRunning = elapsed();
			return untilNextLook();
		}
		trouble = outcome.failure;
		if (outcome.kind === 'trouble') return Math.max(untilNextLook(), outcome.tryAgainAfter ?? 0);
		refusedSince ??= steadyNow();
		const wait = pauseAfterRefusal({
			status: outcome.status,
			refusedFor: steadyNow() - refusedSince,
			before: refusals++,
			wasGood: seen !== null,
			age: ageOf(connection, jobId) ?? (awaited.isOwn ? elapsed() : null),
		});
		return wait ?? outcome.failure;
	};

	let wait = awaited.askNow || isWithoutVideo ? 0 : untilNextLook();
	for (;;) {
		await pause(lastTries > 0 ? wait : Math.min(wait, left()), signal);
		if (signal.aborted) return stillRunning();
		const known = { model: seen?.model ?? undefined, createdAt: seen?.createdAt ?? undefined };
		// The last look may not hold the wait much longer than it has time.
		const timeout = Math.ceil(Math.min(30_000, Math.max(5_000, left())));
		const outcome = await askForVideo(connection, jobId, known, signal, { timeout });
		if (outcome.kind === 'job' && isEnded(outcome.job.status)) {
			const { job } = outcome;
			if (awaited.isOwn && job.status === 'completed') {
				noteEnding(connection.provider.id, job.model, { after: lastRunning, before: elapsed() });
			}
			return { kind: 'ended', job, body: outcome.body };
		}
		const next = readLook(outcome);
		if (typeof next !== 'number') return { kind: 'refused', job: seen, failure: next };
		wait = next;
		if (left() > 0) continue;
		const lastPause = patienceAtDeadline.pauses[lastTries];
		if (outcome.kind === 'job' || lastPause === undefined) return stillRunning();
		lastTries += 1;
		wait = lastPause;
	}
}
