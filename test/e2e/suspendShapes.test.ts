import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { executionError, nodeOutputs, type N8nExecution } from './n8nExecution';
import { installN8n, type N8nVersion } from './n8nInstall';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { chain, manualStart, videoStep, withCredential, type Step } from './workflowBuilder';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];
/** Two rounds of a loop, each woken by a date a minute ahead that n8n may meet a minute late. */
const limitMs = 290_000;
const prompts = ['One', 'Two'];

describe.each(versions)('a suspended Sora Video in %s', (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let video: Step;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 5 });
		server = await startN8n({ install, packageTarball });
		const type = 'soraVideoVtrixApi';
		const credential = await server.rest.createCredential(type, type, sandboxCredentials(sandbox)[type]);
		video = withCredential(videoStep('vtrix', { waitUsing: 'suspend' }), credential);
	}, 1_200_000);

	afterAll(async () => {
		await server.dispose();
		await sandbox.stop();
	});

	async function run(workflow: ReturnType<typeof chain>): Promise<N8nExecution> {
		const id = await server.rest.createWorkflow(workflow);
		return await server.rest.waitForExecution(await server.rest.runWorkflow(id), { timeoutMs: limitMs });
	}

	async function inALoop(): Promise<void> {
		const loop: Step = { name: 'Loop', type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { options: {} } };
		const done: Step = { name: 'Done', type: 'n8n-nodes-base.noOp', parameters: {} };
		const workflow = chain('loop', [...manualStart(prompts), loop, done, video]);
		const to = (node: string) => [{ node, type: 'main', index: 0 }];
		const execution = await run({
			...workflow,
			connections: { ...workflow.connections, Loop: { main: [to('Done'), to('Sora Video')] }, Done: { main: [] }, 'Sora Video': { main: [to('Loop')] } },
		});
		expect(executionError(execution)).toBeUndefined();
		expect(nodeOutputs(execution, 'Done')[0]?.map(({ json }) => json.status)).toEqual(['completed', 'completed']);
	}

	async function inASubWorkflow(): Promise<void> {
		const trigger: Step = { name: 'Called', type: 'n8n-nodes-base.executeWorkflowTrigger', typeVersion: 1.1, parameters: { inputSource: 'passthrough' } };
		const child = await server.rest.createWorkflow(chain('child', [trigger, video]));
		if (version === 'n8n-2') await server.rest.activate(child);
		const call: Step = {
			name: 'Call',
			type: 'n8n-nodes-base.executeWorkflow',
			typeVersion: 1.2,
			parameters: { workflowId: { __rl: true, mode: 'id', value: child }, mode: 'once', options: { waitForSubWorkflow: true } },
		};
		const after: Step = { name: 'After', type: 'n8n-nodes-base.noOp', parameters: {} };
		const execution = await run(chain('parent', [...manualStart(prompts), call, after]));
		expect(executionError(execution)).toBeUndefined();
		const items = nodeOutputs(execution, 'After')[0]?.map(({ json }) => json) ?? [];
		expect(items.map(({ status }) => status)).toEqual(['completed', 'completed']);
		// The child's execution is another one, and its log lines name its own.
		const log = await server.logs();
		expect(items.filter(({ id }) => log.includes(`Sora Video created Vtrix job ${String(id)} (execution `))).toHaveLength(2);
	}

	it('works in Loop Over Items and in a sub-workflow that its parent waits for', async () => {
		await Promise.all([inALoop(), inASubWorkflow()]);
		// Two rounds and two items: each made once.
		expect(sandbox.jobs.map(({ prompt }) => prompt).sort()).toEqual(['One', 'One', 'Two', 'Two']);
	}, 300_000);
});
