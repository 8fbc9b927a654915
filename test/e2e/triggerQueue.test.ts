import { setTimeout as sleep } from 'node:timers/promises';

import { startSandbox, type Sandbox, type SandboxJob } from '../sandbox';
import { statusOf } from '../sandbox/testClient';
import { installN8n } from './n8nInstall';
import { packPackage } from './packPackage';
import { startQueueMode, type QueueMode } from './queueMode';
import { attack } from './triggerAttack';
import { activateTrigger, createJobs, openTriggerPlace, publicHost, report, runsSeen, send, type ActiveTrigger, type TriggerPlace } from './triggerPlace';

const endings = ['', ' [sandbox fail=moderation]', ' [sandbox fail=cancelled]'];

describe('the trigger in queue mode with two webhook processors', () => {
	let queue: QueueMode;
	let sandbox: Sandbox;
	let place: TriggerPlace;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 0 });
		queue = await startQueueMode({ install, packageTarball, webhookProcessors: 2, env: { WEBHOOK_URL: `https://${publicHost}/` } });
		place = await openTriggerPlace({ rest: queue.main.rest, webhookUrl: queue.webhookUrl, sandbox });
	}, 1_200_000);

	beforeEach(() => sandbox.reset());

	afterAll(async () => {
		await place.front.close();
		await queue.dispose();
		await sandbox.stop();
	}, 120_000);

	/** A trigger, and the jobs that are to call it: their bodies by job. */
	async function prepare(count: number): Promise<{ trigger: ActiveTrigger; bodies: Map<SandboxJob, string> }> {
		const trigger = await activateTrigger(place, {}, [report(place, 'completed')], [report(place, 'failed')]);
		await createJobs(place, trigger.productionUrl, Array.from({ length: count }, (_, index) => `Video ${index}${endings[index % 3] ?? ''}`));
		const bodies = new Map<SandboxJob, string>();
		for (const job of sandbox.jobs) bodies.set(job, JSON.stringify((await statusOf(sandbox, 'evoLink', job.id)).body));
		return { trigger, bodies };
	}

	async function call(processor: number, { callbackUrl }: SandboxJob, body: string): Promise<string> {
		const { pathname, search } = new URL(callbackUrl ?? '');
		const { status, text } = await send(`${queue.webhookUrls[processor % 2] ?? ''}${pathname}${search}`, body);
		return `${status} ${text}`;
	}

	async function settle(count: number): Promise<void> {
		for (const end = Date.now() + 30_000; runsSeen(sandbox).length < count && Date.now() < end; ) await sleep(100);
		await sleep(2000);
	}

	it('one after the other, to alternating processors: one run per job', async () => {
		const { trigger, bodies } = await prepare(100);
		const answers: string[] = [];
		let turn = 0;
		for (const [index, [job, body]] of [...bodies].entries()) {
			for (let times = 0; times < 1 + (index % 4); times += 1) answers.push(await call(turn++, job, body));
		}
		await settle(100);
		expect(answers.filter((answer) => answer === '200 The workflow was started.')).toHaveLength(100);
		expect(answers.filter((answer) => answer === '200 This ending has had its run already.')).toHaveLength(150);
		const expected = sandbox.jobs.map(({ id, status, prompt }) => `${status === 'completed' ? 'completed' : 'failed'} ${id} Order: ${prompt}`);
		expect(runsSeen(sandbox).map(({ output, id, correlation }) => `${output} ${id} ${correlation}`).sort()).toEqual(expected.sort());
		expect(await queue.main.rest.executionCount(trigger.workflow)).toBe(100);
	}, 300_000);

	// Processes don't see each other's memory, so two runs are possible here: counted, and bounded by the number of processes.
	it('at the same moment, to both processors: at least one run per job, and at most two', async () => {
		const count = 50;
		const { bodies } = await prepare(count);
		for (const [job, body] of bodies) await Promise.all([call(0, job, body), call(1, job, body)]);
		await settle(2 * count);
		const runs = new Map<string, number>();
		for (const { id } of runsSeen(sandbox)) runs.set(id, (runs.get(id) ?? 0) + 1);
		const twice = [...runs.values()].filter((times) => times === 2).length;
		console.log(`Called at both webhook processors at the same moment: ${twice} of ${count} jobs had two runs.`);
		expect(runs.size).toBe(count);
		expect(Math.max(...runs.values())).toBeLessThanOrEqual(2);
		const repeated: string[] = [];
		for (const [job, body] of bodies) for (const processor of [0, 1]) repeated.push(await call(processor, job, body));
		expect(new Set(repeated)).toEqual(new Set(['200 This ending has had its run already.']));
	}, 300_000);

	it('different jobs at the same moment at both, each repeated at the other: counted', async () => {
		const { bodies } = await prepare(50);
		const jobs = [...bodies];
		for (let index = 0; index + 1 < jobs.length; index += 2) {
			const pair = jobs.slice(index, index + 2);
			await Promise.all(pair.map(async ([job, body], at) => await call(at, job, body)));
			await Promise.all(pair.map(async ([job, body], at) => await call(at + 1, job, body)));
		}
		await settle(100);
		const runs = runsSeen(sandbox).length;
		console.log(`Two jobs at once at two processors, each repeated at the other: ${runs} runs of ${jobs.length} jobs.`);
		expect(new Set(runsSeen(sandbox).map(({ id }) => id)).size).toBe(jobs.length);
	}, 300_000);

	it('attacked at both processors at once: no run, and bounded questions', async () => {
		const stranger = await startSandbox({ jobSeconds: 0 });
		try {
			const { trigger, bodies } = await prepare(10);
			for (const [job, body] of bodies) await call(0, job, body);
			await settle(10);
			const ended = [...bodies.keys()];
			const results = await Promise.all(
				queue.webhookUrls.map(async (webhookUrl) => {
					const localUrl = trigger.localUrl.replace(place.webhookUrl, webhookUrl);
					return await attack({ place: { ...place, webhookUrl }, trigger: { ...trigger, localUrl }, stranger, ended, calls: 300 });
				}),
			);
			await settle(10);
			expect(results.map(({ started }) => started)).toEqual([0, 0]);
			expect(runsSeen(sandbox)).toHaveLength(10);
			for (const { questions, questionsAllowed, byStatus } of results) {
				expect(Object.keys(byStatus).filter((status) => !/^(200|4\d\d|503)$/.test(status))).toEqual([]);
				// Those of both processors.
				expect(questions).toBeLessThanOrEqual(2 * questionsAllowed);
			}
		} finally {
			await stranger.stop();
		}
	}, 300_000);
});
