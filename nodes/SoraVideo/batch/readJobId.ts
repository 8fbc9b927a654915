import { readText } from '../job/read';
import type { ItemRun } from './runBatch';

/** Reads an item's job id, with what is wrong with it. */
export function readJobId({ connection, itemIndex }: ItemRun): {
	jobId: string;
	problems: string[];
} {
	const { context, provider } = connection;
	const jobId = readText(context.getNodeParameter('jobId', itemIndex, '')) ?? '';
	const problem =
		jobId === ''
			? 'the job ID is empty: set Job ID to the "id" that Create gave, for example {{ $json.id }}'
			: provider.checkJobId(jobId);
	return { jobId, problems: problem === null ? [] : [problem] };
}
