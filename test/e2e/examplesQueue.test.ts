import { startSandbox, type Sandbox } from '../sandbox';
import { createCredentials } from './createCredentials';
import { chooseCredentials, readExample, setField } from './exampleWorkflows';
import { openHttpsFront, type HttpsFront } from './httpsFront';
import { executionError, nodeOutputs } from './n8nExecution';
import { installN8n } from './n8nInstall';
import { packPackage } from './packPackage';
import { startQueueMode, type QueueMode } from './queueMode';

const host = 'n8n.example.com';

describe('one execution for each row, in queue mode', () => {
	let queue: QueueMode | undefined;
	let sandbox: Sandbox | undefined;
	let front: HttpsFront | undefined;

	afterAll(async () => {
		await queue?.dispose();
		await front?.close();
		await sandbox?.stop();
	}, 120_000);

	it('each row is suspended, holds no worker, and ends by itself when its provider calls', async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 20 });
		queue = await startQueueMode({ install, packageTarball, env: { WEBHOOK_URL: `https://${host}/` } });
		front = await openHttpsFront(host, Number(new URL(queue.webhookUrl).port));
		sandbox.settings.callbackHosts[host] = front;
		const { rest } = queue.main;
		const example = await readExample('one-execution-per-row.json');
		chooseCredentials(example, await createCredentials(rest, sandbox));
		setField(example, 'Your Rows', 'rows', (rows) => rows.replace('Macro', '[sandbox fail=moderation] Macro'));
		const workflow = await rest.createWorkflow(example);
		await rest.activate(workflow);
		const parent = await rest.runWorkflow(workflow, 'Start');
		expect(executionError(await rest.waitForExecution(parent))).toBeUndefined();

		const rows = (await rest.executionIds(workflow)).filter((id) => id !== parent);
		expect(rows).toHaveLength(3);
		for (const id of rows) await rest.waitForExecution(id, { statuses: ['waiting'] });
		expect(await queue.heldJobs()).toBe(0);

		const results: string[] = [];
		for (const id of rows) {
			const execution = await rest.waitForExecution(id, { timeoutMs: 120_000 });
			expect(executionError(execution)).toBeUndefined();
			for (const name of ['Completed', 'Failed', 'Timed Out']) {
				for (const { json } of nodeOutputs(execution, name)[0] ?? []) results.push(`${String(json.title)}: ${name}`);
			}
		}
		expect(results.sort()).toEqual(['Dew: Failed', 'Fox: Completed', 'Lighthouse: Completed']);
		expect(sandbox.creates).toHaveLength(3);
		expect(sandbox.leaks).toEqual([]);
	}, 600_000);
});
