import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { startSandbox, type Sandbox, type SandboxJob } from '../sandbox';
import { create, statusOf } from '../sandbox/testClient';
import { chooseCredentials, readExample, setField } from './exampleWorkflows';
import { executionError, nodeOutputs } from './n8nExecution';
import { installN8n, type N8nVersion } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { attack, type Attack } from './triggerAttack';
import {
	activateTrigger,
	createJobs,
	inParallel,
	letCallbacksThrough,
	localCallback,
	openTriggerPlace,
	publicHost,
	report,
	runsSeen,
	send,
	shuffled,
	type ActiveTrigger,
	type TriggerPlace,
} from './triggerPlace';
import { textModels, withCredential, type Step } from './workflowBuilder';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];
const endings = ['', ' [sandbox fail=moderation]', ' [sandbox fail=cancelled]'];

async function until(isSo: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<boolean> {
	for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(100)) if (await isSo()) return true;
	return await isSo();
}

function prompts(count: number, directive = ''): string[] {
	return Array.from({ length: count }, (_, index) => `Video ${index}${endings[index % endings.length] ?? ''}${directive}`);
}

function outputOf({ status }: SandboxJob): string {
	return status === 'completed' ? 'completed' : 'failed';
}

/** The one run that each of these jobs is to have. */
function runsOf(jobs: readonly SandboxJob[]): string[] {
	return jobs.map((job) => `${outputOf(job)} ${job.id} Order: ${job.prompt}`).sort();
}

