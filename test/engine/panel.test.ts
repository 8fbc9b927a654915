import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { loadChoices, loadMapper } from './harness';
import { createsOf, credentialTypes, expectSentence, itemsOf, messageOf, model, only, runSoraVideo, sandboxCredentials } from './setup';
import { closedUrl } from './tinyServer';

let sandbox: Sandbox;
// A sandbox of its own for each test: what a model takes is kept by base URL, and each has another port.
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

interface Panel {
	parameters?: IDataObject;
	/** Fields of the credential other than the sandbox's; null: none is chosen. */
	credential?: Record<string, string> | null;
}

function panelOf(provider: string, id: string | null, { parameters = {}, credential = {} }: Panel) {
	const all: Record<string, ICredentialDataDecryptedObject> = sandboxCredentials(sandbox);
	const type = findProvider(provider)?.credentialType ?? '';
	return {
		parameters: { provider, model: id === null ? { __rl: true, mode: 'list', value: '' } : model(id), ...parameters },
		credentials: credential === null ? {} : { [type]: { ...all[type], ...credential } },
		credentialTypes,
	};
}

async function choices(method: string, provider: string, id: string | null, panel: Panel = {}) {
	return await loadChoices(new SoraVideo(), { ...panelOf(provider, id, panel), path: 'parameters', method });
}

async function fields(provider: string, id: string | null, panel: Panel = {}) {
	return await loadMapper(new SoraVideo(), { ...panelOf(provider, id, panel), path: 'parameters.modelFields', method: 'loadModelFields' });
}

const kling = 'klingai/video-v3-pro-text-to-video';

describe('Aspect Ratio, Resolution and Duration', () => {
	it.each([
		['loadAspectRatios', 'aimlApi', kling, ['', '16:9', '9:16', '1:1']],
		['loadDurations', 'aimlApi', kling, ['', 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]],
		['loadResolutions', 'aimlApi', kling, ['']],
		['loadResolutions', 'aimlApi', 'minimax/h3', ['', '2K']],
		['loadResolutions', 'evoLink', 'kling-v3-image-to-video', ['', '720p', '1080p', '4k']],
		['loadDurations', 'evoLink', 'kling-v3-image-to-video', ['', 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]],
		['loadDurations', 'openAi', 'sora-2', ['', 4, 8, 12, 16, 20]],
	])('%s of %s, %s: %j', async (method, provider, id, values) => {
		const lines = await choices(method, provider, id);
		expect(lines.map(({ value }) => value)).toEqual(values.map((value) => (provider === 'openAi' && value !== '' ? expect.anything() : value)));
		expect(lines[0]).toMatchObject({ name: 'Model Default', value: '' });
	});

	it('offer what OpenRouter lists', async () => {
		const lines = await choices('loadDurations', 'openRouter', 'google/veo-3.1');
		expect(lines.map(({ name }) => name)).toEqual(['Model Default', '4 Seconds', '6 Seconds', '8 Seconds']);
	});

	it.each([
		['loadDurations', 'google/veo-3.1-lite', ['Model Default', '4 Seconds', '6 Seconds', '8 Seconds']],
		['loadResolutions', 'minimax/hailuo-3-max', ['Model Default', '480p', '768p']],
		['loadResolutions', 'bytedance/seedance-2.0', ['Model Default', '480p', '720p', '1080p', '4K']],
	])('%s of %s: from the least to the most, however it is listed', async (method, id, names) => {
		expect((await choices(method, 'openRouter', id)).map(({ name }) => name)).toEqual(names);
	});

	it('keep the letters of HD large', async () => {
		const lines = await choices('loadResolutions', 'aimlApi', 'blackforestlabs/flux-3-video-t2v');
		expect(lines.map(({ name }) => name)).toEqual(['Model Default', 'HD', 'FHD']);
	});

	it('tell what the model does by itself', async () => {
		const [first] = await choices('loadDurations', 'aimlApi', kling);
		expect(first?.description).toBe('Sends nothing, so that the model decides: 5 Seconds');
	});

	it.each([
		['without a model', null, {}, 'Choose a model first'],
		['without a credential', kling, { credential: null }, 'Choose a credential first'],
		['for a model of an expression', '={{ $json.model }}', {}, 'Choose a model first'],
		['for a model that nobody tells of', 'google/veo-3.1', {}, 'AI/ML API does not tell what this model takes'],
	])('%s offer Model Default, and say why not more', async (_, id, panel, why) => {
		const lines = await choices('loadResolutions', 'aimlApi', id, panel);
		expect(lines).toEqual([
			{ name: 'Model Default', value: '', description: `${why}: until then, any value can be given by an expression` },
		]);
	});

	it('work while the provider is down', async () => {
		const panel = { credential: { baseUrl: await closedUrl() }, parameters: { resolution: '1080p' } };
		const lines = await choices('loadResolutions', 'aimlApi', kling, panel);
		expect(lines.map(({ value }) => value)).toEqual(['', '1080p']);
	});

	it('show a saved value that the model does not list', async () => {
		const lines = await choices('loadResolutions', 'evoLink', 'kling-v3-image-to-video', { parameters: { resolution: '480p' } });
		expect(lines.at(-1)).toMatchObject({ name: '480p (Not Listed by This Model)', value: '480p' });
	});
});

