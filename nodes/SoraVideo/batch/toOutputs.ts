import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import type { PaidJobs } from '../paidJobs/PaidJobs';
import { isTool, withoutEmptyItem } from '../waiting/suspension';
import { wantsVideo } from './addVideos';
import { ItemParameters } from './ItemParameters';
import { isResult, unexpected } from './ItemResult';
import type { Ending, ItemResult } from './ItemResult';
import { leave, readItemStates } from './itemStates';
import { toItemError } from './nodeError';

const endings: readonly Ending[] = ['completed', 'failed', 'timedOut'];

function isJson(value: unknown): value is IDataObject | string {
	return isObject(value) || typeof value === 'string';
}

function toJson(context: IExecuteFunctions, record: PaidJobs, itemIndex: number, result: ItemResult): IDataObject {
	const id = record.idOf(itemIndex);
	const job: Omit<VideoJob, 'id'> & { id: string | null } = record.jobOf(itemIndex) ?? {
		provider: new ItemParameters(context, 0).text('provider', 'Provider') ?? '',
		id,
		model: null,
		// A question that failed says nothing about the job: taken for failed, it would be made anew.
		status: id === null ? 'failed' : 'processing',
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
	const failure = result.failure ?? result.told ?? job.failure;
	const { provider, id: jobId, model, status, ...others } = job;
	return {
		...{ provider, id: jobId, model, status },
		// In the editor's table the reason stands beside the state of what failed, and not far to the right.
		...(failure && { failure: null }),
		...others,
		prompt: record.promptOf(itemIndex),
		failure: failure && { ...failure },
		...(new ItemParameters(context, itemIndex).wantsRaw() && { raw: isJson(result.raw) ? result.raw : null }),
	};
}

/** Turns results, in the order of the input items, into the node's outputs. */
export function toOutputs(
	context: IExecuteFunctions,
	record: PaidJobs,
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
		const output = outputs[outputCount === 1 ? 0 : endings.indexOf(result.ending)];
		output?.push({
			json: toJson(context, record, itemIndex, result),
			...(result.binary && { binary: result.binary }),
			...(result.failure && toErrorOutput && { error: toItemError(context, result) }),
			pairedItem: { item: itemIndex },
		});
	});
	// Everything has left by Failed or Timed Out: that is output data, and no empty item is to leave by Completed.
	if (outputCount === 3 && results.length > 0 && outputs[0]?.length === 0) withoutEmptyItem(context);
	if (outputCount === 3) hintAtOutputs(context, record, results, toErrorOutput);
	hintAtExpiry(context, record, results, wanted === 3);
	return outputs;
}

/**
 * The outputs of a node that something stopped as a whole, with On Error set to continue: thrown, n8n
 * would send the input down the first output. Items keep their jobs, and leave as they stood where nothing more
 * was to be done for them.
 */
export function failAll(context: IExecuteFunctions, record: PaidJobs, error: unknown, outputCount: 1 | 3): INodeExecutionData[][] {
	const before = readItemStates(context) ?? [];
	const results = context.getInputData().map((_item, index) => {
		const state = before[index];
		if (state && isResult(state)) return state;
		const job = record.jobOf(index);
		const isDone = state?.phase === 'ended' && !(job?.status === 'completed' && wantsVideo(new ItemParameters(context, index)));
		return isDone ? leave(state, job) : unexpected(error, record, index);
	});
	return toOutputs(context, record, results, outputCount);
}

/** The editor shows the first output, a success, even where everything left by the others. */
function hintAtOutputs(
	context: IExecuteFunctions,
	record: PaidJobs,
	results: ItemResult[],
	toErrorOutput: boolean,
): void {
	const leaving = (wanted: Ending) => [...results.keys()].filter((index) => results[index]?.ending === wanted);
	const failedCount = leaving('failed').length;
	const timedOut = leaving('timedOut').map((index) => record.idOf(index));
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
function hintAtExpiry(context: IExecuteFunctions, record: PaidJobs, results: ItemResult[], canDownload: boolean): void {
	const dates = results.flatMap(({ binary, failure }, index) => {
		const job = record.jobOf(index);
		return job?.status === 'completed' && job.expiresAt !== null && !binary && !failure ? [job.expiresAt] : [];
	});
	const [first] = dates.sort();
	if (first === undefined) return;
	const until = first.replace('T', ' ').slice(0, 16);
	context.addExecutionHints({
		message: `The provider keeps ${dates.length === 1 ? 'this video' : `these ${dates.length} videos`} until ${until} UTC only: ${canDownload ? 'switch on Download Video, or ' : ''}get the file with the operation Download before then.`,
		location: 'outputPane',
	});
}
