import type { INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../transport/connection';
import { canSuspend } from '../waiting/suspension';
import type { Begin } from './begin';
import { runPolling } from './runPolling';
import { runSuspending } from './runSuspending';

/** Runs an operation that waits, the way the user chose. */
export async function runWaiting(
	connection: Connection,
	begin: Begin,
): Promise<INodeExecutionData[][]> {
	const { context } = connection;
	if (context.getNodeParameter('waitUsing', 0, 'polling') !== 'suspend') {
		return await runPolling(connection, begin);
	}
	if (canSuspend(context)) return await runSuspending(connection, begin);
	context.addExecutionHints({
		message:
			'This use of the node can\'t suspend the execution, so it was kept in memory while waiting, as with "Wait Using: Polling".',
		location: 'outputPane',
	});
	return await runPolling(connection, begin);
}
