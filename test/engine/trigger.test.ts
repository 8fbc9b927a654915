import type { IDataObject, INodeType } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { patience } from '../../nodes/SoraVideo/callbacks/patience';
import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { statusOf } from '../sandbox/testClient';
import { callTrigger, NoOp, type CallOptions } from './harness';
import { createsOf, credentialTypes, itemKeys, itemsOf, jsonsOf, model, only, runSoraVideo, sandboxCredentials } from './setup';

// The trigger for EvoLink, whose callbacks nobody signs: only what EvoLink itself says is believed.

const callbackUrl = 'https://n8n.example.com/webhook/6f3c1f0e/callback';

const usualPatience = { ...patience };

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 60, speed: 0 });
});
beforeEach(() => {
	sandbox.reset();
	forgetAll();
	Object.assign(patience, usualPatience);
});
afterAll(async () => await sandbox.stop());

interface Received {
	status: number;
	text: unknown;
	/** What left the trigger, per output; null where no run was started. */
	outputs: IDataObject[][] | null;
	staticData: IDataObject;
}

interface Circumstances {
	parameters?: IDataObject;
	staticData?: IDataObject;
	trigger?: INodeType;
	key?: string;
	mode?: 'manual';
	name?: string;
	write?: (staticData: IDataObject) => Promise<void>;
}

async function receive(call: CallOptions, { parameters, staticData, name = 'Trigger', trigger, key, mode, write }: Circumstances = {}): Promise<Received> {
	const credentials = sandboxCredentials(sandbox);
	if (key !== undefined) credentials.soraVideoEvoLinkApi.apiKey = key;
	const { http, run, staticData: stored } = await callTrigger({
		trigger: { name, id: name, type: trigger ?? new SoraVideoTrigger(), parameters: { provider: 'evoLink', ...parameters } },
		nodes: [{ name: 'Completed', type: new NoOp() }, { name: 'Failed', type: new NoOp() }],
		connections: [{ from: name, to: 'Completed' }, { from: name, output: 1, to: 'Failed' }],
		credentials,
		credentialTypes,
		staticData,
		mode,
		call,
		write,
	});
	expect(http.sent).toBe(true);
	const outputs = run ? ['Completed', 'Failed'].map((name) => run.outputs(name).flat().map(({ json }) => json)) : null;
	return { status: http.status, text: http.body, outputs, staticData: stored };
}

/** Creates a job that names the trigger's URL. */
async function create(prompt = 'Sea', correlation?: string): Promise<string> {
	const run = await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation: 'create',
		parameters: {
			model: model('sora-2-pro-preview'),
			prompt,
			callbackUrl,
			...(correlation !== undefined && { options: { correlation } }),
		},
	});
	return String(only(jsonsOf(run).flat()).id);
}

/** Creates a job and lets it end. */
async function ended(prompt = 'Sea', correlation?: string): Promise<string> {
	const id = await create(prompt, correlation);
	sandbox.clock.advance(60_000);
	return id;
}

/** The body of the query, which EvoLink's page says the callback has as well. */
async function bodyOf(id: string, changes: object = {}): Promise<object> {
	return { ...(await statusOf(sandbox, 'evoLink', id)).body, ...changes };
}

/** The query of the URL that EvoLink was given for the newest job. */
function queryGiven(): Record<string, string> {
	const body = createsOf(sandbox).at(-1)?.body;
	const url = typeof body === 'object' && body !== null && 'callback_url' in body ? String(body.callback_url) : '';
	return Object.fromEntries(new URL(url).searchParams);
}

function asks(): number {
	return sandbox.requests.filter(({ method, path, headers }) => method === 'GET' && path.startsWith('/v1/tasks/') && /axios|n8n/.test(String(headers['user-agent']))).length;
}

