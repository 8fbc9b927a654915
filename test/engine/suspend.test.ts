import type { IDataObject, IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { patienceWithRefusals } from '../../nodes/SoraVideo/waiting/refusals';
import { seenTimes } from '../../nodes/SoraVideo/waiting/usualTimes';
import { startSandbox, type Sandbox } from '../sandbox';
import { NoOp, readBinary, runAsTool, runNode, runWorkflow, summarize, type WorkflowRun } from './harness';
import { readLog } from './harness/log';
import { tinyNode } from './harness/tinyNodes';
import {
	createsOf,
	credentialTypes,
	inputsOf,
	isQuestionFor,
	itemsOf,
	jsonsOf,
	messageOf,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	sandboxCredentials,
	type NodeCall,
	type ProviderCase,
} from './setup';

// The sandbox's clock stands still and is moved on by hand. The machine's goes ten times as fast, for
// the few things that are waited for in memory, and can be moved on, too.
const speed = 10;
const realNow = Date.now.bind(Date);
const realSteadyNow = performance.now.bind(performance);
const start = realNow();
let skipped = 0;
/** By how much the machine's clock was set back, which the clock that only goes forward doesn't hear of. */
let setBack = 0;

function travel(milliseconds: number): void {
	skipped += milliseconds;
}

let sandbox: Sandbox;
beforeAll(async () => {
	jest.spyOn(Date, 'now').mockImplementation(() => start + (realNow() - start) * speed + skipped - setBack);
	jest.spyOn(performance, 'now').mockImplementation(() => realSteadyNow() * speed + skipped);
	sandbox = await startSandbox({ jobSeconds: 60, speed: 0 });
});
beforeEach(() => {
	sandbox.reset();
	setBack = 0;
	// Jobs of this suite end when a test says so, which is nothing to learn from.
	seenTimes.forgetAll();
	Object.assign(patienceWithRefusals, ourPatience);
});
afterAll(async () => {
	jest.restoreAllMocks();
	await sandbox.stop();
});

function caseOf(provider: string): ProviderCase {
	return only(providerCases.filter((each) => each.provider === provider));
}

const aimlApi = caseOf('aimlApi');
const slow = '[sandbox slow]';
const ourPatience = { ...patienceWithRefusals };
/** For a refusal that is believed at once: how long it is doubted is told elsewhere. */
const noPatience = { blip: 0, young: 0 };

interface Call extends Pick<NodeCall, 'settings'> {
	providerCase?: ProviderCase;
	prompts: string[];
	parameters?: IDataObject;
}

async function run({ providerCase = aimlApi, prompts, parameters = {}, settings = {} }: Call): Promise<WorkflowRun> {
	const { run: started } = await runSoraVideo(sandbox, {
		provider: providerCase.provider,
		operation: 'createAndWait',
		parameters: { ...promptFromItem(providerCase), waitUsing: 'suspend', ...parameters },
		items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		settings,
	});
	return started;
}

async function suspended(call: Call): Promise<WorkflowRun> {
	const started = await run(call);
	expect(started.error).toBeUndefined();
	expectWaiting(started);
	return started;
}

function expectWaiting({ status, waitTill, outputs }: WorkflowRun): void {
	expect(status).toBe('waiting');
	expect(waitTill?.getTime() ?? 0).toBeGreaterThan(Date.now());
	expect(outputs('Node').flat()).toEqual([]);
}

/** In how many requests a job's video is told. */
function asksFor({ tellsResultApart }: ProviderCase): number {
	return tellsResultApart ? 2 : 1;
}

/** Which input items left by which output. */
function leavesOf(ended: WorkflowRun): unknown[][] {
	return inputsOf(summarize(ended));
}

function idOf(prompt: string): string | undefined {
	return sandbox.jobs.find((job) => job.prompt === prompt)?.id;
}

/** What the node has put aside for its next run. */
function storedState({ executionData }: IRunExecutionData): unknown {
	const metadata: object = executionData?.nodeExecutionStack[1]?.metadata ?? {};
	return Object.entries(metadata).find(([key]) => key === 'soraVideoWait')?.[1];
}

describe.each(providerCases)('$provider: suspended', (providerCase) => {
	it('until a date, then completed', async () => {
		const first = await suspended({ providerCase, prompts: ['Sea'] });
		const before = sandbox.requests.length;
		expect(sandbox.requests.at(-1)).toBe(only(createsOf(sandbox)));
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		expect(ended.status).toBe('success');
		expect(leavesOf(ended)).toEqual([[0], [], []]);
		expect(ended.outputs('Node')[0]?.[0]?.json).toMatchObject({ id: idOf('Sea'), status: 'completed' });
		expect(sandbox.requests).toHaveLength(before + asksFor(providerCase));
	});

	it('several items: each leaves by its own output, all when the last has ended', async () => {
		const prompts = ['Sea', '[sandbox fail=moderation]', '[sandbox seconds=120]', '[sandbox nonsense]'];
		const first = await suspended({ providerCase, prompts, settings: { onError: 'continueRegularOutput' } });
		sandbox.clock.advance(60_000);
		const second = await first.resumeByDate();
		expectWaiting(second);
		sandbox.clock.advance(60_000);
		const { run: ended } = await second.resumeByWebhook({ body: {} });
		expect(ended?.status).toBe('success');
		expect(ended && leavesOf(ended)).toEqual([[0, 2], [1, 3], []]);
		const jsons = ended ? jsonsOf(summarize(ended)) : [];
		expect(jsons).toMatchObject([
			[{ id: idOf(prompts[0] ?? '') }, { id: idOf(prompts[2] ?? '') }],
			[{ id: idOf(prompts[1] ?? ''), failure: { category: 'moderation' } }, { id: null, failure: { category: 'invalidInput' } }],
			[],
		]);
		expect(createsOf(sandbox)).toHaveLength(4);
	});

	it('up to the deadline: a last look, then Timed Out', async () => {
		const prompts = ['Sea', slow];
		const first = await suspended({ providerCase, prompts, parameters: { timeout: 100 } });
		travel(101_000);
		sandbox.clock.advance(60_000);
		const asked = sandbox.requests.length;
		const ended = await first.resumeByDate();
		expect(leavesOf(ended)).toEqual([[0], [], [1]]);
		expect(sandbox.requests.length - asked).toBe(1 + asksFor(providerCase));
		expect(ended.outputs('Node')[2]?.[0]?.json).toMatchObject({ id: idOf(slow), videoUrl: null });
		expect(ended.hints('Node').map(({ message }) => message).join()).toContain(`wait for them again`);
	});

	it('a call with a body of any kind wakes and is believed in nothing', async () => {
		let current = await suspended({ providerCase, prompts: ['Sea'] });
		const bodies = [{}, [], { id: 'x', status: 'completed', results: ['https://evil.example/'] }, { status: null }];
		for (const body of bodies) {
			const { http, run: next } = await current.resumeByWebhook({ body });
			expect(http.status).toBe(200);
			if (!next) throw new Error('not resumed');
			expectWaiting(next);
			current = next;
		}
		expect((await current.resumeByWebhook({ body: 'no json' })).http.status).toBe(422);
		expect((await current.resumeByWebhook({ body: 'text', headers: { 'content-type': 'text/plain' } })).http.status).toBe(200);
		expect(createsOf(sandbox)).toHaveLength(1);
	});

	it('by an earlier ID', async () => {
		const { outputs } = await runSoraVideo(sandbox, {
			provider: providerCase.provider,
			operation: 'create',
			parameters: promptFromItem(providerCase),
			items: itemsOf([{ prompt: 'Sea' }]),
		});
		const { run: first } = await runSoraVideo(sandbox, {
			provider: providerCase.provider,
			operation: 'waitForCompletion',
			parameters: { jobId: '={{ $json.id }}', waitUsing: 'suspend' },
			items: itemsOf([{ id: String(outputs[0]?.[0]?.json.id) }, { id: ' ' }]),
			settings: { onError: 'continueRegularOutput' },
		});
		expectWaiting(first);
		sandbox.clock.advance(60_000);
		expect(leavesOf(await first.resumeByDate())).toEqual([[0], [1], []]);
	});
});

describe('several at once', () => {
	it('one of two calls at the same time wins', async () => {
		const first = await suspended({ prompts: ['Sea'] });
		sandbox.clock.advance(60_000);
		const calls = await Promise.all([1, 2].map(async () => await first.resumeByWebhook({ body: {} })));
		expect(calls.map(({ http }) => http.status).sort()).toEqual([200, 500]);
		expect(calls.flatMap(({ run: ended }) => (ended ? leavesOf(ended) : []))).toEqual([[0], [], []]);
		expect((await first.resumeByWebhook({ body: {} })).http.status).toBe(409);
	});

	it('more items than Batch Size: the rest begins as others end', async () => {
		const prompts = ['A', 'B', 'C', 'D', 'E'];
		let current = await suspended({ prompts, parameters: { options: { batchSize: 2 } } });
		const begun = [sandbox.jobs.length];
		for (let round = 0; round < 2; round += 1) {
			sandbox.clock.advance(60_000);
			current = await current.resumeByDate();
			expectWaiting(current);
			begun.push(sandbox.jobs.length);
		}
		sandbox.clock.advance(60_000);
		const ended = await current.resumeByDate();
		expect(begun).toEqual([2, 4, 5]);
		expect(leavesOf(ended)).toEqual([[0, 1, 2, 3, 4], [], []]);
		expect(jsonsOf(summarize(ended))[0]?.map(({ id }) => id)).toEqual(prompts.map(idOf));
		expect(createsOf(sandbox)).toHaveLength(5);
	});

	it('tells while it waits how far the job was when it was last asked for', async () => {
		const first = await suspended({ providerCase: caseOf('evoLink'), prompts: ['Sea'] });
		const hintsOf = (part: WorkflowRun) => part.hints('Node').map(({ message }) => message);
		expect(hintsOf(first)).toEqual([`Waiting for these jobs: ${idOf('Sea')}.`]);
		sandbox.clock.advance(27_000);
		const second = await first.resumeByDate();
		expectWaiting(second);
		expect(hintsOf(second).at(-1)).toBe(`Waiting for these jobs: ${idOf('Sea')} (45 %).`);
	});

	it('a job that stays nearly done holds no worker: it is asked for in memory for a moment, then at dates again', async () => {
		let current = await suspended({ providerCase: caseOf('openAi'), prompts: [slow] });
		// From now on the sandbox tells 95 % for ever.
		sandbox.clock.advance(1e9);
		const asks: number[] = [];
		for (let wakeUp = 0; wakeUp < 3; wakeUp += 1) {
			const before = sandbox.requests.length;
			travel(62_000);
			current = await current.resumeByDate();
			expectWaiting(current);
			asks.push(sandbox.requests.length - before);
		}
		expect(current.hints('Node').at(-1)?.message).toContain('(95 %)');
		expect(asks[0]).toBeGreaterThan(1);
		expect(asks[0]).toBeLessThan(40);
		expect(asks.slice(1)).toEqual([1, 1]);
	});

	it('a 429 leaves an item for a later run, which creates it once', async () => {
		sandbox.settings.maxConcurrentJobs = 1;
		const first = await suspended({ prompts: ['A', 'B', 'C'] });
		expect(sandbox.jobs).toHaveLength(1);
		expect(first.hints('Node').map(({ message }) => message)).toEqual([
			`Waiting for these jobs: ${idOf('A') ?? idOf('B') ?? idOf('C')}. Not sent yet, until others have ended: 2.`,
		]);
		// Even where the batch as a whole takes longer than the Timeout of each.
		let current = first;
		for (const prompts of [2, 3]) {
			travel(400_000);
			sandbox.clock.advance(60_000);
			current = await current.resumeByDate();
			expectWaiting(current);
			expect(sandbox.jobs).toHaveLength(prompts);
		}
		sandbox.clock.advance(60_000);
		const ended = await current.resumeByDate();
		expect(leavesOf(ended)).toEqual([[0, 1, 2], [], []]);
		expect(sandbox.jobs.map(({ prompt }) => prompt).sort()).toEqual(['A', 'B', 'C']);
		expect(ended.hints('Node')).toEqual([]);
	});

	it('patience with 429 begins when an item is first sent, however long others took before it', async () => {
		const prompts = ['A', 'B', 'C [sandbox create=429:1 retryAfter=60]'];
		let current = await suspended({ prompts, parameters: { timeout: 300, options: { batchSize: 1 } } });
		for (let round = 0; round < 3; round += 1) {
			travel(200_000);
			sandbox.clock.advance(60_000);
			current = await current.resumeByDate();
			expectWaiting(current);
		}
		sandbox.clock.advance(60_000);
		expect(leavesOf(await current.resumeByDate())).toEqual([[0, 1, 2], [], []]);
		expect(createsOf(sandbox)).toHaveLength(4);
	});

	it('patience with 429 ends with the timeout', async () => {
		const first = await suspended({ prompts: ['[sandbox create=429]'], parameters: { timeout: 300 } });
		travel(301_000);
		const ended = await first.resumeByDate();
		expect(ended.status).toBe('error');
		expect(ended.error?.message).toContain('429');
	});
});

describe('a clock that is set back by ten minutes', () => {
	it('between two runs: nothing waits longer than it still had', async () => {
		const prompts = [slow, 'B [sandbox create=429]'];
		const first = await suspended({ prompts, parameters: { timeout: 200 }, settings: { onError: 'continueRegularOutput' } });
		setBack = 600_000;
		travel(150_000);
		const second = await first.resumeByDate();
		expectWaiting(second);
		expect((second.waitTill?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(200_000);
		travel(201_000);
		expect(leavesOf(await second.resumeByDate())).toEqual([[], [1], [0]]);
	});

	it('while it asks in memory: the deadline stays', async () => {
		const started = run({ providerCase: caseOf('openAi'), prompts: [slow], parameters: { timeout: 30 } });
		const watch = setInterval(() => {
			if (sandbox.jobs.some(({ asks }) => asks > 0)) setBack = 600_000;
		}, 5);
		const ended = await started.finally(() => {
			clearInterval(watch);
		});
		expect(setBack).toBe(600_000);
		expect(leavesOf(ended)).toEqual([[], [], [0]]);
	});
});

describe('settings of the node', () => {
	it('with Always Output Data nothing leaves before the end', async () => {
		const first = await runWorkflow({
			nodes: [
				{
					name: 'Node',
					type: new SoraVideo(),
					alwaysOutputData: true,
					parameters: { provider: 'aimlApi', operation: 'createAndWait', waitUsing: 'suspend', ...promptFromItem(aimlApi) },
				},
				{ name: 'Completed', type: new NoOp() },
				{ name: 'Failed', type: new NoOp() },
			],
			connections: [
				{ from: 'Start', to: 'Node' },
				{ from: 'Node', to: 'Completed' },
				{ from: 'Node', output: 1, to: 'Failed' },
			],
			items: itemsOf([{ prompt: 'Sea' }, { prompt: '[sandbox fail=internal]' }]),
			credentials: sandboxCredentials(sandbox),
			credentialTypes,
		});
		const second = await first.resumeByDate();
		const { run: third } = await second.resumeByWebhook({ body: {} });
		expect([first, second, third].map((each) => each?.status)).toEqual(['waiting', 'waiting', 'waiting']);
		expect(Object.keys(third?.runData ?? {})).toEqual(['Start', 'Node']);
		sandbox.clock.advance(60_000);
		const ended = await third?.resumeByDate();
		expect(ended?.outputs('Completed')[0]?.map(({ json }) => json.id)).toEqual([idOf('Sea')]);
		expect(ended?.outputs('Failed')[0]).toHaveLength(1);
		expect(ended?.runData.Completed).toHaveLength(1);
	});

	it('Retry On Fail in a later run takes up what its first try created', async () => {
		const prompts = ['A', 'B', 'C [sandbox create=404:1]'];
		const settings = { retryOnFail: true, maxTries: 5 };
		const first = await suspended({ prompts, settings, parameters: { options: { batchSize: 1 } } });
		sandbox.clock.advance(60_000);
		const second = await first.resumeByDate();
		expectWaiting(second);
		sandbox.clock.advance(60_000);
		const third = await second.resumeByDate();
		expectWaiting(third);
		sandbox.clock.advance(60_000);
		const ended = await third.resumeByDate();
		expect(leavesOf(ended)).toEqual([[0, 1, 2], [], []]);
		expect(createsOf(sandbox)).toHaveLength(4);
		expect(sandbox.jobs).toHaveLength(3);
	});

	it('Retry On Fail in a later run: what may have been accepted is sent once, and nothing is lost', async () => {
		const prompts = ['A', 'B', 'C [sandbox create=drop]', 'D'];
		const settings = { retryOnFail: true, maxTries: 5 };
		const first = await suspended({ prompts, settings, parameters: { options: { batchSize: 2 } } });
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		expect(ended.status).toBe('error');
		expect(createsOf(sandbox)).toHaveLength(sandbox.jobs.length);
		for (const { id, prompt } of sandbox.jobs) {
			expect(ended.error?.description).toContain(prompt.includes('drop') ? `"${prompt}"` : id);
		}
	});

	it.each([false, true])('Retry On Fail over three wake-ups, with trouble of every kind (goes on: %p)', async (goesOn) => {
		const onError = goesOn ? 'continueRegularOutput' : 'stopWorkflow';
		const troubles = ['status=401:1', '', 'status=401:1', '', 'status=401:1', '', 'create=drop', 'create=drop', 'create=drop'];
		const prompts = troubles.map((trouble, index) => `Video ${index}${trouble && ` [sandbox ${trouble}]`}`);
		const lines = readLog();
		let current = await run({
			prompts,
			settings: { retryOnFail: true, maxTries: 5, onError },
			parameters: { prompt: '={{ $json.prompt }} {{ Math.random() }}', options: { batchSize: 3 } },
		});
		let wakeUps = 0;
		for (; current.status === 'waiting'; wakeUps += 1) {
			sandbox.clock.advance(60_000);
			current = await current.resumeByDate();
		}
		expect(current.status).toBe(goesOn ? 'success' : 'error');
		const told = JSON.stringify([current.outputs('Node'), current.error?.message, current.error?.description, current.hints('Node')]);
		expect(sandbox.jobs).toHaveLength(9);
		for (const [index, prompt] of prompts.entries()) {
			const { id } = only(sandbox.jobs.filter((job) => job.prompt.startsWith(`${prompt} 0.`)));
			const isLost = index > 5;
			expect(told).toContain(isLost ? prompt : id);
			expect(lines.some((line) => line.includes(isLost ? `"${prompt} 0.` : id))).toBe(true);
		}
		// With On Error set to continue, a key refused once costs its item the wait, but not its id.
		expect(wakeUps).toBeGreaterThan(1);
	});

	it('a wake-up that n8n begins again after a crash creates nothing once more', async () => {
		const first = await suspended({ prompts: ['A', 'B', 'C'], parameters: { options: { batchSize: 1 } } });
		sandbox.clock.advance(60_000);
		expectWaiting(await first.resumeByDate());
		expect(sandbox.jobs.map(({ prompt }) => prompt)).toEqual(['A', 'B']);
		const again = await first.resumeAfterCrash();
		expect(again.status).toBe('error');
		expect(again.error?.message).toContain('n8n has begun this execution again');
		expect(again.error?.description).toContain(idOf('A'));
		expect(again.error?.description).toContain('item 2 of 3, "B"');
		expect(createsOf(sandbox)).toHaveLength(2);
	});

	it("On Error set to n8n's error output", async () => {
		const prompts = ['Sea', '[sandbox nonsense]', '[sandbox fail=moderation]'];
		const first = await suspended({ prompts, settings: { onError: 'continueErrorOutput' } });
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		expect(leavesOf(ended)).toEqual([[0], [2], [], [1]]);
	});

	it('Download Video', async () => {
		const first = await suspended({ prompts: ['Sea'], parameters: { downloadVideo: true, binaryPropertyName: 'film' } });
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		const bytes = await readBinary(ended.outputs('Node')[0]?.[0], 'film');
		expect(bytes.subarray(4, 8).toString()).toBe('ftyp');
	});

	it('a download that fails is tried again, and the jobs are not', async () => {
		const prompt = 'Sea [sandbox download=503:1]';
		const settings = { retryOnFail: true, maxTries: 2 };
		const first = await suspended({ prompts: [prompt, 'Moor'], settings, parameters: { downloadVideo: true } });
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		expect(leavesOf(ended)).toEqual([[0, 1], [], []]);
		expect(ended.outputs('Node')[0]?.every(({ binary }) => binary?.data)).toBe(true);
		expect(createsOf(sandbox)).toHaveLength(2);
	});

	it('in an execution begun by hand', async () => {
		const first = await suspended({ prompts: ['Sea'], settings: { mode: 'manual' } });
		sandbox.clock.advance(60_000);
		expect(leavesOf(await first.resumeByDate())).toEqual([[0], [], []]);
	});
});

describe('when something is wrong', () => {
	it('a key refused at a wake-up stops the node, and the error lists all jobs', async () => {
		const first = await suspended({ prompts: ['A', 'B', 'C'] });
		Object.assign(patienceWithRefusals, noPatience);
		sandbox.faults.status.push({ kind: '401', times: 3 });
		const ended = await first.resumeByDate();
		expect(ended.status).toBe('error');
		for (const { id } of sandbox.jobs) expect(ended.error?.description).toContain(id);
	});

	it.each([false, true])('a credential that can\'t be read at a wake-up (On Error set to continue: %p)', async (goesOn) => {
		const credentials: Partial<ReturnType<typeof sandboxCredentials>> = sandboxCredentials(sandbox);
		const prompts = ['A', 'B', ...(goesOn ? ['[sandbox nonsense]'] : [])];
		const { run: first } = await runSoraVideo(sandbox, {
			provider: 'aimlApi',
			operation: 'createAndWait',
			parameters: { ...promptFromItem(aimlApi), waitUsing: 'suspend' },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
			settings: goesOn ? { onError: 'continueRegularOutput' } : {},
			credentials,
		});
		expectWaiting(first);
		delete credentials.soraVideoAimlApi;
		const ended = await first.resumeByDate();
		const ids = ['A', 'B'].map(idOf);
		if (goesOn) {
			expect(leavesOf(ended)).toEqual([[], [0, 1, 2], []]);
			const items = jsonsOf(summarize(ended))[1] ?? [];
			expect(items).toMatchObject([
				{ id: ids[0], status: 'queued', prompt: 'A', failure: { message: expect.stringContaining(`Job ${ids[0]} was queued when last seen`) } },
				{ id: ids[1], status: 'queued', prompt: 'B' },
				// What it had failed with before.
				{ id: null, failure: { category: 'invalidInput', message: expect.stringContaining('400') } },
			]);
		} else {
			expect(ended.status).toBe('error');
			expect(ended.error?.message).toContain('Of 2 videos, 2 are created and charged (IDs below), but then: No credential');
			for (const id of ids) expect(ended.error?.description).toContain(id);
		}
	});

	it.each([false, true])('a credential that goes when some jobs have ended: those leave by their own ending (Download Video: %p)', async (downloadVideo) => {
		const credentials: Partial<ReturnType<typeof sandboxCredentials>> = sandboxCredentials(sandbox);
		const prompts = ['A', 'B [sandbox fail=moderation]', `C ${slow}`];
		const { run: first } = await runSoraVideo(sandbox, {
			provider: 'aimlApi',
			operation: 'createAndWait',
			parameters: { ...promptFromItem(aimlApi), waitUsing: 'suspend', downloadVideo },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
			settings: { onError: 'continueErrorOutput' },
			credentials,
		});
		sandbox.clock.advance(60_000);
		const second = await first.resumeByDate();
		expectWaiting(second);
		delete credentials.soraVideoAimlApi;
		const ended = await second.resumeByDate();
		// A video that is still to be downloaded can't be, without the key.
		expect(leavesOf(ended)).toEqual(downloadVideo ? [[], [1], [], [0, 2]] : [[0], [1], [], [2]]);
		expect(ended.outputs('Node')[1]?.[0]?.json).toMatchObject({ id: idOf(prompts[1] ?? ''), failure: { category: 'moderation' } });
	});

	it.each(['A', 'C'])('a job that is refused (%s) leaves none of the others out of the error', async (refused) => {
		const prompts = ['A', 'B', 'C'];
		const first = await suspended({ prompts });
		sandbox.clock.advance(60_000);
		Object.assign(patienceWithRefusals, noPatience);
		sandbox.faults.status.push({ kind: '401', times: 9, prompt: refused });
		const ended = await first.resumeByDate();
		expect(ended.status).toBe('error');
		for (const { id } of sandbox.jobs) expect(ended.error?.description).toContain(id);
	});

	it('trouble at a wake-up is no ending', async () => {
		const first = await suspended({ prompts: ['A', 'B', 'C'] });
		sandbox.clock.advance(60_000);
		// Each job is asked for four times, since trouble at a last look can pass.
		sandbox.faults.status.push({ kind: '500', times: 4 }, { kind: 'drop', times: 4 }, { kind: '404', times: 4 });
		const second = await first.resumeByDate();
		expectWaiting(second);
		expect(leavesOf(await second.resumeByDate())).toEqual([[0, 1, 2], [], []]);
	});

	it('cancelled while it asks in memory: every item leaves, and every id stays', async () => {
		const prompts = ['A', slow, 'C [sandbox create=429]'];
		let asksAgain = false;
		const isAsked = (id = '') => sandbox.requests.some((request) => isQuestionFor(request, id));
		const first = await suspended({ prompts, settings: { cancelWhen: () => asksAgain && isAsked(idOf('A')) && isAsked(idOf(slow)) } });
		asksAgain = true;
		sandbox.clock.advance(60_000);
		// Near the usual time, so that it doesn't suspend again.
		travel(75_000);
		const ended = await first.resumeByDate();
		expect(ended.status).toBe('canceled');
		expect(leavesOf(ended)).toEqual([[0], [2], [1]]);
		expect(jsonsOf(summarize(ended))).toMatchObject([
			[{ id: idOf('A'), status: 'completed' }],
			[{ id: null }],
			[{ id: idOf(slow) }],
		]);
		expect(ended.hints('Node').some(({ message }) => message.includes('null'))).toBe(false);
	});

	it('cancelled in its first run', async () => {
		const ended = await run({ prompts: ['A', 'B [sandbox create=429]'], settings: { cancelWhen: () => createsOf(sandbox).filter(({ took }) => took !== null).length > 1 } });
		expect(ended.status).toBe('canceled');
		expect(leavesOf(ended)).toEqual([[], [1], [0]]);
		expect(messageOf(ended.outputs('Node')[1]?.[0])).not.toContain('no message');
	});
});

describe('what is stored', () => {
	it('is JSON, and holds no answer of the provider unless it is asked for', async () => {
		for (const includeRaw of [false, true]) {
			sandbox.reset();
			const first = await suspended({
				providerCase: caseOf('evoLink'),
				prompts: ['A', '[sandbox nonsense]', 'C'],
				parameters: { options: { includeRaw, batchSize: 1 } },
				settings: { onError: 'continueRegularOutput' },
			});
			const state = storedState(first.data);
			expect(state).toMatchObject({ items: { length: 3 } });
			expect(JSON.parse(JSON.stringify(state))).toEqual(state);
			expect(JSON.stringify(state).includes('task_info')).toBe(includeRaw);
		}
	});

	it('with Include Raw Response the last answer leaves with the item', async () => {
		const first = await suspended({ prompts: ['A'], parameters: { options: { includeRaw: true } } });
		sandbox.clock.advance(60_000);
		const ended = await first.resumeByDate();
		expect(ended.outputs('Node')[0]?.[0]?.json.raw).toMatchObject({ id: idOf('A'), status: 'completed' });
	});

	it('does not grow with the wake-ups', async () => {
		let current = await suspended({ prompts: [slow] });
		const sizes: number[] = [];
		for (let round = 0; round < 6; round += 1) {
			current = await current.resumeByDate();
			expectWaiting(current);
			sizes.push(JSON.stringify(storedState(current.data)).length);
		}
		expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(20);
		// No entry is left behind either: the one that waits, and the one that goes on.
		expect(current.data.executionData?.nodeExecutionStack).toHaveLength(2);
	});
});

describe('the resume URL', () => {
	it('wakes this node by its own path only', async () => {
		const first = await suspended({ prompts: ['Sea'] });
		sandbox.clock.advance(60_000);
		expect((await first.resumeByWebhook({ body: {}, suffix: '' })).http.status).toBe(404);
		expect((await first.resumeByWebhook({ body: {}, suffix: 'another' })).http.status).toBe(404);
		const { http, run: ended } = await first.resumeByWebhook({ body: {} });
		expect(http.status).toBe(200);
		expect(ended?.status).toBe('success');
	});

	it('of an n8n that does not sign it wakes nothing, whatever its query says', async () => {
		const first = await run({ prompts: ['Sea'], settings: { signsResumeUrl: false } });
		expectWaiting(first);
		sandbox.clock.advance(60_000);
		const queries: Array<Record<string, string>> = [{}, { signature: '' }, { signature: 'guessed' }, { signature: 'undefined' }];
		for (const query of queries) {
			const { http, run: resumed } = await first.resumeByWebhook({ body: {}, query });
			expect(http.status).toBe(200);
			expect(resumed).toBeUndefined();
		}
		expect((await first.resumeByDate()).status).toBe('success');
	});
});

describe('where it is used', () => {
	it('in a loop each round makes and waits for its own jobs', async () => {
		const again = tinyNode(
			async function () {
				const { $runIndex } = this.getWorkflowDataProxy(0);
				const items = this.getInputData().map(() => ({ json: { prompt: `Round ${$runIndex + 2}` } }));
				return $runIndex < 2 ? [items, []] : [[], items];
			},
			{ name: 'again', outputs: ['main', 'main'] },
		);
		let current = await runWorkflow({
			nodes: [
				{
					name: 'Node',
					type: new SoraVideo(),
					parameters: { provider: 'aimlApi', operation: 'createAndWait', waitUsing: 'suspend', ...promptFromItem(aimlApi) },
				},
				{ name: 'Again', type: again },
			],
			connections: [{ from: 'Start', to: 'Node' }, { from: 'Node', to: 'Again' }, { from: 'Again', to: 'Node' }],
			items: itemsOf([{ prompt: 'Round 1' }]),
			credentials: sandboxCredentials(sandbox),
			credentialTypes,
		});
		for (let round = 0; round < 3; round += 1) {
			expect(current.status).toBe('waiting');
			current = await current.resumeByDate();
			expect(current.status).toBe('waiting');
			sandbox.clock.advance(60_000);
			current = await current.resumeByDate();
		}
		expect(current.status).toBe('success');
		expect(sandbox.jobs.map(({ prompt }) => prompt)).toEqual(['Round 1', 'Round 2', 'Round 3']);
		expect(current.outputs('Node')[0]?.map(({ json }) => json.id)).toEqual(sandbox.jobs.map(({ id }) => id));
	});

	it.each(['request', 'invoke'] as const)('as a tool (%s) it waits in memory', async (via) => {
		sandbox.clock.speed = 60;
		const { answer, run: ended } = await runAsTool(new SoraVideo(), {}, {
			via,
			parameters: { provider: 'aimlApi', operation: 'createAndWait', waitUsing: 'suspend', ...promptFromItem(aimlApi), prompt: 'Sea' },
			credentials: sandboxCredentials(sandbox),
			credentialTypes,
		});
		expect(ended.status).toBe('success');
		expect(answer).toContain(sandbox.jobs[0]?.id);
		expect(answer).toContain('completed');
	});

	it.each(['runExecutionData', 'workflow'])('on an engine without %s it waits in memory, and says so', async (member) => {
		sandbox.clock.speed = 60;
		const node = new SoraVideo();
		const { execute } = node;
		node.execute = async function (this: IExecuteFunctions) {
			const less = new Proxy<IExecuteFunctions>(this, {
				get: (target, key): unknown => {
					if (key === member) return undefined;
					const value: unknown = Reflect.get(target, key);
					return typeof value === 'function' ? value.bind(target) : value;
				},
			});
			return await execute.call(less);
		};
		const ended = await runNode(node, {
			parameters: { provider: 'aimlApi', operation: 'createAndWait', waitUsing: 'suspend', ...promptFromItem(aimlApi) },
			items: itemsOf([{ prompt: 'Sea' }]),
			credentials: sandboxCredentials(sandbox),
			credentialTypes,
		});
		expect(ended.status).toBe('success');
		expect(inputsOf(ended)).toEqual([[0], [], []]);
		expect(ended.hints.map(({ message }) => message).join()).toContain("can't suspend");
	});
});
