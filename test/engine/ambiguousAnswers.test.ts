import type { IDataObject } from 'n8n-workflow';

import { createServer as createTcpServer, Socket, type AddressInfo, type Server } from 'node:net';

import { evoLink } from '../../nodes/SoraVideo/providers/evoLink';
import { startSandbox, type Sandbox } from '../sandbox';
import { readLog } from './harness/log';
import { expectSentence, itemsOf, jsonsOf, messageOf, model, only, runSoraVideo, sandboxCredentials } from './setup';
import { closedUrl, startTinyServer, type TinyCall, type TinyReply } from './tinyServer';

const id = 'task-unified-1757169743-7cvnl5zw';
const three = { retryOnFail: true, maxTries: 3 } as const;
const page = '<!DOCTYPE html><html><body>Attention Required! | Cloudflare</body></html>';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

/** Creates a video where EvoLink answers so; three tries, where n8n tries again. */
async function create(baseUrl: string, settings: object = three, options: IDataObject = {}) {
	return await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation: 'create',
		parameters: { model: model('sora-2-preview'), prompt: 'Sea', options },
		credentials: { soraVideoEvoLinkApi: { apiKey: 'sk-of-this-test', baseUrl, filesBaseUrl: baseUrl } },
		settings,
	});
}

async function createAnswered(reply: TinyReply | ((call: TinyCall) => TinyReply | 'drop' | 'hang'), settings: object = three, options: IDataObject = {}) {
	const server = await startTinyServer(typeof reply === 'function' ? reply : () => reply);
	try {
		return { run: await create(server.url, settings, options), calls: server.calls };
	} finally {
		await server.close();
	}
}

describe('an answer that proves nothing is not sent again', () => {
	it.each<[string, TinyReply]>([
		['200 and an error', { status: 200, body: { error: { code: 'upstream_error', message: 'Try later' } } }],
		['200 and nothing', { status: 200 }],
		['200 and a page', { status: 200, body: page }],
		["200 and a request's id", { status: 200, body: { request_id: '764cabcf-b745-4b3e-ae38-1200304cf45b' } }],
		['202 and a word', { status: 202, body: { status: 'queued' } }],
		['301', { status: 301, headers: { location: 'https://elsewhere.example/' } }],
		['302', { status: 302, headers: { location: '/login' } }],
		['303', { status: 303, headers: { location: '/' } }],
		['307', { status: 307, headers: { location: 'https://elsewhere.example/' } }],
		['308', { status: 308, headers: { location: 'https://elsewhere.example/' } }],
		['408', { status: 408, body: { error: { message: 'Request Timeout' } } }],
		['409', { status: 409, body: { error: { code: 'conflict', message: 'already being processed' } } }],
		['425', { status: 425, body: { error: { message: 'Too Early' } } }],
		['499', { status: 499, body: { error: { message: 'Client Closed Request' } } }],
		['500', { status: 500, body: { error: { message: 'Internal' } } }],
		["500 and a request's id", { status: 500, body: { id: 'req_011CQ', error: { message: 'Internal' } } }],
		['502 and a page', { status: 502, body: page }],
		['503', { status: 503, body: { error: { message: 'Service temporarily unavailable' } } }],
		['504', { status: 504 }],
		['524', { status: 524, body: page }],
	])('%s', async (_name, reply) => {
		const { run, calls } = await createAnswered(reply);
		expect(calls).toHaveLength(1);
		expectSentence(run.error?.message, 'EvoLink may have created and charged a job for "Sea"', 'not sent again', 'dashboard');
	});

	it('and what it was stands in the error, and with Include Raw Response in the item', async () => {
		const body = { error: { message: 'already being processed by sk-of-this-test' }, data: { ref: 'x' } };
		const stopped = await createAnswered({ status: 409, body }, {});
		expectSentence(stopped.run.error?.message, 'HTTP 409', 'already being processed');
		expect(stopped.run.error?.description).toContain('"data":{"ref":"x"}');
		expect(JSON.stringify(stopped.run.error)).not.toContain('sk-of-this-test');
		const { run } = await createAnswered({ status: 409, body }, { onError: 'continueRegularOutput' }, { includeRaw: true });
		expect(only(jsonsOf(run)[0])).toMatchObject({ id: null, raw: { data: { ref: 'x' } }, failure: { code: 'outcome_unknown' } });
	});
});

