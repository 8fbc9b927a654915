import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { patienceWithoutVideo } from '../../nodes/SoraVideo/transport/askForVideo';
import { patience } from '../../nodes/SoraVideo/callbacks/patience';
import { noteEnding, seenTimes } from '../../nodes/SoraVideo/waiting/usualTimes';
import { startSandbox, type Sandbox } from '../sandbox';
import { openReceiver, type Received, type Receiver } from '../sandbox/receiver';
import { callTrigger, summarize, type NodeRun, type WorkflowRun } from './harness';
import { createsOf, credentialTypes, expectSentence, inputsOf, itemsOf, jsonsOf, model, only, runSoraVideo, sandboxCredentials, type NodeCall } from './setup';

// What only fal does: results that die, callbacks signed with published keys, files in two steps.

const seedance = 'fal-ai/bytedance/seedance/v1.5/pro/text-to-video';
const hook = 'https://hooks.example.net/webhook/1';
const minute = 60_000;

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 60, speed: 0 });
	receiver = await openReceiver('hooks.example.net');
	Object.assign(patienceWithoutVideo, { pauses: [5, 5] });
	Object.assign(patience, { withoutVideo: [5, 5] });
});
beforeEach(() => {
	sandbox.reset();
	receiver.serve(sandbox);
	forgetAll();
});
afterEach(() => {
	expect(sandbox.leaks).toEqual([]);
	seenTimes.forgetAll();
	jest.restoreAllMocks();
});
afterAll(async () => {
	await receiver.close();
	await sandbox.stop();
});

async function run(operation: string, parameters: IDataObject, more: Partial<NodeCall> = {}): Promise<NodeRun> {
	return await runSoraVideo(sandbox, { provider: 'fal', operation, parameters, ...more });
}

async function create(parameters: IDataObject = {}, prompt = 'Sea'): Promise<string> {
	const created = await run('create', { model: model(seedance), prompt, ...parameters });
	return String(only(only(created.outputs)).json.id);
}

const status = async (jobId: string) => only(jsonsOf(await run('getStatus', { jobId })).flat());

