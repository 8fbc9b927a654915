import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { patience } from '../../nodes/SoraVideo/callbacks/patience';
import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { statusOf } from '../sandbox/testClient';
import { callTrigger, NoOp, TestCredentials, type CallOptions } from './harness';
import { createsOf, credentialTypes, jsonsOf, model, only, runSoraVideo, sandboxCredentials } from './setup';
import { startTinyServer } from './tinyServer';

// The trigger among floods and faults: whose calls are told apart, what is bounded, and that each gets an answer.

const usual = { ...patience };
const callbackUrl = 'https://n8n.example.com/webhook/6f3c1f0e/callback?mode=a%20b';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 60, speed: 0 });
});
beforeEach(() => {
	sandbox.reset();
	forgetAll();
	Object.assign(patience, usual);
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await sandbox.stop());

interface Circumstances {
	parameters?: IDataObject;
	staticData?: IDataObject;
	baseUrl?: string;
	write?: (staticData: IDataObject) => Promise<void>;
}

interface Received {
	status: number;
	item: IDataObject | null;
	staticData: IDataObject;
}

async function receive(call: CallOptions, { parameters, baseUrl, ...rest }: Circumstances = {}): Promise<Received> {
	const credentials = sandboxCredentials(sandbox);
	if (baseUrl !== undefined) credentials.soraVideoEvoLinkApi.baseUrl = baseUrl;
	const { http, run, staticData } = await callTrigger({
		trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'evoLink', ...parameters } },
		nodes: [{ name: 'Next', type: new NoOp() }],
		connections: [{ from: 'Trigger', to: 'Next' }],
		credentials,
		credentialTypes,
		call,
		...rest,
	});
	expect(http.sent).toBe(true);
	return { status: http.status, item: run?.outputs('Next').flat()[0]?.json ?? null, staticData };
}

/** A job that has ended, and the call that tells of it: to the URL that Create gave the provider. */
async function ended(options: IDataObject = {}, prompt = 'Sea'): Promise<{ id: string; body: object; query: Record<string, string> }> {
	const parameters = { model: model('sora-2-preview'), prompt, callbackUrl, options };
	const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters });
	const id = String(only(jsonsOf(run).flat()).id);
	const sent = createsOf(sandbox).at(-1)?.body;
	const url = typeof sent === 'object' && sent !== null && 'callback_url' in sent ? String(sent.callback_url) : '';
	sandbox.clock.advance(60_000);
	const body = prompt === 'Sea' ? (await statusOf(sandbox, 'evoLink', id)).body : { id, status: 'completed' };
	return { id, body, query: Object.fromEntries(new URL(url).searchParams) };
}

function madeUp(index: number): object {
	return { id: `task-unified-1757169743-made${index}`, status: 'completed' };
}

/** Questions of the node, and not of this test. */
function asks(): number {
	return sandbox.requests.filter(({ method, path, headers }) => method === 'GET' && path.startsWith('/v1/tasks/') && /axios|n8n/.test(String(headers['user-agent']))).length;
}

/** What the trigger writes into n8n's log. */
function logged(): string[] {
	const lines: string[] = [];
	for (const level of ['warn', 'error'] as const) {
		jest.spyOn(Container.get(Logger), level).mockImplementation((...args) => void lines.push(String(args[0])));
	}
	return lines;
}

describe('the URL that Create gives a provider', () => {
	it('has a token, with and without Correlation, beside the user\'s own parameters', async () => {
		const [bare, correlated] = [await ended(), await ended({ correlation: 'order 7' })];
		expect(Object.keys(bare.query)).toEqual(['mode', 'soraVideoToken']);
		expect(Object.keys(correlated.query)).toEqual(['mode', 'correlation', 'soraVideoToken']);
		expect([bare.query.mode, correlated.query.correlation]).toEqual(['a b', 'order 7']);
		expect(JSON.stringify([bare, correlated])).not.toContain(sandbox.apiKeys.evoLink);
	});

	it('starts a run, and is one job\'s: with another job\'s id it is refused, and that job\'s own still starts its run', async () => {
		const [one, other] = [await ended({ correlation: 'order 7' }), await ended({ correlation: 'order 8' })];
		expect((await receive(one)).item).toMatchObject({ id: one.id, correlation: 'order 7' });
		expect(await receive({ body: other.body, query: one.query })).toMatchObject({ status: 401, item: null });
		expect((await receive(other)).item).toMatchObject({ id: other.id, correlation: 'order 8' });
		expect(await receive(one)).toMatchObject({ status: 200, item: null });
	});

	it('stays one job\'s across a restart of n8n', async () => {
		const [one, other] = [await ended(), await ended()];
		const { staticData } = await receive(one);
		forgetAll();
		expect(await receive({ body: other.body, query: one.query }, { staticData })).toMatchObject({ status: 401, item: null });
		expect(await receive(one, { staticData })).toMatchObject({ status: 200, item: null });
	});

	it('is one job\'s though two come with it at once', async () => {
		const [one, other] = [await ended(), await ended()];
		const both = await Promise.all([receive(one), receive({ body: other.body, query: one.query })]);
		expect(both.filter(({ item }) => item !== null)).toHaveLength(1);
	});
});

