import type { IExecuteData, IExecuteFunctions, INode, ITaskMetadata } from 'n8n-workflow';

import { isObject } from '../job/read';
import { readSignedResumeUrl } from './resumeUrl';

/**
 * Suspending an execution so that this node's `execute` runs again afterwards.
 *
 * n8n by itself never runs a node again that put its execution to wait: it disables the node and
 * passes its input through. So a second entry for the node goes onto the execution's stack, with a
 * state in its metadata, and the first entry's data is changed so that nothing passes through it: a
 * wake-up skips the first and executes the second. That takes two members of the context that n8n
 * doesn't type. They are looked for before use, and nothing else in this package knows them.
 *
 * An n8n that executes the first entry after all is met as well: see {@link takeUp}.
 */
interface Engine {
	stack: IExecuteData[];
	node: INode;
}

type Metadata = ITaskMetadata & Record<string, unknown>;

const stateKey = 'soraVideoWait';
/** Set on the entry that waits, and not on the one that goes on. */
const firstKey = 'soraVideoWaits';

function isStack(value: unknown): value is IExecuteData[] {
	return Array.isArray(value);
}

function findStack(context: IExecuteFunctions): IExecuteData[] | null {
	const runExecutionData: unknown = Reflect.get(context, 'runExecutionData');
	if (!isObject(runExecutionData)) return null;
	const { executionData } = runExecutionData;
	const stack: unknown = isObject(executionData) ? executionData.nodeExecutionStack : null;
	return isStack(stack) ? stack : null;
}

function findEngine(context: IExecuteFunctions): Engine | null {
	const stack = findStack(context);
	const workflow: unknown = Reflect.get(context, 'workflow');
	const nodes: unknown = isObject(workflow) ? workflow.nodes : null;
	const node = context.getNode();
	return stack && isObject(nodes) && isObject(nodes[node.name]) ? { stack, node } : null;
}

function metadataOf(entry: IExecuteData | undefined): Metadata {
	return { ...entry?.metadata };
}

/** Whether an AI Agent runs the node as its tool, where n8n can't be relied on to suspend. */
export function isTool(context: IExecuteFunctions): boolean {
	// n8n registers a node's variant for agents under the node's own name and this ending.
	return context.getNode().type.endsWith('Tool');
}

/**
 * Why this engine, in this use of the node, can't run the node again after a suspension and hand its
 * items on: a clause, null where it can.
 */
export function whyNotSuspend(context: IExecuteFunctions): string | null {
	if (isTool(context)) return 'an AI Agent that calls it as a tool would not get the answer';
	// Engine 2.0 gives the node a stack that it throws away, and never runs a node again. It numbers no
	// executions: n8n itself tells its executions from others by that.
	if (!/^\d+$/.test(context.getExecutionId())) return 'n8n\'s Engine 2.0 runs no node again after a suspension';
	// In a sub-workflow that suspends, n8n before 2.14 gives the parent its own input back in place of the
	// child's items; those versions are known by the resume URLs that they don't sign.
	if (context.getMode() === 'integrated' && readSignedResumeUrl(context) === null) {
		return 'n8n before 2.14 would hand the items of this sub-workflow to nobody';
	}
	const { [firstKey]: isFirst } = metadataOf(context.getExecuteData());
	if (isFirst === true || findEngine(context) === null) {
		return 'this version of n8n runs nodes after a suspension in another way than this node knows';
	}
	return null;
}

/** What an earlier run of this node left for this one when it suspended; undefined in a first run. */
export function readSuspendedState(context: IExecuteFunctions): unknown {
	return metadataOf(context.getExecuteData())[stateKey];
}

/**
 * To be called first in each run of the node. After a suspension the second entry is the one to run, and
 * the first is gone. Whichever of the two an n8n of other habits runs, it takes the other one off the
 * stack, so that no item leaves twice, and has its items.
 */
export function takeUp(context: IExecuteFunctions): void {
	const entry = context.getExecuteData();
	const { [stateKey]: state, [firstKey]: isFirst } = metadataOf(entry);
	if (state === undefined) return;
	const stack = findStack(context) ?? [];
	const { name } = context.getNode();
	const stored = JSON.stringify(state);
	const other = stack.findIndex(
		(each) => each !== entry && each.node.name === name && JSON.stringify(metadataOf(each)[stateKey]) === stored,
	);
	if (other >= 0) stack.splice(other, 1);
	const { main } = entry.data;
	// In its place, since the context holds the same list.
	if (isFirst === true && main?.[0] === null) main.shift();
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
	const items = context.getInputData();
	const goingOn: Metadata = { [stateKey]: state };
	engine.stack.unshift({
		// A copy, since n8n disables the node of the entry that waits, and n8n's store keeps shared
		// references: without it the second entry would be disabled too.
		node: { ...engine.node },
		data: { main: [items] },
		source: entry.source,
		metadata: goingOn,
	});
	// `nodeWasResumed`: n8n tells the editor of no beginning then, which would have no end there.
	const waiting: Metadata = { ...entry.metadata, [stateKey]: state, [firstKey]: true, nodeWasResumed: true };
	entry.metadata = waiting;
	// Through a disabled node passes what its first input has, and an empty list would start a Merge behind it
	// in the legacy execution order. Where nothing passes the items still stand by, for an n8n that executes
	// this entry; the legacy order takes an input without a list for one that is to come.
	const isLegacy = context.getWorkflowSettings().executionOrder !== 'v1';
	entry.data = { main: isLegacy ? [] : [null, items] };
	withoutEmptyItem(context);
	await context.putExecutionToWait(until);
}
