import { addVideos, readDelivery } from '../batch/addVideos';
import { failed } from '../batch/ItemResult';
import { askOnce } from '../batch/namedJobs';
import type { Operation } from './Operation';

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download a video',
		description: 'Get the finished video of a job as a file in the item',
	},
	outputCount: 1,
	run: async (run) =>
		await askOnce(
			run,
			async (index, job, raw) => (job.failure ? failed(job.failure) : await addVideos(run, index, job, raw)),
			readDelivery,
		),
};
