import { createHash, createHmac } from 'node:crypto';

import { CredentialTestContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { findProvider } from '../../nodes/SoraVideo/providers';
import type { Provider } from '../../nodes/SoraVideo/providers/Provider';
import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { patienceWithoutVideo } from '../../nodes/SoraVideo/transport/askForVideo';
import { testKey } from '../../nodes/SoraVideo/transport/testKey';
import { startSandbox, type Sandbox } from '../sandbox';
import { callTrigger, type NodeRun } from './harness';
import { credentialTypes, expectSentence, itemsOf, jsonsOf, messageOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyCall, type TinyReply, type TinyServer } from './tinyServer';

// What a provider can say of itself beyond what all do, at one that is given each part for a test.

const name = 'vtrix';
const key = 'sk-secret-0123456789abcdef';

function find(id: string): Provider {
	const found = findProvider(id);
	if (!found) throw new Error(`No ${id}`);
	return found;
}

const provider = () => find(name);
const plain = { ...provider() };
const openRouter = find('openRouter');
const { callbacks: plainCallbacks } = openRouter;

let sandbox: Sandbox;
let server: TinyServer;
let reply: (call: TinyCall) => TinyReply;
beforeAll(async () => {
	// As often as for users, and not as long.
	Object.assign(patienceWithoutVideo, { pauses: patienceWithoutVideo.pauses.map(() => 20) });
	sandbox = await startSandbox();
	server = await startTinyServer((call) => reply(call));
});
afterEach(() => {
	for (const part of Object.keys(provider())) if (!(part in plain)) Reflect.deleteProperty(provider(), part);
	Object.assign(provider(), plain);
	server.calls.length = 0;
});
afterAll(async () => await Promise.all([sandbox.stop(), server.close()]));

function give(parts: Partial<Provider>): void {
	Object.assign(provider(), parts);
}

async function run(operation: string, parameters: IDataObject = {}, settings = {}, items = itemsOf([{}])): Promise<NodeRun> {
	return await runSoraVideo(sandbox, {
		provider: name,
		operation,
		items,
		parameters: { model: model('some-model'), prompt: 'Sea', jobId: 'job-1', ...parameters },
		credentials: { soraVideoVtrixApi: { apiKey: key, baseUrl: server.url } },
		settings: { onError: 'continueRegularOutput', ...settings },
	});
}

const posts = () => server.calls.filter(({ method }) => method === 'POST');

describe('a code in the body, inside HTTP 200', () => {
	beforeEach(() => {
		give({ statusOf: (body, status) => (typeof body === 'object' && body !== null && 'code' in body ? Number(body.code) : status) });
	});

	it.each([401, 402, 422, 455])('%i to a create is a refusal', async (code) => {
		reply = ({ method }) => (method === 'POST' ? { body: { code, msg: 'No.' } } : { status: 404 });
		const { failure } = only(jsonsOf(await run('create')).flat());
		expect(failure).toMatchObject({ message: expect.stringContaining(`refused to create the video (HTTP ${code}`) });
		expect(posts()).toHaveLength(1);
	});

	it.each([408, 500, 501])('%i to a create proves nothing', async (code) => {
		reply = ({ method }) => (method === 'POST' ? { body: { code, msg: 'No.' } } : { status: 404 });
		expect(only(jsonsOf(await run('create')).flat()).failure).toMatchObject({ code: 'outcome_unknown' });
		expect(posts()).toHaveLength(1);
	});

	it('of a question is told with the job', async () => {
		reply = () => ({ body: { code: 404, msg: 'No such task' } });
		expect(messageOf(only((await run('getStatus')).outputs[0]))).toContain('finds no job job-1 (HTTP 404, No such task)');
	});

	it.each([
		[200, 'accepts this key'],
		[401, 'refuses this key (HTTP 401'],
	])('%i is what the test of the credential goes by', async (code, said) => {
		give({ keyTests: [{ method: 'GET', base: 'baseUrl', path: '/credit', shows: () => true }] });
		reply = () => ({ body: { code, msg: 'No.' } });
		const data = { apiKey: key, baseUrl: server.url };
		const verdict = await testKey.call(new CredentialTestContext(), { id: '1', name: 'Mine', type: 'soraVideoVtrixApi', data });
		expect(verdict.message).toContain(said);
	});
});

describe('a result that is told apart from the status', () => {
	const answers = new Map<string, TinyReply>();
	const video = { url: 'https://media.example/sea.mp4' };
	beforeEach(() => {
		answers.clear();
		give({
			result: {
				write: (id) => ({ method: 'GET', base: 'baseUrl', path: `/results/${id}` }),
				read: (_body, status, headers, job) => {
					if (status === 200) return { ...job, videoUrl: video.url, videoUrls: [video.url] };
					if (status === 422) return { ...job, status: 'failed', failure: { code: 'no', message: String(headers['x-why']), category: 'moderation', retryable: false } };
					return status === 404 ? 'gone' : status === 400 ? 'running' : 'trouble';
				},
				keptSeconds: 360,
			},
		});
		reply = ({ url }) => (url.startsWith('/results/') ? only([...answers.values()]) : { body: { id: 'job-1', status: 'completed' } });
	});

	async function status(): Promise<IDataObject> {
		return only(jsonsOf(await run('getStatus', { options: { includeRaw: true } })).flat());
	}

	it('is asked for once the status says that the job has ended', async () => {
		answers.set('result', { body: { video } });
		expect(await status()).toMatchObject({ id: 'job-1', status: 'completed', videoUrl: video.url, failure: null, raw: { video } });
		expect(server.calls.map(({ url, headers }) => [url, headers.authorization])).toEqual([
			['/model/v1/generation/task/job-1', `Bearer ${key}`],
			['/results/job-1', `Bearer ${key}`],
		]);
	});

	it('is not asked for while the job goes on', async () => {
		reply = () => ({ body: { id: 'job-1', status: 'running' } });
		expect(await status()).toMatchObject({ status: 'processing' });
		expect(server.calls).toHaveLength(1);
	});

	it('can make a completed job a failed one, or one that goes on', async () => {
		answers.set('result', { status: 422, headers: { 'x-why': 'Not shown.' } });
		expect(await status()).toMatchObject({ status: 'failed', failure: { category: 'moderation', message: 'Not shown.' } });
		answers.set('result', { status: 400 });
		expect(await status()).toMatchObject({ status: 'processing', progress: null, failure: null });
	});

	it('that is no longer kept is lost, and the item says so', async () => {
		answers.set('result', { status: 404 });
		const { failure } = await status();
		expect(failure).toMatchObject({ code: 'result_gone', retryable: false });
		expectSentence(Object(failure).message, 'job job-1 is completed, and so paid for', '6 minutes', 'is lost');
	});

	it.each([429, 503])('that is not told just now (%i) says nothing of the job', async (code) => {
		answers.set('result', { status: code, body: { message: 'Busy' } });
		expect(await status()).toMatchObject({
			id: 'job-1',
			status: 'processing',
			failure: { message: expect.stringContaining(`job job-1 is completed, but its result could not be read (HTTP ${code}, Busy)`), retryable: true },
		});
		const waited = await run('waitForCompletion', { timeout: 1 });
		expect(waited.outputs.map((items) => items.length)).toEqual([0, 0, 1]);
	});
});

describe('callbacks that tell too little, or of what is gone', () => {
	const url = 'https://n8n.example.com/webhook/1?order=7';
	const secret = 'whsec-of-the-test';
	const video = 'https://media.example/sea.mp4';

	beforeEach(() => {
		const { callbacks } = openRouter;
		if (!callbacks) throw new Error('No callbacks');
		Object.assign(openRouter, {
			callbacks: {
				...callbacks,
				wantsModel: true,
				read: (body: unknown, told: string | null) => {
					const { request, output } = Object(body);
					const job = openRouter.readJob({ id: `${told ?? ''}/${String(request)}`, status: 'completed', unsigned_urls: [output] }, {});
					return told === null || !job ? null : { jobId: job.id, status: job.status, job };
				},
			} satisfies Provider['callbacks'],
		});
	});
	afterEach(() => {
		Object.assign(openRouter, { callbacks: plainCallbacks });
		forgetAll();
	});

	/** The URL that a create gave to the provider. */
	async function given(): Promise<URL> {
		reply = ({ method }) => (method === 'POST' ? { body: { id: 'job-1', status: 'pending' } } : { status: 404 });
		await runSoraVideo(sandbox, {
			provider: 'openRouter',
			operation: 'create',
			parameters: { model: model('maker/a model'), prompt: 'Sea', callbackUrl: url },
			credentials: { soraVideoOpenRouterApi: { apiKey: key, baseUrl: server.url } },
		});
		return new URL(String(Object(JSON.parse(only(posts()).body)).callback_url));
	}

	async function receive(query: URL, webhookSecret: string, parameters: IDataObject = {}) {
		const body = JSON.stringify({ request: 'r-1', output: video });
		const seconds = Math.floor(Date.now() / 1000);
		const signature = createHmac('sha256', secret).update(`${seconds},${body}`).digest('hex');
		const { http, run: started } = await callTrigger({
			trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'openRouter', ...parameters } },
			credentials: { soraVideoOpenRouterApi: { apiKey: key, baseUrl: server.url, webhookSecret } },
			credentialTypes,
			call: {
				body: Buffer.from(body),
				query: Object.fromEntries(query.searchParams),
				headers: { 'content-type': 'application/json', 'x-openrouter-signature': `t=${seconds},v1=${signature}` },
			},
		});
		return { status: http.status, items: started?.outputs('Trigger').flat().map(({ json }) => json) ?? [] };
	}

	it('the model travels in the callback URL, and the job is asked for with it', async () => {
		const link = await given();
		expect(link.href.startsWith(url)).toBe(true);
		expect(link.searchParams.get('soraVideoModel')).toBe('maker/a model');
		reply = () => ({ body: { status: 'completed', unsigned_urls: [video] } });
		server.calls.length = 0;
		const { status, items } = await receive(link, '');
		expect(status).toBe(200);
		expect(only(items)).toMatchObject({ id: 'maker/a model/r-1', model: 'maker/a model', videoUrl: video });
		expect(server.calls.map((call) => call.url)).toEqual(['/videos/maker%2Fa%20model%2Fr-1']);
	});

	it.each([404, 410])('what the provider has signed is believed where it no longer knows the job (%i)', async (code) => {
		const link = await given();
		reply = () => ({ status: code });
		expect(await receive(link, '')).toEqual({ status: 404, items: [] });
		forgetAll();
		const { items } = await receive(link, secret);
		expect(only(items)).toMatchObject({ id: 'maker/a model/r-1', status: 'completed', videoUrl: video });
	});

	it('and where it knows the job, and its result no more', async () => {
		const link = await given();
		Object.assign(openRouter, { result: { write: (id: string) => openRouter.writeStatus(id), read: () => 'gone', keptSeconds: 360 } });
		reply = () => ({ body: { status: 'completed' } });
		const unsigned = await receive(link, '');
		expect(only(unsigned.items)).toMatchObject({ status: 'failed', failure: { code: 'result_gone' } });
		forgetAll();
		const proven = await receive(link, secret);
		expect(only(proven.items)).toMatchObject({ status: 'completed', videoUrl: video, failure: null });
		Reflect.deleteProperty(openRouter, 'result');
	});

	it('but not where the provider says otherwise', async () => {
		const link = await given();
		reply = () => ({ body: { status: 'failed', error: 'No.' } });
		const { items } = await receive(link, secret);
		expect(only(items)).toMatchObject({ status: 'failed', videoUrl: null });
	});
});

