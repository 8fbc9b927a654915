import { CredentialTestContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { findProvider } from '../../nodes/SoraVideo/providers';
import type { Provider } from '../../nodes/SoraVideo/providers/Provider';
import { testKey } from '../../nodes/SoraVideo/transport/testKey';
import { startSandbox, type Sandbox } from '../sandbox';
import type { NodeRun } from './harness';
import { expectSentence, jsonsOf, messageOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyCall, type TinyReply, type TinyServer } from './tinyServer';

// What a provider can say of itself beyond what all do, at one that is given each part for a test.

const name = 'vtrix';
const key = 'sk-secret-0123456789abcdef';

function provider(): Provider {
	const found = findProvider(name);
	if (!found) throw new Error(`No ${name}`);
	return found;
}

const plain = { ...provider() };

let sandbox: Sandbox;
let server: TinyServer;
let reply: (call: TinyCall) => TinyReply;
beforeAll(async () => {
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

async function run(operation: string, parameters: IDataObject = {}, settings = {}): Promise<NodeRun> {
	return await runSoraVideo(sandbox, {
		provider: name,
		operation,
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
