import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { NodeOperationError } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { isObject, readText } from '../job/read';
import { isTool } from '../waiting/suspension';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { nodeError } from './nodeError';

/** Where a job leaves a node that waits. Nodes with one output send all of them there. */
export type Ending = 'completed' | 'failed' | 'timedOut';
const endings: readonly Ending[] = ['completed', 'failed', 'timedOut'];

/** What became of one input item. */
export interface ItemResult {
	ending: Ending;
	/** The job's last known state; null where there is none. */
	job: VideoJob | null;
	/** Set where the item itself failed, which is more than that its job ended as failed. */
	failure?: JobFailure;
	/** The id, where it is known though the job's state is not. */
	jobId?: string;
	raw?: unknown;
	binary?: IBinaryKeyData;
}

/** A result for an item that can't go on. */
export function failed(failure: JobFailure, job: VideoJob | null = null, jobId?: string): ItemResult {
	return { ending: 'failed', job, failure, jobId };
}

/** The result of an item that a cancelled execution did not come to. */
export const notBegun = failed({
	code: 'execution_cancelled',
	message: 'The execution was canceled before this item was begun: nothing was created for it.',
	category: 'cancelled',
	retryable: true,
});

/**
 * A result for an item that was refused before anything was sent.
 *
 * @param problems Clauses that say what is wrong, each with what to do behind a colon.
 */
export function invalid(provider: string, problems: string[], jobId = ''): ItemResult {
	const message = `Nothing was sent to ${provider}, because ${problems.join('; and ')}.`;
	const failure: JobFailure = {
		code: 'invalid_input',
		message,
		category: 'invalidInput',
		retryable: false,
	};
	return failed(failure, null, jobId === '' ? undefined : jobId);
}

/** What n8n itself threw (an expression that fails, a missing binary) as a result of the item. */
export function unexpected(error: unknown, job: VideoJob | null = null): ItemResult {
	const text = error instanceof Error ? error.message : String(error);
	const message =
		job === null
			? text
			: sentence(
					`Job ${job.id} goes on, but its item failed (${text})`,
					'correct the node and take the job up again with the operation Wait for Completion',
				);
	return failed({ code: 'item_error', message, category: 'invalidInput', retryable: false }, job);
}

/** The outputs of a node that can't begin at all, with On Error set to continue. */
export function failAll(
	context: IExecuteFunctions,
	error: unknown,
	outputCount: 1 | 3,
): INodeExecutionData[][] {
	const results = context.getInputData().map(() => unexpected(error));
	const id = readText(context.getNodeParameter('provider', 0, '')) ?? '';
	return toOutputs({ context, provider: { id } }, results, outputCount);
}

/** The job's id, wherever this result holds it. */
export function idOf({ job, jobId }: ItemResult): string | null {
	return job?.id ?? jobId ?? null;
}

function isJson(value: unknown): value is IDataObject | string {
	return isObject(value) || typeof value === 'string';
}

function toJson(provider: string, result: ItemResult, includeRaw: boolean): IDataObject {
	const job: Omit<VideoJob, 'id'> & { id: string | null } = result.job ?? {
		provider,
		id: idOf(result),
		model: null,
		// A question that failed says nothing about the job: taken for failed, it would be made anew.
		status: idOf(result) === null ? 'failed' : 'processing',
		rawStatus: null,
		progress: null,
		videoUrl: null,
		videoUrls: [],
		expiresAt: null,
		failure: null,
		usage: null,
		costUsd: null,
		createdAt: null,
	};
	const failure = result.failure ?? job.failure;
	return {
		...job,
		failure: failure && { ...failure },
		...(includeRaw && { raw: isJson(result.raw) ? result.raw : null }),
	};
}

/** Whether a sentence names this job. Its id alone proves nothing: "12" is in many sentences. */
export function namesJob(message: string, id: string): boolean {
	const words = message.split(' ').map((word) => word.replace(/[.,:;)]+$/, ''));
	return words.some((word, index) => word === id && /^job$/i.test(words[index - 1] ?? ''));
}

/**
 * The error that n8n shows for an item. It lists the jobs that exist, and the requests of which nobody
 * knows what they created, so that nothing paid for is lost with it.
 */