it('nor is one whose reading fails, and its item does not say that nothing happened', async () => {
	const reading = jest.spyOn(evoLink, 'readJob').mockImplementation(() => {
		throw new TypeError('no such form');
	});
	const { run, calls } = await createAnswered({ body: { id } }, { ...three, onError: 'continueRegularOutput' });
	reading.mockRestore();
	expect(calls).toHaveLength(1);
	const item = only(only(run.outputs));
	expect(item.json).toMatchObject({ id: null, failure: { code: 'outcome_unknown', category: 'unknown', retryable: false } });
	expectSentence(messageOf(item), 'may have created and charged a job for "Sea"', 'no such form', 'dashboard');
});

describe('a job in such an answer is a job', () => {
	it.each([200, 202, 409, 500, 503])('HTTP %d', async (status) => {
		const error = status < 300 ? {} : { error: { code: 'conflict', message: 'already being processed' } };
		const { run, calls } = await createAnswered({ status, body: { id, ...error } });
		expect(run.error).toBeUndefined();
		expect(only(jsonsOf(run)[0])).toMatchObject({ id, prompt: 'Sea' });
		expect(calls).toHaveLength(1);
	});
});

describe('a refusal is sent again by Retry On Fail', () => {
	it.each<[number, string, TinyReply['body']]>([
		[400, 'HTTP 400', { error: { message: 'bad field' } }],
		[401, 'valid API key', { error: { message: 'Invalid token' } }],
		[402, 'credits', { error: { message: 'Insufficient quota' } }],
		[403, 'HTTP 403', { error: { message: 'Forbidden' } }],
		[403, 'because a web page came back instead of an answer of its API', page],
		[404, 'Base URL', page],
		[405, 'HTTP 405', ''],
		[407, 'because the proxy between this server and the provider wants a user and password (HTTP 407)', page],
		[413, 'HTTP 413', ''],
		[422, 'HTTP 422', { error: { message: 'bad field' } }],
	])('HTTP %d: %s', async (status, says, body) => {
		const { run, calls } = await createAnswered({ status, body });
		expect(calls).toHaveLength(3);
		expectSentence(run.error?.message, says);
		expect(run.error?.message).not.toMatch(/may have|dashboard/);
		expect(run.error?.description ?? '').toBe('');
	});
});

describe('where nothing was sent, it may be sent again', () => {
	/** A port on which each connection ends as this does. */
	async function startTcp(onConnection: Parameters<typeof createTcpServer>[1]): Promise<{ server: Server; port: number }> {
		const server = createTcpServer({}, onConnection);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return { server, port: (server.address() as AddressInfo).port };
	}

	it.each([
		['no server', async () => await closedUrl()],
		['no such name', async () => await Promise.resolve('http://no-such-name.invalid')],
	])('%s', async (_name, url) => {
		const run = await create(await url());
		expectSentence(run.error?.message, 'EvoLink was sent nothing, because ');
		expect(run.error?.description ?? '').toBe('');
	});

	it.each<[string, string]>([
		['no TLS', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
		['a TLS handshake that breaks off', ''],
	])('%s', async (_name, answer) => {
		let connections = 0;
		const { server, port } = await startTcp((socket) => {
			connections += 1;
			socket.on('error', () => {});
			socket.once('data', () => socket.end(answer));
		});
		const run = await create(`https://127.0.0.1:${port}`);
		server.close();
		expect(connections).toBe(3);
		expectSentence(run.error?.message, 'EvoLink was sent nothing, because ');
	});

	it('but a connection that breaks off after it may have been sent is not', async () => {
		const { run, calls } = await createAnswered(() => 'drop');
		expect(calls).toHaveLength(1);
		expect(run.error?.message).toContain('not sent again');
	});

	it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'ENETDOWN'])('nor one whose network goes away while the answer is waited for: read %s', async (code) => {
		const opened: Socket[] = [];
		const { connect } = Socket.prototype;
		const watch = jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
			opened.push(this);
			return Reflect.apply(connect, this, args);
		});
		const { run, calls } = await createAnswered(() => {
			opened.at(-1)?.destroy(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' }));
			return 'hang';
		});
		watch.mockRestore();
		expect(calls).toHaveLength(1);
		expectSentence(run.error?.message, `may have created and charged a job for "Sea"`, 'not sent again');
	});

	it('a credential that n8n can no longer read', async () => {
		const credentials: Partial<ReturnType<typeof sandboxCredentials>> = sandboxCredentials(sandbox);
		const lines = readLog();
		// Gone as soon as the first create has been sent.
		const { push } = lines;
		lines.push = (...added) => {
			if (added.join().includes('created EvoLink job')) delete credentials.soraVideoEvoLinkApi;
			return push.apply(lines, added);
		};
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'create',
			parameters: { model: model('sora-2-preview'), prompt: '={{ $json.prompt }}', options: { batchSize: 1 } },
			items: itemsOf([{ prompt: 'Sea' }, { prompt: 'Moor' }]),
			credentials,
			settings: { onError: 'continueRegularOutput' },
		});
		jest.restoreAllMocks();
		const job = only(sandbox.jobs);
		expect(jsonsOf(run)[0]).toMatchObject([{ id: job.id }, { id: null, failure: { code: 'credential_unreadable' } }]);
		expectSentence(messageOf(run.outputs[0]?.[1]), "EvoLink was sent nothing, because n8n can't read the credential");
	});
});

