import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeExecutionData } from 'n8n-workflow';

import { ExecutionList, type ListedExecution } from '../bench/executionList';
import { nodeRuns, type N8nExecution } from '../e2e/n8nExecution';
import { inParallel } from '../e2e/triggerPlace';
import type { Flow } from './flows';
import type { ChaosPlace } from './place';

/** An item that has left one of a flow's nodes. */
export interface LeftItem {
	stage: number;
	output: number;
	item: INodeExecutionData;
}

/** What an execution of a flow has left in n8n. */
export interface SeenExecution {
	id: string;
	status: string;
	flow: Flow;
	/** Of the flow's own nodes, in whichever of their runs. */
	items: LeftItem[];
	/** All that those nodes told: items, hints and errors. */
	told: string;
}

const readersAtOnce = 4;

export function hasEnded({ status }: ListedExecution): boolean {
	return ['success', 'error', 'canceled', 'crashed'].includes(status);
}

/** Waits until every execution has ended, and gives those that haven't when the time is up. */
export async function untilEnded({ main }: ChaosPlace, limitMs: number): Promise<ListedExecution[]> {
	const list = await ExecutionList.open(main);
	for (const end = Date.now() + limitMs; ; await sleep(2_000)) {
		const open = (await list.read()).filter((execution) => !hasEnded(execution));
		if (open.length === 0 || Date.now() > end) return open;
	}
}

function see(execution: N8nExecution, flow: Flow): SeenExecution {
	const runs = flow.stages.map(({ node }) => nodeRuns(execution, node));
	const items = runs.flatMap((tasks, stage) =>
		tasks.flatMap(({ data }) => (data?.main ?? []).flatMap((left, output) => (left ?? []).map((item) => ({ stage, output, item })))),
	);
	return { id: execution.id, status: execution.status, flow, items, told: JSON.stringify([execution.data?.resultData.error, runs]) };
}

/** @param flows By the ids of their workflows. */
export async function readExecutions({ main }: ChaosPlace, flows: ReadonlyMap<string, Flow>): Promise<SeenExecution[]> {
	const ids = (await (await ExecutionList.open(main)).read()).map(({ id }) => id);
	const seen = await inParallel(ids, readersAtOnce, async (id) => {
		const execution = await main.rest.execution(id);
		const flow = flows.get(execution.workflowId);
		return flow ? [see(execution, flow)] : [];
	});
	return seen.flat();
}
