import type { VideoJob } from '../job/VideoJob';
import { addVideos } from './addVideos';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runBatch';

/** The result of a job that has ended, with its videos if they are asked for. */
export async function finishJob(run: ItemRun, job: VideoJob, raw: unknown): Promise<ItemResult> {
	// A field that fails now must not cost the item its id: a job of an earlier run was not noted in this one.
	run.noteJob(job);
	if (job.status !== 'completed') return { ending: 'failed', job, raw };
	const result: ItemResult = { ending: 'completed', job, raw };
	const { context } = run.connection;
	return context.getNodeParameter('downloadVideo', run.itemIndex, false) === true
		? await addVideos(run, result, job)
		: result;
}