describe('cancelling', () => {
	let state: string;
	const answers: Record<string, number> = { running: 202, queued: 200, completed: 400, failed: 400 };

	// The panel shows the option for the providers that can cancel when it is loaded, and n8n reads no hidden one.
	beforeAll(() => {
		const { options = [] } = new SoraVideo().description.properties.find((field) => field.name === 'options') ?? {};
		const [option] = options.filter((each) => each.name === 'cancelOnTimeout');
		if (option && 'displayOptions' in option) option.displayOptions?.show?.['/provider']?.push(name);
	});

	beforeEach(() => {
		give({
			cancel: {
				write: (id) => ({ method: 'PUT', base: 'baseUrl', path: `/jobs/${id}/cancel` }),
				read: (_body, status) => (status === 404 ? 'unknownJob' : status === 400 ? 'ended' : status === 202 ? 'requested' : status === 200 ? 'cancelled' : null),
			},
		});
		state = 'running';
		reply = ({ method }) => {
			if (method === 'POST') return { body: { id: 'job-1', status: 'queued' } };
			if (method === 'GET') return { body: { id: 'job-1', status: state, output: state === 'completed' ? [{ content: [{ type: 'video', url: 'https://media.example/sea.mp4' }] }] : [] } };
			const status = answers[state] ?? 500;
			if (status === 200) state = 'cancelled';
			return { status, body: {} };
		};
	});

	const puts = () => server.calls.filter(({ method }) => method === 'PUT').map(({ url, headers }) => [url, headers.authorization]);

	it('leaves the item with what the job is then', async () => {
		state = 'queued';
		const item = only(jsonsOf(await run('cancel')).flat());
		expect(item).toMatchObject({ id: 'job-1', status: 'cancelled', failure: { category: 'cancelled' } });
		expect(puts()).toEqual([['/jobs/job-1/cancel', `Bearer ${key}`]]);
	});

	it('that is only asked for leaves the item running', async () => {
		expect(only(jsonsOf(await run('cancel')).flat())).toMatchObject({ id: 'job-1', status: 'processing', failure: null });
	});

	it('of a job that has ended says so', async () => {
		state = 'completed';
		const item = only(jsonsOf(await run('cancel')).flat());
		expect(item).toMatchObject({ status: 'completed', videoUrl: 'https://media.example/sea.mp4', failure: { code: 'already_ended' } });
		expectSentence(Object(item.failure).message, 'job job-1 had ended');
		state = 'failed';
		expect(only(jsonsOf(await run('cancel')).flat())).toMatchObject({ status: 'failed', failure: { message: expect.stringContaining('job job-1 failed') } });
	});

	it.each([
		[404, 'finds no job job-1 to cancel'],
		[403, 'did not cancel job job-1 (HTTP 403'],
	])('that is refused (%i) fails the item', async (status, said) => {
		reply = () => ({ status, body: {} });
		expectSentence(messageOf(only((await run('cancel')).outputs[0])), said);
		expect(puts()).toHaveLength(1);
	});

	it('where the provider can not is told, and nobody asked', async () => {
		Reflect.deleteProperty(provider(), 'cancel');
		expectSentence(messageOf(only((await run('cancel')).outputs[0])), "can't cancel jobs", 'job-1');
		expect(server.calls).toEqual([]);
	});

	describe.each(['createAndWait', 'waitForCompletion'])('when the time of %s is up', (operation) => {
		const timedOut = async (cancelOnTimeout: boolean) => await run(operation, { timeout: 1, options: { cancelOnTimeout } });

		it('is left alone unless the user wants it', async () => {
			const { outputs } = await timedOut(false);
			expect(outputs.map((items) => items.length)).toEqual([0, 0, 1]);
			expect(puts()).toEqual([]);
		});

		it('makes of a job that could be stopped a failed item, which says why', async () => {
			answers.running = 200;
			const { outputs } = await timedOut(true);
			answers.running = 202;
			expect(outputs.map((items) => items.length)).toEqual([0, 1, 0]);
			const { json } = only(outputs[1]);
			expect(json).toMatchObject({ id: 'job-1', status: 'cancelled', failure: { code: 'cancelled_on_timeout', category: 'cancelled' } });
			expectSentence(Object(json.failure).message, 'job-1', 'was cancelled');
			expect(puts()).toHaveLength(1);
		});

		it('leaves a job that goes on where it is', async () => {
			const { outputs } = await timedOut(true);
			expect(only(outputs[2]).json).toMatchObject({ status: 'processing', failure: { code: 'cancel_requested' } });
		});

		it('of a job that ended just then hands its video on', async () => {
			const before = reply;
			reply = (call) => {
				if (call.method === 'PUT') state = 'completed';
				return before(call);
			};
			const { outputs } = await timedOut(true);
			expect(only(outputs[0]).json).toMatchObject({ status: 'completed', failure: null });
			expect(puts()).toHaveLength(1);
		});
	});
});

