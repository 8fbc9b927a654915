import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../sandbox';
import { openHttpsFront, type HttpsFront } from '../e2e/httpsFront';
import type { CredentialRef } from '../e2e/n8nRest';
import { startQueueMode, type QueueMode } from '../e2e/queueMode';
import { chain, webhookStart } from '../e2e/workflowBuilder';
import { countDuplicates, createCredentials, n8nOpenAi, readAsking, soraVideo, type Contestant } from './contestants';
import { ExecutionList, type ListedExecution } from './executionList';
import { getReady } from './ready';
import { seconds, type Section } from './report';

const host = 'n8n.example.com';
const jobSeconds = 60;
const concurrency = 5;
const many = 200;
/** Where each execution holds the worker for its whole job, two hundred take the better part of an hour. */
const few = 20;
const callsAtOnce = 10;

interface Place {
	queue: QueueMode;
	sandbox: Sandbox;
	front: HttpsFront;
	list: ExecutionList;
	credentials: CredentialRef[];
}

async function startAll(url: string, executions: number): Promise<void> {
	let next = 0;
	const caller = async () => {
		while (next < executions) {
			const body = JSON.stringify({ prompts: [`Video ${next++}`] });
			const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
			if (!answer.ok) throw new Error(`n8n answered ${answer.status} to its trigger`);
		}
	};
	await Promise.all(Array.from({ length: callsAtOnce }, caller));
}

/** How many jobs the worker holds, looked at until the signal. */
async function watchWorker(queue: QueueMode, signal: AbortSignal): Promise<{ peak: number; mean: number }> {
	const seen: number[] = [];
	while (!signal.aborted) {
		seen.push(await queue.heldJobs());
		await sleep(100, undefined, { signal }).catch(() => undefined);
	}
	return { peak: Math.max(...seen), mean: seen.reduce((sum, each) => sum + each, 0) / seen.length };
}

function isEnded({ status }: ListedExecution): boolean {
	return ['success', 'error', 'canceled', 'crashed'].includes(status);
}

async function measure(place: Place, contestant: Contestant, executions: number): Promise<Array<string | number>> {
	const { queue, sandbox, front, list, credentials } = place;
	sandbox.reset();
	sandbox.settings.callbackHosts[host] = front;
	const path = `bench-${sandbox.clock.now()}`;
	const { rest } = queue.main;
	const workflow = await rest.createWorkflow(chain(contestant.name, [...webhookStart(path), contestant.step(credentials)]));
	await rest.activate(workflow);
	const stop = new AbortController();
	const watched = watchWorker(queue, stop.signal);
	const started = Date.now();
	try {
		await startAll(`${queue.webhookUrl}/webhook/${path}`, executions);
		const startedIn = Date.now() - started;
		const limit = started + (contestant === n8nOpenAi ? 120_000 : 90_000) * Math.ceil(executions / concurrency) + 300_000;
		let ended: ListedExecution[] = [];
		while (ended.length < executions && Date.now() < limit) {
			await sleep(1000);
			ended = (await list.read(workflow)).filter(isEnded);
		}
		stop.abort();
		const wall = Math.max(...ended.map(({ stoppedAt }) => stoppedAt ?? NaN)) - started;
		const good = ended.filter(({ status }) => status === 'success').length;
		const { peak, mean } = await watched;
		const { requests, meanLateness } = readAsking(sandbox, contestant.provider, sandbox.jobs);
		await rest.deactivate(workflow);
		return [
			contestant.name, executions, good, executions - good, countDuplicates(sandbox.jobs), seconds(wall),
			`${(wall / jobSeconds / 1000).toFixed(2)} ×`, peak, mean.toFixed(1), requests.toFixed(1), seconds(meanLateness), seconds(startedIn),
		];
	} finally {
		stop.abort();
	}
}

async function openPlace(sandbox: Sandbox): Promise<{ place: Place; close: () => Promise<void> }> {
	const { install, packageTarball, clean } = await getReady();
	const queue = await startQueueMode({ install, packageTarball, concurrency, env: { WEBHOOK_URL: `https://${host}/` } }).finally(clean);
	try {
		const front = await openHttpsFront(host, Number(new URL(queue.webhookUrl).port));
		const credentials = await createCredentials(queue.main.rest, sandbox);
		const list = await ExecutionList.open(queue.main);
		const close = async () => {
			await front.close();
			await queue.dispose();
		};
		return { place: { queue, sandbox, front, list, credentials }, close };
	} catch (error) {
		await queue.dispose();
		throw error;
	}
}

/** Part c: many executions at once on one worker. */
export async function benchQueue(): Promise<Section> {
	const sandbox = await startSandbox({ jobSeconds });
	const rows: Array<Array<string | number>> = [];
	try {
		const { place, close } = await openPlace(sandbox);
		try {
			const suspend = { waitUsing: 'suspend' };
			const contestants: Array<[Contestant, number]> = [
				[soraVideo('This node, suspended, called back', 'evoLink', suspend), many],
				[soraVideo('This node, suspended, by date', 'aimlApi', suspend), many],
				[soraVideo('This node, asking in memory', 'aimlApi'), few],
				[n8nOpenAi, few],
			];
			for (const [contestant, executions] of contestants) {
				rows.push(await measure(place, contestant, executions));
				console.log(rows.at(-1)?.join(' | '));
			}
		} finally {
			await close();
		}
	} finally {
		await sandbox.stop();
	}
	return {
		part: 'c',
		title: 'Queue mode: many executions on one worker',
		how: `n8n main, one worker with a concurrency of ${concurrency}, one webhook processor, Redis and PostgreSQL, all on the one machine; executions started by a webhook, each waiting for one job of ${jobSeconds} s. The time is from the first webhook call to the end of the last execution, also in multiples of one job’s; held is how many executions the worker holds at the peak and on average. The date is chosen by the usual time that the node knows of the model, 85 s. Where an execution holds the worker all the time, ${few} were measured: ${many} take ${many / few} times as long, by arithmetic.`,
		tables: [
			{
				head: ['', 'executions', 'done', 'lost', 'created twice', 'time', '', 'held, peak', 'held, mean', 'requests', 'late, mean', 'started in'],
				rows,
			},
		],
	};
}
