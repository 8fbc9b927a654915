import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, expectSentence, itemsOf, jsonsOf, messageOf, model, only, runSoraVideo } from './setup';

// What is Kie's own: four kinds of paths behind one list of models, and errors inside HTTP 200.

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const provider = 'kie';
const goOn = { onError: 'continueRegularOutput' } as const;
const run = async (operation: string, parameters: object, settings = {}) =>
	await runSoraVideo(sandbox, { provider, operation, parameters: { prompt: 'Sea', ...parameters }, settings });

const kinds: Array<[string, string, object]> = [
	['veo3_fast', 'veo:', {}],
	['runway', 'runway:', { duration: 5, resolution: '720p' }],
	['aleph', 'aleph:', { options: { references: { reference: [{ kind: 'video', source: 'url', url: 'https://example.com/a.mp4' }] } } }],
	['kling-3.0/video', '', {}],
];

it.each(kinds)('%s is made, waited for and downloaded, by its own paths', async (id, prefix, parameters) => {
	const made = await run('createAndWait', { model: model(id), ...parameters, downloadVideo: true });
	const item = only(made.outputs[0]);
	const jobId = `${prefix}${only(sandbox.jobs).id}`;
	expect(item.json).toMatchObject({ id: jobId, model: id, status: 'completed', videoUrl: expect.stringMatching(/\.mp4$/), prompt: 'Sea' });
	expect(Object.keys(item.binary ?? {})).toEqual(['data']);
	// The id alone is enough, in another workflow.
	const asked = only(jsonsOf(await run('getStatus', { jobId })).flat());
	expect(asked).toMatchObject({ id: jobId, status: 'completed', videoUrl: item.json.videoUrl });
	expect(createsOf(sandbox)).toHaveLength(1);
	expect(sandbox.leaks).toEqual([]);
});

it.each(kinds)('%s that fails says why', async (id, prefix, parameters) => {
	await run('create', { model: model(id), ...parameters, prompt: '[sandbox fail=moderation]' });
	const jobId = `${prefix}${only(sandbox.jobs).id}`;
	sandbox.clock.advance(1000);
	const item = only((await run('getStatus', { jobId })).outputs.flat());
	expect(item.json).toMatchObject({ id: jobId, status: 'failed', failure: { category: 'moderation' } });
	expectSentence(messageOf(item), `Kie job ${jobId}`, 'content policies');
});

describe.each([false, true])('its codes, as HTTP statuses too: %j', (areStatuses) => {
	beforeEach(() => {
		sandbox.settings.kieHttpErrors = areStatuses;
	});

	it('of a field is a refusal', async () => {
		const options = { additionalBody: { lens: '35mm' } };
		const item = only(only((await run('create', { model: model('bytedance/seedance-2'), options }, goOn)).outputs));
		expect(item.json).toMatchObject({ id: null, failure: { code: '422', category: 'invalidInput' } });
		expectSentence(messageOf(item), 'Kie refused to create the video (HTTP 422', 'lens is not a parameter');
	});

	it('500 proves nothing, though its words may tell of a field: they are told, and nothing is sent again', async () => {
		sandbox.settings.kieFieldCode = 500;
		const parameters = { model: model('bytedance/seedance-2'), options: { additionalBody: { lens: '35mm' } } };
		const stopped = await run('create', parameters);
		expectSentence(stopped.error?.message, 'may have created and charged a job', 'HTTP 500 and said "lens is not a parameter of this model"');
		await run('create', parameters, { retryOnFail: true, maxTries: 3 });
		expect(createsOf(sandbox)).toHaveLength(2);
	});

	it('505 is a refusal: the model is switched off', async () => {
		sandbox.settings.withdrawnModels = ['veo3_fast'];
		const stopped = await run('create', { model: model('veo3_fast') }, { retryOnFail: true, maxTries: 2 });
		expectSentence(stopped.error?.message, 'Kie refused to create the video', 'Feature Disabled');
		expect(createsOf(sandbox)).toHaveLength(2);
		expect(sandbox.jobs).toEqual([]);
	});

	it('a record that is not there yet is waited for, and one of an unknown id is told', async () => {
		sandbox.settings.kieRecordDelay = 2;
		const made = await run('createAndWait', { model: model('veo3_fast') });
		expect(only(made.outputs[0]).json).toMatchObject({ status: 'completed' });
		for (const jobId of ['veo:none', 'none']) {
			expectSentence(messageOf(only(only((await run('getStatus', { jobId }, goOn)).outputs))), `Kie finds no job ${jobId}`, 'recordInfo is null');
		}
	});
});

it('a video of another workflow is not mixed up with that of the same id elsewhere', async () => {
	await run('create', { model: model('veo3_fast') });
	const { id } = only(sandbox.jobs);
	sandbox.clock.advance(1000);
	const items = itemsOf([{ id: `veo:${id}` }, { id }]);
	const asked = await runSoraVideo(sandbox, { provider, operation: 'getStatus', parameters: { jobId: '={{ $json.id }}' }, items, settings: goOn });
	expect(jsonsOf(asked)[0]).toMatchObject([{ status: 'completed' }, { failure: { code: expect.any(String) } }]);
});
