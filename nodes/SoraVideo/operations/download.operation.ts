import { addVideos, readDelivery } from '../batch/addVideos';
import { failed } from '../batch/ItemResult';
import { askForNamed, patienceWithTrouble } from '../batch/namedJobs';
import type { Operation } from './Operation';

/** Gets the videos of each item's job as files. A question that comes to nothing costs no paid video. */
export const download: Operation['run'] = async (run) =>
	await askForNamed(run, {
		then: async (index, job, raw) => (job.failure ? failed(job.failure) : await addVideos(run, index, job, raw)),
		readMore: readDelivery,
		pauses: patienceWithTrouble.pauses,
	});