describe('an ending', () => {
	it.each([
		['completed', 'Sea', 0, { status: 'completed', progress: 100, failure: null }],
		['failed', '[sandbox fail=moderation]', 1, { status: 'failed', videoUrl: null, failure: { category: 'moderation', code: 'content_policy_violation' } }],
		['cancelled', '[sandbox fail=cancelled]', 1, { status: 'cancelled', failure: { category: 'cancelled' } }],
	])('that is %s leaves with the fields that Get Status gives', async (_name, prompt, output, expected) => {
		const id = await ended(prompt);
		const { status, text, outputs } = await receive({ body: await bodyOf(id) });
		expect({ status, text }).toEqual({ status: 200, text: 'The workflow was started.' });
		const item = only(outputs?.flat());
		expect(outputs?.[output]).toEqual([item]);
		expect(item).toMatchObject({ id, provider: 'evoLink', ...expected });
		expect(Object.keys(item).sort()).toEqual([...itemKeys, 'correlation'].sort());
		const asked = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'getStatus', parameters: { jobId: id } });
		expect({ ...only(jsonsOf(asked).flat()), correlation: null }).toEqual(item);
	});

	it('is told by EvoLink, and not by whoever calls', async () => {
		const id = await ended('[sandbox fail=moderation]');
		const { outputs } = await receive({ body: await bodyOf(id, { status: 'completed', results: ['https://evil.example/1.mp4'], error: null }) });
		expect(only(outputs?.[1])).toMatchObject({ id, status: 'failed', videoUrls: [] });
		expect(sandbox.leaks).toEqual([]);
	});

	it('carries the raw answer where that is wanted', async () => {
		const id = await ended();
		const { outputs } = await receive({ body: await bodyOf(id) }, { parameters: { options: { includeRaw: true } } });
		expect(only(outputs?.[0]).raw).toMatchObject({ id, object: 'video.generation.task' });
	});

	it('has its run without the raw answer where an expression for that fails', async () => {
		const body = await bodyOf(await ended());
		const { status, outputs } = await receive({ body }, { parameters: { options: { includeRaw: '={{ $("Nobody").item.json.raw }}' } } });
		expect({ status, keys: Object.keys(only(outputs?.[0])).sort() }).toEqual({ status: 200, keys: [...itemKeys, 'correlation'].sort() });
	});

	it('is believed unasked where Verify Callback is off', async () => {
		const id = await ended();
		const body = await bodyOf(id);
		const { outputs } = await receive({ body }, { parameters: { verifyCallback: false, options: { includeRaw: true } } });
		expect(only(outputs?.[0])).toMatchObject({ id, status: 'completed', raw: body });
		expect(asks()).toBe(0);
		const forged = await receive({ body: { ...body, id: 'task-unified-1-made', status: 'failed' } }, { parameters: { verifyCallback: false } });
		expect(only(forged.outputs?.[1])).toMatchObject({ id: 'task-unified-1-made' });
	});
});

it('an API key that a body repeats reaches no item, where the body is believed', async () => {
	const { apiKey } = sandboxCredentials(sandbox).soraVideoEvoLinkApi;
	const error = { code: 'service_error', message: `upstream refused Bearer ${apiKey}` };
	const body = await bodyOf(await ended(), { status: 'failed', error });
	const { outputs } = await receive({ body }, { parameters: { verifyCallback: false, options: { includeRaw: true } } });
	expect(only(outputs?.[1])).toMatchObject({
		failure: { message: expect.stringContaining('(API key)') },
		raw: { error: { message: 'upstream refused Bearer (API key)' } },
	});
	expect(JSON.stringify(outputs)).not.toContain(apiKey);
});