export function toError(
	context: IExecuteFunctions,
	itemIndex: number,
	failure: JobFailure,
	{ jobIds, unknown }: { jobIds: string[]; unknown: string[] } = { jobIds: [], unknown: [] },
): NodeOperationError {
	const parts = [
		jobIds.length > 0 &&
			!(jobIds.length === 1 && jobIds.every((id) => namesJob(failure.message, id))) &&
			`Jobs of this run at the provider: ${jobIds.join(', ')}. Those that have not failed can be had by their IDs, with the operation Wait for Completion or Download, rather than by creating them again.`,
		unknown.length > 0 &&
			`Requests that may have created jobs whose ids are not known: ${unknown.join('; ')}. Look for them in the provider's dashboard before creating them again.`,
	].filter((part) => part !== false);
	return nodeError(context.getNode(), failure.message, {
		itemIndex,
		description: parts.length > 0 ? parts.join(' ') : undefined,
		level: 'warning',
	});
}

/** Turns results, in the order of the input items, into the node's outputs. */
export function toOutputs(
	{ context, provider }: { context: IExecuteFunctions; provider: { id: string } },
	results: ItemResult[],
	wanted: 1 | 3,
): INodeExecutionData[][] {
	// An agent reads one output only; what left by the others would never reach it.
	const outputCount = isTool(context) ? 1 : wanted;
	// Only for n8n's own error output, which takes items by this property: n8n replaces the fields of
	// such an item by the message alone.
	const toErrorOutput = context.getNode().onError === 'continueErrorOutput' && !isTool(context);
	const outputs: INodeExecutionData[][] = Array.from({ length: outputCount }, () => []);
	results.forEach((result, itemIndex) => {
		const includeRaw = wantsRaw(context, itemIndex);
		const output = outputs[outputCount === 1 ? 0 : endings.indexOf(result.ending)];
		output?.push({
			json: toJson(provider.id, result, includeRaw),
			...(result.binary && { binary: result.binary }),
			...(result.failure &&
				toErrorOutput && { error: toError(context, itemIndex, result.failure) }),
			pairedItem: { item: itemIndex },
		});
	});
	if (outputCount === 3) hintAtOutputs(context, results, toErrorOutput);
	hintAtExpiry(context, results);
	return outputs;
}

/** Whether an item is to carry the provider's own answer. */
export function wantsRaw(context: IExecuteFunctions, itemIndex: number): boolean {
	try {
		return context.getNodeParameter('options.includeRaw', itemIndex, false) === true;
	} catch {
		// An expression that fails must not cost a job that exists its item.
		return false;
	}
}

/** The editor shows the first output, a success, even where everything left by the others. */
function hintAtOutputs(
	context: IExecuteFunctions,
	results: ItemResult[],
	toErrorOutput: boolean,
): void {
	const leaving = (wanted: Ending) => results.filter(({ ending }) => ending === wanted);
	const failedCount = leaving('failed').length;
	const timedOut = leaving('timedOut').map(idOf);
	if (failedCount > 0) {
		context.addExecutionHints({
			message: `${failedCount} of ${results.length} items failed: ${toErrorOutput ? 'the outputs Failed and Error say' : 'the output Failed says'} why.`,
			location: 'outputPane',
		});
	}
	if (timedOut.length > 0) {
		context.addExecutionHints({
			message: `${timedOut.length} of ${results.length} videos are still being made, and charged (see the output Timed Out): wait for them again with the operation Wait for Completion, rather than creating them again. Job IDs: ${timedOut.join(' , ')}`,
			type: 'warning',
			location: 'outputPane',
		});
	}
}

/** A link that dies is seen only when it is dead, in a later node or on the next day. */
function hintAtExpiry(context: IExecuteFunctions, results: ItemResult[]): void {
	const dates = results.flatMap(({ job, binary, failure }) =>
		job?.status === 'completed' && job.expiresAt !== null && !binary && !failure ? [job.expiresAt] : [],
	);
	const [first] = dates.sort();
	if (first === undefined) return;
	const until = first.replace('T', ' ').slice(0, 16);
	context.addExecutionHints({
		message: `The provider keeps ${dates.length === 1 ? 'this video' : `these ${dates.length} videos`} until ${until} UTC only: switch on Download Video, or get the file with the operation Download before then.`,
		location: 'outputPane',
	});
}