describe('before a call is proven, nothing is done for it', () => {
	const job = 'task-unified-1757169743-7cvnl5zw';
	it('with a token that nobody signed it is refused, whatever its body', async () => {
		const { query } = await ended();
		const before = asks();
		const forged = { ...query, soraVideoToken: `A${String(query.soraVideoToken).slice(1)}` };
		for (const body of ['no JSON', { id: job, status: 'completed' }, 'x'.repeat(2_000_000)]) {
			const call = { body, query: forged, headers: { 'content-type': 'application/octet-stream' } };
			expect(await receive(call)).toMatchObject({ status: 401, item: null });
		}
		expect(asks()).toBe(before);
	});

	it('told to be large, its body is not read', async () => {
		const call = { body: { id: job, status: 'completed' }, headers: { 'content-length': '256001', 'content-type': 'application/octet-stream' } };
		expect(await receive(call)).toMatchObject({ status: 413 });
	});

	it('a proven one may be longer', async () => {
		const { id, query, body } = await ended();
		expect(await receive({ body: { ...body, pad: 'x'.repeat(300_000) }, query })).toMatchObject({ status: 200, item: { id } });
	});

	it('its credential is read once for many, also where it can\'t be', async () => {
		const reading = jest.spyOn(TestCredentials.prototype, 'getDecrypted').mockRejectedValue(new Error('no database'));
		for (let index = 0; index < 20; index += 1) expect(await receive({ body: madeUp(index) })).toMatchObject({ status: 503, item: null });
		expect(reading).toHaveBeenCalledTimes(1);
	});
});