describe('starts one run', () => {
	it('however often the call comes, one after the other', async () => {
		const id = await ended();
		const body = await bodyOf(id);
		const first = await receive({ body });
		const again = await receive({ body }, { staticData: first.staticData });
		expect([first.outputs?.flat().length, again.outputs, again.status]).toEqual([1, null, 200]);
		expect(asks()).toBe(1);
	});

	it('across a restart, which leaves only what n8n has stored', async () => {
		const body = await bodyOf(await ended());
		const { staticData } = await receive({ body });
		forgetAll();
		expect(await receive({ body }, { staticData })).toMatchObject({ status: 200, outputs: null });
	});

	it('and the store is what does it: without it, a restart forgets', async () => {
		const body = await bodyOf(await ended());
		await receive({ body });
		forgetAll();
		expect((await receive({ body })).outputs?.flat()).toHaveLength(1);
	});

	it('however parallel the calls come, with one question', async () => {
		const body = await bodyOf(await ended());
		const all = await Promise.all(Array.from({ length: 20 }, async () => await receive({ body })));
		expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200));
		expect(all.filter(({ outputs }) => outputs !== null)).toHaveLength(1);
		expect(asks()).toBe(1);
	});

	it('for each job, in two processes called in turn', async () => {
		const processes: INodeType[] = [];
		for (let index = 0; index < 2; index += 1) {
			jest.isolateModules(() => {
				const loaded: { SoraVideoTrigger: new () => INodeType } = jest.requireActual('../../nodes/SoraVideo/SoraVideoTrigger.node');
				processes.push(new loaded.SoraVideoTrigger());
			});
		}
		let staticData: IDataObject = {};
		let runs = 0;
		const ids = [await create(), await create(), await create()];
		sandbox.clock.advance(60_000);
		for (const [index, id] of [...ids, ...ids, ...ids.reverse()].entries()) {
			const received = await receive({ body: await bodyOf(id) }, { staticData, trigger: processes[index % 2] });
			staticData = received.staticData;
			runs += received.outputs?.flat().length ?? 0;
		}
		expect(runs).toBe(3);
	});

	it('for each of many jobs that end at once', async () => {
		const ids = [];
		for (let index = 0; index < 30; index += 1) ids.push(await create());
		sandbox.clock.advance(60_000);
		const bodies = await Promise.all(ids.map(async (id) => await bodyOf(id)));
		const all = await Promise.all([...bodies, ...bodies].map(async (body) => await receive({ body })));
		const started = all.flatMap(({ outputs }) => outputs?.flat() ?? []).map(({ id }) => String(id));
		expect(started.sort()).toEqual(ids.sort());
	});

	it('across a restart after many at once, though n8n writes what came first last', async () => {
		const ids = [];
		for (let index = 0; index < 12; index += 1) ids.push(await create());
		sandbox.clock.advance(60_000);
		const bodies = await Promise.all(ids.map(async (id) => await bodyOf(id)));
		let row: IDataObject = {};
		let writes = 0;
		const write = async (staticData: IDataObject) => {
			writes += 1;
			await sleep(100 / writes);
			row = staticData;
		};
		const first = await Promise.all(bodies.map(async (body) => await receive({ body }, { write })));
		expect(first.filter(({ outputs }) => outputs !== null)).toHaveLength(12);
		expect(writes).toBeLessThan(12);
		forgetAll();
		const again = await Promise.all(bodies.map(async (body) => await receive({ body }, { staticData: row })));
		expect(again.filter(({ outputs }) => outputs !== null)).toEqual([]);
	});

	it('at each of two triggers of a workflow, across a restart', async () => {
		const [one, other] = [await bodyOf(await ended()), await bodyOf(await ended())];
		let row: IDataObject = {};
		const write = async (staticData: IDataObject) => {
			row = staticData;
			await Promise.resolve();
		};
		// Both were loaded before either was stored.
		for (const [name, body] of [['First', one], ['Second', one], ['First', other]] as const) {
			expect((await receive({ body }, { name, write })).outputs?.flat()).toHaveLength(1);
		}
		for (const name of ['First', 'Second']) {
			forgetAll();
			expect(await receive({ body: one }, { name, staticData: row })).toMatchObject({ status: 200, outputs: null });
		}
	});

	it('in the editor every time, without a mark on the production run', async () => {
		const body = await bodyOf(await ended());
		for (let round = 0; round < 2; round += 1) expect((await receive({ body }, { mode: 'manual' })).outputs?.flat()).toHaveLength(1);
		expect((await receive({ body })).outputs?.flat()).toHaveLength(1);
	});

	it('not again for a job of two weeks ago, though it was forgotten', async () => {
		const body = await bodyOf(await ended());
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 14 * 24 * 3_600_000);
		const late = await receive({ body });
		jest.restoreAllMocks();
		expect(late).toMatchObject({ status: 200, outputs: null });
	});
});

