import { sentence } from '../job/failure';
import type { KnownOfJob } from '../job/readAnswer';
import type { JobFailure } from '../job/VideoJob';
import { endedWithoutVideo } from '../providers/endedWithoutVideo';
import { askForJob } from './askForJob';
import type { AskOutcome } from './askForJob';
import { resultGone } from './askForResult';
import type { CallingContext, Connection } from './connection';
import { pause } from './pause';

/**
 * Between the questions for a completed job's video, in milliseconds: some providers tell the state
 * before the link. Longer together than any delay seen; an object, so that tests needn't wait as long.
 */
export const patienceWithoutVideo = { pauses: [1_000, 2_000, 4_000, 8_000] };

/**
 * Asks for a job, and again a few times where it is completed but has no video yet. Still without one
 * it has failed: there is nothing to wait for, and nothing to hand on.
 *
 * @param timeout Milliseconds to wait for each answer.
 * @param pauses Milliseconds between the questions.
 */
export async function askForVideo(
	connection: Connection<CallingContext>,
	jobId: string,
	known: KnownOfJob,
	signal: AbortSignal,
	{ timeout, pauses = patienceWithoutVideo.pauses }: { timeout?: number; pauses?: readonly number[] } = {},
): Promise<AskOutcome> {
	let outcome = await askForJob(connection, jobId, known, timeout);
	for (const milliseconds of pauses) {
		if (lacking(connection, outcome) === null) return outcome;
		await pause(milliseconds, signal);
		if (signal.aborted) return cutShort(connection, jobId);
		const again = await askForJob(connection, jobId, known, timeout);
		// What says nothing takes nothing back: the job is completed.
		if (again.kind === 'job') outcome = again;
	}
	return lacking(connection, outcome) ?? outcome;
}

/** A job that is completed and has no video that can be had, as failed; null for every other outcome. */
function lacking({ provider }: Connection<CallingContext>, outcome: AskOutcome): AskOutcome | null {
	// A result that isn't there can be one that isn't there yet.
	if (outcome.kind === 'job' && outcome.job.failure?.code === resultGone) return outcome;
	const job = outcome.kind === 'job' ? endedWithoutVideo(provider, outcome.job, outcome.body) : null;
	return job && outcome.kind === 'job' ? { ...outcome, job } : null;
}

function cutShort({ provider }: Connection<CallingContext>, jobId: string): AskOutcome {
	const failure: JobFailure = {
		code: 'execution_cancelled',
		message: sentence(
			`The execution was canceled while ${provider.displayName} job ${jobId} was completed and had no link to its video yet`,
			'get it with the operation Download',
		),
		category: 'cancelled',
		retryable: true,
	};
	return { kind: 'trouble', failure, tryAgainAfter: null };
}
