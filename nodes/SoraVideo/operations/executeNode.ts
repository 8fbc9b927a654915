import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { notBegun } from '../batch/ItemResult';
import { toNodeError } from '../batch/nodeError';
import { nameJobs } from '../batch/namedJobs';
import { beginRun } from '../batch/NodeRun';
import { failAll, toOutputs } from '../batch/toOutputs';
import { readText, showValue } from '../job/read';
import { PaidJobs } from '../paidJobs/PaidJobs';
import { connect } from '../transport/connection';
import { takeUp } from '../waiting/suspension';
import { findOperation } from './index';
import type { Operation } from './Operation';

function requireOperation(context: IExecuteFunctions): Operation {
	const name: unknown = context.getNodeParameter('operation', 0);
	const operation = findOperation(readText(name) ?? '');
	if (operation) return operation;
	throw new NodeOperationError(
		context.getNode(),
		`"${showValue(name)}" is not an operation of this node: choose one in Operation.`,
	);
}

function canceled(context: IExecuteFunctions): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'The execution was canceled.');
}

/** Runs the node: the one place where what was thrown becomes n8n's error, or n8n's items. */
export async function executeNode(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	takeUp(context);
	const record = new PaidJobs(context);
	let outputCount: Operation['outputCount'] = 1;
	let left: Parameters<PaidJobs['close']>[0] = 'nothing';
	try {
		const operation = requireOperation(context);
		({ outputCount } = operation);
		const run = beginRun(await connect(context), record);
		const results = await operation.run(run);
		if (results === null) return [[], [], []];
		if (run.isCancelled() && results.every((result) => result === notBegun)) throw canceled(context);
		left = results.every(({ failure, ending }) => !failure && ending !== 'timedOut') ? 'what was asked for' : 'items';
		return toOutputs(context, record, results, outputCount);
	} catch (error) {
		nameJobs(context, record);
		// Thrown with On Error set to continue, n8n would send the input down the first output.
		if (!context.continueOnFail()) throw toNodeError(context, record, error, outputCount);
		left = 'items';
		return failAll(context, record, error, outputCount);
	} finally {
		record.close(left);
	}
}
