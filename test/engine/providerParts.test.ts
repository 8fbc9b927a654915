import { CredentialTestContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { findProvider } from '../../nodes/SoraVideo/providers';
import type { Provider } from '../../nodes/SoraVideo/providers/Provider';
import { testKey } from '../../nodes/SoraVideo/transport/testKey';
import { startSandbox, type Sandbox } from '../sandbox';
import type { NodeRun } from './harness';
import { jsonsOf, messageOf, model, only, runSoraVideo } from './setup';
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
