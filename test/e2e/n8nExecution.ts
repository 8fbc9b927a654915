import type { INodeExecutionData, IRunExecutionData, ITaskData } from 'n8n-workflow';
import { asObject, asString, isObject } from './guards';

export interface N8nExecution {
	id: string;
	workflowId: string;
	/** new, running, waiting, success, error, canceled, crashed */
	status: string;
	mode: string;
	waitTill: string | null;
	/** Absent as long as n8n has saved nothing. */
	data: IRunExecutionData | undefined;
}

/** Reads the `flatted` format: one array of all values, where a string inside another is an index. */
export function unflatten(text: string): unknown {
	const pool: unknown = JSON.parse(text);
	if (!Array.isArray(pool)) throw new Error('Not a flatted text');
	const values: unknown[] = pool;
	const resolve = (value: unknown): unknown => (typeof value === 'string' ? values[Number(value)] : value);
	for (const value of values) {
		if (Array.isArray(value)) value.forEach((item: unknown, index) => (value[index] = resolve(item)));
		else if (isObject(value)) for (const key of Object.keys(value)) value[key] = resolve(value[key]);
	}
	return values[0];
}

function isRunData(value: unknown): value is IRunExecutionData {
	return isObject(value) && isObject(value.resultData) && isObject(value.resultData.runData);
}

export function parseExecution(response: unknown): N8nExecution {
	const raw = asObject(response, 'execution');
	const data = typeof raw.data === 'string' ? unflatten(raw.data) : raw.data;
	return {
		id: asString(raw.id, 'execution id'),
		workflowId: asString(raw.workflowId, 'workflow id'),
		status: asString(raw.status, 'execution status'),
		mode: asString(raw.mode, 'execution mode'),
		waitTill: typeof raw.waitTill === 'string' ? raw.waitTill : null,
		data: isRunData(data) ? data : undefined,
	};
}

export function nodeRuns(execution: N8nExecution, nodeName: string): ITaskData[] {
	return execution.data?.resultData.runData[nodeName] ?? [];
}

/** A node's items, one list per main output; of its last run, unless told otherwise. */
export function nodeOutputs(execution: N8nExecution, nodeName: string, run = -1): INodeExecutionData[][] {
	const task = nodeRuns(execution, nodeName).at(run);
	return (task?.data?.main ?? []).map((items) => items ?? []);
}

/** The message of the error that ended the execution. */
export function executionError(execution: N8nExecution): string | undefined {
	return execution.data?.resultData.error?.message;
}
