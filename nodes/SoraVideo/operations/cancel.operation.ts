import { cancelNamed } from '../batch/cancelling';
import { prepareNamed } from '../batch/namedJobs';
import { allItems, runChecked } from '../batch/NodeRun';
import type { Operation } from './Operation';

/** Stops each item's job, where it still goes on. */
export const cancel: Operation['run'] = async (run) =>
	await runChecked(run, await prepareNamed(run, allItems(run)), async (index, { jobId }) => await cancelNamed(run, index, jobId));
