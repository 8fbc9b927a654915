import { setTimeout as sleep } from 'node:timers/promises';

import type { IBinaryData } from 'n8n-workflow';

import type { ListedExecution } from '../bench/executionList';
import type { Sandbox } from '../sandbox';
import type { Chaos } from '../sandbox/faults';
import { readExecutions, untilEnded, type SeenExecution } from './executions';
import { allFlows, type Flow } from './flows';
import { startKiller } from './killer';
import { drawLedger, type Ledger } from './ledger';
import type { ChaosPlace } from './place';
import { planOrders, startOrders } from './workload';

export interface LegOptions {
	jobs: number;
	seed: number;
	/** Seconds. */
	killEvery: number;
	/** Milliseconds from the start of one execution to the next. */
	paceMs: number;
	/** Kills of all victims together, after which none are killed any more. */
	mostKills?: number;
	/** Which of all flows. */
	isWanted?: (flow: Flow) => boolean;
}

export interface LegResult {
	ledger: Ledger;
	executions: SeenExecution[];
	/** Executions that haven't ended long after all jobs have. */
	stuck: ListedExecution[];
	kills: Map<string, number>;
	revived: Map<string, number>;
	/** How often which fault has happened. */
	faults: Map<string, number>;
	leaks: string[];
	minutes: { starting: number; all: number };
}

/** How many of a hundred calls go wrong; the kinds are those that the sandbox draws by itself. */
export const percent: Chaos['percent'] = { create: 12, status: 15, download: 15 };

/** For executions that wait for a date, for a callback that was lost, or in memory until their time is up. */
const endLimitMs = 540_000;
const jobsLimitMs = 180_000;

async function untilJobsEnded({ jobs }: Sandbox): Promise<void> {
	for (const end = Date.now() + jobsLimitMs; jobs.some(({ hasEnded }) => !hasEnded) && Date.now() < end; ) await sleep(1_000);
}

/** Starts executions while processes are killed, waits until all have ended, and draws the ledger. */
export async function runLeg(place: ChaosPlace, options: LegOptions): Promise<LegResult> {
	const { sandbox, main, victims } = place;
	const { seed, killEvery } = options;
	const flows = allFlows(place.credentials).filter(options.isWanted ?? (() => true));
	const byWorkflow = new Map<string, Flow>();
	for (const flow of flows) {
		const workflow = await main.rest.createWorkflow(flow.workflow);
		await main.rest.activate(workflow);
		byWorkflow.set(workflow, flow);
	}
	sandbox.faults.chaos = { seed, percent };
	const began = Date.now();
	const minutes = () => (Date.now() - began) / 60_000;
	const killer = startKiller(victims, killEvery, options.mostKills);
	const started = await startOrders(planOrders(flows, options.jobs, seed), place.webhookUrls, options.paceMs);
	const starting = minutes();
	// What waits is to be killed too, and so is what has yet to begin.
	if (options.mostKills !== undefined) await killer.spent;
	await untilJobsEnded(sandbox);
	await killer.stop();
	const stuck = await untilEnded(place, endLimitMs);
	const executions = await readExecutions(place, byWorkflow);
	const readFile = async (binary: IBinaryData) => await main.rest.download(binary);
	const ledger = await drawLedger({ sandbox, executions, log: await place.logs(), readFile }, started);
	const { kills, revived } = killer;
	return { ledger, executions, stuck, kills, revived, faults: new Map(sandbox.faults.happened), leaks: [...sandbox.leaks], minutes: { starting, all: minutes() } };
}
