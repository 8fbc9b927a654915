import { waitForJob } from '../waiting/waitForJob';
import { finishJob } from './addVideos';
import { usualTerms } from './createJob';
import { failed, isResult } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { readLikely } from './jobSource';
import type { JobSource } from './jobSource';
import { allItems, runChecked } from './NodeRun';
import type { NodeRun } from './NodeRun';
import { readTimeout } from './itemOptions';

/** Runs an operation that waits by asking again, with the execution in memory. */
export async function waitInMemory<Ready extends object>(run: NodeRun, source: JobSource<Ready>): Promise<ItemResult[]> {
	const { context, connection, record, signal } = run;
	return await runChecked(run, await source.prepare(run, allItems(run)), async (index, ready) => {
		const timeout = readTimeout(context, index) ?? 0;
		const begun = await source.begin(run, index, ready, { ...usualTerms, patience: timeout });
		if (isResult(begun)) return begun;
		const job = record.jobOf(index);
		const outcome = await waitForJob(
			connection,
			{
				...begun,
				jobId: record.idOf(index) ?? '',
				seen: job,
				...readLikely(connection, job, begun),
				isOwn: job !== null,
				askNow: job === null,
			},
			Date.now() + timeout,
			signal,
		);
		if (outcome.job) record.seen(index, outcome.job);
		if (outcome.kind === 'ended') return await finishJob(run, index, outcome.job, outcome.body);
		if (outcome.kind === 'refused') return failed(outcome.failure);
		return { ending: 'timedOut', trouble: outcome.trouble, raw: outcome.body };
	});
}
