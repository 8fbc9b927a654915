import { describeFailure, sentence } from '../job/failure';
import type { ProviderComplaint } from '../job/failure';
import { readRetryAfter } from '../job/retryAfter';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { KnownOfJob } from '../job/readAnswer';
import { callProvider } from './callProvider';
import type { CallingContext, Connection } from './connection';

/** What became of a status request. */
export type AskOutcome =
	| { kind: 'job'; job: VideoJob; body: unknown }
	/** A definite no: wrong key, no such job. */
	| { kind: 'refused'; status: number; failure: JobFailure }
	/** Says nothing about the job (network, 429, 5xx, an unreadable body): ask again. */
	| { kind: 'trouble'; failure: JobFailure; tryAgainAfter: number | null };

const askTimeout = 30_000;

/**
 * Asks the provider for a job, once.
 *
 * @param timeout Milliseconds to wait for the answer.
 */
export async function askForJob(
	connection: Connection<CallingContext>,
	jobId: string,
	known: KnownOfJob,
	timeout = askTimeout,
): Promise<AskOutcome> {
	const { provider } = connection;
	const subject = `${provider.displayName} can't tell about job ${jobId} just now`;
	const again = 'ask again, since the job itself goes on';
	const answer = await callProvider(connection, provider.writeStatus(jobId), timeout);
	if (answer.status === null) {
		return {
			kind: 'trouble',
			failure: {
				code: 'unreachable',
				message: sentence(`${subject} (${answer.code})`, again),
				category: 'provider',
				retryable: true,
			},
			tryAgainAfter: null,
		};
	}
	const { status, body } = answer;
	const complaint = provider.readError(body, status);
	if (status >= 200 && status < 300) {
		const job = provider.readJob(body, { ...known, id: jobId });
		if (job) return { kind: 'job', job: { ...job, id: jobId }, body };
	} else if (status < 500 && status !== 429 && status !== 408) {
		return { kind: 'refused', status, failure: refusal(connection, jobId, status, complaint) };
	}
	const form = status >= 300 ? undefined : 'its answer holds no job';
	return {
		kind: 'trouble',
		failure: {
			...describeFailure(subject, form ? { code: null, message: form } : complaint, status, again),
			...(form && { code: 'unreadable_answer', category: 'provider', retryable: true }),
		},
		tryAgainAfter: readRetryAfter(answer.headers, Date.now()),
	};
}

function refusal(
	{ provider }: Connection<CallingContext>,
	jobId: string,
	status: number,
	complaint: ProviderComplaint,
): JobFailure {
	if (status === 401) {
		return describeFailure(
			`${provider.displayName} refused to tell about job ${jobId}`,
			complaint,
			status,
			`put a valid API key into the ${provider.displayName} credential`,
		);
	}
	const unknownJob = status === 404 || status === 410 || status === 400;
	return describeFailure(
		unknownJob
			? `${provider.displayName} doesn't know job ${jobId}`
			: `${provider.displayName} refused to tell about job ${jobId}`,
		complaint,
		status,
		unknownJob
			? 'check that the id came from this provider and this account, and is not too old'
			: undefined,
	);
}
