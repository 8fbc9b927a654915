import type { IBinaryKeyData } from 'n8n-workflow';

import { downloadVideo } from '../downloads/downloadVideo';
import { sentence } from '../job/failure';
import { readNumber } from '../job/read';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Provider } from '../providers/Provider';
import { pause } from '../transport/pause';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { NodeRun } from './NodeRun';

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
export async function addVideos(run: NodeRun, itemIndex: number, job: VideoJob, raw: unknown): Promise<ItemResult> {
	const { context, connection, record, signal } = run;
	const count = countVideos(connection.provider, job);
	if (count === 0) return failed(notThere(connection.provider, job), raw);
	const property = context.getNodeParameter('binaryPropertyName', itemIndex, 'data');
	const problem = checkOutputField(property);
	if (problem !== null) {
		const message = `${connection.provider.displayName} job ${job.id} is completed, but ${problem}.`;
		return failed({ code: 'invalid_input', message, category: 'invalidInput', retryable: false }, raw);
	}
	const limit = readNumber(context.getNodeParameter('options.maxFileSize', itemIndex, defaultMaxMegabytes));
	const maxBytes = (limit !== null && limit > 0 ? limit : defaultMaxMegabytes) * bytesPerMegabyte;
	const binary: IBinaryKeyData = {};
	let known = job;
	for (let index = 0; index < count; index += 1) {
		const download = await downloadVideo(connection, known, { index, signal, maxBytes, pause });
		known = download.job;
		record.seen(itemIndex, known);
		if (download.kind === 'failed') {
			return { ...failed(download.failure, raw), ...(index > 0 && { binary }) };
		}
		binary[index === 0 ? property : `${property}_${index}`] = download.binary;
	}
	return { ending: 'completed', raw, binary };
}

/** The result of a job that has ended, with its videos if they are asked for. */
export async function finishJob(run: NodeRun, itemIndex: number, job: VideoJob, raw: unknown): Promise<ItemResult> {
	if (job.status !== 'completed') return { ending: 'failed', raw };
	return run.context.getNodeParameter('downloadVideo', itemIndex, false) === true
		? await addVideos(run, itemIndex, job, raw)
		: { ending: 'completed', raw };
}
