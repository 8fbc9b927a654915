import type { IDataObject } from 'n8n-workflow';

/** Where a job stands, the same words for every provider. The last three are endings. */
export type JobStatus = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** What kind of trouble it was, so that workflows can branch without reading messages. */
export type FailureCategory =
	| 'moderation'
	| 'invalidInput'
	| 'quota'
	| 'rateLimit'
	| 'provider'
	| 'cancelled'
	| 'unknown';

/** Why a job, or the request for one, failed. */
export interface JobFailure {
	/** The provider's own code as text, or one of this package's (`invalid_input`, `outcome_unknown`, …). */
	code: string;
	/** One sentence: which provider and job, what happened, what to do. */
	message: string;
	category: FailureCategory;
	/** Whether what failed may go better another time: the create, where there is no job or it failed, else the question or the download. */
	retryable: boolean;
}

/** One video job as every operation and the trigger put it out. Times are ISO 8601 UTC. */
export interface VideoJob {
	provider: string;
	id: string;
	model: string | null;
	status: JobStatus;
	/** The provider's own word for the status. */
	rawStatus: string | null;
	/** Percent, 0 to 100. */
	progress: number | null;
	/** The first of `videoUrls`. */
	videoUrl: string | null;
	videoUrls: string[];
	/** When the links die. */
	expiresAt: string | null;
	failure: JobFailure | null;
	/** What the provider says of cost, in its own form. */
	usage: IDataObject | null;
	/** What the job cost in USD, where the provider says so; never computed. */
	costUsd: number | null;
	createdAt: string | null;
}

/** Whether a job in this status can still change. */
export function isEnded(status: JobStatus): boolean {
	return status === 'completed' || status === 'failed' || status === 'cancelled';
}