describe('a flood of made-up ids', () => {
	beforeEach(() => {
		// What they share grows with time, of which a busy machine takes more, and a call that is late takes none of it.
		jest.spyOn(performance, 'now').mockReturnValue(performance.now());
		Object.assign(patience, { answer: 60_000, ask: 60_000 });
	});

	/** Until what they share is used up. */
	async function flood(query: Record<string, string> = {}): Promise<Set<number>> {
		const all = await Promise.all(Array.from({ length: 300 }, async (_, index) => await receive({ body: madeUp(index), query })));
		expect(all.filter(({ item }) => item !== null)).toEqual([]);
		return new Set(all.map(({ status }) => status));
	}

	it('costs a call of an URL of ours nothing, and one of another URL its turn', async () => {
		const jobs = await Promise.all(Array.from({ length: 20 }, async () => await ended()));
		const stranger = await ended();
		expect(await flood()).toEqual(new Set([404, 503]));
		const all = await Promise.all(jobs.map(async (job) => await receive(job)));
		expect(all.map(({ item }) => item?.id).sort()).toEqual(jobs.map(({ id }) => id).sort());
		expect(await receive({ body: stranger.body })).toMatchObject({ status: 503, item: null });
	});

	it('with a URL of ours that was stolen is stopped soon, and costs others nothing', async () => {
		const [stolen, own] = [await ended(), await ended()];
		const before = asks();
		expect(await flood(stolen.query)).toEqual(new Set([404, 503]));
		expect(asks() - before).toBe(10);
		expect((await receive(own)).item).toMatchObject({ id: own.id });
	});

	it('in large bodies has few of them read, and costs neither small ones nor a call of an URL of ours their turn', async () => {
		const { id, body, query } = await ended();
		const before = asks();
		const pad = 'x'.repeat(200_000);
		const all = await Promise.all(Array.from({ length: 60 }, async (_, index) => await receive({ body: { ...madeUp(index), pad } })));
		expect(all.map(({ status }) => status).sort()).toEqual([...Array<number>(20).fill(404), ...Array<number>(40).fill(503)]);
		expect(asks() - before).toBe(20);
		// A clock that is set back would hold them for as long, and one that is set on would let a flood in.
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 600_000);
		expect(await receive({ body: { ...madeUp(61), pad } })).toMatchObject({ status: 503 });
		expect(await receive({ body: madeUp(60) })).toMatchObject({ status: 404 });
		expect((await receive({ body: { ...body, pad }, query })).item).toMatchObject({ id });
	});

	it('writes few lines into the log', async () => {
		const lines = logged();
		const { query } = await ended();
		const forged = { soraVideoToken: `A${String(query.soraVideoToken).slice(1)}` };
		await Promise.all(Array.from({ length: 100 }, async (_, index) => await receive({ body: madeUp(index), query: forged })));
		// n8n itself may have something to say meanwhile.
		expect(lines.filter((line) => line.startsWith('Sora Video Trigger: '))).toHaveLength(20);
	});

	it('writes few lines into the log also while its credential can\'t be read', async () => {
		const lines = logged();
		jest.spyOn(TestCredentials.prototype, 'getDecrypted').mockRejectedValue(new Error('no database'));
		await Promise.all(Array.from({ length: 100 }, async (_, index) => await receive({ body: madeUp(index) })));
		expect(lines.filter((line) => line.startsWith('Sora Video Trigger: '))).toHaveLength(20);
	});

	it('that the provider is slow to answer takes no place from a call of an URL of ours', async () => {
		Object.assign(patience, { answer: 60_000, ask: 60_000 });
		const { id, body, query } = await ended();
		const slow = await startTinyServer(({ url }) => (url.endsWith(id) ? { body } : 'hang'));
		const flooding = Promise.all(Array.from({ length: 150 }, async (_, index) => await receive({ body: madeUp(index) }, { baseUrl: slow.url })));
		for (let turns = 0; slow.calls.length < 100 && turns < 1_000; turns += 1) await sleep(10);
		expect((await receive({ body, query }, { baseUrl: slow.url })).item).toMatchObject({ id });
		await slow.close();
		expect((await flooding).map(({ status }) => status)).toEqual(Array(150).fill(503));
	});
});

describe('every caller gets an answer, 503 at worst', () => {
	it('while the credential can\'t be read for hours', async () => {
		const { query } = await ended();
		patience.answer = 100;
		jest.spyOn(TestCredentials.prototype, 'getDecrypted').mockReturnValue(new Promise(() => undefined));
		for (const call of [{ body: madeUp(1) }, { body: madeUp(2), query }]) expect(await receive(call)).toMatchObject({ status: 503, item: null });
	});

	it('while the provider is silent, and more ask than there is room for; then each genuine one starts its run', async () => {
		Object.assign(patience, { answer: 300, ask: 2_000 });
		const silent = await startTinyServer(() => 'hang');
		const { id, body } = await ended();
		const all = await Promise.all([
			receive({ body }, { baseUrl: silent.url }),
			...Array.from({ length: 150 }, async (_, index) => await receive({ body: madeUp(index) }, { baseUrl: silent.url })),
		]);
		expect(all.map(({ status }) => status)).toEqual(Array(151).fill(503));
		expect(silent.calls.length).toBeLessThanOrEqual(100);
		await silent.close();
		Object.assign(patience, usual);
		forgetAll();
		expect((await receive({ body })).item).toMatchObject({ id });
	});

	it('an ending that is told after that is not noted, so that the next call starts its run', async () => {
		Object.assign(patience, { answer: 150, ask: 5_000 });
		const job = await ended({}, '[sandbox status=hang:1 hang=0.4]');
		expect(await receive(job)).toMatchObject({ status: 503, item: null });
		// The second call shares the first one's question, or asks its own.
		Object.assign(patience, usual);
		expect((await receive(job)).item).toMatchObject({ id: job.id });
	});

	it('while n8n can\'t store: the next calls start their runs, and none waits for a store that failed', async () => {
		// Who waits for the answer's last moment waits for ever here.
		Object.assign(patience, { answer: 60_000, stored: 100, nextStore: 100 });
		const jobs = [await ended(), await ended(), await ended(), await ended()];
		let written = 0;
		const write = async () => {
			written += 1;
			await Promise.reject(new Error('no database'));
		};
		const received = await Promise.all(jobs.map(async (job) => await receive(job, { write })));
		expect(received.map(({ status, item }) => [status, item?.id])).toEqual(jobs.map(({ id }) => [200, id]));
		// The first's own, and one that the others share; on a busy machine the last of them may come too late for that.
		expect(written).toBeGreaterThan(1);
		expect(written).toBeLessThan(jobs.length);
	});

	it('by what they wait for: asking, and a store that failed, once for another call and once for itself', () => {
		expect(usual.ask + 2 * usual.nextStore).toBeLessThanOrEqual(usual.answer);
		expect(usual.answer).toBeLessThan(8_000);
	});
});

