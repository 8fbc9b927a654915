import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { largestAnswer } from '../../nodes/SoraVideo/transport/http/readResponse';
import { startSandbox, type Sandbox } from '../sandbox';
import { packedBomb } from '../sandbox/brokenReplies';
import { callTrigger, searchList } from './harness';
import { createsOf, credentialTypes, expectSentence, jsonsOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyReply } from './tinyServer';

// Answers far larger than any that a provider gives, packed and plain: no more is read than is kept, and what
// that means for the request is said.

const goOn = { onError: 'continueRegularOutput' } as const;
const tooLarge = 'more than 32 MB';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(() => {
	sandbox.reset();
	forgetAll();
});
afterAll(async () => await sandbox.stop());

/** As the sandbox packs it. */
function bomb(status = 200): TinyReply {
	const { headers, body } = packedBomb();
	return { status, headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)])), body };
}

interface Body {
	url: string;
	/** Bytes that the client's connection has taken. */
	sent: number;
	/** Once the client has hung up. */
	wasClosed: Promise<void>;
	close(): Promise<void>;
}

/** A server whose one answer goes on for ever after its beginning, or breaks off behind it. */
async function startEndless(beginning: string, end: 'never' | 'breaks', status = 200): Promise<Body> {
	const blanks = Buffer.alloc(65_536, 0x20);
	let closed = () => {};
	const body: Body = {
		url: '',
		sent: 0,
		wasClosed: new Promise((resolve) => (closed = resolve)),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	const goOnSending = (response: ServerResponse) => {
		while (!response.destroyed && response.write(blanks)) body.sent += blanks.length;
		body.sent += blanks.length;
		response.once('drain', () => goOnSending(response));
	};
	const server = createServer((request, response) => {
		request.resume();
		response.writeHead(status, { 'content-type': 'application/json' });
		response.on('close', closed);
		response.write(beginning, () => {
			if (end === 'breaks') response.destroy();
			else goOnSending(response);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	body.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return body;
}

async function expectLeft(server: Body): Promise<void> {
	await server.wasClosed;
	expect(server.sent).toBeGreaterThan(largestAnswer);
	// What is under way in the sockets comes on top.
	expect(server.sent).toBeLessThan(largestAnswer + 16_000_000);
	await server.close();
}

const parameters = { model: model('sora-2-preview'), prompt: 'Sea' };
const evoLinkAt = (baseUrl: string) => ({ soraVideoEvoLinkApi: { apiKey: 'sk-secret-0123456789abcdef', baseUrl, filesBaseUrl: baseUrl } });

describe('an answer that goes on for ever is left once it is too large', () => {
	it.each([
		['getStatus', 200],
		['getStatus', 500],
		['create', 200],
		['create', 500],
	])('%s, HTTP %i', async (operation, status) => {
		const server = await startEndless(' ', 'never', status);
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation, parameters: { ...parameters, jobId: 'task-unified-1-a' }, credentials: evoLinkAt(server.url) });
		expectSentence(run.error?.message, tooLarge);
		await expectLeft(server);
	});

	it.each(['replicate', 'fal'])('where the secret or the keys of %s should be, and no call is let in', async (provider) => {
		const server = await startEndless(' ', 'never');
		const credential = { apiKey: 'sk-secret-0123456789abcdef', baseUrl: server.url, apiBaseUrl: server.url, filesBaseUrl: server.url };
		const body = provider === 'fal' ? { request_id: 'a', status: 'OK', payload: {} } : { id: 'unknown0jobs0have0this0id0', status: 'succeeded' };
		const { http, run } = await callTrigger({
			trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider } },
			credentials: { soraVideoFalApi: credential, soraVideoReplicateApi: credential },
			credentialTypes,
			call: { body, query: { soraVideoModel: 'fal-ai/veo3.1' } },
		});
		expect([http.status, run?.outputs('Trigger')]).toEqual([503, undefined]);
		await expectLeft(server);
	});
});

describe('a packed bomb', () => {
	it('as a status says nothing of the job: it is asked for again, and its video comes', async () => {
		const asked = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters });
		const { id } = only(jsonsOf(asked).flat());
		sandbox.faults.status.push({ kind: 'packedBomb' });
		const told = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'getStatus', parameters: { jobId: id } });
		expectSentence(told.error?.message, String(id), 'larger than any', tooLarge);
		sandbox.faults.status.push({ kind: 'packedBomb' });
		const waited = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'waitForCompletion', parameters: { jobId: id } });
		expect(only(jsonsOf(waited)[0])).toMatchObject({ id, status: 'completed' });
	});

	it('as the answer to a create may have been a job: it says so, and is never sent again', async () => {
		const settings = { ...goOn, retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters: { ...parameters, prompt: 'Sea [sandbox create=packedBomb]' }, settings });
		const { failure } = only(jsonsOf(run).flat());
		expect(failure).toMatchObject({ code: 'outcome_unknown', message: expect.stringContaining(`its answer is too large to be read (${tooLarge})`) });
		expect(createsOf(sandbox)).toHaveLength(1);
	});

	it('as a refusal of a create is one, whatever its length', async () => {
		const server = await startTinyServer(() => bomb(401));
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters, credentials: evoLinkAt(server.url) });
		await server.close();
		expectSentence(run.error?.message, 'refused to create the video', '401');
	});

	it('as the list of models is no list, and says why', async () => {
		const server = await startTinyServer(() => bomb());
		const { results } = await searchList(new SoraVideo(), {
			path: 'parameters.model',
			method: 'searchModels',
			parameters: { provider: 'openAi' },
			credentials: { soraVideoOpenAiApi: { apiKey: 'sk-secret-0123456789abcdef', baseUrl: server.url } },
			credentialTypes,
		});
		await server.close();
		expect(JSON.stringify(results)).toContain(tooLarge);
	});

	it.each([
		['evoLink', 'sora-2-preview', () => bomb()],
		['fal', 'fal-ai/bytedance/seedance/v1/pro/image-to-video', (url: string) => (url.includes('/storage/') ? null : bomb())],
	] as const)('as the answer to an upload to %s is told before anything is created', async (provider, id, answer) => {
		let base = '';
		const server = await startTinyServer(({ url }) => answer(url) ?? { body: { upload_url: `${base}/put`, file_url: `${base}/file.png` } });
		base = server.url;
		const credential = { apiKey: 'sk-secret-0123456789abcdef', baseUrl: server.url, apiBaseUrl: server.url, filesBaseUrl: server.url };
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model(id), prompt: 'Sea', imageSource: 'binary', options: { imageCheck: 'off' } },
			items: [{ json: {}, binary: { data: { data: Buffer.from('GIF8').toString('base64'), mimeType: 'image/gif' } } }],
			credentials: { soraVideoEvoLinkApi: credential, soraVideoFalApi: credential },
		});
		await server.close();
		expectSentence(run.error?.message, "can't be uploaded", tooLarge);
		expect(server.calls.filter(({ method, url }) => method === 'POST' && /generations|seedance/.test(url))).toEqual([]);
	});
});

describe('the beginning of an answer to a create', () => {
	const beginning = '{"id":"task-unified-1757169743-7cvnl5zw","status":"pending","model":"sora-2-preview",';
	it.each(['never', 'breaks'] as const)('holds the id of a job that is paid for, though its end never comes: %s', async (end) => {
		const server = await startEndless(beginning, end);
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters, credentials: evoLinkAt(server.url) });
		await server.close();
		expect(only(jsonsOf(run).flat())).toMatchObject({ id: 'task-unified-1757169743-7cvnl5zw', status: 'queued' });
	});

	it('without an id leaves the outcome unknown', async () => {
		const server = await startEndless('{"mess', 'breaks');
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters, credentials: evoLinkAt(server.url), settings: goOn });
		await server.close();
		expect(only(jsonsOf(run).flat()).failure).toMatchObject({ code: 'outcome_unknown', message: expect.stringMatching(/its answer broke off \(\w+\)/) });
	});
});