describe('Model Fields', () => {
	it('are those that the node has no field for, none with a default, booleans as a choice of two', async () => {
		const { fields: shown } = await fields('aimlApi', kling);
		expect(shown.map(({ id }) => id)).toEqual(expect.arrayContaining(['shot_type', 'cfg_scale', 'multi_prompt']));
		expect(shown.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['prompt']));
		for (const field of shown) {
			expect(field).not.toHaveProperty('defaultValue');
			expect(field.type).not.toBe('boolean');
			expect(field).toMatchObject({ display: true, removed: !field.required });
		}
		expect(shown.find(({ id }) => id === 'shot_type')).toMatchObject({
			type: 'options',
			options: [
				{ name: 'customize', value: 'customize' },
				{ name: 'intelligent', value: 'intelligent' },
			],
		});
		expect(shown.find(({ id }) => id === 'cfg_scale')).toMatchObject({ type: 'number', displayName: expect.stringContaining('(0 to 1)') });
	});

	it.each([
		['aimlApi', kling, 'cfg_scale', 'CFG Scale (0 to 1)'],
		['evoLink', 'kling-v3-image-to-video', 'model_params.watermark_info.enabled', 'Watermark Info: Enabled'],
		['evoLink', 'kling-v3-image-to-video', 'model_params.multi_shot', 'Multi Shot'],
	])('%s, %s: %s is shown as %s', async (provider, id, name, shown) => {
		const { fields: all } = await fields(provider, id);
		expect(all.find((field) => field.id === name)?.displayName).toBe(shown);
	});

	it('a boolean is a choice of two without a value', async () => {
		const { fields: shown } = await fields('evoLink', 'seedance-2.5-text-to-video');
		expect(shown.find(({ id }) => id === 'draft')).toMatchObject({
			type: 'options',
			options: [
				{ name: 'Yes', value: true },
				{ name: 'No', value: false },
			],
		});
	});

	it('a field that has a value already is shown at once', async () => {
		const parameters = { modelFields: { mappingMode: 'defineBelow', value: { output_format: 'mov' } } };
		const { fields: shown } = await fields('evoLink', 'seedance-2.5-text-to-video', { parameters });
		expect(shown.filter(({ removed }) => removed !== true).map(({ id }) => id)).toEqual(['output_format']);
	});

	it('say why there are none', async () => {
		expect(await fields('aimlApi', null)).toEqual({ fields: [], emptyFieldsNotice: 'Choose a model first.' });
	});
});

