import { addVideos } from '../batch/addVideos';
import { askOnce } from '../batch/askOnce';
import { failed } from '../batch/ItemResult';
import type { Operation } from './Operation';

/** Gets the videos of each item's job as files. */
export const download: Operation['run'] = async (run) =>
	await askOnce(run, async (index, job, raw) =>
		job.failure ? failed(job.failure) : await addVideos(run, index, job, raw),
	);
