import { createJob, usualTerms } from '../batch/createJob';
import { allItems, runChecked } from '../batch/NodeRun';
import { prepareCreates } from '../batch/prepareCreate';
import type { Operation } from './Operation';

/** Creates a job for each item. */
export const create: Operation['run'] = async (run) =>
	await runChecked(
		run,
		await prepareCreates(run, allItems(run)),
		async (index, order) => await createJob(run, index, order, usualTerms),
	);
