import { createJob, usualTerms } from '../batch/createJob';
import { allItems, runChecked } from '../batch/NodeRun';
import { prepareCreates } from '../batch/prepareCreate';
import type { Operation } from './Operation';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create a video',
		description: 'Start a video job and go on at once with its ID, without waiting for the video',
	},
	outputCount: 1,
	run: async (run) =>
		await runChecked(
			run,
			await prepareCreates(run, allItems(run)),
			async (index, order) => await createJob(run, index, order, usualTerms),
		),
};
