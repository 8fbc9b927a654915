import { named } from '../batch/jobSource';
import { waitForJobs } from '../batch/waitForJobs';
import type { Operation } from './Operation';

/** Waits for each item's job. */
export const waitForCompletion: Operation['run'] = async (run) => await waitForJobs(run, named);