describe('starts no run', () => {
	const job = 'task-unified-1757169743-7cvnl5zw';
	it.each<[string, number, CallOptions]>([
		['no JSON', 422, { body: 'status=completed' }],
		['no JSON of another content type', 400, { body: 'status=completed', headers: { 'content-type': 'text/plain' } }],
		['nothing at all', 400, {}],
		['null', 400, { body: 'null' }],
		['a list', 400, { body: [{ id: job, status: 'completed' }] }],
		['no id', 400, { body: { status: 'completed' } }],
		['no status', 400, { body: { id: job } }],
		['an id that can be none', 400, { body: { id: '..', status: 'completed' } }],
		['an id that is no text', 400, { body: { id: { $ne: 1 }, status: 'completed' } }],
		['an event of OpenAI', 400, { body: { id: 'evt_1', object: 'event', type: 'video.completed', data: { id: 'video_1' } } }],
		['an event of OpenRouter', 400, { body: { type: 'video.generation.completed', data: { id: job, status: 'completed' } } }],
		['more than 256 KB', 413, { body: { id: job, status: 'completed', pad: 'x'.repeat(256_000) } }],
		['GET', 404, { method: 'GET', body: { id: job, status: 'completed' } }],
	])('for %s: %d, and EvoLink is not asked', async (_name, status, call) => {
		expect(await receive(call)).toMatchObject({ status, outputs: null });
		expect(sandbox.requests).toEqual([]);
	});

	it.each([['pending'], ['processing'], ['half-done']])('for the state %s: 200', async (word) => {
		const id = await create();
		expect(await receive({ body: await bodyOf(id, { status: word }) })).toMatchObject({ status: 200, outputs: null });
	});

	it('says why in one plain line', async () => {
		const { text } = await receive({ body: { id: '..', status: 'completed' } });
		expect(text).toBe('The body is not a callback of EvoLink.');
	});

	it('for an ending that EvoLink doesn\'t confirm: 503, so that it calls again', async () => {
		const id = await create();
		const body = await bodyOf(id, { status: 'completed' });
		expect(await receive({ body })).toMatchObject({ status: 503, outputs: null });
		sandbox.clock.advance(60_000);
		expect((await receive({ body })).outputs?.flat()).toHaveLength(1);
	});

	it.each([['status=500:1'], ['status=drop:1'], ['status=429:1']])('while EvoLink can\'t be asked (%s): 503, and the next call starts it', async (directive) => {
		const body = { id: await ended(`[sandbox ${directive}]`), status: 'completed' };
		expect(await receive({ body })).toMatchObject({ status: 503, outputs: null });
		expect((await receive({ body })).outputs?.flat()).toHaveLength(1);
	});

	it('while EvoLink is silent: 503', async () => {
		patience.ask = 200;
		const body = { id: await ended('[sandbox status=hang:1]'), status: 'completed' };
		expect(await receive({ body })).toMatchObject({ status: 503, outputs: null });
		Object.assign(patience, usualPatience);
		expect((await receive({ body })).outputs?.flat()).toHaveLength(1);
	});

	it('but not because n8n was too busy to notice EvoLink\'s answer', async () => {
		Object.assign(patience, { ask: 200, late: 100 });
		const body = { id: await ended('[sandbox status=hang:1 hang=0.15]'), status: 'completed' };
		const receiving = receive({ body });
		// Until the question is under way.
		for (let turns = 0; asks() === 0 && turns < 1000; turns += 1) await sleep(1);
		for (const end = Date.now() + 500; Date.now() < end; );
		expect((await receiving).outputs?.flat()).toHaveLength(1);
	});

	it('with a wrong API key: 503', async () => {
		const body = await bodyOf(await ended());
		expect(await receive({ body }, { key: 'sandbox-wrong-key' })).toMatchObject({ status: 503, outputs: null });
	});

	it('for a job that EvoLink doesn\'t know: 404, and the id isn\'t asked for again and again', async () => {
		const call = { body: { id: 'task-unified-1757169743-unknown1', status: 'completed' } };
		for (let round = 0; round < 50; round += 1) expect(await receive(call)).toMatchObject({ status: 404, outputs: null });
		expect(asks()).toBe(1);
	});

	it('for an id that was unknown a moment ago, no longer where the server’s clock is set back', async () => {
		const id = await ended();
		sandbox.faults.status.push({ kind: '404', times: 1 });
		const call = { body: { id, status: 'completed' } };
		expect(await receive(call)).toMatchObject({ status: 404, outputs: null });
		const [date, steady] = [Date.now.bind(Date), performance.now.bind(performance)];
		try {
			jest.spyOn(Date, 'now').mockImplementation(() => date() - 600_000);
			jest.spyOn(performance, 'now').mockImplementation(() => steady() + 2_000);
			expect((await receive(call)).outputs?.flat()).toHaveLength(1);
		} finally {
			jest.restoreAllMocks();
		}
	});

	it('for made-up ids, and asks for a bounded number of them', async () => {
		// What they share grows with time, of which a busy machine takes more.
		jest.spyOn(performance, 'now').mockReturnValue(performance.now());
		const statuses = new Set<number>();
		for (let index = 0; index < 400; index += 1) {
			const { status, outputs } = await receive({ body: { id: `task-unified-1757169743-made${index}`, status: 'failed' } });
			expect(outputs).toBeNull();
			statuses.add(status);
		}
		expect([...statuses].sort()).toEqual([404, 503]);
		expect(asks()).toBe(200);
		jest.restoreAllMocks();
	});

	it('for a made-up failure whose message takes long to read', async () => {
		const message = `a${' '.repeat(250_000)}z`;
		expect(await receive({ body: { id: job, status: 'failed', error: { code: 'x', message } } })).toMatchObject({ status: 404, outputs: null });
	});

	it('for an id as long as a book, which is asked for nowhere', async () => {
		const id = `task-unified-${'1'.repeat(100_000)}`;
		expect(await receive({ body: { id, status: 'completed' } })).toMatchObject({ status: 400, outputs: null });
		expect(sandbox.requests).toEqual([]);
	});

	it('where the node can\'t be read: 503, and never an error execution', async () => {
		expect(await receive({ body: { id: job, status: 'completed' } }, { parameters: { provider: 'nobody' } })).toMatchObject({ status: 503, outputs: null });
	});
});

