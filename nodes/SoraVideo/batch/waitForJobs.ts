import { canSuspend } from '../waiting/suspension';
import type { ItemResult } from './ItemResult';
import type { JobSource } from './jobSource';
import type { NodeRun } from './NodeRun';
import { waitInMemory } from './waitInMemory';
import { waitSuspended } from './waitSuspended';

/**
 * Runs an operation that waits, the way the user chose.
 *
 * @returns null where it has suspended the execution.
 */
export async function waitForJobs<Ready extends object>(run: NodeRun, source: JobSource<Ready>): Promise<ItemResult[] | null> {
	const { context } = run;
	if (context.getNodeParameter('waitUsing', 0, 'polling') !== 'suspend') return await waitInMemory(run, source);
	if (canSuspend(context)) return await waitSuspended(run, source);
	context.addExecutionHints({
		message:
			'This use of the node can\'t suspend the execution, so it was kept in memory while waiting, as with "Wait Using: Polling".',
		location: 'outputPane',
	});
	return await waitInMemory(run, source);
}
