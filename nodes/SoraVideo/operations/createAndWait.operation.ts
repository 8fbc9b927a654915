import { createJob } from '../batch/createJob';
import { prepareCreates } from '../batch/prepareCreate';
import { readWaiting } from '../batch/waitForItem';
import { waitForJobs } from '../batch/waitForJobs';
import type { Operation } from './Operation';

export const createAndWait: Operation = {
	option: {
		name: 'Create and Wait',
		value: 'createAndWait',
		action: 'Create a video and wait for it',
		description: 'Start a video job and wait until the video is completed or has failed',
	},
	outputCount: 3,
	run: async (run) =>
		await waitForJobs(run, {
			prepare: async (indexes) => await prepareCreates(run, indexes, readWaiting),
			begin: async (index, order, terms) => {
				const { failure, raw } = await createJob(run, index, order, terms);
				// A video that is refused for its content is a failed video, whenever the provider says so.
				if (failure?.category === 'moderation') return { ending: 'failed', told: failure, raw };
				return failure
					? { ending: 'failed', failure, raw }
					: { body: raw, startedAt: Date.now(), callsBack: terms.callbackUrl !== null };
			},
		}),
};
