import { installN8n, type N8nVersion } from './n8nInstall';
import { executionError, nodeOutputs, nodeRuns } from './n8nExecution';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];

const manualWorkflow = {
	name: 'Manual run',
	nodes: [
		{
			id: 'a',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: 'b',
			name: 'Fields',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [200, 0],
			parameters: {
				assignments: {
					assignments: [{ id: '1', name: 'greeting', value: 'hello', type: 'string' }],
				},
				options: {},
			},
		},
		{
			id: 'c',
			name: 'File',
			type: 'n8n-nodes-base.convertToFile',
			typeVersion: 1.1,
			position: [400, 0],
			parameters: { operation: 'toText', sourceProperty: 'greeting', options: {} },
		},
	],
	connections: {
		Start: { main: [[{ node: 'Fields', type: 'main', index: 0 }]] },
		Fields: { main: [[{ node: 'File', type: 'main', index: 0 }]] },
	},
};

const webhookWorkflow = {
	name: 'Webhook',
	nodes: [
		{
			id: 'a',
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			webhookId: 'e2e-smoke',
			parameters: { path: 'e2e-smoke', httpMethod: 'POST' },
		},
		{
			id: 'b',
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			position: [200, 0],
			webhookId: 'e2e-smoke-wait',
			parameters: { resume: 'timeInterval', amount: 1, unit: 'hours' },
		},
	],
	connections: { Webhook: { main: [[{ node: 'Wait', type: 'main', index: 0 }]] } },
};

describe.each(versions)('%s', (version) => {
	let server: N8nServer;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		server = await startN8n({ install, packageTarball });
	}, 1_200_000);

	afterAll(async () => await server.dispose());

	it('lists the package as a community package', async () => {
		expect(await server.rest.nodeTypeNames()).toContain('n8n-nodes-sora-video.soraVideo');
	});

	it('runs a workflow by hand and gives its items and files', async () => {
		const workflow = await server.rest.createWorkflow(manualWorkflow);
		const execution = await server.rest.waitForExecution(await server.rest.runWorkflow(workflow));
		expect(executionError(execution)).toBeUndefined();
		expect(execution.status).toBe('success');
		expect(nodeRuns(execution, 'Fields')).toHaveLength(1);
		expect(nodeOutputs(execution, 'Fields')[0]?.[0]?.json).toEqual({ greeting: 'hello' });
		const file = nodeOutputs(execution, 'File')[0]?.[0]?.binary?.data;
		if (file === undefined) throw new Error('No file');
		expect((await server.rest.download(file)).toString()).toBe('hello');
	});

	it('activates, receives a webhook, survives a crash, cancels and deactivates', async () => {
		const { rest } = server;
		const workflow = await rest.createWorkflow(webhookWorkflow);
		const call = async () => await fetch(`${server.url}/webhook/e2e-smoke`, { method: 'POST' });
		await rest.activate(workflow);
		expect((await call()).status).toBe(200);
		const started = await rest.waitForLatest(workflow, { statuses: ['waiting'] });
		await server.kill();
		await server.restart();
		expect((await rest.latestExecution(workflow))?.status).toBe('waiting');
		await rest.cancelExecution(started.id);
		expect((await rest.waitForExecution(started.id)).status).toBe('canceled');
		await rest.deactivate(workflow);
		expect((await call()).status).toBe(404);
	});
});
