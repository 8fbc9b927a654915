import { createServer, type ServerResponse } from 'node:http';

import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { patience } from '../../nodes/SoraVideo/callbacks/patience';
import { forgetAll, workflowStateOf } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { create, statusOf } from '../sandbox/testClient';
import { callTrigger, NoOp } from './harness';
import { credentialTypes, sandboxCredentials } from './setup';

// What n8n stores of the trigger's endings, and what becomes of a call where n8n or the provider is slow or odd.

const usual = { ...patience };

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(() => {
	sandbox.reset();
	forgetAll();
	Object.assign(patience, usual);
});
afterAll(async () => await sandbox.stop());

interface Circumstances {
	staticData?: IDataObject;
	baseUrl?: string;
	write?: (staticData: IDataObject) => Promise<void>;
	/** The node behind the trigger. */
	next?: INodeType;
}

interface Received {
	status: number;
	hasRun: boolean;
	staticData: IDataObject;
}

async function receive(body: object, { baseUrl, next = new NoOp(), ...rest }: Circumstances = {}): Promise<Received> {
	const credentials = sandboxCredentials(sandbox);
	if (baseUrl !== undefined) credentials.soraVideoEvoLinkApi.baseUrl = baseUrl;
	const { http, run, staticData } = await callTrigger({
		trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'evoLink' } },
		nodes: [{ name: 'Next', type: next }],
		connections: [{ from: 'Trigger', to: 'Next' }],
		credentials,
		credentialTypes,
		call: { body },
		...rest,
	});
	return { status: http.status, hasRun: run !== undefined, staticData };
}

/** The callbacks of so many jobs that have ended. */
async function callbacks(count: number, prompt = 'Sea'): Promise<object[]> {
	const all = [];
	for (let index = 0; index < count; index += 1) {
		const { body } = await create(sandbox, 'evoLink', { model: 'sora-2-preview', prompt });
		all.push(prompt === 'Sea' ? (await statusOf(sandbox, 'evoLink', body.id)).body : { id: body.id, status: 'completed' });
	}
	return all;
}

/** Which of these would have a second run after a restart of n8n, which leaves only this row of its database. */
async function runsAfterRestart(bodies: readonly object[], row: IDataObject): Promise<number> {
	forgetAll();
	const again = await Promise.all(bodies.map(async (body) => await receive(body, { staticData: row })));
	return again.filter(({ hasRun }) => hasRun).length;
}

/** Counts in the workflow's static data, as a Code node may. */
class Counter extends NoOp {
	override async execute(this: IExecuteFunctions) {
		this.getWorkflowStaticData('global').count = 1;
		return await Promise.resolve([this.getInputData()]);
	}
}

it('a run that stores static data of its own puts back no older list', async () => {
	const bodies = await callbacks(4);
	const write = async () => await sleep(50);
	const all = await Promise.all(bodies.map(async (body, index) => await receive(body, { write, ...(index === 3 && { next: new Counter() }) })));
	expect(all.map(({ hasRun }) => hasRun)).toEqual(Array(4).fill(true));
	const row = all[3]?.staticData ?? {};
	expect(row).toMatchObject({ global: { count: 1 } });
	expect(await runsAfterRestart(bodies, row)).toBe(0);
});

it('where n8n takes longer to store than a caller waits, the newest list is still written last', async () => {
	Object.assign(patience, { stored: 100, nextStore: 30_000 });
	const bodies = await callbacks(3);
	let row: IDataObject = {};
	let writes = 0;
	let ended = 0;
	const write = async (staticData: IDataObject) => {
		writes += 1;
		await sleep(writes === 1 ? 500 : 10);
		row = staticData;
		ended += 1;
	};
	const first = receive(bodies[0] ?? {}, { write });
	while (writes === 0) await sleep(5);
	await Promise.all([first, ...bodies.slice(1).map(async (body) => await receive(body, { write }))]);
	while (ended < 2) await sleep(5);
	expect(writes).toBe(2);
	expect(await runsAfterRestart(bodies, row)).toBe(0);
});

it('static data that is no object costs the list, and no call', async () => {
	const bodies = await callbacks(3);
	for (const body of bodies) expect(await receive(body, { staticData: { global: 'x' } })).toMatchObject({ status: 200, hasRun: true });
	for (const body of bodies) expect(await receive(body)).toMatchObject({ status: 200, hasRun: false });
});

it('a workflow that a hundred others pushed out of the memory meanwhile starts no second run', async () => {
	const [body = {}] = await callbacks(1, '[sandbox status=hang:2 hang=0.5]');
	const first = receive(body);
	await sleep(200);
	for (let index = 0; index < 101; index += 1) workflowStateOf(`another-${index}`);
	const both = await Promise.all([first, receive(body)]);
	expect(both.filter(({ hasRun }) => hasRun)).toHaveLength(1);
});

describe('a provider that is slow, on an n8n that is not busy, is asked once: 503', () => {
	it.each<[string, (response: ServerResponse) => void]>([
		['it begins to answer, and falls silent', (response) => void sleep(150).then(() => response.writeHead(200, { 'content-type': 'application/json' }).write('{'))],
		['its answer trickles in for ever', (response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			const timer = setInterval(() => response.write(' '), 50);
			response.on('close', () => clearInterval(timer));
		}],
	])('%s', async (_name, answer) => {
		Object.assign(patience, { ask: 200, late: 100 });
		let asked = 0;
		const server = createServer((_request, response) => {
			asked += 1;
			answer(response);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
		const [body = {}] = await callbacks(1);
		expect(await receive(body, { baseUrl: `http://127.0.0.1:${port}` })).toMatchObject({ status: 503, hasRun: false });
		expect(asked).toBe(1);
		server.closeAllConnections();
		server.close();
	});
});
