import type { IExecuteData, IExecuteFunctions, INode, ITaskMetadata } from 'n8n-workflow';

import { isObject } from '../job/read';
import { readSignedResumeUrl } from './resumeUrl';

/**
 * Suspending an execution so that this node's `execute` runs again afterwards.
 *
 * n8n by itself never runs a node again that put its execution to wait: it disables the node and
 * passes its input through. So a second entry for the node goes onto the execution's stack, with a
 * state in its metadata, and the first entry's data is emptied; a wake-up passes nothing through the
 * first and executes the second. That takes two members of the context that n8n doesn't type. They
 * are looked for before use, and nothing else in this package knows them.
 */
interface Engine {
	stack: IExecuteData[];
	node: INode;
}

const stateKey = 'soraVideoWait';

function isStack(value: unknown): value is IExecuteData[] {
	return Array.isArray(value);
}

function findEngine(context: IExecuteFunctions): Engine | null {
	const runExecutionData: unknown = Reflect.get(context, 'runExecutionData');
	const workflow: unknown = Reflect.get(context, 'workflow');
	if (!isObject(runExecutionData) || !isObject(workflow)) return null;
	const { executionData } = runExecutionData;
	const stack: unknown = isObject(executionData) ? executionData.nodeExecutionStack : null;
	const nodes: unknown = workflow.nodes;
	if (!isStack(stack) || !isObject(nodes)) return null;
	const { name } = context.getNode();
	return isObject(nodes[name]) ? { stack, node: context.getNode() } : null;
}

/**
 * Whether this engine, in this use of the node, can run the node again after a suspension, and hand
 * its items on. In a sub-workflow that suspends, n8n before 2.14 gives the parent its own input back
 * in place of the child's items; those versions are known by the resume URLs that they don't sign.
 */
export function canSuspend(context: IExecuteFunctions): boolean {
	const losesItems = context.getMode() === 'integrated' && readSignedResumeUrl(context) === null;
	return findEngine(context) !== null && !isTool(context) && !losesItems;
}

/** Whether an AI Agent runs the node as its tool, where n8n can't be relied on to suspend. */
export function isTool(context: IExecuteFunctions): boolean {
	// n8n registers a node's variant for agents under the node's own name and this ending.
	return context.getNode().type.endsWith('Tool');
}

/** What an earlier run of this node left for this one when it suspended; undefined in a first run. */
export function readSuspendedState(context: IExecuteFunctions): unknown {
	const metadata: ITaskMetadata & Record<string, unknown> = {
		...context.getExecuteData().metadata,
	};
	return metadata[stateKey];
}

/**
 * Keeps n8n from sending an empty item down the first output, as it does with Always Output Data when
 * nothing leaves there. It reads that setting of the very entry that is at work, and of no other run.
 */
export function withoutEmptyItem(context: IExecuteFunctions): void {
	const entry = context.getExecuteData();
	entry.node = { ...entry.node, alwaysOutputData: false };
}

/**
 * Suspends the execution until a date or a call to its resume URL; then the node runs again and
 * finds the state. The caller returns empty outputs right after.
 *
 * @param state Plain JSON, since n8n stores it with the execution.
 */
export async function suspend(context: IExecuteFunctions, state: object, until: Date): Promise<void> {
	const engine = findEngine(context);
	if (!engine) throw new TypeError('this engine cannot suspend');
	const entry = context.getExecuteData();
	const metadata: ITaskMetadata & Record<string, unknown> = { [stateKey]: state };
	engine.stack.unshift({
		// A copy, since n8n disables the node of the entry that waits, and n8n's store keeps shared
		// references: without it the second entry would be disabled too.
		node: { ...engine.node },
		data: { main: [context.getInputData()] },
		source: entry.source,
		metadata,
	});
	entry.data = { main: [[]] };
	withoutEmptyItem(context);
	await context.putExecutionToWait(until);
}
