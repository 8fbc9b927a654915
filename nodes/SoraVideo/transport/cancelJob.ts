import { describeFailure, sentence } from '../job/failure';
import { describeTransportFailure } from '../job/transportFailure';
import type { JobFailure } from '../job/VideoJob';
import type { CancelAnswer } from '../providers/Provider';
import { callProvider } from './callProvider';
import type { Connection } from './connection';

/** What became of the wish to cancel a job. */
export type CancelOutcome =
	| { kind: Exclude<CancelAnswer, 'unknownJob'> }
	| { kind: 'failed'; failure: JobFailure };

const cancelTimeout = 30_000;

/** Asks the provider to cancel a job, once. */
export async function cancelJob(connection: Connection, jobId: string): Promise<CancelOutcome> {
	const { provider } = connection;
	const { displayName, cancel } = provider;
	const failed = (failure: JobFailure): CancelOutcome => ({ kind: 'failed', failure });
	if (!cancel) {
		return failed({
			code: 'invalid_input',
			message: sentence(`${displayName} can't cancel jobs, so job ${jobId} goes on`, 'choose another operation'),
			category: 'invalidInput',
			retryable: false,
		});
	}
	const answer = await callProvider(connection, cancel.write(jobId), cancelTimeout);
	const subject = `${displayName} could not be asked to cancel job ${jobId}`;
	if (answer.status === null) return failed(describeTransportFailure(subject, answer, 'then cancel it again'));
	const { status, body } = answer;
	const said = cancel.read(body, status);
	if (said !== null && said !== 'unknownJob') return { kind: said };
	const complaint = provider.readError(body, status);
	return failed(
		said === 'unknownJob'
			? describeFailure(`${displayName} finds no job ${jobId} to cancel`, complaint, status, 'check that the id came from this provider and this account, and is not too old')
			: describeFailure(`${displayName} did not cancel job ${jobId}`, complaint, status, 'ask for its status, and cancel it again if it still goes on'),
	);
}
