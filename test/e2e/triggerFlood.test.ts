import { setTimeout as sleep } from 'node:timers/promises';

import { startSandbox, type Sandbox } from '../sandbox';
import { installN8n } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { flood } from './triggerAttack';
import { activateTrigger, createJobs, openTriggerPlace, publicHost, report, runsSeen, type TriggerPlace } from './triggerPlace';

// As the README has it for many callbacks: without it, n8n 2.41 builds a sandbox for each call before any node has its turn.
const env = { WEBHOOK_URL: `https://${publicHost}/`, N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };

describe('the trigger in a flood', () => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let place: TriggerPlace;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 0 });
		server = await startN8n({ install, packageTarball, env });
		place = await openTriggerPlace({ rest: server.rest, webhookUrl: server.url, sandbox });
	}, 1_200_000);

	afterAll(async () => {
		await server.dispose();
		await place.front.close();
		await sandbox.stop();
	}, 120_000);

	it('of 50 forged calls a second, 250 callbacks at once have their 250 runs, and the forged ones none', async () => {
		const trigger = await activateTrigger(place, {}, [report(place, 'completed')], [report(place, 'failed')]);
		await createJobs(place, trigger.productionUrl, Array.from({ length: 250 }, (_, index) => `Video ${index}`));
		const result = await flood({ place, trigger, ended: sandbox.jobs, forgedPerSecond: 50 });
		console.log(`In a flood of ${result.forged} forged calls, 250 callbacks took ${result.tries} tries; the slowest answer came after ${Math.round(result.slowest)} ms.`);
		for (let tries = 0; runsSeen(sandbox).length < 250 && tries < 300; tries += 1) await sleep(200);
		// n8n stores an execution once it has ended, after its last step was seen.
		for (let tries = 0; (await server.rest.executionCount(trigger.workflow)) < 250 && tries < 300; tries += 1) await sleep(200);
		await sleep(2000);
		expect(result).toMatchObject({ started: 250, forgedStarted: 0 });
		expect(runsSeen(sandbox).map(({ id, correlation }) => `${id} ${correlation}`).sort()).toEqual(sandbox.jobs.map(({ id, prompt }) => `${id} Order: ${prompt}`).sort());
		expect(await server.rest.executionCount(trigger.workflow)).toBe(250);
		expect(sandbox.leaks).toEqual([]);
	}, 600_000);
});
