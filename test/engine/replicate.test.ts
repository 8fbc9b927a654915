import type { IDataObject } from 'n8n-workflow';

import { patienceWithoutVideo } from '../../nodes/SoraVideo/transport/askForVideo';
import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, expectSentence, inputsOf, itemsOf, jsonsOf, messageOf, model, only, runSoraVideo } from './setup';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
	// As often as for users, and not as long.
	Object.assign(patienceWithoutVideo, { pauses: patienceWithoutVideo.pauses.map(() => 20) });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const provider = 'replicate';

async function run(operation: string, parameters: IDataObject, items: IDataObject[] = [{}]) {
	return await runSoraVideo(sandbox, { provider, operation, parameters, items: itemsOf(items), settings: { onError: 'continueRegularOutput' } });
}

async function create(id: string, parameters: IDataObject = {}) {
	return await run('create', { model: model(id), prompt: 'Sea', ...parameters });
}

describe('models that Replicate does not run itself', () => {
	it.each([
		['by their name, with the version that their page names', (newest: string) => ['lightricks/ltx-video', newest]],
		['by a version', (newest: string) => [`lightricks/ltx-video:${newest}`, newest]],
		['by a version alone', (newest: string) => [newest, newest]],
	])('are asked for %s', async (_how, named) => {
		const { replicateModels } = await import('../sandbox/replicateModels');
		const [id = '', version] = named(replicateModels['lightricks/ltx-video']?.version.id ?? '');
		expect(only(only((await create(id)).outputs)).json).toMatchObject({ model: 'lightricks/ltx-video', failure: null });
		expect(only(createsOf(sandbox))).toMatchObject({ path: '/v1/predictions', body: { version, input: { prompt: 'Sea' } } });
	});

	it('are checked by the schema of their version', async () => {
		const { outputs } = await create('lightricks/ltx-video', { aspectRatio: '5:1' });
		expectSentence(messageOf(only(only(outputs))), 'lightricks/ltx-video', '5:1');
		expect(createsOf(sandbox)).toEqual([]);
	});

	it('in a version that there is not are gone', async () => {
		const { outputs } = await create(`lightricks/ltx-video:${'0'.repeat(64)}`);
		expectSentence(messageOf(only(only(outputs))), "Replicate doesn't have the model lightricks/ltx-video:0", 'choose another one in Model');
	});
});

it('a field that the model takes no such value for is refused with the words for each', async () => {
	const { outputs } = await create('google/veo-3.1', { options: { additionalBody: '{"resolution": "4k", "size": "1280x720"}' } });
	expectSentence(messageOf(only(only(outputs))), 'input: Additional property size is not allowed', 'input.resolution: resolution must be one of');
});

describe('an hour after its ending', () => {
	it.each(['getStatus', 'download', 'waitForCompletion'])('%s says that the video has expired, and never that there was none', async (operation) => {
		await create('google/veo-3.1');
		const { id } = only(sandbox.jobs);
		sandbox.clock.advance(60_000);
		expect((await run('getStatus', { jobId: id })).outputs[0]?.[0]?.json).toMatchObject({ status: 'completed', expiresAt: expect.any(String) });
		sandbox.clock.advance(3_600_001);
		const { outputs } = await run(operation, { jobId: id, binaryPropertyName: 'data' });
		const item = only(outputs.flat());
		expect(item.json).toMatchObject({ id, status: 'failed', failure: { code: 'result_gone' } });
		expectSentence(messageOf(item), `Replicate job ${id} succeeded, and so was paid for`, 'expired');
	});
});

describe('cancelling', () => {
	const statusOf = ({ outputs }: Awaited<ReturnType<typeof run>>) => only(outputs.flat()).json;

	it('stops what runs, and says of what has ended that it has', async () => {
		await create('google/veo-3.1', { prompt: '[sandbox slow]' });
		await create('google/veo-3.1');
		const [slow, done] = sandbox.jobs;
		sandbox.clock.advance(1_000);
		expect(statusOf(await run('cancel', { jobId: slow?.id }))).toMatchObject({ id: slow?.id, status: 'cancelled', rawStatus: 'canceled' });
		const ended = statusOf(await run('cancel', { jobId: done?.id }));
		expect(ended).toMatchObject({ id: done?.id, failure: { code: 'already_ended' } });
		expect(done?.status).toBe('completed');
		expectSentence(messageOf(only((await run('cancel', { jobId: 'nobody' })).outputs.flat())), 'Replicate finds no job nobody to cancel');
	});

	it('on a timeout, where the user wants it', async () => {
		const parameters = { model: model('google/veo-3.1'), prompt: '={{ $json.prompt }}', timeout: 1 };
		const kept = await run('createAndWait', parameters, [{ prompt: '[sandbox slow]' }]);
		expect(inputsOf(kept)).toEqual([[], [], [0]]);
		const stopped = await run('createAndWait', { ...parameters, options: { cancelOnTimeout: true } }, [{ prompt: 'Sea [sandbox slow]' }]);
		expect(jsonsOf(stopped)[1]).toMatchObject([{ status: 'cancelled', failure: { code: 'cancelled_on_timeout' } }]);
		expect(sandbox.jobs.map(({ failure }) => failure)).toEqual([null, 'cancelled']);
	});
});

it('the seconds that a 429 names in its words are waited for, where no header does', async () => {
	const parameters = { model: model('google/veo-3.1'), prompt: 'Sea [sandbox create=429:1]', timeout: 4 };
	const { outputs } = await run('createAndWait', parameters);
	expectSentence(messageOf(only(outputs.flat())), 'Replicate', '429');
	// Without them it would be sent again after two seconds, and taken.
	expect(sandbox.creates).toHaveLength(1);
});
