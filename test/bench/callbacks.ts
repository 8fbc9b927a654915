import { randomBytes, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startN8n, type N8nServer } from '../e2e/n8nServer';
import { attack, flood } from '../e2e/triggerAttack';
import { activateTrigger, createJobs, inParallel, openTriggerPlace, publicHost, send, triggerStep, type ActiveTrigger, type Sent, type TriggerPlace } from '../e2e/triggerPlace';
import { chain, webhookStart, type Step } from '../e2e/workflowBuilder';
import { startSandbox, type Sandbox } from '../sandbox';
import { create, statusOf } from '../sandbox/testClient';
import { getReady } from './ready';
import { seconds, type Section } from './report';
import { databaseFile, RunTable } from './runTable';

const warmUpCalls = 100;
const steadyCalls = 200;
const steadyAtOnce = 10;
const burstCalls = 500;
const attackCalls = 10_000;
const floodCalls = 250;
const floodPerSecond = 50;
/** As many marks as a trigger remembers: of 10,000 endings, each with its URL's token. */
const remembered = 20_000;

/** n8n as it is set up, and how often everything is measured there. */
interface Setting {
	title: string;
	env: Record<string, string>;
	rounds: number;
}

const lazily: Setting = { title: 'n8n 2.41.1 with N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true', env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' }, rounds: 3 };
const settings: Setting[] = [
	lazily,
	{ title: 'n8n 2.41.1 as it comes', env: {}, rounds: 1 },
];

interface Contestant {
	name: string;
	workflow: string;
	url: string;
}

interface Place extends TriggerPlace {
	server: N8nServer;
	runs: RunTable;
}

interface Round {
	/** n8n's processor time for one run. */
	processor: number;
	/** Runs a second, from the first call to the end of the last run. */
	steady: number;
	/** Milliseconds to each answer of the burst, the shortest first. */
	burst: number[];
}

const next = (name: string): Step => ({ name, type: 'n8n-nodes-base.noOp', parameters: {} });

async function activateAll(place: Place): Promise<Contestant[]> {
	const trigger = async (name: string, parameters: object): Promise<Contestant> => {
		const { workflow, localUrl } = await activateTrigger(place, parameters, [next('Next')], []);
		return { name, workflow, url: localUrl };
	};
	const path = randomUUID();
	const [webhook] = webhookStart(path);
	if (!webhook) throw new Error('No webhook');
	const workflow = await place.rest.createWorkflow(chain('Webhook', [webhook, next('Next')]));
	await place.rest.activate(workflow);
	return [
		{ name: 'n8n’s Webhook node', workflow, url: `${place.webhookUrl}/webhook/${path}` },
		await trigger('The trigger, Verify Callback off', { verifyCallback: false }),
		await trigger('The trigger, Verify Callback on', {}),
		await fullTrigger(place),
	];
}

/** A trigger that has had as many endings as it remembers. */
async function fullTrigger(place: Place): Promise<Contestant> {
	const step = triggerStep(place);
	const workflow = await place.rest.createWorkflow(chain('Full', [step, next('Next')]));
	const endings = randomBytes(remembered * 6).toString('base64url');
	const database = new DatabaseSync(databaseFile(place.server), { timeout: 10_000 });
	// n8n takes static data from nobody but its nodes.
	database.prepare('UPDATE workflow_entity SET staticData = ? WHERE id = ?').run(JSON.stringify({ global: { soraVideoEndings: endings } }), workflow);
	database.close();
	await place.rest.activate(workflow);
	return { name: `The same, ${(remembered / 2).toLocaleString('en')} endings remembered`, workflow, url: `${place.webhookUrl}/webhook/${step.webhookId}/callback` };
}

/** The provider's calls for so many jobs that have just ended. */
async function genuine(sandbox: Sandbox, count: number): Promise<string[]> {
	return await inParallel(Array.from({ length: count }, (_, index) => index), 20, async (index) => {
		const { body } = await create(sandbox, 'evoLink', { model: 'sora-2-preview', prompt: `Video ${index}` });
		return JSON.stringify((await statusOf(sandbox, 'evoLink', body.id)).body);
	});
}

async function callAll(place: Place, { name, workflow, url }: Contestant, calls: number, atOnce: number): Promise<{ answers: Sent[]; wall: number; processor: number }> {
	const { runs, sandbox } = place;
	const bodies = await genuine(sandbox, calls);
	const usedBefore = await place.server.processorMilliseconds();
	const started = Date.now();
	const answers = await inParallel(bodies, atOnce, async (body) => await send(url, body));
	const bad = answers.find(({ status }) => status !== 200);
	if (bad) throw new Error(`${name} answered ${bad.status}: ${bad.text}`);
	for (const end = Date.now() + 120_000; runs.since(workflow, started).ended < calls; await sleep(300)) {
		if (Date.now() > end) throw new Error(`${name}: ${runs.since(workflow, started).all} runs of ${calls}`);
	}
	const { all, lastEnd } = runs.since(workflow, started);
	if (all !== calls) throw new Error(`${name}: ${all} runs of ${calls}`);
	const processor = ((await place.server.processorMilliseconds()) - usedBefore) / calls;
	return { answers, wall: lastEnd - started, processor };
}

async function measure(place: Place, contestant: Contestant): Promise<Round> {
	const { wall, processor } = await callAll(place, contestant, steadyCalls, steadyAtOnce);
	const { answers } = await callAll(place, contestant, burstCalls, burstCalls);
	place.sandbox.reset();
	return { processor, steady: (steadyCalls / wall) * 1000, burst: answers.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other) };
}

