import type { VideoJob } from '../job/VideoJob';
import { askForVideo } from '../transport/askForVideo';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { prepareNamed } from './jobSource';
import { allItems, runChecked } from './NodeRun';
import type { NodeRun } from './NodeRun';

/** Asks once for the job that each item names, and hands it on. */
export async function askOnce(
	run: NodeRun,
	then: (itemIndex: number, job: VideoJob, raw: unknown) => Promise<ItemResult>,
): Promise<ItemResult[]> {
	const checked = await prepareNamed(run, allItems(run), false);
	return await runChecked(run, checked, async (index, { jobId }) => {
		const outcome = await askForVideo(run.connection, jobId, {}, run.signal);
		if (outcome.kind !== 'job') return failed(outcome.failure);
		run.record.seen(index, outcome.job);
		return await then(index, outcome.job, outcome.body);
	});
}