it.each([302, 402, 405, 407, 451])('a refusal that is not of the job (%i) has the provider call again', async (status) => {
	let refuses = true;
	const id = 'task-unified-1757169743-7cvnl5zw';
	const api = await startTinyServer(() => (refuses ? { status, headers: { location: '/login' } } : { body: { id, status: 'completed', results: ['https://cdn.example.com/1.mp4'] } }));
	expect(await receive({ body: { id, status: 'completed' } }, { baseUrl: api.url })).toMatchObject({ status: 503, item: null });
	refuses = false;
	expect((await receive({ body: { id, status: 'completed' } }, { baseUrl: api.url })).item).toMatchObject({ id });
	await api.close();
});

it('a run that a call of another URL has taken is told of in the log, and Only Own Callback URLs prevents it', async () => {
	const lines = logged();
	const [taken, kept] = [await ended({ correlation: 'order 7' }), await ended({ correlation: 'order 8' })];
	expect((await receive({ body: taken.body })).item).toMatchObject({ id: taken.id, correlation: null });
	expect(await receive(taken)).toMatchObject({ status: 200, item: null });
	expect(lines).toEqual([expect.stringContaining(`EvoLink job ${taken.id} has had its run because of a call of another URL than its own`)]);
	const parameters = { options: { ownUrlsOnly: true } };
	expect(await receive({ body: kept.body }, { parameters })).toMatchObject({ status: 401, item: null });
	expect((await receive(kept, { parameters })).item).toMatchObject({ correlation: 'order 8' });
	expect(await receive(kept, { parameters })).toMatchObject({ status: 200, item: null });
	expect(lines).toHaveLength(1);
});

describe('static data that somebody has poisoned costs no call its run', () => {
	it.each<[string, unknown]>([
		['no object', 7],
		['null', null],
		['a list', [1, 2]],
		['the wrong type', { soraVideoEndings: { length: 1e9 } }],
		['a huge list', { soraVideoEndings: Array(100_000).fill('AAAAAAAA') }],
		['40 MB of text', { soraVideoEndings: 'x'.repeat(40_000_000) }],
		['40 MB of no marks', { soraVideoEndings: ' '.repeat(40_000_000) }],
		['a prototype', JSON.parse('{"__proto__":{"soraVideoEndings":"AAAAAAAA"},"constructor":{"prototype":7}}')],
	])('%s', async (_name, global) => {
		const { id, body } = await ended();
		const first = await receive({ body }, { staticData: { global } as IDataObject });
		expect(first).toMatchObject({ status: 200, item: { id } });
		const stored = first.staticData.global;
		const list = typeof stored === 'object' && stored !== null && 'soraVideoEndings' in stored ? String(stored.soraVideoEndings) : '';
		expect(list.length).toBeLessThanOrEqual(160_000);
		expect(await receive({ body }, { staticData: first.staticData })).toMatchObject({ status: 200, item: null });
	});
});

it('what a stranger writes is one plain line in the log', async () => {
	const lines = logged();
	const server = await startTinyServer(() => ({ status: 500, body: { error: { message: 'first\nERROR second\u001B[2J' } } }));
	const { http } = await callTrigger({
		trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'openAi' } },
		credentials: { soraVideoOpenAiApi: { apiKey: 'sk-some-key', baseUrl: server.url } },
		credentialTypes,
		call: { body: { type: 'video.completed', data: { id: 'video_1\nERROR forged\u001B[31m\u202E' } } },
	});
	await server.close();
	expect(http.status).toBe(503);
	expect(only(lines)).toContain('video_1 ERROR forged');
	expect(only(lines)).not.toMatch(/[\p{Cc}\u202E]/u);
});
