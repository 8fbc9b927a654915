import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { engineFolder, NoOp, readBinary, runAsTool, runNode, runWorkflow } from './harness';
import { forgetStrayKeys, strayKeys } from './harness/keyWatch';
import { caller, echo, picky, sleeper, streamed, tinyApi, tinyNode } from './harness/tinyNodes';

const items = [{ json: { word: 'one' } }, { json: { word: 'two', bad: true } }];

describe('running', () => {
	it('evaluates expressions per item', async () => {
		const { status, outputs } = await runNode(echo, { items, parameters: { text: '={{ $json.word.toUpperCase() }}' } });
		expect(status).toBe('success');
		expect(outputs[0]?.map(({ json }) => json.said)).toEqual(['ONE', 'TWO']);
		expect(outputs[0]?.[1]?.pairedItem).toEqual({ item: 1 });
	});

	it('stops with the error a node throws', async () => {
		const { status, error, outputs } = await runNode(picky, { items });
		expect(status).toBe('error');
		expect(error?.message).toBe('Bad item');
		expect(outputs).toEqual([]);
	});

	it.each([{ continueOnFail: true }, { onError: 'continueRegularOutput' as const }])('goes on with %j', async (settings) => {
		const { status, outputs } = await runNode(picky, { items, ...settings });
		expect(status).toBe('success');
		expect(outputs[0]?.map(({ json }) => json)).toEqual([{ word: 'one' }, { error: 'Bad item' }]);
	});

	it('moves failed items to the error output', async () => {
		const { status, outputs } = await runNode(picky, { items, onError: 'continueErrorOutput' });
		expect(status).toBe('success');
		expect(outputs.map((output) => output.map(({ json }) => json))).toEqual([[{ word: 'one' }], [{ error: 'Bad item' }]]);
	});

	it('gives every output its own way', async () => {
		const twice = tinyNode(async () => [[{ json: { a: 1 } }], [{ json: { b: 1 } }]], { outputs: ['main', 'main'] });
		const run = await runWorkflow({
			nodes: [{ name: 'Twice', type: twice }, { name: 'A', type: new NoOp() }, { name: 'B', type: new NoOp() }],
			connections: [{ from: 'Start', to: 'Twice' }, { from: 'Twice', to: 'A' }, { from: 'Twice', output: 1, to: 'B' }],
		});
		expect([run.outputs('A')[0]?.[0]?.json, run.outputs('B')[0]?.[0]?.json]).toEqual([{ a: 1 }, { b: 1 }]);
	});

	it('runs a node again under Retry On Fail: a throw, and an item with json.error', async () => {
		const tries = { thrown: 0, item: 0 };
		const thrower = tinyNode(async function () {
			this.getContext('node').tries = Number(this.getContext('node').tries ?? 0) + 1;
			if (++tries.thrown < 3) throw new Error('again');
			return [[{ json: { tries: this.getContext('node').tries } as never }]];
		});
		const thrown = await runNode(thrower, { retryOnFail: true, maxTries: 3 });
		expect(thrown.outputs[0]?.[0]?.json).toEqual({ tries: 3 });
		await runNode(tinyNode(async () => [[{ json: { error: ++tries.item } }]]), { retryOnFail: true, maxTries: 4 });
		expect(tries).toEqual({ thrown: 3, item: 4 });
	});

	it('keeps static data and execution hints', async () => {
		const node = tinyNode(async function () {
			this.getWorkflowStaticData('global').seen = true;
			this.addExecutionHints({ message: 'Look here' });
			return [[]];
		});
		const { run, hints } = await runNode(node, { staticData: { old: 1 } });
		expect(run.staticData).toEqual({ old: 1, global: { seen: true } });
		expect(hints).toEqual([{ message: 'Look here' }]);
	});
});

describe('outside of the workflow', () => {
	let server: Server;
	let baseUrl = '';
	beforeAll(async () => {
		server = createServer((request, response) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ path: request.url, authorization: request.headers.authorization }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(() => server.close());

	it('sends requests with the credential', async () => {
		const { outputs } = await runNode(caller, { credentials: { tinyApi: { apiKey: 'secret', baseUrl } }, credentialTypes: [tinyApi] });
		expect(outputs[0]?.[0]?.json.answer).toEqual({ path: '/v1/hello', authorization: 'Bearer secret' });
	});

	it('notices a key that goes to a host other than its own, wherever it stands', async () => {
		const apiKey = 'sk-"stray"/key+1234';
		const ways = [
			{ url: `${baseUrl}/?key=${encodeURIComponent(apiKey)}` },
			{ url: baseUrl, headers: { 'x-any': apiKey } },
			{ url: baseUrl, headers: { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` } },
			{ url: baseUrl, method: 'POST' as const, body: { deep: [apiKey] } },
			{ url: baseUrl },
		];
		const node = tinyNode(async function () {
			for (const way of ways) await this.helpers.httpRequest(way);
			return [[]];
		});
		await runNode(node, { credentials: { tinyApi: { apiKey, baseUrl: 'https://own.example' } }, credentialTypes: [tinyApi] });
		const { host } = new URL(baseUrl);
		expect(strayKeys()).toEqual([...Array<string>(3).fill(`GET ${host}`), `POST ${host}`]);
		forgetStrayKeys();
		await runNode(caller, { credentials: { tinyApi: { apiKey: 'sk-own-key-1234', baseUrl } }, credentialTypes: [tinyApi] });
		expect(strayKeys()).toEqual([]);
	});

	it('applies the defaults of credential fields', async () => {
		const node = tinyNode(async function () {
			return [[{ json: (await this.getCredentials('tinyApi')) as never }]];
		}, caller.description);
		const { outputs } = await runNode(node, { credentials: { tinyApi: { apiKey: 'k' } }, credentialTypes: [tinyApi] });
		expect(outputs[0]?.[0]?.json).toEqual({ apiKey: 'k', baseUrl: 'https://default.example' });
	});

	it('streams binary data to disk', async () => {
		const { outputs } = await runNode(streamed);
		const item = outputs[0]?.[0];
		expect(item?.binary?.data).toMatchObject({ data: 'filesystem-v2', bytes: 15, mimeType: 'video/mp4' });
		expect((await readBinary(item)).toString()).toBe('moving pictures');
		expect(engineFolder).toContain('n8n-engine-');
	});
});

describe('cancelling', () => {
	it('ends a node that heeds the signal', async () => {
		expect((await runNode(sleeper, { cancelAfterMs: 50 })).status).toBe('canceled');
	});

	it('ends at the timeout', async () => {
		expect((await runNode(sleeper, { timeoutMs: 50 })).status).toBe('canceled');
	});
});

describe('tools', () => {
	const parameters = { text: "={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('text', 'What to say', 'string') }}" };

	it.each([
		{ via: 'request' as const, answer: [{ said: 'hi' }] },
		{ via: 'invoke' as const, answer: [{ said: 'hi' }] },
	])('answer the agent ($via)', async ({ via, answer }) => {
		const ran = await runAsTool(echo, { text: 'hi' }, { via, parameters });
		expect(ran.error).toBeUndefined();
		expect(ran.tool).toEqual({ name: 'Tool', description: 'Does one thing', parameters: ['text'] });
		expect(JSON.parse(ran.answer ?? '')).toEqual(answer);
	});
});