describe('the id', () => {
	it('leads to the job, its result and its end, with the key for fal', async () => {
		const id = await create();
		expect(id).toMatch(/^fal-ai\/bytedance\/requests\/[\da-f-]{36}$/);
		sandbox.clock.advance(minute);
		expect(await status(id)).toMatchObject({ id, status: 'completed', videoUrl: expect.stringMatching(/\.mp4$/), usage: { billable_units: 5 } });
		const asked = sandbox.requests.filter(({ provider }) => provider === 'fal').slice(-2);
		expect(asked.map((request) => [request.path, request.headers.authorization])).toEqual([
			[`/${id}/status`, `Key ${sandbox.apiKeys.fal}`],
			[`/${id}`, `Key ${sandbox.apiKeys.fal}`],
		]);
	});

	it('of a model of another maker is as good', async () => {
		const id = await create({ model: model('bytedance/seedance-2.0/text-to-video') });
		expect(id).toMatch(/^bytedance\/seedance-2\.0\/requests\//);
		expect(await status(id)).toMatchObject({ id, status: 'queued' });
	});
});

describe('a failure', () => {
	it.each([
		['moderation', 'content_policy_violation', 'moderation'],
		['image', 'file_download_error', 'invalidInput'],
		['downstream', 'downstream_service_error', 'provider'],
		['internal', 'internal_error', 'provider'],
		['timeout', 'request_timeout', 'provider'],
		['runner', 'runner_disconnected', 'provider'],
		['cancelled', 'client_cancelled', 'cancelled'],
	])('%s is %s', async (failure, code, category) => {
		for (const falTellsModelErrors of [false, true]) {
			sandbox.settings.falTellsModelErrors = falTellsModelErrors;
			const id = await create({}, `A very secret sea [sandbox fail=${failure}]`);
			sandbox.clock.advance(minute);
			const job = await status(id);
			expect(job).toMatchObject({ status: category === 'cancelled' ? 'cancelled' : 'failed', failure: { code, category } });
			expectSentence(Object(job.failure).message, id);
			// fal repeats the whole input beside the error.
			expect(JSON.stringify(job)).not.toContain('secret');
		}
	});
});

describe('a result that dies after six minutes', () => {
	beforeEach(() => {
		sandbox.settings.falResultBytes = 10_000;
	});

	it('asked for too late is lost, and the item says what and why', async () => {
		const id = await create();
		sandbox.clock.advance(minute + 7 * minute);
		const job = await status(id);
		expect(job).toMatchObject({ status: 'failed', videoUrl: null, failure: { code: 'result_gone', retryable: false } });
		expectSentence(Object(job.failure).message, id, 'paid for', '6 minutes', 'lost');
	});

	it('of a job that had failed is no lost video', async () => {
		sandbox.settings.falTellsModelErrors = true;
		sandbox.settings.falResultBytes = 0;
		const id = await create({}, '[sandbox fail=moderation]');
		sandbox.clock.advance(minute + 61 * minute);
		const { failure } = await status(id);
		expect(failure).toMatchObject({ code: 'bad_request' });
		expect(Object(failure).message).not.toContain('lost');
	});

	async function suspended(prompts: string[]): Promise<WorkflowRun> {
		const { run: started } = await run('createAndWait', { model: model(seedance), prompt: '={{ $json.prompt }}', waitUsing: 'suspend', timeout: 7200 }, { items: itemsOf(prompts.map((prompt) => ({ prompt }))) });
		expect(started.status).toBe('waiting');
		return started;
	}

	it('is read in time by a suspended wait, whenever the job ends', async () => {
		// This process has seen that such jobs take half an hour, so it would look no sooner.
		noteEnding('fal', seedance, { after: 29 * minute, before: 30 * minute });
		// Without any call, and with both clocks together from one planned date to the next.
		sandbox.settings.callbackHosts = {};
		const prompts = [30, 200, 420, 900, 1500].map((seconds) => `[sandbox seconds=${seconds}]`);
		let current = await suspended(prompts);
		const start = Date.now();
		let now = start;
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		for (let looks = 0; current.status === 'waiting' && looks < 100; looks += 1) {
			const due = current.waitTill?.getTime() ?? 0;
			sandbox.clock.advance(due - now);
			now = due;
			current = await current.resumeByDate();
		}
		const ended = summarize(current);
		expect(inputsOf(ended)).toEqual([[0, 1, 2, 3, 4], [], []]);
		for (const { videoUrl } of jsonsOf(ended)[0] ?? []) expect(videoUrl).toMatch(/\.mp4$/);
		expect(createsOf(sandbox)).toHaveLength(5);
	});
});

describe('the trigger', () => {
	async function ended(prompt = 'Sea', parameters: IDataObject = {}): Promise<{ id: string; received: Received }> {
		const id = await create({ callbackUrl: hook, ...parameters }, prompt);
		sandbox.clock.advance(minute);
		return { id, received: only(await receiver.next()) };
	}

	async function receive({ raw, headers, path: called }: Pick<Received, 'raw' | 'headers' | 'path'>, parameters: IDataObject = {}) {
		const { http, run: started } = await callTrigger({
			trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'fal', ...parameters } },
			credentials: sandboxCredentials(sandbox),
			credentialTypes,
			call: {
				body: Buffer.from(raw),
				query: Object.fromEntries(new URL(called, hook).searchParams),
				headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
			},
		});
		return { status: http.status, items: started?.outputs('Trigger').map((items) => items.map(({ json }) => json)) ?? [] };
	}

	it.each([
		['Sea', 0, 'completed'],
		['[sandbox fail=moderation]', 1, 'failed'],
		['[sandbox fail=timeout]', 1, 'failed'],
	])('starts once with the job that ended, its model and correlation: %s', async (prompt, output, state) => {
		const { id, received } = await ended(prompt, { options: { correlation: 'order 7' } });
		const { status: answered, items } = await receive(received);
		expect(answered).toBe(200);
		expect(only(items[output])).toMatchObject({ id, model: seedance, status: state, correlation: 'order 7' });
		expect(await receive(received)).toMatchObject({ status: 200, items: [] });
		// The keys are read with no key of the user's.
		const keys = sandbox.requests.filter((request) => request.path === '/.well-known/jwks.json');
		expect(keys.map((request) => request.headers.authorization)).toEqual([undefined]);
	});

	it('refuses what is not signed by fal, whatever was changed', async () => {
		const { received } = await ended();
		const before = sandbox.requests.filter(({ provider }) => provider === 'fal').length;
		const names = ['signature', 'timestamp', 'request-id', 'user-id'].map((name) => `x-fal-webhook-${name}`);
		const forgeries = [
			{ ...received, raw: received.raw.replace('OK', 'KO') },
			{ ...received, raw: `${received.raw} ` },
			...names.map((name) => ({ ...received, headers: { ...received.headers, [name]: '1' } })),
			{ ...received, headers: {} },
		];
		for (const forgery of forgeries) expect(await receive(forgery)).toEqual({ status: 401, items: [] });
		expect(sandbox.requests.filter(({ provider }) => provider === 'fal')).toHaveLength(before);
		expect((await receive(received)).items[0]).toHaveLength(1);
	});

	it.each(['result', 'request'] as const)('still has the video of a job of which fal has forgotten the %s', async (falForgets) => {
		sandbox.settings.falResultBytes = 10_000;
		sandbox.settings.falForgets = falForgets;
		const { id, received } = await ended();
		sandbox.clock.advance(7 * minute);
		const { items } = await receive(received);
		expect(only(items[0])).toMatchObject({ id, model: seedance, status: 'completed', videoUrl: expect.stringMatching(/\.mp4$/), failure: null });
	});

	it.each([
		['asked for, as its own account never had it', {}],
		['not asked for', { verifyCallback: false }],
	])('a job of another account, whose calls fal signs with the same key, starts nothing: %s', async (_way, parameters) => {
		// Any account may name this URL, with any model.
		const { received } = await ended();
		const stranger = { ...received, path: `/webhook/1?soraVideoModel=${encodeURIComponent(seedance)}` };
		sandbox.settings.falResultBytes = 10_000;
		sandbox.settings.falForgets = 'request';
		sandbox.clock.advance(7 * minute);
		expect(await receive(stranger, parameters)).toEqual({ status: 404, items: [] });
		expect(await receive(stranger, parameters)).toEqual({ status: 404, items: [] });
	});

	it('does not understand a call whose URL names no model', async () => {
		const { received } = await ended();
		expect(await receive({ ...received, path: '/webhook/1' })).toEqual({ status: 400, items: [] });
	});

	it('believes a signed call unasked where Verify Callback is off', async () => {
		const { id, received } = await ended();
		const before = sandbox.requests.filter(({ provider }) => provider === 'fal').length;
		const { items } = await receive(received, { verifyCallback: false });
		expect(only(items[0])).toMatchObject({ id, status: 'completed' });
		expect(sandbox.requests.filter(({ provider }) => provider === 'fal')).toHaveLength(before);
	});
});

