import { describeFailure, sentence } from '../job/failure';
import { readRetryAfter } from '../job/retryAfter';
import { describeTransportFailure } from '../job/transportFailure';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { JobResult } from '../providers/Provider';
import type { AskOutcome } from './askForJob';
import { callProvider } from './callProvider';
import type { CallingContext, Connection } from './connection';

/** The failure of a job whose video was made, and is asked for too late. */
export const resultGone = 'result_gone';

function lost({ provider: { displayName } }: Connection<CallingContext>, { id }: VideoJob, { keptSeconds }: JobResult): JobFailure {
	const minutes = Math.floor(keptSeconds / 60);
	return {
		code: resultGone,
		message: sentence(
			`${displayName} job ${id} is completed, and so paid for, but ${displayName} no longer keeps its result (it does for ${minutes} minutes at least), so the link to its video is lost`,
			`look for the video in the dashboard of ${displayName} before creating it again, and have further videos waited for, or called back, from their creation on`,
		),
		category: 'provider',
		retryable: false,
	};
}

/**
 * Asks for the result of a job that has ended, where the provider tells it apart from the status.
 *
 * @param asked What the status told.
 * @param timeout Milliseconds to wait for the answer.
 */
export async function askForResult(
	connection: Connection<CallingContext>,
	result: JobResult,
	asked: { job: VideoJob; body: unknown },
	timeout: number,
): Promise<AskOutcome> {
	const { provider } = connection;
	const { job, body: statusBody } = asked;
	const answer = await callProvider(connection, result.write(job.id), timeout);
	const subject = `${provider.displayName} job ${job.id} is completed, but its result could not be read`;
	const advice = 'ask again, since that says nothing about the video itself';
	if (answer.status === null) {
		return { kind: 'trouble', failure: describeTransportFailure(subject, answer, 'then ask again'), tryAgainAfter: null };
	}
	const { status, headers, body } = answer;
	const told = result.read(body, status, headers, job, statusBody);
	if (told === 'running') return { kind: 'job', job: { ...job, status: 'processing', progress: null }, body };
	if (told === 'gone') return { kind: 'job', job: { ...job, status: 'failed', failure: lost(connection, job, result) }, body };
	if (told !== 'trouble') return { kind: 'job', job: { ...told, id: job.id }, body };
	const failure = { ...describeFailure(subject, provider.readError(body, status), status, advice), retryable: true };
	return { kind: 'trouble', failure, tryAgainAfter: readRetryAfter(headers, Date.now()) };
}
