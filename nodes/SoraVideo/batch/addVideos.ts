import type { IBinaryKeyData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { readNumber } from '../job/read';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Provider } from '../providers/Provider';
import { downloadVideo } from '../downloads/downloadVideo';
import { pause } from '../transport/pause';
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
