import { setTimeout as sleep } from 'node:timers/promises';

import { nodeRuns, type N8nExecution } from '../e2e/n8nExecution';
import { chain, webhookStart } from '../e2e/workflowBuilder';
import { crashProviders, startByWebhook, type CrashPlace } from './crashPlace';
import { executionsWithoutMark } from './lostMarks';
import type { Phase } from './phases';

const reachLimitMs = 240_000;
/** Suspended ones are woken after a minute or two. What goes on after that has begun jobs again that don't end. */
const endLimitMs = 200_000;
/** For what was answered last to be read and logged. */
const settleMs = 1500;

/** What became of a phase's executions, whose worker was killed. */
export interface CrashCount {
	executions: number;
	items: number;
	jobs: number;
	itemsWithTwoJobs: number;
	/** Jobs whose ids the node was told, and how many of them stand where. */
	received: { jobs: number; inExecution: number; inLog: number };
	/** Jobs whose ids never came, and how many of them the log, or the execution, tells by their request. */
	unanswered: { jobs: number; inExecution: number; inLog: number };
	/** Items of which the node said, when n8n began their execution again, that it doesn't know what became of them. */
	saidUnknown: number;
	/** Executions that had lost a mark to others that set theirs at the same moment: n8n 1.x begins them again unseen. */
	marksLost: number;
	/** How the executions ended: how many by which status. */
	endings: Record<string, number>;
	executionsAfterwards: N8nExecution[];
}

/** Starts executions, kills their worker in a phase of them, lets another one take over, and counts. */
export async function crashOnce(place: CrashPlace, phase: Phase, executionsOfEach: number): Promise<CrashCount> {
	const { queue, sandbox } = place;
	const { rest } = queue.main;
	sandbox.reset();
	const workflows: string[] = [];
	for (const provider of crashProviders) {
		const path = `${phase.name}-${provider}`;
		const video = place.video(provider, { timeout: 1800, ...phase.parameters });
		const workflow = await rest.createWorkflow(chain(path, [...webhookStart(path), ...(phase.before ?? []), video, ...(phase.after ?? [])]));
		await rest.activate(workflow);
		workflows.push(workflow);
	}
	for (const provider of crashProviders) {
		const lists = Array.from({ length: executionsOfEach }, (_, execution) =>
			phase.directives.map((directive, item) => `${nameOf(phase, provider, execution, item)} [sandbox ${directive}]`),
		);
		await startByWebhook(place, `${phase.name}-${provider}`, lists);
	}
	const executions = executionsOfEach * crashProviders.length;
	await untilReached(place, phase, executions, workflows);
	const lost = phase.marks === 0 ? [] : await Promise.all(workflows.map(async (workflow) => await executionsWithoutMark(place, workflow, phase.marks)));
	await place.replaceWorker();
	const ids = (await Promise.all(workflows.map(async (workflow) => await rest.executionIds(workflow)))).flat();
	const ended = await Promise.all(ids.map(async (id) => await endOf(place, id)));
	for (const workflow of workflows) await rest.deactivate(workflow);
	const log = (await queue.logs()).split('\n').filter((line) => line.includes('Sora Video '));
	return { ...count(place, phase, ended, log), marksLost: lost.flat().length };
}

/** The execution's end; one that doesn't end is stopped, and told as it was before. */
async function endOf({ queue }: CrashPlace, id: string): Promise<N8nExecution> {
	const { rest } = queue.main;
	const ended = await rest.waitForExecution(id, { timeoutMs: endLimitMs }).catch(() => undefined);
	if (ended) return ended;
	const execution = await rest.execution(id);
	await rest.cancelExecution(id).catch(() => undefined);
	return execution;
}

function nameOf({ name }: Phase, provider: string, execution: number, item: number): string {
	return `${name} ${provider} ${execution + 1}.${item + 1}`;
}

async function untilReached({ queue, sandbox }: CrashPlace, phase: Phase, executions: number, workflows: string[]): Promise<void> {
	const { rest } = queue.main;
	const countWaiting = async () => {
		const ids = (await Promise.all(workflows.map(async (workflow) => await rest.executionIds(workflow)))).flat();
		const all = await Promise.all(ids.map(async (id) => await rest.execution(id)));
		return all.filter(({ status }) => status === 'waiting').length;
	};
	for (const end = Date.now() + reachLimitMs; ; await sleep(300)) {
		const held = await queue.heldJobs();
		const waiting = held === 0 ? await countWaiting() : 0;
		const asked = new Set(sandbox.creates.map(({ prompt }) => prompt.split('.')[0])).size;
		if (phase.isReached({ executions, held, waiting, asked, jobs: sandbox.jobs })) break;
		if (Date.now() > end) throw new Error(`Phase ${phase.name} was not reached: ${held} held, ${waiting} waiting, ${sandbox.jobs.length} jobs`);
	}
	await sleep(settleMs);
}

function count({ sandbox }: CrashPlace, phase: Phase, ended: N8nExecution[], log: string[]): Omit<CrashCount, 'marksLost'> {
	// Of the node alone: the prompts stand in its input too, and in the webhook's call.
	const stored = ended.map((execution) => JSON.stringify([execution.data?.resultData.error, nodeRuns(execution, 'Sora Video')]));
	const jobsOf = new Map<string, number>();
	for (const { prompt } of sandbox.jobs) jobsOf.set(prompt, (jobsOf.get(prompt) ?? 0) + 1);
	const isUnanswered = (prompt: string) => prompt.includes('create=hang');
	const tally = (texts: string[]) => ({
		jobs: texts.length,
		inExecution: texts.filter((text) => stored.some((each) => each.includes(text))).length,
		inLog: texts.filter((text) => log.some((line) => line.includes(text))).length,
	});
	const endings: Record<string, number> = {};
	for (const { status } of ended) endings[status] = (endings[status] ?? 0) + 1;
	return {
		executions: ended.length,
		items: ended.length * phase.directives.length,
		jobs: sandbox.jobs.length,
		itemsWithTwoJobs: [...jobsOf.values()].filter((jobs) => jobs > 1).length,
		received: tally(sandbox.jobs.filter(({ prompt }) => !isUnanswered(prompt)).map(({ id }) => id)),
		unanswered: tally(sandbox.jobs.filter(({ prompt }) => isUnanswered(prompt)).map(({ prompt }) => prompt.split(' [')[0] ?? prompt)),
		saidUnknown: log.filter((line) => line.includes('may have sent a create') && line.includes(`"${phase.name} `)).length,
		endings,
		executionsAfterwards: ended,
	};
}