describe('cancelling', () => {
	const cancelled = async (id: string) => only(jsonsOf(await run('cancel', { jobId: id })).flat());

	it.each([
		['that waits', 0],
		['that runs', 30_000],
	])('ends a job %s', async (_state, milliseconds) => {
		const id = await create();
		sandbox.clock.advance(milliseconds);
		expect(await cancelled(id)).toMatchObject({ id, status: 'cancelled', failure: { category: 'cancelled' } });
	});

	it('that a model does not heed leaves the job running', async () => {
		sandbox.settings.falStopsWhenAsked = false;
		const id = await create();
		sandbox.clock.advance(30_000);
		expect(await cancelled(id)).toMatchObject({ id, status: 'processing', failure: null });
	});

	it('of a job that has ended says so, and gives its video', async () => {
		const id = await create();
		sandbox.clock.advance(minute);
		expect(await cancelled(id)).toMatchObject({ id, status: 'completed', videoUrl: expect.any(String), failure: { code: 'already_ended' } });
	});

	it.each(['createAndWait', 'waitForCompletion'])('when the time of %s is up', async (operation) => {
		const jobId = operation === 'waitForCompletion' ? await create() : '';
		const { outputs } = await run(operation, { model: model(seedance), prompt: 'Sea', jobId, timeout: 1, options: { cancelOnTimeout: true } });
		expect(outputs.map((items) => items.length)).toEqual([0, 1, 0]);
		expect(only(outputs[1]).json).toMatchObject({ status: 'cancelled', failure: { code: 'cancelled_on_timeout' } });
		expect(only(sandbox.jobs).hasEnded).toBe(true);
	});
});

it('sends a picture to its storage in two steps, and the key with the first only', async () => {
	const picture = await readFile(path.resolve(__dirname, '../sandbox/media/1280x720.jpg'));
	const binary = { data: { data: picture.toString('base64'), mimeType: 'image/jpeg', fileName: 'a b.jpg' } };
	const created = await run('create', { model: model('fal-ai/veo3.1/image-to-video'), prompt: 'Sea', imageSource: 'binary' }, { items: [{ json: {}, binary }] });
	expect(created.status).toBe('success');
	const [announced, sent] = sandbox.requests.filter(({ provider }) => provider === 'falFiles' || provider === 'falMedia');
	expect(announced).toMatchObject({ method: 'POST', body: { content_type: 'image/jpeg', file_name: 'a b.jpg' } });
	expect(announced?.headers.authorization).toBe(`Key ${sandbox.apiKeys.fal}`);
	expect([sent?.method, sent?.headers.authorization, sent?.headers['content-type']]).toEqual(['PUT', undefined, 'image/jpeg']);
	const { image_url: link } = Object(only(createsOf(sandbox)).body);
	const stored = Buffer.from(await (await fetch(String(link))).arrayBuffer());
	expect(createHash('sha256').update(stored).digest('hex')).toBe(createHash('sha256').update(picture).digest('hex'));
});
