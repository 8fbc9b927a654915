import type { IBinaryKeyData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { withoutStop } from '../job/read';
import { isEnded } from '../job/VideoJob';
import type { JobFailure } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import type { PaidJobs } from '../paidJobs/PaidJobs';
import { textOf } from './ItemParameters';

/** Where a job leaves a node that waits. Nodes with one output send all of them there. */
export type Ending = 'completed' | 'failed' | 'timedOut';

/** What became of one input item, beside what the record knows of its job. */
export interface ItemResult {
	ending: Ending;
	/** Set where the item itself failed, which is more than that its job ended as failed. Stops the node, unless On Error is set to continue. */
	failure?: JobFailure;
	/** What is wrong with an item that can't be sent: clauses, each with what to do behind a colon. */
	problems?: string[];
	/** What the item tells without having failed itself: why its video was refused, or why nothing newer is known of a job that goes on. */
	told?: JobFailure | null;
	/** The provider's answer. */
	raw?: unknown;
	binary?: IBinaryKeyData;
}

export function isResult(value: object): value is ItemResult {
	return 'ending' in value;
}

/** A result for an item that can't go on. */
export function failed(failure: JobFailure, raw?: unknown): ItemResult {
	return { ending: 'failed', failure, raw };
}

/** The result of an item that a cancelled execution did not come to. */
export const notBegun = failed({
	code: 'execution_cancelled',
	message: 'The execution was canceled before this item was begun: nothing was created for it.',
	category: 'cancelled',
	retryable: true,
});

/**
 * A result for an item that can't be sent, or whose job can't be asked for.
 *
 * @param jobId The job's id, where the item names one.
 */
export function invalid(provider: string, problems: string[], { jobId, code = 'invalid_input' }: { jobId?: string; code?: string } = {}): ItemResult {
	const what = jobId === undefined ? `Nothing was sent to ${provider}` : `${provider} was not asked for job ${jobId}`;
	const message = `${what}, because ${problems.join('; and ')}.`;
	return { ...failed({ code, message, category: 'invalidInput', retryable: false }), problems };
}

/** What was thrown (by an engine that can't read a credential, a store that is full) as a result of the item. */
export function unexpected(error: unknown, record: PaidJobs, itemIndex: number): ItemResult {
	const text = textOf(error);
	const known = record.find(itemIndex);
	if (known?.state === 'unknown') {
		const message = sentence(
			`The provider may have created and charged a job for ${describeRequest(known.create)} whose id is not known, and its item failed (${withoutStop(text)})`,
			"look for it in the provider's dashboard before creating the video again",
		);
		return failed({ code: 'outcome_unknown', message, category: 'unknown', retryable: false });
	}
	const [jobId, job, named] = [record.knownIdOf(itemIndex), record.jobOf(itemIndex), record.idOf(itemIndex)];
	const seen = job && (isEnded(job.status) ? `has ended (${job.status})` : `was ${job.status} when last seen`);
	const isSentence = /: .*\.$/s.test(text);
	const message =
		jobId !== null
			? sentence(
					`Job ${jobId} ${seen ?? 'is at the provider'}, but its item failed (${withoutStop(text)})`,
					'correct the node and take the job up again with the operation Wait for Completion',
				)
			: isSentence && named === null
				? text
				: sentence(`The item${named === null ? '' : ` of job ${named}`} failed (${withoutStop(text)})`, 'correct what these words name, then run the node again');
	return failed({ code: 'item_error', message, category: 'invalidInput', retryable: false });
}
