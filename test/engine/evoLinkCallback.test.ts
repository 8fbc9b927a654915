import type { IWebhookFunctions } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { statusOf } from '../sandbox/testClient';
import { Execution, summarize, type NodeRun, type WorkflowRun } from './harness';
import { createsOf, inputsOf, itemsOf, jsonsOf, model, only, runSoraVideo } from './setup';

// What EvoLink's page says of callbacks, where they wake an execution that the node has suspended.

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 300, speed: 0 });
});
beforeEach(() => sandbox.reset());
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await sandbox.stop());

async function suspended(prompt = 'Sea'): Promise<WorkflowRun> {
	const { run } = await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation: 'createAndWait',
		parameters: { model: model('sora-2-pro-preview'), prompt: '={{ $json.prompt }}', waitUsing: 'suspend' },
		items: itemsOf([{ prompt }]),
	});
	expect(run.status).toBe('waiting');
	return run;
}

/** The body of the query, which the page says the callback has as well. */
async function callbackBody(changes: object = {}): Promise<object> {
	const { body } = await statusOf(sandbox, 'evoLink', only(sandbox.jobs).id);
	return { ...body, ...changes };
}

function asksAfter(seen: number) {
	return sandbox.requests.slice(seen).map(({ method, path }) => `${method} ${path}`);
}

async function call(run: WorkflowRun, body: object): Promise<{ status: number; body: unknown; resumed?: NodeRun }> {
	const { http, run: resumed } = await run.resumeByWebhook({ body });
	return { status: http.status, body: http.body, ...(resumed && { resumed: summarize(resumed) }) };
}

it.each([
	['completed', 'Sea', { status: 'completed', failure: null }, [[0], [], []]],
	['failed', '[sandbox fail=moderation]', { status: 'failed', failure: { category: 'moderation' } }, [[], [0], []]],
	['cancelled', '[sandbox fail=cancelled]', { status: 'cancelled', failure: { category: 'cancelled' } }, [[], [0], []]],
])('a callback for a job that is %s wakes the execution, which asks EvoLink once', async (_name, prompt, expected, leaves) => {
	const run = await suspended(prompt);
	const job = only(sandbox.jobs);
	expect(only(createsOf(sandbox)).body).toMatchObject({ callback_url: run.resumeUrl.replace('?', '/sora-video?') });
	sandbox.clock.advance(300_000);
	const sent = await callbackBody();
	const seen = sandbox.requests.length;
	const { status, body, resumed } = await call(run, sent);
	expect({ status, body }).toEqual({ status: 200, body: { received: true } });
	expect(asksAfter(seen)).toEqual([`GET /v1/tasks/${job.id}`]);
	expect(resumed && inputsOf(resumed)).toEqual(leaves);
	expect(resumed && only(jsonsOf(resumed).flat())).toMatchObject({ id: job.id, ...expected });
	expect(createsOf(sandbox)).toHaveLength(1);
});

it.each([
	['says completed too early', { status: 'completed', progress: 100, results: ['https://evil.example/1.mp4'] }],
	['tells of another job', { id: 'task-unified-1-other', status: 'failed', error: { code: 'service_error', message: 'No' } }],
])('a callback that %s is not believed: the execution goes on waiting', async (_name, changes) => {
	const run = await suspended();
	const { status, resumed } = await call(run, await callbackBody(changes));
	expect(status).toBe(200);
	expect(resumed?.status).toBe('waiting');
	expect(resumed?.outputs.flat()).toEqual([]);
	expect(JSON.stringify(sandbox.requests)).not.toMatch(/evil|other/);
});

it('a callback that is repeated emits nothing twice', async () => {
	const run = await suspended();
	sandbox.clock.advance(300_000);
	const body = await callbackBody();
	const first = await call(run, body);
	const again = await call(run, body);
	expect([first.status, again.status]).toEqual([200, 409]);
	expect(first.resumed && inputsOf(first.resumed)).toEqual([[0], [], []]);
	expect(again.resumed).toBeUndefined();
});

it('a callback is answered before EvoLink is asked, so within the 10 s that it waits', async () => {
	const run = await suspended();
	sandbox.clock.advance(300_000);
	const seen = sandbox.requests.length;
	const { webhook } = SoraVideo.prototype;
	const asked: number[] = [];
	jest.spyOn(SoraVideo.prototype, 'webhook').mockImplementation(async function (this: IWebhookFunctions) {
		const answer = await webhook.call(this);
		asked.push(sandbox.requests.length - seen);
		return answer;
	});
	expect((await call(run, {})).status).toBe(200);
	expect(asked).toEqual([0]);
	expect(sandbox.requests.length - seen).toBe(1);
});

it('a callback that is lost for good does not lose the job: its date wakes the execution', async () => {
	const run = await suspended();
	expect((run.waitTill?.getTime() ?? 0) - Date.now()).toBeLessThan(600_000);
	sandbox.clock.advance(300_000);
	const resumed = summarize(await run.resumeByDate());
	expect(inputsOf(resumed)).toEqual([[0], [], []]);
	expect(createsOf(sandbox)).toHaveLength(1);
});

it.each(['http://n8n.example/webhook-waiting', 'https://localhost:5678/webhook-waiting', 'https://192.168.1.7/webhook-waiting'])(
	'no callback is asked for to %s, which EvoLink refuses',
	async (webhookWaitingBaseUrl) => {
		const { additionalData } = Execution.prototype;
		jest.spyOn(Execution.prototype, 'additionalData').mockImplementation(function (this: Execution) {
			return { ...additionalData.call(this), webhookWaitingBaseUrl };
		});
		const run = await suspended();
		expect(only(createsOf(sandbox)).body).not.toHaveProperty('callback_url');
		sandbox.clock.advance(300_000);
		expect(inputsOf(summarize(await run.resumeByDate()))).toEqual([[0], [], []]);
	},
);
