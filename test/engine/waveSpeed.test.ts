import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, expectSentence, itemsOf, jsonsOf, messageOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyReply } from './tinyServer';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const provider = 'waveSpeed';
const seedance = 'bytedance/seedance-2.0/text-to-video-turbo';
const goOn = { onError: 'continueRegularOutput' } as const;

async function createAt(reply: TinyReply) {
	const server = await startTinyServer(({ method }) => (method === 'POST' ? reply : { body: { code: 200, message: 'success', data: [] } }));
	const credentials = { soraVideoWaveSpeedApi: { apiKey: 'sk-some-key', baseUrl: server.url } };
	const run = await runSoraVideo(sandbox, { provider, operation: 'create', parameters: { model: model(seedance), prompt: 'Sea' }, credentials, settings: goOn });
	await server.close();
	return { item: only(only(run.outputs)), creates: server.calls.filter(({ method }) => method === 'POST').length };
}

describe('an answer with HTTP 200 and another code', () => {
	it.each([
		[400, 'property "prompt" is missing', 'invalidInput'],
		[401, 'invalid authentication', 'invalidInput'],
		[402, 'Insufficient credits. Please top up.', 'quota'],
		[400, 'The content contains sensitive information.', 'moderation'],
	])('%i, "%s", is a refusal', async (code, message, category) => {
		const { item, creates } = await createAt({ body: { code, message, data: null } });
		expect(item.json).toMatchObject({ id: null, failure: { category } });
		expect(messageOf(item)).toContain(`refused to create the video (HTTP ${code}, `);
		expect(creates).toBe(1);
	});

	it.each([500, 1402, 5004])('%i leaves the outcome unknown', async (code) => {
		const { item, creates } = await createAt({ body: { code, message: 'No' } });
		expect(item.json).toMatchObject({ id: null, failure: { code: 'outcome_unknown' } });
		expectSentence(messageOf(item), 'may have created and charged a job');
		expect(creates).toBe(1);
	});

	it('and a job is that job', async () => {
		const { item } = await createAt({ body: { code: 400, message: 'late', data: { id: 'a1b2c3', status: 'created' } } });
		expect(item.json).toMatchObject({ id: 'a1b2c3', status: 'queued', failure: null });
	});
});

it('jobs that end without a video leave by Failed, with what their code means', async () => {
	const endings = [
		['moderation', { code: '1200', category: 'moderation' }],
		['media', { code: '1402', category: 'invalidInput' }],
		['cancelled', { code: '1405', category: 'cancelled' }],
		['timeout', { code: '5004', category: 'provider', retryable: true }],
	] as const;
	const items = itemsOf(endings.map(([fail]) => ({ prompt: `Sea [sandbox fail=${fail}]` })));
	const created = await runSoraVideo(sandbox, { provider, operation: 'create', parameters: { model: model(seedance), prompt: '={{ $json.prompt }}' }, items });
	const ids = only(jsonsOf(created)).map(({ id }) => String(id));
	sandbox.clock.advance(60_000);
	const run = await runSoraVideo(sandbox, { provider, operation: 'waitForCompletion', parameters: { jobId: '={{ $json.id }}' }, items: itemsOf(ids.map((id) => ({ id }))) });
	const byId = new Map(jsonsOf(run)[1]?.map((json) => [json.id, json.failure]));
	for (const [index, [, failure]] of endings.entries()) expect(byId.get(ids[index] ?? '')).toMatchObject(failure);
});

it('what the list states is checked before anything is sent', async () => {
	const parameters = { model: model(seedance), prompt: 'Sea', duration: '={{ $json.seconds }}' };
	const run = await runSoraVideo(sandbox, { provider, operation: 'create', parameters, items: itemsOf([{ seconds: 3 }]) });
	expectSentence(run.error?.message, seedance, '4 to 15', '3');
	expect(createsOf(sandbox)).toEqual([]);
});
