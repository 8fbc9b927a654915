import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';

import { countDuplicates } from '../bench/contestants';
import { ExecutionList } from '../bench/executionList';
import { chain, videoStep, webhookStart, withCredential, type Step } from '../e2e/workflowBuilder';
import { hasEnded, untilEnded } from './executions';
import { growthRow, type Sample } from './growth';
import { publicHost, type QueuePlace } from './place';
import { publish } from './report';

const provider = 'evoLink';
const jobSeconds = 20;
const paceMs = 250;
const sampleEveryMs = 10_000;
/** What is live is rarely asked for: each time all of it is walked through. */
const looksAtLive = 12;
const lookEveryMs = 5_000;
/** Caches and compiled code fill until then. */
const warmUpMinutes = 5;
const endLimitMs = 300_000;
const itemsOfEach = 2;
/** Where more executions wait for the worker, it doesn't keep up, and none is begun. */
const mostWaiting = 5;

/** A workflow whose executions wait suspended, one that only creates, and the trigger that goes on with its jobs. */
async function activateAll({ main, credentials }: QueuePlace): Promise<string[]> {
	const credential = credentials.find(({ type }) => type === 'soraVideoEvoLinkApi');
	if (!credential) throw new Error('No credential for EvoLink');
	const webhookId = randomUUID();
	const trigger: Step = withCredential({ name: 'Trigger', type: 'n8n-nodes-sora-video.soraVideoTrigger', typeVersion: 1.1, webhookId, parameters: { provider } }, credential);
	const callbackUrl = `https://${publicHost}/webhook/${webhookId}/callback`;
	const file = { downloadVideo: true };
	const workflows = [
		chain('trigger', [trigger, withCredential(videoStep(provider, { operation: 'download', jobId: '={{ $json.id }}' }), credential)]),
		chain('suspended', [...webhookStart('suspended'), withCredential(videoStep(provider, { waitUsing: 'suspend', ...file }), credential)]),
		chain('created', [...webhookStart('created'), withCredential(videoStep(provider, { operation: 'create', callbackUrl }), credential)]),
	];
	const ids: string[] = [];
	for (const workflow of workflows) {
		const id = await main.rest.createWorkflow(workflow);
		await main.rest.activate(id);
		ids.push(id);
	}
	return ids;
}

async function start(webhookUrl: string, turn: number): Promise<void> {
	const prompts = Array.from({ length: itemsOfEach }, (_, item) => `Soak ${turn}.${item + 1} [sandbox seconds=${jobSeconds}]`);
	const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ prompts }) };
	const answer = await fetch(`${webhookUrl}/webhook/${turn % 2 === 0 ? 'suspended' : 'created'}`, init);
	if (!answer.ok) throw new Error(`n8n answered ${answer.status} to its webhook's call`);
}

/** Starts as many executions as the worker keeps up with. */
async function keepBusy({ queue, webhookUrls }: QueuePlace, signal: AbortSignal): Promise<number> {
	let turns = 0;
	for (; !signal.aborted; await sleep(paceMs, undefined, { signal }).catch(() => undefined)) {
		if ((await queue.waitingJobs()) > mostWaiting) continue;
		await start(webhookUrls[0] ?? '', turns);
		turns += 1;
	}
	return turns;
}

/** What a process of n8n held, time after time. */
interface Watched {
	name: string;
	resident: Sample[];
	live: Sample[];
}

async function sampleEvery(ms: number, signal: AbortSignal, read: () => Promise<number>): Promise<Sample[]> {
	const samples: Sample[] = [];
	for (const began = Date.now(); !signal.aborted; await sleep(ms, undefined, { signal }).catch(() => undefined)) {
		samples.push({ minutes: (Date.now() - began) / 60_000, megabytes: (await read()) / 1_048_576 });
	}
	return samples;
}

async function watchMemory({ queue }: QueuePlace, minutes: number, signal: AbortSignal): Promise<Watched[]> {
	const processes = [
		{ name: 'main', process: queue.main },
		{ name: 'worker', process: queue.worker },
		...queue.webhookProcessors.map((process) => ({ name: 'webhook processor', process })),
	];
	const watch = async ({ name, process }: (typeof processes)[number]): Promise<Watched> => {
		const [resident, live] = await Promise.all([
			sampleEvery(sampleEveryMs, signal, process.residentBytes),
			sampleEvery((minutes * 60_000) / looksAtLive, signal, process.liveBytes),
		]);
		return { name, resident, live };
	};
	return await Promise.all(processes.map(watch));
}

export async function runSoak(place: QueuePlace, minutes: number): Promise<string[]> {
	const workflows = await activateAll(place);
	const signal = AbortSignal.timeout(minutes * 60_000);
	const [started, watched] = await Promise.all([keepBusy(place, signal), watchMemory(place, minutes, signal)]);
	for (const end = Date.now() + endLimitMs; place.sandbox.jobs.some((job) => !job.hasEnded) && Date.now() < end; ) await sleep(lookEveryMs);
	const stuck = await untilEnded(place, endLimitMs);
	const twice = countDuplicates(place.sandbox.jobs);
	const list = await ExecutionList.open(place.main);
	const all = (await Promise.all(workflows.map(async (workflow) => await list.read(workflow)))).map((each) => each.filter(hasEnded));
	const failed = all.flat().filter(({ status }) => status !== 'success').length;
	// A short soak has no five minutes to leave out.
	const warmUp = Math.min(warmUpMinutes, minutes / 2);
	const rows = watched.map(({ name, resident, live }) => [...growthRow(name, resident, warmUp), ...growthRow('', live, warmUp).slice(2)]);
	await publish({
		part: 'soak',
		title: 'Soak: queue mode at the rate that one worker carries',
		how: `${minutes} minutes without faults and kills: main, one worker with a concurrency of 10, one webhook processor, Redis and PostgreSQL. Every ${paceMs / 1000} s an execution of ${itemsOfEach} videos of ${jobSeconds} s began at ${provider}, unless more than ${mostWaiting} waited for the worker: in turn one that creates them, waits suspended and downloads, and one that only creates them, whose callbacks start the Sora Video Trigger's workflow, which downloads. ${started} were begun, ${place.sandbox.jobs.length} jobs made, ${twice} of them twice, and ${all[0]?.length ?? 0} of the trigger's runs ended; ${failed} executions failed, and ${stuck.length} were stuck (not ended, though all jobs had). Memory is what each process holds (RSS), read every ${sampleEveryMs / 1000} s, and what of it is live: its heap and buffers after a full collection, made ${looksAtLive} times. What is held beyond that comes and goes with the collector; what leaks, stays live. The growth is the slope of a line by least squares through what was read after ${warmUp} minutes.`,
		tables: [{ head: ['process', 'samples', 'MB at first', `MB after ${warmUp} min`, 'MB at the end', 'growth, MB a minute', 'live at first', `live after ${warmUp} min`, 'live at the end', 'growth of the live, MB a minute'], rows }],
	});
	return [...(twice > 0 ? [`soak: ${twice} created twice`] : []), ...stuck.map(({ id, status }) => `soak: execution ${id} is still ${status}`)];
}

