import type { IBinaryKeyData } from 'n8n-workflow';

import { downloadVideo } from '../downloads/downloadVideo';
import { sentence } from '../job/failure';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Provider } from '../providers/Provider';
import { pause } from '../transport/http/pause';
import { ItemParameters } from './ItemParameters';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { NodeRun } from './NodeRun';

/** Where an item's videos go. */
interface Delivery {
	/** The binary field of the first one. */
	field: string;
	/** Of each video. */
	maxBytes: number;
}

const bytesPerMegabyte = 1_000_000;
const defaultMaxMegabytes = 2000;
/** More videos of one job than any model makes. */
const mostServed = 100;

/** Names that JavaScript keeps for itself: a video stored there would be gone, or change all objects. */
const reservedNames = ['__proto__', 'constructor', 'prototype'];

/** Reads where an item's videos are to be put. */
export function readDelivery(parameters: ItemParameters): Delivery {
	const what = 'the name of a binary field, for example data';
	const field = parameters.text('binaryPropertyName', 'Put Output File in Field', { byDefault: 'data', needed: what }) ?? '';
	if (reservedNames.includes(field)) {
		parameters.problems.push(
			`no video can be put into a field named ${field}: choose another name in Put Output File in Field, for example data`,
		);
	}
	const limits = { min: 0.001, unit: 'megabytes', symbol: 'MB', isWhole: false };
	const megabytes = parameters.number('options.maxFileSize', 'Max File Size', limits);
	return { field, maxBytes: (megabytes ?? defaultMaxMegabytes) * bytesPerMegabyte };
}

/** How many videos the provider's API serves of a job, by the answer that tells of it: one where that says nothing. */
export function countServed(provider: Provider, body: unknown): number {
	return 'writeContent' in provider ? Math.min(Math.max(provider.countContent?.(body) ?? 1, 1), mostServed) : 0;
}

/** How many videos of a job can be had: by its links, or those that the provider's API serves. */
function countVideos({ status, videoUrls }: VideoJob, served: number): number {
	if (videoUrls.length > 0) return videoUrls.length;
	return status === 'completed' ? served : 0;
}

function notThere(provider: Provider, { id, status, progress }: VideoJob): JobFailure {
	const percent = progress === null ? '' : ` at ${progress} %`;
	const [what, advice] =
		status === 'completed'
			? [`is completed, and no link to its video was found`, 'look at its answer with the operation Get Status and Options > Include Raw Response']
			: [`is ${status}${percent}, so there is no video to download`, 'use the operation Wait for Completion first'];
	const message = sentence(`${provider.displayName} job ${id} ${what}`, advice);
	return { code: 'no_video', message, category: 'invalidInput', retryable: true };
}

/**
 * Adds the videos of a completed job to its item: the first as `data`, further ones as `data_1`, ….
 * Where one can't be had the item fails, with the job's id and links, and the videos before it.
 */
export async function addVideos(
	run: NodeRun,
	itemIndex: number,
	job: VideoJob,
	raw: unknown,
	parameters = new ItemParameters(run.context, itemIndex),
	served = countServed(run.connection.provider, raw),
): Promise<ItemResult> {
	const { connection, record, signal } = run;
	const count = countVideos(job, served);
	if (count === 0) return failed(notThere(connection.provider, job), raw);
	const { field, maxBytes } = readDelivery(parameters);
	if (parameters.problems.length > 0) {
		const message = `${connection.provider.displayName} job ${job.id} is completed, but ${parameters.problems.join('; and ')}.`;
		return failed({ code: 'invalid_input', message, category: 'invalidInput', retryable: false }, raw);
	}
	const binary: IBinaryKeyData = {};
	let known = job;
	for (let index = 0; index < count; index += 1) {
		const download = await downloadVideo(connection, known, { index, signal, maxBytes, pause });
		known = download.job;
		record.seen(itemIndex, known);
		if (download.kind === 'failed') {
			return { ...failed(download.failure, raw), ...(index > 0 && { binary }) };
		}
		binary[index === 0 ? field : `${field}_${index}`] = download.binary;
	}
	return { ending: 'completed', raw, binary };
}

/** Whether an item is to have its videos; one that can't say so counts as well, and is told. */
export function wantsVideo(parameters: ItemParameters): boolean {
	return parameters.boolean('downloadVideo', 'Download Video') === true || parameters.problems.length > 0;
}

/**
 * The result of a job that has ended, with its videos if they are asked for.
 *
 * @param served What {@link countServed} said of the answer, where `raw` is no longer all of it.
 */
export async function finishJob(run: NodeRun, itemIndex: number, job: VideoJob, raw: unknown, served?: number): Promise<ItemResult> {
	if (job.status !== 'completed') return { ending: 'failed', raw };
	const parameters = new ItemParameters(run.context, itemIndex);
	return wantsVideo(parameters)
		? await addVideos(run, itemIndex, job, raw, parameters, served)
		: { ending: 'completed', raw };
}