describe('what the panel holds is sent', () => {
	const create = async (provider: string, id: string, parameters: IDataObject, item: IDataObject = {}) =>
		await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model(id), prompt: 'A paper boat', ...parameters },
			items: itemsOf([item]),
		});
	const bodyOf = () => only(createsOf(sandbox)).body;


	it('and nothing that was left alone', async () => {
		await create('aimlApi', kling, {});
		expect(bodyOf()).toEqual({ model: kling, prompt: 'A paper boat' });
	});

	it('Model Fields in the model\'s own types, those that are empty not at all', async () => {
		const value = { shot_type: 'intelligent', cfg_scale: '0.5', multi_prompt: '["one", "two"]', provider: null };
		await create('aimlApi', kling, { duration: '5s', aspectRatio: '9:16', modelFields: { mappingMode: 'defineBelow', value, schema: [] } });
		expect(bodyOf()).toEqual({
			model: kling,
			prompt: 'A paper boat',
			duration: 5,
			aspect_ratio: '9:16',
			shot_type: 'intelligent',
			cfg_scale: 0.5,
			multi_prompt: ['one', 'two'],
		});
	});

	it('first and last frame by the model\'s own fields', async () => {
		const [first, last] = [sandbox.imageUrl('1280x720'), sandbox.imageUrl('1792x1024')];
		const run = await create('evoLink', 'kling-v3-image-to-video', {
			imageSource: '={{ "URL" }}',
			imageUrl: ` ${first} `,
			options: { lastFrame: { image: { source: 'url', url: last } }, generateAudio: 'true', seed: '' },
		});
		expect(run.error?.message).toBeUndefined();
		expect(bodyOf()).toEqual({
			model: 'kling-v3-image-to-video',
			prompt: 'A paper boat',
			image_start: first,
			image_end: last,
			sound: 'on',
		});
	});

	it('references of each kind, in their order', async () => {
		const image = sandbox.imageUrl('1280x720');
		const reference = [
			{ kind: 'image', source: 'url', url: image },
			{ kind: 'video', source: 'url', url: 'https://example.com/walk.mp4' },
			{ kind: 'audio', source: 'url', url: 'https://example.com/voice.mp3' },
		];
		await create('aimlApi', 'bytedance/seedance-2-0', { options: { references: { reference } } });
		expect(bodyOf()).toEqual({
			model: 'bytedance/seedance-2-0',
			prompt: 'A paper boat',
			image_urls: [image],
			video_urls: ['https://example.com/walk.mp4'],
			audio_urls: ['https://example.com/voice.mp3'],
		});
	});

	it.each<[IDataObject, string, string, string]>([
		[{ resolution: '480p' }, 'evoLink', 'kling-v3-image-to-video', '720p, 1080p or 4k'],
		[{ duration: 2 }, 'aimlApi', kling, '3'],
		[{ imageSource: 'link' }, 'aimlApi', kling, 'Image Source is "link": give "none" or "url" or "binary"'],
		[{ prompt: '={{ { text: "a boat" } }}' }, 'aimlApi', kling, 'Prompt is {"text":"a boat"}: give text'],
		[{ options: { seed: -1 } }, 'aimlApi', kling, 'Seed is -1: give a whole number, 0 or more'],
		[{ options: { additionalBody: '{"style": "slow\nmotion"}' } }, 'aimlApi', kling, 'in line 1, at character 16, where a line ends'],
		[{ options: { generateAudio: 'perhaps' } }, 'aimlApi', kling, 'Generate Audio is "perhaps": give true or false'],
	])('but not what the model or the field does not take: %j', async (parameters, provider, id, part) => {
		const image = provider === 'evoLink' ? { imageSource: 'url', imageUrl: sandbox.imageUrl('1280x720') } : {};
		const run = await create(provider, id, { ...image, ...parameters });
		expect(createsOf(sandbox)).toEqual([]);
		const message = run.error?.message ?? messageOf(run.outputs[0]?.[0]);
		expectSentence(message, part);
	});
});