describe('Correlation', () => {
	it.each(['order 4711', 'Grüße & Küsse = 100 % "ja"?', '{"order":7}'])('comes back: %s', async (correlation) => {
		const id = await ended('Sea', correlation);
		const { outputs } = await receive({ body: await bodyOf(id), query: queryGiven() });
		expect(only(outputs?.[0])).toMatchObject({ id, correlation });
	});

	it.each<[string, (query: Record<string, string>) => Record<string, string>]>([
		['changed', (query) => ({ ...query, correlation: 'order 8' })],
		['without its token', ({ correlation = '' }) => ({ correlation })],
		['with another signature', (query) => ({ ...query, soraVideoToken: String(query.soraVideoToken).replace(/.{4}$/, 'AAAA') })],
		['without its text', ({ soraVideoToken = '' }) => ({ soraVideoToken })],
	])('is refused %s, and the genuine call still starts its run', async (_name, change) => {
		const body = await bodyOf(await ended('Sea', 'order 7'));
		const query = queryGiven();
		expect(await receive({ body, query: change(query) })).toMatchObject({ status: 401, outputs: null });
		expect(only((await receive({ body, query })).outputs?.[0])).toMatchObject({ correlation: 'order 7' });
	});

	it('is refused where the trigger has another key than the node that created the job', async () => {
		const body = await bodyOf(await ended('Sea', 'order 7'));
		expect(await receive({ body, query: queryGiven() }, { key: 'sandbox-other-key' })).toMatchObject({ status: 401, outputs: null });
	});

	it('holds neither the API key nor anything that would open it', async () => {
		await create('Sea', 'order 7');
		expect(JSON.stringify(queryGiven())).not.toContain(sandbox.apiKeys.evoLink);
		expect(Object.keys(queryGiven())).toEqual(['correlation', 'soraVideoToken']);
	});

	it('is refused before anything is sent, where no callback is asked for or the URL becomes too long', async () => {
		for (const [parameters, said] of [
			[{ options: { correlation: 'order 7' } }, 'set Callback URL'],
			[{ callbackUrl, options: { correlation: 'x'.repeat(2000) } }, 'at most 2048'],
		] as const) {
			const run = await runSoraVideo(sandbox, {
				provider: 'evoLink',
				operation: 'create',
				parameters: { model: model('sora-2-preview'), prompt: 'Sea', ...parameters },
				items: itemsOf([{}]),
				settings: { onError: 'continueRegularOutput' },
			});
			expect(only(jsonsOf(run).flat()).failure).toMatchObject({ category: 'invalidInput', message: expect.stringContaining(said) });
		}
		expect(createsOf(sandbox)).toEqual([]);
	});
});
