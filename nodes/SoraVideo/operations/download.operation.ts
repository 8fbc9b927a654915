import { addVideos, readDelivery } from '../batch/addVideos';
import { failed } from '../batch/ItemResult';
import { askOnce } from '../batch/namedJobs';
import type { Operation } from './Operation';

/** Gets the videos of each item's job as files. */
export const download: Operation['run'] = async (run) =>
	await askOnce(
		run,
		async (index, job, raw) => (job.failure ? failed(job.failure) : await addVideos(run, index, job, raw)),
		readDelivery,
	);