describe('EvoLink knows a create that comes again by its key', () => {
	const lost = (times: number, options: IDataObject = { resendUnknown: true }) => ({
		provider: 'evoLink',
		operation: 'create',
		parameters: { model: model('sora-2-preview'), prompt: `=[sandbox create=drop:${times}]`, options },
		settings: { retryOnFail: true, maxTries: 5 },
	});

	it('asked again, where the user allows it: one job', async () => {
		const run = await runSoraVideo(sandbox, lost(2));
		const job = only(sandbox.jobs);
		expect(only(jsonsOf(run)[0])).toMatchObject({ id: job.id, failure: null });
		const keys = sandbox.requests.map(({ headers }) => headers['idempotency-key']);
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(1);
		expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
	});

	it('the same body goes with it, though an expression gives another value', async () => {
		const call = lost(1);
		const run = await runSoraVideo(sandbox, {
			...call,
			parameters: { ...call.parameters, prompt: '=[sandbox create=drop:1] {{ Math.random() }}' },
		});
		expect(only(jsonsOf(run)[0])).toMatchObject({ id: only(sandbox.jobs).id, prompt: only(sandbox.jobs).prompt });
		expect(sandbox.creates).toHaveLength(2);
	});

	it('never by itself', async () => {
		const run = await runSoraVideo(sandbox, lost(1, {}));
		expect(run.error?.message).toContain('not sent again');
		expect(sandbox.requests).toHaveLength(1);
	});

	it('another create has another key, also after a refusal', async () => {
		await runSoraVideo(sandbox, {
			...lost(0),
			parameters: { ...lost(0).parameters, prompt: '={{ $json.prompt }}' },
			items: itemsOf([{ prompt: 'Sea' }, { prompt: 'Sea' }, { prompt: '[sandbox create=404:1]' }]),
		});
		const keys = sandbox.requests.map(({ headers }) => headers['idempotency-key']);
		expect(keys).toHaveLength(4);
		expect(new Set(keys).size).toBe(4);
	});

	it('an EvoLink that takes no notice of the key makes another job', async () => {
		sandbox.settings.evoLinkIgnoresKeys = true;
		const run = await runSoraVideo(sandbox, lost(1));
		expect(sandbox.jobs).toHaveLength(2);
		expect(only(jsonsOf(run)[0])).toMatchObject({ id: sandbox.jobs[1]?.id });
	});

	it('other providers get none', async () => {
		await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'create', parameters: { model: model('openai/sora-2-t2v'), prompt: 'Sea' } });
		expect(only(sandbox.requests).headers).not.toHaveProperty('idempotency-key');
	});
});