function median(values: number[]): number {
	return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

function percentile(sorted: number[], part: number): number {
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

function toRow({ name }: Contestant, own: Round[], first: Round[]): Array<string | number> {
	const steady = median(own.map((round) => round.steady));
	const at = (part: number) => own.map(({ burst }) => percentile(burst, part));
	const ratio = median(own.map((round, index) => round.steady / (first[index]?.steady ?? NaN)));
	return [name, median(own.map(({ processor }) => processor)).toFixed(0) + ' ms', steady.toFixed(0), `${ratio.toFixed(2)} ×`, seconds(median(at(0.5)), 2), seconds(median(at(0.99)), 2), seconds(Math.max(...at(0.99)), 2), seconds(Math.max(...at(1)), 2)];
}

async function compare(place: Place, rounds: number): Promise<Array<Array<string | number>>> {
	const contestants = await activateAll(place);
	for (const contestant of contestants) await callAll(place, contestant, warmUpCalls, steadyAtOnce);
	const results = contestants.map((): Round[] => []);
	for (let round = 0; round < rounds; round += 1) {
		// Each round begins with another one.
		for (let turn = 0; turn < contestants.length; turn += 1) {
			const index = (round + turn) % contestants.length;
			const contestant = contestants[index];
			if (!contestant) continue;
			const result = await measure(place, contestant);
			results[index]?.push(result);
			console.log(`round ${round + 1}: ${contestant.name}: ${result.processor.toFixed(0)} ms, ${result.steady.toFixed(0)}/s, p99 ${percentile(result.burst, 0.99).toFixed(0)} ms`);
		}
	}
	return contestants.map((contestant, index) => toRow(contestant, results[index] ?? [], results[0] ?? []));
}

async function beAttacked(place: Place): Promise<Array<string | number>> {
	const { server, sandbox, rest } = place;
	const stranger = await startSandbox({ jobSeconds: 0 });
	try {
		const trigger: ActiveTrigger = await activateTrigger(place, {}, [next('Next')], []);
		await genuine(sandbox, 20);
		for (const job of sandbox.jobs) Object.assign(job, { callbackUrl: trigger.productionUrl });
		const ended = [...sandbox.jobs];
		for (const { id } of ended) await send(trigger.localUrl, JSON.stringify((await statusOf(sandbox, 'evoLink', id)).body));
		const before = await server.residentBytes();
		const result = await attack({ place, trigger, stranger, ended, calls: attackCalls });
		await sleep(3000);
		const runs = (await rest.executionCount(trigger.workflow)) - ended.length;
		const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
		return [attackCalls.toLocaleString('en'), runs, seconds(result.seconds * 1000, 0), result.questions, megabytes(before), megabytes(await server.residentBytes())];
	} finally {
		await stranger.stop();
	}
}

async function beFlooded(place: Place): Promise<Array<string | number>> {
	const { sandbox, rest } = place;
	sandbox.reset();
	const trigger = await activateTrigger(place, {}, [next('Next')], []);
	await createJobs(place, trigger.productionUrl, Array.from({ length: floodCalls }, (_, index) => `Video ${index}`));
	const { forged, forgedStarted, started, tries, slowest } = await flood({ place, trigger, ended: sandbox.jobs, forgedPerSecond: floodPerSecond });
	await sleep(3000);
	return [floodCalls, await rest.executionCount(trigger.workflow), started, tries, seconds(slowest, 2), forged, forgedStarted];
}

async function withPlace<T>({ env }: Setting, work: (place: Place) => Promise<T>): Promise<T> {
	const { install, packageTarball, clean } = await getReady();
	const sandbox = await startSandbox({ jobSeconds: 0 });
	let server: N8nServer | undefined;
	try {
		server = await startN8n({ install, packageTarball, env: { WEBHOOK_URL: `https://${publicHost}/`, ...env } }).finally(clean);
		const open = await openTriggerPlace({ rest: server.rest, webhookUrl: server.url, sandbox });
		const runs = new RunTable(server);
		try {
			return await work({ ...open, server, runs });
		} finally {
			runs.close();
			await open.front.close();
		}
	} finally {
		await server?.dispose();
		await sandbox.stop();
	}
}

/** Part f: callbacks that start workflows. */
export async function benchCallbacks(): Promise<Section> {
	const head = ['', 'n8n’s processor time a run', 'steady, runs/s', '', 'burst, median', 'burst, p99', 'p99 in the worst round', 'slowest of all'];
	const tables: Section['tables'] = [];
	for (const setting of settings) {
		const { title, rounds } = setting;
		console.log(title);
		const rows = await withPlace(setting, async (place) => await compare(place, rounds));
		tables.push({ title: `${title}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`, head, rows });
	}
	return {
		part: 'f',
		title: 'Callbacks that start workflows',
		how: `One n8n (SQLite), its callers and the provider all on the one machine; each workflow is the trigger and a No Operation node. Steady: ${steadyCalls} genuine callbacks of as many jobs, ${steadyAtOnce} at once, from the first call to the end of the last run. Burst: ${burstCalls} callbacks all at once, from the call to the answer. After ${warmUpCalls} calls each to warm up, rounds of one after the other, each begun by another; medians of the rounds, the multiple of n8n’s Webhook node in the same round. That node answers when n8n has stored the execution; the trigger when n8n has stored that this ending has had its run, and with Verify Callback on it asks the provider first. As it comes, n8n 2.41 builds a sandbox for expressions for each call and each run before any node has its turn, except for calls of its own Webhook node.`,
		tables,
	};
}

/** Part g: callbacks of whoever knows the URL. */
export async function benchAttack(): Promise<Section> {
	return {
		part: 'g',
		title: 'The trigger under attack',
		how: `One n8n (SQLite), its callers and the provider all on the one machine; calls that are forged, garbled, oversized, replayed, for unknown jobs or for those of another account, 50 at once. The memory is what n8n’s process holds.`,
		tables: [
			{ head: ['calls', 'runs', 'time', 'requests to the provider', 'memory before', 'memory after'], rows: [await withPlace(lazily, beAttacked)] },
			{
				title: `Callbacks of ${floodCalls} jobs at one moment, within a flood of ${floodPerSecond} forged calls a second that began six seconds before; called again as EvoLink does where the answer is not 200`,
				head: ['callbacks', 'runs', 'told so', 'tries', 'slowest answer', 'forged calls', 'runs of forged ones'],
				rows: [await withPlace(lazily, beFlooded)],
			},
		],
	};
}
