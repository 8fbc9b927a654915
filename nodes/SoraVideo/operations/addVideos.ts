import type { IBinaryKeyData } from 'n8n-workflow';

import type { VideoJob } from '../job/VideoJob';
import { downloadVideo } from '../transport/downloadVideo';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runBatch';

/** Adds the videos of a completed job to its item: the first as `data`, further ones as `data_1`, …. */
export async function addVideos(
	{ connection, itemIndex, signal }: ItemRun,
	result: ItemResult,
	job: VideoJob,
): Promise<ItemResult> {
	const property = connection.context.getNodeParameter('binaryPropertyName', itemIndex, 'data');
	const binary: IBinaryKeyData = {};
	for (const [index, url] of job.videoUrls.entries()) {
		const download = await downloadVideo(connection, job, url, index, signal);
		if (download.kind === 'failed') return { ...failed(download.failure, job), raw: result.raw };
		binary[index === 0 ? property : `${property}_${index}`] = download.binary;
	}
	return { ...result, binary };
}
