import { created } from '../batch/jobSource';
import { waitForJobs } from '../batch/waitForJobs';
import type { Operation } from './Operation';

/** Creates a job for each item, and waits for it. */
export const createAndWait: Operation['run'] = async (run) => await waitForJobs(run, created);