it('creates beyond what the provider takes at a time are not sent, and not refused by it either', async () => {
	give({ createLimit: { count: 2, seconds: 3_600 } });
	let created = 0;
	reply = ({ method }) => (method === 'POST' ? { body: { id: `job-${(created += 1)}`, status: 'queued' } } : { body: { id: 'x', status: 'running' } });
	const items = itemsOf([1, 2, 3, 4, 5].map((number) => ({ number })));
	// Longer than the patience of an item for its turn.
	const { outputs } = await run('createAndWait', { timeout: 1, prompt: '={{ "Sea " + $json.number }}' }, {}, items);
	expect(posts()).toHaveLength(2);
	expect(outputs.map((each) => each.length)).toEqual([0, 3, 2]);
	for (const item of outputs[1] ?? []) expectSentence(messageOf(item), 'takes only 2 new jobs in 3600 seconds', 'nothing was created');
});

describe('an upload that is announced first', () => {
	const bytes = Buffer.from('GIF8');
	let uploadUrl: string | null;
	let taken: number;

	beforeEach(() => {
		give({
			imageTransport: 'upload',
			upload: {
				write: (base64, mimeType, fileName, contentHash) => ({ method: 'POST', base: 'baseUrl', path: '/announce', body: { mimeType, fileName, contentHash, length: base64.length } }),
				readLink: () => 'https://media.example/picture.gif',
				sendTo: () => uploadUrl,
			},
		});
		uploadUrl = `${server.url}/take?signature=1`;
		taken = 200;
		reply = ({ method, url }) => (method === 'PUT' ? { status: taken, body: 'Full' } : url === '/announce' ? { body: {} } : { body: { id: 'job-1', status: 'queued' } });
	});

	async function create(): Promise<NodeRun> {
		const binary = { data: { data: bytes.toString('base64'), mimeType: 'image/gif', fileName: 'a b.gif' } };
		return await run('create', { imageSource: 'binary', options: { imageCheck: 'off' } }, {}, [{ json: {}, binary }]);
	}

	it('is sent as it was announced, and without the key', async () => {
		await create();
		const sent = posts().map(({ url, body }): unknown[] => [url, JSON.parse(body)]);
		expect(sent[0]).toEqual(['/announce', { mimeType: 'image/gif', fileName: 'a b.gif', contentHash: createHash('sha256').update(bytes).digest('hex'), length: 8 }]);
		expect(JSON.stringify(sent[1])).toContain('https://media.example/picture.gif');
		const put = only(server.calls.filter(({ method }) => method === 'PUT'));
		expect([put.url, put.headers.authorization, put.headers['content-type'], put.raw]).toEqual(['/take?signature=1', undefined, 'image/gif', bytes]);
	});

	it.each([
		[null, 'no link to send'],
		['ftp://media.example/take', 'no web address'],
		['nowhere', 'no link to send'],
	])('to %j is not sent, and nothing is created', async (to, said) => {
		uploadUrl = to;
		expectSentence(messageOf(only((await create()).outputs[0])), said);
		expect(server.calls.map(({ url }) => url)).toEqual(['/announce']);
	});

	it('that is refused or redirected creates nothing', async () => {
		for (const status of [403, 307]) {
			taken = status;
			expectSentence(messageOf(only((await create()).outputs[0])), `did not take the image (HTTP ${status}`);
		}
		expect(posts().map(({ url }) => url)).toEqual(['/announce', '/announce']);
	});
});
