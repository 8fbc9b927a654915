import { setTimeout as sleep } from 'node:timers/promises';

import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { openHttpsFront, type HttpsFront } from './httpsFront';
import { executionError, nodeOutputs } from './n8nExecution';
import { installN8n } from './n8nInstall';
import { packPackage } from './packPackage';
import { startQueueMode, type QueueMode } from './queueMode';
import { chain, videoStep, webhookStart, withCredential } from './workflowBuilder';

const host = 'n8n.example.com';
const executions = 20;

describe('queue mode: main, worker and webhook processor apart', () => {
	let queue: QueueMode | undefined;
	let sandbox: Sandbox | undefined;
	let front: HttpsFront | undefined;

	afterAll(async () => {
		await queue?.dispose();
		await front?.close();
		await sandbox?.stop();
	}, 120_000);

	it('suspends, holds no worker, and wakes by callbacks to the webhook processor', async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 20 });
		queue = await startQueueMode({ install, packageTarball, env: { WEBHOOK_URL: `https://${host}/` } });
		front = await openHttpsFront(host, Number(new URL(queue.webhookUrl).port));
		sandbox.settings.callbackHosts[host] = front;
		const { rest } = queue.main;
		const type = 'soraVideoEvoLinkApi';
		const credential = await rest.createCredential(type, type, sandboxCredentials(sandbox)[type]);
		const step = withCredential(videoStep('evoLink', { waitUsing: 'suspend' }), credential);
		const workflow = await rest.createWorkflow(chain('queue', [...webhookStart('queue'), step]));
		await rest.activate(workflow);
		for (let index = 0; index < executions; index += 1) {
			const directive = index % 5 === 0 ? ' [sandbox fail=moderation]' : '';
			const body = JSON.stringify({ prompts: [`Video ${index}${directive}`] });
			await fetch(`${queue.webhookUrl}/webhook/queue`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
		}
		for (const end = Date.now() + 15_000; sandbox.jobs.length < executions && Date.now() < end; ) await sleep(100);
		await sleep(2000);
		expect(sandbox.jobs).toHaveLength(executions);
		expect(await queue.heldJobs()).toBe(0);

		const endings: string[] = [];
		for (const id of await rest.executionIds(workflow)) {
			const execution = await rest.waitForExecution(id, { timeoutMs: 60_000 });
			const [completed = [], failed = [], timedOut = []] = nodeOutputs(execution, 'Sora Video');
			expect([executionError(execution), completed.length + failed.length, timedOut]).toEqual([undefined, 1, []]);
			endings.push(completed.length === 1 ? 'completed' : 'failed');
		}
		expect(endings.filter((ending) => ending === 'completed')).toHaveLength(16);
		expect(endings).toHaveLength(executions);
		expect(sandbox.jobs.map(({ asks }) => asks <= 2)).toEqual(Array(executions).fill(true));
		expect(sandbox.jobs).toHaveLength(executions);
		expect(sandbox.leaks).toEqual([]);
	}, 1_200_000);
});
