import { createJob } from '../batch/creating/createJob';
import { prepareCreates } from '../batch/creating/prepareCreate';
import { readWaiting } from '../batch/waitForItem';
import { waitForJobs } from '../batch/waitForJobs';
import { steadyNow } from '../transport/http/clock';
import type { Operation } from './Operation';

/** Creates a job for each item, and waits for it. */
export const createAndWait: Operation['run'] = async (run) =>
	await waitForJobs(run, {
		prepare: async (indexes) => await prepareCreates(run, indexes, readWaiting),
		async begin(index, order, terms) {
			const result = await createJob(run, index, order, terms);
			const { failure, raw } = result;
			// A video that is refused for its content is a failed video, whenever the provider says so.
			if (failure?.category === 'moderation') return { ending: 'failed', told: failure, raw };
			return failure ? result : { body: raw, startedAt: steadyNow(), callsBack: terms.callbackUrl !== null };
		},
	});
