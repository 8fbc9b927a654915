import { callTrigger, NoOp, runWorkflow } from './harness';
import { counter, patient, requeued } from './harness/tinyNodes';

describe('suspending', () => {
	const suspended = async () => {
		const run = await runWorkflow({
			nodes: [{ name: 'Patient', type: patient }, { name: 'First', type: new NoOp() }, { name: 'Second', type: new NoOp() }],
			connections: [{ from: 'Start', to: 'Patient' }, { from: 'Patient', to: 'First' }, { from: 'Patient', output: 1, to: 'Second' }],
			items: [{ json: { word: 'in' } }],
			executionId: '77',
		});
		expect(run.status).toBe('waiting');
		return run;
	};

	it('shows the resume URL, and what the node returned in the editor only', async () => {
		const run = await suspended();
		expect(run.resumeUrl).toMatch(/^https:\/\/n8n\.example\/webhook-waiting\/77\?signature=.+/);
		expect(run.data.executionData?.contextData['node:Patient']).toEqual({ url: run.resumeUrl });
		expect(run.outputs('Patient')).toEqual([]);
		expect(run.waitTill?.getTime()).toBeGreaterThan(Date.now());
	});

	it('by date: the input goes on by the first output', async () => {
		const resumed = await (await suspended()).resumeByDate();
		expect(resumed.status).toBe('success');
		expect(resumed.outputs('First')[0]?.[0]?.json).toEqual({ word: 'in' });
		expect(resumed.outputs('Second')).toEqual([]);
	});

	it('by call: what webhook() gave goes on by both', async () => {
		const run = await suspended();
		const { http, run: resumed } = await run.resumeByWebhook({ body: { say: 'hello' } });
		expect(http).toMatchObject({ status: 200, body: { thanks: true } });
		expect(resumed?.outputs('First')[0]?.[0]?.json).toEqual({ said: 'hello' });
		expect(resumed?.outputs('Second')[0]?.[0]?.json).toEqual({ second: true });
		expect((await run.resumeByWebhook({ body: {} })).http.status).toBe(409);
	});

	it('goes on waiting after a call that is declined, forged or of another method', async () => {
		const run = await suspended();
		const declined = await run.resumeByWebhook({ body: { say: 'no' } });
		expect(declined).toMatchObject({ http: { status: 200, body: { declined: true } }, run: undefined });
		expect((await run.resumeByWebhook({ query: { signature: 'x' } })).http.status).toBe(401);
		expect((await run.resumeByWebhook({ method: 'GET' })).http.status).toBe(404);
		expect((await run.resumeByWebhook({ body: 'no json' })).http.status).toBe(422);
		expect((await run.resumeByDate()).status).toBe('success');
	});

	it('lets one of several callers win', async () => {
		const run = await suspended();
		const calls = await Promise.all(['a', 'b'].map(async (say) => await run.resumeByWebhook({ body: { say } })));
		expect(calls.map(({ http }) => http.status).sort()).toEqual([200, 500]);
	});

	it('ends the execution when webhook() throws', async () => {
		const { http, run } = await (await suspended()).resumeByWebhook({ body: { say: 'throw' } });
		expect(http.status).toBe(500);
		expect(run?.status).toBe('error');
	});
});

describe('suspending again and again', () => {
	it('runs a node that has queued itself, by date and by call', async () => {
		const first = await runWorkflow({
			nodes: [{ name: 'Again', type: requeued }, { name: 'Second', type: new NoOp() }],
			connections: [{ from: 'Start', to: 'Again' }, { from: 'Again', output: 1, to: 'Second' }],
			items: [{ json: { word: 'in' } }],
		});
		const second = await first.resumeByDate();
		expect([first.status, second.status]).toEqual(['waiting', 'waiting']);
		const { run: third } = await second.resumeByWebhook({ body: {} });
		expect(third?.status).toBe('success');
		expect(third?.outputs('Second')[0]?.map(({ json }) => json)).toEqual([{ word: 'in', round: 3 }]);
	});
});

describe('triggers', () => {
	const call = { body: { id: 1 } };

	it('start a run, and lose what they wrote', async () => {
		const { http, run, staticData } = await callTrigger({ trigger: { name: 'T', type: counter }, nodes: [{ name: 'Next', type: new NoOp() }], call });
		expect(http).toMatchObject({ status: 200, body: { message: 'Workflow was started' } });
		expect(run?.outputs('Next')[0]?.[0]?.json).toEqual({ id: 1 });
		expect(staticData).toEqual({});
	});

	it('keep it when they answer themselves', async () => {
		const trigger = { name: 'T', type: counter, parameters: { text: 'direct' } };
		const first = await callTrigger({ trigger, call });
		expect(first.http).toMatchObject({ status: 202, body: { ok: true } });
		const second = await callTrigger({ trigger, call, staticData: first.staticData });
		expect(second.staticData).toEqual({ 'node:T': { calls: 2 } });
	});
});
