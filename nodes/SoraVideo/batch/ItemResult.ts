import type { IBinaryKeyData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { isEnded } from '../job/VideoJob';
import type { JobFailure, VideoJob } from '../job/VideoJob';

/** Where a job leaves a node that waits. Nodes with one output send all of them there. */
export type Ending = 'completed' | 'failed' | 'timedOut';

/** What became of one input item, beside what the record knows of its job. */
export interface ItemResult {
	ending: Ending;
	/** Set where the item itself failed, which is more than that its job ended as failed. Stops the node, unless On Error is set to continue. */
	failure?: JobFailure;
	/** What is wrong with an item that can't be sent: clauses, each with what to do behind a colon. */
	problems?: string[];
	/** Why nothing newer is known of a job that goes on. */
	trouble?: JobFailure | null;
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

/** A result for an item that can't be sent. */
export function invalid(provider: string, problems: string[], code = 'invalid_input'): ItemResult {
	const message = `Nothing was sent to ${provider}, because ${problems.join('; and ')}.`;
	return { ...failed({ code, message, category: 'invalidInput', retryable: false }), problems };
}

function textOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** What n8n itself threw (an expression that fails, an unreadable credential) as a result of the item. */
export function unexpected(error: unknown, jobId: string | null, job: VideoJob | null): ItemResult {
	const text = textOf(error);
	const state = job && isEnded(job.status) ? `has ended (${job.status})` : 'goes on';
	const message =
		jobId === null
			? text
			: sentence(
					`Job ${jobId} ${state}, but its item failed (${text})`,
					'correct the node and take the job up again with the operation Wait for Completion',
				);
	return failed({ code: 'item_error', message, category: 'invalidInput', retryable: false });
}
