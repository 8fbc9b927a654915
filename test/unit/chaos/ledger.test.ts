import { providers } from '../../../nodes/SoraVideo/providers';
import type { LeftItem, SeenExecution } from '../../chaos/executions';
import { allFlows, type Flow } from '../../chaos/flows';
import { drawLedger, type Entry } from '../../chaos/ledger';
import type { Started } from '../../chaos/workload';
import { startSandbox, type Sandbox, type SandboxJob } from '../../sandbox';
import { clip } from '../../sandbox/cdn';
import { create, validBody } from '../../sandbox/testClient';

const flows = allFlows(providers.map(({ credentialType }) => ({ id: '1', name: credentialType, type: credentialType })));
const prompt = 'boat-1-1-1 A paper boat';
let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

function flowOf(name: string): Flow {
	const flow = flows.find((each) => each.name === name);
	if (!flow) throw new Error(`no flow ${name}`);
	return flow;
}

async function createdJob(text = prompt): Promise<SandboxJob> {
	await create(sandbox, 'evoLink', validBody('evoLink', text)).catch(() => undefined);
	const job = sandbox.jobs.at(-1);
	if (!job) throw new Error('no job');
	return job;
}

function left(job: SandboxJob, output: number, status: string, stage = 0): LeftItem {
	const binary = { data: { mimeType: 'video/mp4', data: '' } };
	return { stage, output, item: { json: { id: job.id, status, prompt }, binary } };
}

function seen(flow: Flow, items: LeftItem[], told = JSON.stringify(items)): SeenExecution {
	return { id: '1', status: 'success', flow, items, told };
}

async function draw(executions: SeenExecution[], { log = '', file, isAnswered = true, flow = flowOf('memory-evoLink') }: { log?: string; file?: Buffer; isAnswered?: boolean; flow?: Flow } = {}): Promise<Entry | undefined> {
	const call: Started = { order: { number: 1, flow, directives: [''] }, tokens: ['boat-1-1-1'], isAnswered };
	const { entries } = await drawLedger({ sandbox, executions, log, readFile: async () => await Promise.resolve(file ?? Buffer.alloc(0)) }, [call]);
	return entries[0];
}

describe('the ledger', () => {
	const memory = flowOf('memory-evoLink');

	it('calls a job right that left by its own output, with its very file', async () => {
		const job = await createdJob();
		expect(await draw([seen(memory, [left(job, 0, 'completed')])], { file: clip(job) })).toMatchObject({ end: 'right' });
	});

	it.each<[string, number, string, boolean]>([['another file', 0, 'completed', false], ['the wrong output', 1, 'completed', true], ['the wrong state', 0, 'processing', true]])(
		'doesn’t call it right with %s, but told by its id',
		async (_what, output, status, isWhole) => {
			const job = await createdJob();
			expect(await draw([seen(memory, [left(job, output, status)])], { file: isWhole ? clip(job) : Buffer.from('half') })).toMatchObject({ end: 'id in the execution' });
		},
	);

	it('calls a failed job right by Failed, whatever would have followed', async () => {
		const job = await createdJob(`${prompt} [sandbox fail=moderation]`);
		const flow = flowOf('steps-evoLink');
		expect(await draw([seen(flow, [left(job, 0, 'queued'), left(job, 1, 'failed', 1)])], { flow })).toMatchObject({ end: 'right' });
	});

	it('doesn’t call a job right whose flow broke off on its way', async () => {
		const job = await createdJob();
		const flow = flowOf('steps-evoLink');
		expect(await draw([seen(flow, [left(job, 0, 'queued'), left(job, 0, 'completed', 1)])], { flow })).toMatchObject({ end: 'id in the execution' });
	});

	it('looks for what isn’t right in the execution, then in the log: the id first, then the request', async () => {
		const job = await createdJob();
		const line = (text: string) => `info Sora Video ${text} (execution 1, node "x")`;
		const inError = seen(memory, [], `may have created a job for \\"${prompt}\\"`);
		const nothing = seen(memory, []);
		expect(await draw([inError], { log: line(`created EvoLink job ${job.id}`) })).toMatchObject({ end: 'request in the execution' });
		expect(await draw([nothing], { log: line(`created EvoLink job ${job.id}`) })).toMatchObject({ end: 'id in the log' });
		expect(await draw([nothing], { log: line(`sends a create to EvoLink: "${prompt}"`) })).toMatchObject({ end: 'request in the log' });
	});

	it('calls lost what is told nowhere, or only by what isn’t the node’s', async () => {
		const job = await createdJob();
		expect(await draw([seen(memory, [])], { log: `a line of n8n's own with ${job.id}` })).toMatchObject({ end: 'lost' });
		expect(await draw([seen(flowOf('memory-vtrix'), [left(job, 0, 'completed')])])).toMatchObject({ end: 'lost' });
	});

	it('counts both jobs of one request', async () => {
		const job = await createdJob();
		await createdJob();
		expect(await draw([seen(memory, [left(job, 0, 'completed')])], { file: clip(job) })).toMatchObject({ jobs: [{}, {}], end: 'request in the execution' });
	});

	it('counts nothing for a call that n8n didn’t answer and that left no trace', async () => {
		expect(await draw([seen(memory, [])], { isAnswered: false })).toBeUndefined();
		expect(await draw([seen(memory, [])])).toMatchObject({ end: 'none', why: 'n8n broke off before' });
	});
});
