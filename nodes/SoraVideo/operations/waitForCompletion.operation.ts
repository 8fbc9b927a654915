import { prepareNamed } from '../batch/namedJobs';
import { readWaiting } from '../batch/waitForItem';
import { waitForJobs } from '../batch/waitForJobs';
import { steadyNow } from '../transport/http/clock';
import type { Operation } from './Operation';

/** Waits for each item's job. */
export const waitForCompletion: Operation['run'] = async (run) =>
	await waitForJobs(run, {
		prepare: async (indexes) => await prepareNamed(run, indexes, readWaiting),
		begin: async () => await Promise.resolve({ body: undefined, startedAt: steadyNow(), callsBack: false }),
	});
