import { failWithoutVideo } from '../job/withoutVideo';
import type { KnownOfJob } from '../providers/Provider';
import { askForJob } from './askForJob';
import type { AskOutcome } from './askForJob';
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
		if (!lacksVideo(connection, outcome)) return outcome;
		await pause(milliseconds, signal);
		if (signal.aborted) return outcome;
		const again = await askForJob(connection, jobId, known, timeout);
		// What says nothing takes nothing back: the job is completed.
		if (again.kind === 'job') outcome = again;
	}
	return outcome.kind === 'job' && lacksVideo(connection, outcome)
		? { ...outcome, job: failWithoutVideo(outcome.job, connection.provider.displayName) }
		: outcome;
}

/** Providers whose API serves the video itself need give no link. */
function lacksVideo({ provider }: Connection<CallingContext>, outcome: AskOutcome): boolean {
	if (outcome.kind !== 'job' || provider.writeContent) return false;
	return outcome.job.status === 'completed' && outcome.job.videoUrls.length === 0;
}
