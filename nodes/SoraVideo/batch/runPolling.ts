import type { INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../transport/connection';
import { waitForJob } from '../waiting/waitForJob';
import { readLikely, readTimeout } from './begin';
import type { Begin } from './begin';
import { finishJob } from './finishJob';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runBatch';
import { runItems } from './runItems';

async function waitForItem(run: ItemRun, begin: Begin): Promise<ItemResult> {
	const { connection, itemIndex, signal } = run;
	const timeout = readTimeout(connection, itemIndex) ?? 0;
	const begun = await begin({ ...run, patience: timeout });
	if ('ending' in begun) return begun;
	const { jobId } = begun;
	const outcome = await waitForJob(
		connection,
		{
			...begun,
			seen: begun.job,
			...readLikely(connection, begun),
			isOwn: begun.job !== null,
			askNow: begun.job === null,
		},
		Date.now() + timeout,
		signal,
	);
	if (outcome.kind === 'ended') return await finishJob(run, outcome.job, outcome.body);
	if (outcome.kind === 'refused') return failed(outcome.failure, outcome.job, jobId);
	const { job, trouble, body } = outcome;
	return { ending: 'timedOut', job: job && { ...job, failure: trouble }, jobId, raw: body };
}

/** Runs an operation that waits by asking again, with the execution in memory. */
export async function runPolling(
	connection: Connection,
	begin: Begin,
): Promise<INodeExecutionData[][]> {
	return await runItems(connection, 3, async (run) => await waitForItem(run, begin));
}
