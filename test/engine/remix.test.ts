import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { createJobs, createsOf, expectSentence, model, only, providerCases, runSoraVideo } from './setup';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const remix = async (provider: string, name: string, remixVideoId: string, duration: number) =>
	await runSoraVideo(sandbox, {
		provider,
		operation: 'create',
		parameters: { model: model(name), prompt: 'Now at night', duration, options: { remixVideoId } },
	});

it('EvoLink remixes a video by the id that Create gave', async () => {
	const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
	const [id = ''] = await createJobs(sandbox, evoLink, ['By day']);
	const run = await remix('evoLink', 'sora-2-pro-remix', id, 15);
	expect(run.error).toBeUndefined();
	expect(createsOf(sandbox).at(-1)?.body).toMatchObject({ model: 'sora-2-pro-remix', base_video_task_id: id });
	expect(sandbox.jobs).toHaveLength(2);
});

it('EvoLink: an id of another form is asked for, since Create gives some', async () => {
	const run = await remix('evoLink', 'sora-2-pro-remix', 'video_68e57b98', 15);
	expectSentence(run.error?.message, 'EvoLink', 'video_68e57b98');
	expect(only(createsOf(sandbox)).body).toMatchObject({ base_video_task_id: 'video_68e57b98' });
});

it('Vtrix remixes a video by its own id', async () => {
	const run = await remix('vtrix', 'sora_2_t2v', 'video_68e57b98', 4);
	expect(run.error).toBeUndefined();
	expect(only(createsOf(sandbox)).body).toMatchObject({ input: [{ params: { remix_video_id: 'video_68e57b98' } }] });
});

it('an id that climbs in a path is no id anywhere', async () => {
	const run = await remix('vtrix', 'sora_2_t2v', '..', 4);
	expectSentence(run.error?.message, 'Vtrix', 'Remix Video ID');
	expect(sandbox.requests).toEqual([]);
});

it('the option shows only where the provider remixes', () => {
	const options = new SoraVideo().description.properties.find(({ name }) => name === 'options')?.options ?? [];
	const option = options.find(({ name }) => name === 'remixVideoId');
	expect(option).toMatchObject({ displayOptions: { show: { '/provider': expect.arrayContaining(['evoLink', 'vtrix']) } } });
	expect(JSON.stringify(option)).not.toContain('"aimlApi"');
});