describe.each(versions)('the trigger in %s', (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let place: TriggerPlace;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		sandbox = await startSandbox();
		server = await startN8n({ install, packageTarball, env: { WEBHOOK_URL: `https://${publicHost}/` } });
		place = await openTriggerPlace({ rest: server.rest, webhookUrl: server.url, sandbox });
	}, 1_200_000);

	beforeEach(() => sandbox.reset());

	afterAll(async () => {
		await server.dispose();
		await place.front.close();
		await sandbox.stop();
	}, 120_000);

	async function activateReporting(parameters: object = {}): Promise<ActiveTrigger> {
		return await activateTrigger(place, parameters, [report(place, 'completed')], [report(place, 'failed')]);
	}

	/** The provider's call for an ended job. */
	async function callOf({ id, callbackUrl }: SandboxJob): Promise<{ url: string; content: string }> {
		const { body } = await statusOf(sandbox, 'evoLink', id);
		return { url: localCallback(place, callbackUrl), content: JSON.stringify(body) };
	}

	/** What each run told, in the words of `runsOf`. */
	function told(): string[] {
		return runsSeen(sandbox).map(({ output, id, correlation }) => `${output} ${id} ${correlation}`).sort();
	}

	/** Waits for these runs, and a while longer for those that must not come. */
	async function expectRuns({ workflow }: ActiveTrigger, jobs: readonly SandboxJob[]): Promise<void> {
		await until(() => told().length >= jobs.length);
		await sleep(1500);
		expect(told()).toEqual(runsOf(jobs));
		expect(await server.rest.executionCount(workflow)).toBe(jobs.length);
	}

	it('create here, be called there, download next', async () => {
		sandbox.settings.jobSeconds = 2;
		letCallbacksThrough(place);
		const download: Step = {
			name: 'Download',
			type: 'n8n-nodes-sora-video.soraVideo',
			parameters: { provider: 'evoLink', operation: 'download', jobId: '={{ $json.id }}' },
		};
		const trigger = await activateTrigger(place, {}, [withCredential(download, place.credential)], [report(place, 'failed')]);
		await createJobs(place, trigger.productionUrl, endings.map((ending) => `A boat${ending}`));
		await until(async () => (await server.rest.executionCount(trigger.workflow)) >= 3);
		const ids = await server.rest.executionIds(trigger.workflow);
		const executions = await Promise.all(ids.map(async (id) => await server.rest.waitForExecution(id)));
		expect(executions.map((execution) => [execution.mode, executionError(execution)])).toEqual(ids.map(() => ['webhook', undefined]));

		const [completed = [], failed = []] = [0, 1].map((output) => executions.flatMap((execution) => nodeOutputs(execution, 'Trigger')[output] ?? []));
		const job = { provider: 'evoLink', model: textModels.get('evoLink'), expiresAt: null, videoUrl: null };
		expect(completed.map(({ json }) => json)).toEqual([
			expect.objectContaining({ ...job, status: 'completed', failure: null, correlation: 'Order: A boat', expiresAt: expect.any(String), videoUrl: expect.stringMatching(/mp4$/) }),
		]);
		const byStatus = failed.map(({ json }) => json).sort((one, other) => String(other.status).localeCompare(String(one.status)));
		expect(byStatus).toEqual([
			expect.objectContaining({ ...job, status: 'failed', correlation: 'Order: A boat [sandbox fail=moderation]', failure: expect.objectContaining({ category: 'moderation' }) }),
			expect.objectContaining({ ...job, status: 'cancelled', correlation: 'Order: A boat [sandbox fail=cancelled]', failure: expect.objectContaining({ category: 'cancelled' }) }),
		]);

		const [video] = executions.flatMap((execution) => nodeOutputs(execution, 'Download')[0] ?? []);
		expect(video?.json.id).toBe(completed[0]?.json.id);
		if (!video?.binary?.data) throw new Error('No video in the item');
		expect((await server.rest.download(video.binary.data)).subarray(4, 8).toString()).toBe('ftyp');
		expect(sandbox.callbacks.map(({ status, attempt }) => [status, attempt])).toEqual(Array(3).fill([200, 1]));
		expect(sandbox.leaks).toEqual([]);
	});

	it('runs the example: two workflows, as a user sets them up', async () => {
		sandbox.settings.jobSeconds = 2;
		letCallbacksThrough(place);
		const [called, creating] = await Promise.all([readExample('callback/called.json'), readExample('callback/create.json')]);
		for (const example of [called, creating]) chooseCredentials(example, [place.credential]);
		const webhookId = randomUUID();
		// As the editor does with each trigger that is imported.
		for (const node of called.nodes) if (node.name === 'Sora Video Trigger') node.webhookId = webhookId;
		const workflow = await server.rest.createWorkflow(called);
		await server.rest.activate(workflow);
		for (const { name, parameters } of creating.nodes) {
			if (name === 'Create Video') parameters.callbackUrl = `https://${publicHost}/webhook/${webhookId}/callback`;
		}
		setField(creating, 'Orders', 'rows', (orders) => orders.replace('An old', '[sandbox fail=moderation] An old'));
		const created = await server.rest.waitForExecution(await server.rest.runWorkflow(await server.rest.createWorkflow(creating)));
		expect(executionError(created)).toBeUndefined();
		await until(async () => (await server.rest.executionCount(workflow)) >= 2);
		const ids = await server.rest.executionIds(workflow);
		const executions = await Promise.all(ids.map(async (id) => await server.rest.waitForExecution(id)));
		expect(executions.map((execution) => [execution.status, executionError(execution)])).toEqual([['success', undefined], ['success', undefined]]);
		const videos = executions.flatMap((execution) => nodeOutputs(execution, 'Download')[0] ?? []);
		expect(videos.map(({ binary }) => binary?.data?.mimeType)).toEqual(['video/mp4']);
		expect(executions.flatMap((execution) => nodeOutputs(execution, 'Sora Video Trigger')[0] ?? []).map(({ json }) => json.correlation)).toEqual(['2041']);
		const results = executions.flatMap((execution) => nodeOutputs(execution, 'Failed')[0] ?? []).map(({ json }) => json.result);
		expect(results).toEqual([expect.stringMatching(/^No video for order 2042 \(moderation\): EvoLink job /)]);
		await server.rest.deactivate(workflow);
	}, 120_000);

	it('100 jobs, each called back one to four times: 100 runs, each by the right output', async () => {
		sandbox.settings.jobSeconds = 0;
		const trigger = await activateReporting();
		await createJobs(place, trigger.productionUrl, prompts(100));
		expect(sandbox.jobs).toHaveLength(100);
		const calls = await Promise.all(
			sandbox.jobs.map(async (job, index) => {
				const call = await callOf(job);
				// Every fourth job's calls come at the same moment, the others' whenever it is their turn.
				const times = Array.from({ length: 1 + (Math.floor(index / 4) % 4) }, () => [call]);
				return index % 4 === 0 ? [times.flat()] : times;
			}),
		);
		const turns = shuffled(calls.flat());
		expect(turns.flat()).toHaveLength(244);
		const answers = await inParallel(turns, 8, async (turn) => await Promise.all(turn.map(async ({ url, content }) => await send(url, content))));
		expect(answers.flat().filter(({ status }) => status !== 200)).toEqual([]);
		expect(answers.flat().filter(({ text }) => text === 'The workflow was started.')).toHaveLength(100);
		await expectRuns(trigger, sandbox.jobs);
	}, 180_000);

	it('no run for forged, garbled, oversized, unknown, replayed and strangers’ callbacks', async () => {
		sandbox.settings.jobSeconds = 0;
		const stranger = await startSandbox({ jobSeconds: 0 });
		const trigger = await activateReporting();
		let result: Attack;
		try {
			await createJobs(place, trigger.productionUrl, prompts(20));
			const own = [...sandbox.jobs];
			for (const job of own) {
				const { url, content } = await callOf(job);
				await send(url, content);
			}
			await expectRuns(trigger, own);
			result = await attack({ place, trigger, stranger, ended: own, calls: version === 'n8n-2' ? 1000 : 300 });
			// Larger than n8n itself takes: it answers with an error of its own, or cuts the connection off.
			const tooLarge = await send(trigger.localUrl, `{"id":"task-unified-1","status":"completed","padding":"${'x'.repeat(17_000_000)}"}`);
			expect([0, 413, 500]).toContain(tooLarge.status);
			// Nothing more than the twenty runs from before.
			await expectRuns(trigger, own);
		} finally {
			await stranger.stop();
		}
		expect(result.started).toBe(0);
		expect(Object.keys(result.byStatus).filter((status) => !/^(200|4\d\d|503)$/.test(status))).toEqual([]);
		expect(result.questions).toBeGreaterThan(0);
		expect(result.questions).toBeLessThanOrEqual(result.questionsAllowed);
		expect(sandbox.leaks).toEqual([]);

		// What strangers share is used up, and of no use to a job's own URL: its first call starts the run.
		letCallbacksThrough(place);
		await createJobs(place, trigger.productionUrl, ['After the attack']);
		expect(await until(() => runsSeen(sandbox).some(({ correlation }) => correlation === 'Order: After the attack'))).toBe(true);
		expect(sandbox.callbacks.filter(({ status }) => status !== 0).map(({ status, attempt }) => [attempt, status])).toEqual([[1, 200]]);
	}, 600_000);

	it.each(['stop', 'kill'] as const)('20 callbacks fall due while n8n is down (%s): those repeated to it start their runs, once', async (end) => {
		sandbox.clock.speed = 0;
		letCallbacksThrough(place);
		const trigger = await activateReporting();
		await createJobs(place, trigger.productionUrl, prompts(40, ' [sandbox seconds=10]').map((prompt, index) => (index < 20 ? prompt : prompt.replace('=10', '=20'))));
		sandbox.clock.advance(10_500);
		await expectRuns(trigger, sandbox.jobs.filter(({ hasEnded }) => hasEnded));
		const { length: before } = sandbox.callbacks;
		const tries = () => sandbox.callbacks.slice(before).filter(({ status }) => status !== 200);
		await server[end]();
		// Ended; then, after one and two seconds, called again in vain.
		for (const [advance, failed] of [[10_000, 20], [1_001, 40], [2_001, 60]] as const) {
			sandbox.clock.advance(advance);
			await until(() => tries().length >= failed);
			expect(tries()).toHaveLength(failed);
		}
		await server.restart();
		sandbox.clock.advance(4_001);
		await until(() => sandbox.callbacks.length >= before + 80);
		await expectRuns(trigger, sandbox.jobs);
		expect(sandbox.callbacks.slice(before).filter(({ status }) => status === 200).map(({ attempt }) => attempt)).toEqual(Array(20).fill(4));

		// Repeats of what came before and after the restart.
		const calls = await Promise.all(sandbox.jobs.map(async (job) => await callOf(job)));
		const { length: asked } = sandbox.requests.filter(({ method }) => method === 'GET');
		const answers = await Promise.all(calls.map(async ({ url, content }) => await send(url, content)));
		expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(40).fill([200, 'This ending has had its run already.']));
		await expectRuns(trigger, sandbox.jobs);
		expect(sandbox.requests.filter(({ method }) => method === 'GET')).toHaveLength(asked);
	}, 300_000);

	it('answers GET with 4xx; with 503 while the provider is down, whose next call then starts the run', async () => {
		sandbox.settings.jobSeconds = 1;
		const trigger = await activateReporting();
		const got = await send(trigger.localUrl, '', 'text/plain', 'GET');
		expect(got.status).toBe(404);
		sandbox.faults.status.push({ kind: '503', times: 1 }, { kind: 'drop', times: 1 });
		letCallbacksThrough(place);
		await createJobs(place, trigger.productionUrl, ['Down first']);
		await expectRuns(trigger, sandbox.jobs);
		expect(sandbox.callbacks.map(({ status, attempt }) => [attempt, status])).toEqual([[1, 503], [2, 503], [3, 200]]);
	}, 60_000);

	it('Verify Callback off: the body is believed, and nothing is asked', async () => {
		const trigger = await activateReporting({ verifyCallback: false });
		const { body } = await create(sandbox, 'evoLink', { model: 'sora-2-preview', prompt: 'Believed' });
		const id = String(body.id);
		const content = JSON.stringify({ ...body, status: 'completed', results: [`https://cdn.example.com/${randomBytes(4).toString('hex')}.mp4`] });
		const answers = [await send(trigger.localUrl, content), await send(trigger.localUrl, content)];
		expect(answers.map(({ status, text }) => [status, text])).toEqual([[200, 'The workflow was started.'], [200, 'This ending has had its run already.']]);
		await until(() => runsSeen(sandbox).length > 0);
		await sleep(1000);
		expect(runsSeen(sandbox)).toEqual([{ output: 'completed', id, correlation: '', status: 'completed' }]);
		expect(sandbox.requests.filter(({ provider, method }) => provider === 'evoLink' && method === 'GET')).toEqual([]);
	});
});
