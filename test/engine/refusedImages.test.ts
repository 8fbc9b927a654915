import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, imageShapeOf, inputsOf, jsonsOf, messageOf, model, only, providerCases, runSoraVideo } from './setup';

// With Image Check off, nobody looks at pictures before the provider does: what it says of them reaches the user.
const options = { imageCheck: 'off' };

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const wrongSize = 'Inpaint image must match the requested width and height';

it.each([
	['aimlApi', 'is not there', 'nowhere.png', 'The reference image could not be downloaded'],
	['aimlApi', 'has another size', '720x1280', wrongSize],
	['evoLink', 'is not there', 'nowhere.png', 'The reference image could not be processed'],
	['kie', 'is not there', 'nowhere.png', 'Failed to fetch the image'],
	['vtrix', 'is not there', 'nowhere.png', 'the reference image could not be read'],
	['vtrix', 'has another size', '720x1280', wrongSize],
	['openAi', 'has another size', '720x1280', wrongSize],
	['openRouter', 'is not there', 'nowhere.png', 'The first frame could not be read'],
	['replicate', 'is not there', 'nowhere.png', 'Could not read the input image'],
	['waveSpeed', 'is not there', 'nowhere.png', 'Failed to download image from the provided URL'],
])('%s: a picture that %s leaves by Failed, with what the provider says', async (provider, _what, picture, said) => {
	const providerCase = only(providerCases.filter((each) => each.provider === provider));
	await runSoraVideo(sandbox, {
		provider,
		operation: 'create',
		parameters: { model: model(providerCase.imageModel), prompt: 'Sea', ...imageShapeOf(providerCase), imageSource: 'url', imageUrl: sandbox.imageUrl(picture), options },
	});
	const { id } = only(sandbox.jobs);
	const run = await runSoraVideo(sandbox, { provider, operation: 'waitForCompletion', parameters: { jobId: id } });
	expect(run.status).toBe('success');
	expect(inputsOf(run)).toEqual([[], [0], []]);
	expect(messageOf(only(run.outputs.flat()))).toContain(said);
	expect(only(jsonsOf(run).flat())).toMatchObject({ id, status: 'failed' });
});

it('EvoLink: a refused upload tells the kinds and the size that are taken', async () => {
	const run = await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation: 'create',
		parameters: { model: model('sora-2-pro-preview'), prompt: 'Sea', imageSource: 'binary', options },
		items: [{ json: {}, binary: { data: { data: Buffer.from('no picture').toString('base64'), mimeType: 'text/plain' } } }],
	});
	expect(run.status).toBe('error');
	expect(run.error?.message).toContain('JPEG, PNG or WebP of at most 10 MB');
	expect(createsOf(sandbox)).toEqual([]);
});
