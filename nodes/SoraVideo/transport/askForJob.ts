import { describeFailure } from '../job/failure';
import type { ProviderComplaint } from '../job/failure';
import type { KnownOfJob } from '../job/answers/readAnswer';
import { readRetryAfter } from '../job/retryAfter';
import { describeIntruder, readIntruder } from '../job/intruder';
import { describeTransportFailure } from '../job/transportFailure';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { askForResult } from './askForResult';
import { callProvider } from './http/callProvider';
import type { Answer } from './http/readResponse';
import type { CallingContext, Connection } from './connection';

/** What became of a status request. */
export type AskOutcome =
	| { kind: 'job'; job: VideoJob; body: unknown }
	/** A no: wrong key, no such job. It can be a blip, or too early. */
	| { kind: 'refused'; status: number; failure: JobFailure }
	/** Says nothing about the job (network, 429, 5xx, an unreadable body): ask again. */
	| { kind: 'trouble'; failure: JobFailure; tryAgainAfter: number | null };

const askTimeout = 30_000;

/** HTTP statuses by which providers say that they don't know an id. */
export function saysUnknownId(status: number): boolean {
	return status === 404 || status === 410 || status === 400;
}

/**
 * Asks the provider for a job, once; and for its result, where that is told apart from its status.
 *
 * @param timeout Milliseconds to wait for the answer.
 */
export async function askForJob(
	connection: Connection<CallingContext>,
	jobId: string,
	known: KnownOfJob,
	timeout = askTimeout,
): Promise<AskOutcome> {
	const { provider, baseUrls } = connection;
	const answer = await callProvider(connection, provider.writeStatus(jobId), timeout);
	if (answer.status === null) {
		const subject = `${provider.displayName} could not be asked for job ${jobId}`;
		const failure = describeTransportFailure(subject, answer, 'then ask again');
		return { kind: 'trouble', failure, tryAgainAfter: null };
	}
	const { status, headers, body } = answer;
	if (status >= 200 && status < 300) {
		const job = provider.readJob(body, { ...known, id: jobId, baseUrl: baseUrls.baseUrl });
		const isResultApart = job?.status === 'completed' && job.videoUrls.length === 0;
		if (job && provider.result && isResultApart) {
			return await askForResult(connection, provider.result, { job: { ...job, id: jobId }, body }, timeout);
		}
		if (job) return { kind: 'job', job: { ...job, id: jobId }, body };
	} else if (status < 500 && status !== 429 && status !== 408 && status !== 425) {
		return { kind: 'refused', status, failure: refusal(connection, jobId, answer) };
	}
	const failure = trouble(connection, jobId, answer);
	const said = provider.readError(body, status).message;
	return { kind: 'trouble', failure, tryAgainAfter: readRetryAfter(headers, Date.now(), said) };
}

function trouble({ provider }: Connection<CallingContext>, jobId: string, { status, body }: Answer): JobFailure {
	const subject = `${provider.displayName} told nothing of job ${jobId}`;
	const advice = 'ask again, since that says nothing about the job itself';
	const complaint = provider.readError(body, status);
	if (status >= 300) return describeFailure(subject, complaint, status, advice);
	// A 2xx without a job: whatever it complains of, it is no word on the job's end.
	const failure =
		complaint.message === null
			? {
					...describeFailure(subject, { code: null, message: 'its answer holds no job' }, status, advice),
					code: 'unreadable_answer',
				}
			: describeFailure(subject, complaint, status, advice);
	return { ...failure, category: 'provider', retryable: true };
}

function refusal(
	{ provider }: Connection<CallingContext>,
	jobId: string,
	{ status, headers, body }: Answer,
): JobFailure {
	const refused = `${provider.displayName} refused to tell about job ${jobId}`;
	const intruder = readIntruder(status, headers, body);
	if (intruder !== null) {
		const subject = `${provider.displayName} could not be asked for job ${jobId}`;
		return describeIntruder(subject, intruder, { status, body }, 'then ask again');
	}
	const complaint: ProviderComplaint = provider.readError(body, status);
	const credential = `the ${provider.displayName} credential`;
	if (status === 401) {
		return describeFailure(refused, complaint, status, `put a valid API key into ${credential}, then take the job up again with its id`);
	}
	if (status < 400) {
		return describeFailure(refused, { ...complaint, message: complaint.message ?? 'it redirects' }, status, `correct the Base URL in ${credential}`);
	}
	return saysUnknownId(status)
		? describeFailure(
				`${provider.displayName} finds no job ${jobId}`,
				complaint,
				status,
				'check that the id came from this provider and this account, and is not too old, and ask again in a minute if it was created just now',
			)
		: describeFailure(refused, complaint, status);
}
