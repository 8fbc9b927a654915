import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { providers } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { createCredentials } from './createCredentials';
import { chooseCredentials, SORA_VIDEO, type Example } from './exampleWorkflows';
import { executionError, nodeOutputs, type N8nExecution } from './n8nExecution';
import { installN8n, type N8nVersion } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { sandboxCredentials } from '../sandbox/credentials';
import { textModels } from './workflowBuilder';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];

/** Start → one Sora Video node. */
function oneNode(name: string, parameters: IDataObject, settings: IDataObject = {}): Example {
	return {
		file: '',
		name,
		nodes: [
			{ ...place('Start', 'n8n-nodes-base.manualTrigger', 0), parameters: {} },
			{ ...place('Sora Video', SORA_VIDEO, 200), ...settings, parameters },
		],
		connections: { Start: { main: [[{ node: 'Sora Video', type: 'main', index: 0 }]] } },
	};
}

function place(name: string, type: string, x: number) {
	return { id: name, name, type, typeVersion: 1, position: [x, 0] };
}

describe.each(versions)('Sora Video in %s', (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let credentials: CredentialRef[];

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball });
		credentials = await createCredentials(server.rest, sandbox);
	}, 1_200_000);

	afterAll(async () => {
		await server.dispose();
		await sandbox.stop();
	});

	async function run(example: Example, timeoutMs = 120_000): Promise<N8nExecution> {
		chooseCredentials(example, credentials);
		const workflow = await server.rest.createWorkflow(example);
		return await server.rest.waitForExecution(await server.rest.runWorkflow(workflow), { timeoutMs });
	}

	async function expectMp4(item: INodeExecutionData | undefined): Promise<void> {
		const binary = item?.binary?.data;
		if (!binary) throw new Error('No video in the item');
		expect(binary.mimeType).toBe('video/mp4');
		const bytes = await server.rest.download(binary);
		expect(bytes.subarray(4, 8).toString()).toBe('ftyp');
		expect(bytes.length).toBe(Number(binary.bytes ?? bytes.length));
	}

	it.each(providers.map(({ id }) => id))('%s: makes, waits for and downloads a video', async (provider) => {
		const execution = await run(
			oneNode(provider, {
				provider,
				operation: 'createAndWait',
				model: { __rl: true, mode: 'id', value: textModels.get(provider) },
				prompt: 'A paper boat in the rain',
				downloadVideo: true,
			}),
		);
		expect(executionError(execution)).toBeUndefined();
		const [completed = [], failed, timedOut] = nodeOutputs(execution, 'Sora Video');
		expect(completed).toHaveLength(1);
		expect([failed ?? [], timedOut ?? []]).toEqual([[], []]);
		expect(completed[0]?.json).toMatchObject({ provider, status: 'completed', failure: null });
		expect(completed[0]?.pairedItem).toEqual({ item: 0 });
		await expectMp4(completed[0]);
	});

	it('openAi: sends a picture as a file of a multipart request', async () => {
		const picture = { url: sandbox.imageUrl('1280x720'), options: { response: { response: { responseFormat: 'file' } } } };
		const example = oneNode('picture', {
			provider: 'openAi',
			operation: 'create',
			model: { __rl: true, mode: 'id', value: 'sora-2' },
			prompt: 'A paper boat with a picture',
			aspectRatio: '16:9',
			imageSource: 'binary',
			imageBinaryProperty: 'data',
		});
		example.nodes.push(Object.assign(place('Picture', 'n8n-nodes-base.httpRequest', 100), { typeVersion: 4.2, parameters: picture }));
		const link = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
		const execution = await run({ ...example, connections: { Start: link('Picture'), Picture: link('Sora Video') } });
		expect(executionError(execution)).toBeUndefined();
		const sent = sandbox.requests.filter(({ method, provider }) => method === 'POST' && provider === 'openAi').at(-1);
		expect(sent?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
		// The sandbox has read the picture, or the job would fail for its size.
		const job = sandbox.jobs.find(({ prompt }) => prompt === 'A paper boat with a picture');
		expect(job).toMatchObject({ size: '1280x720', failure: null });
		expect(nodeOutputs(execution, 'Sora Video')[0]?.[0]?.json).toMatchObject({ id: job?.id, failure: null });
		expect(sandbox.leaks).toEqual([]);
	});

	it.each(providers.map(({ credentialType, displayName }) => [credentialType, displayName] as const))('tests the credential %s', async (type, displayName) => {
		const credential = credentials.find((each) => each.type === type);
		const data = Object.entries(sandboxCredentials(sandbox)).find(([name]) => name === type)?.[1];
		if (!credential || !data) throw new Error('No credential');
		const test = async (change: IDataObject) => await server.rest.testCredential(credential, { ...data, ...change });
		expect(await test({})).toEqual({ status: 'OK', message: expect.stringContaining(displayName) });
		const wrong = await test({ apiKey: 'wrong' });
		expect(wrong).toEqual({ status: 'Error', message: expect.stringContaining('refuses this key') });
		// Not every provider tells of a key at its Base URL.
		const baseUrls = Object.keys(data).filter((name) => /baseUrl$/i.test(name));
		const away = await test(Object.fromEntries(baseUrls.map((name) => [name, 'http://127.0.0.1:9'])));
		expect(away).toEqual({ status: 'Error', message: expect.stringContaining("can't be reached") });
		expect(sandbox.jobs.some(({ prompt }) => prompt === '')).toBe(false);
	});

	it('stops with one clear sentence that names every problem', async () => {
		const example = oneNode('refused', {
			provider: 'aimlApi',
			operation: 'createAndWait',
			model: { __rl: true, mode: 'id', value: 'openai/sora-2-t2v' },
			prompt: 'A cat',
			duration: 5,
			resolution: '1080p',
		});
		const execution = await run(example);
		expect(execution.status).toBe('error');
		expect(executionError(execution)).toBe(
			'Nothing was sent to AI/ML API, because openai/sora-2-t2v makes videos in 720p, not 1080p: change Resolution; and openai/sora-2-t2v makes videos of 4, 8 or 12 seconds, not 5: change Duration.',
		);
	});
});
