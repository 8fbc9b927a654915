import type { IBinaryKeyData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { readNumber } from '../job/read';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Provider } from '../providers/Provider';
import { downloadVideo } from '../downloads/downloadVideo';
import { pause } from '../waiting/pause';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runBatch';

const bytesPerMegabyte = 1_000_000;
const defaultMaxMegabytes = 2000;

/** How many videos of a job can be had: by its links, or the one that the provider's API serves. */
function countVideos(provider: Provider, { status, videoUrls }: VideoJob): number {
	const served = status === 'completed' && 'writeContent' in provider ? 1 : 0;
	return videoUrls.length > 0 ? videoUrls.length : served;
}

function notThere(provider: Provider, { id, status, progress }: VideoJob): JobFailure {
	const percent = progress === null ? '' : ` at ${progress} %`;
	return {
		code: 'no_video',
		message: sentence(
			status === 'completed'
				? `${provider.displayName} job ${id} is completed`
				: `${provider.displayName} job ${id} is ${status}${percent}, so there is no video to download`,
			status === 'completed'
				? 'look at the raw response of Get Status, since it has no link to a video'
				: 'use the operation Wait for Completion first',
		),
		category: 'invalidInput',
		retryable: true,
	};
}

/** Names that JavaScript keeps for itself: a video stored there would be gone, or change all objects. */
const reservedNames = ['__proto__', 'constructor', 'prototype'];

/** What is wrong with the name of the binary field that videos are put into; null where nothing is. */
export function checkOutputField(name: unknown): string | null {
	return typeof name === 'string' && reservedNames.includes(name)
		? `no video can be put into a field named ${name}: choose another name in Put Output File in Field, for example data`
		: null;
}

/**
 * Adds the videos of a completed job to its item: the first as `data`, further ones as `data_1`, ….
 * Where one can't be had the item fails, with the job's id and links, and the videos before it.
 */
export async function addVideos(
	{ connection, itemIndex, signal }: ItemRun,
	result: ItemResult,
	job: VideoJob,
): Promise<ItemResult> {
	const { context, provider } = connection;
	const count = countVideos(provider, job);
	if (count === 0) return { ...failed(notThere(provider, job), job), raw: result.raw };
	const property = context.getNodeParameter('binaryPropertyName', itemIndex, 'data');
	const problem = checkOutputField(property);
	if (problem !== null) {
		const failure: JobFailure = { code: 'invalid_input', message: `${provider.displayName} job ${job.id} is completed, but ${problem}.`, category: 'invalidInput', retryable: false };
		return { ...failed(failure, job), raw: result.raw };
	}
	const limit = readNumber(context.getNodeParameter('options.maxFileSize', itemIndex, defaultMaxMegabytes));
	const maxBytes = (limit !== null && limit > 0 ? limit : defaultMaxMegabytes) * bytesPerMegabyte;
	const binary: IBinaryKeyData = {};
	let known = job;
	for (let index = 0; index < count; index += 1) {
		const download = await downloadVideo(connection, known, { index, signal, maxBytes, pause });
		known = download.job;
		if (download.kind === 'failed') {
			const had = index > 0 ? { binary } : {};
			return { ...failed(download.failure, known), raw: result.raw, ...had };
		}
		binary[index === 0 ? property : `${property}_${index}`] = download.binary;
	}
	return { ...result, job: known, binary };
}
