import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { runAsTool, runNode, type NodeRun } from './harness';
import { tinyNode } from './harness/tinyNodes';
import { createsOf, credentialTypes, expectSentence, messageOf, model, only, runSoraVideo, sandboxCredentials } from './setup';

let sandbox: Sandbox;
let first: Buffer;
let last: Buffer;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
	const picture = (background: string) => sharp({ create: { width: 1280, height: 720, channels: 3, background } }).jpeg().toBuffer();
	[first, last] = await Promise.all([picture('teal'), picture('navy')]);
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const kling = 'klingai/video-v3-pro-text-to-video';

/** A file in n8n's binary store. */
async function stored(file: Buffer, mimeType: string): Promise<IBinaryData> {
	const storing = tinyNode(async function () {
		return [[{ json: {}, binary: { data: await this.helpers.prepareBinaryData(file, 'file', mimeType) } }]];
	});
	const binary = only(only((await runNode(storing)).outputs)).binary?.data;
	if (!binary) throw new Error('nothing was stored');
	return binary;
}

async function itemWithFiles(): Promise<INodeExecutionData> {
	const [one, two, sound] = await Promise.all([
		stored(first, 'image/jpeg'),
		stored(last, 'image/jpeg'),
		stored(Buffer.from('a sound'), 'audio/mpeg'),
	]);
	return { json: {}, binary: { first: one, last: two, sound } };
}

async function create(provider: string, id: string, parameters: IDataObject, settings = {}): Promise<NodeRun> {
	return await runSoraVideo(sandbox, {
		provider,
		operation: 'create',
		parameters: { model: model(id), prompt: 'A paper boat', ...parameters },
		items: [await itemWithFiles()],
		settings,
	});
}

const dataUrl = (file: Buffer, type: string) => `data:${type};base64,${file.toString('base64')}`;
const lastFrame = { image: { source: 'binary', binaryProperty: 'last' } };
const firstFrame = { imageSource: 'binary', imageBinaryProperty: 'first' };

describe('pictures, videos and sounds from binary data', () => {
	it('go inside the request, each in its field', async () => {
		const reference = [
			{ kind: 'image', source: 'binary', binaryProperty: 'last' },
			{ kind: 'audio', source: 'binary', binaryProperty: 'sound' },
		];
		const run = await create('aimlApi', 'bytedance/seedance-2-0', { options: { references: { reference } } });
		expect(run.error?.message).toBeUndefined();
		expect(only(createsOf(sandbox)).body).toMatchObject({
			image_urls: [dataUrl(last, 'image/jpeg')],
			audio_urls: [dataUrl(Buffer.from('a sound'), 'audio/mpeg')],
		});
	});

	it("are uploaded to the provider's own store first, and given as links", async () => {
		const run = await create('evoLink', 'kling-v3-image-to-video', { ...firstFrame, options: { lastFrame } });
		expect(run.error?.message).toBeUndefined();
		const uploads = sandbox.requests.filter(({ provider, method }) => provider === 'evoLinkFiles' && method === 'POST');
		expect(uploads).toHaveLength(2);
		const { image_start: begins, image_end: ends } = Object(only(createsOf(sandbox)).body);
		expect([begins, ends].every((link) => /^https?:\/\//.test(String(link)))).toBe(true);
		expect(begins).not.toBe(ends);
	});

	it.each([
		['a last frame', { options: { lastFrame: { image: { source: 'binary', binaryProperty: 'gone' } } } }, 'Options > Last Frame'],
		['a reference', { options: { references: { reference: [{ kind: 'video', source: 'binary', binaryProperty: 'gone' }] } } }, 'Options > References'],
	])('that are not there (%s) are told before anything is sent', async (_name, parameters, field) => {
		const run = await create('aimlApi', 'bytedance/seedance-2-0', parameters);
		expectSentence(run.error?.message, '"gone"', field);
		expect(createsOf(sandbox)).toEqual([]);
	});

	it('that are no pictures are refused under their own name', async () => {
		const run = await create('evoLink', 'kling-v3-image-to-video', {
			...firstFrame,
			options: { lastFrame: { image: { source: 'binary', binaryProperty: 'sound' } } },
		});
		expectSentence(run.error?.message, 'the last frame');
		expect(createsOf(sandbox)).toEqual([]);
		expect(sandbox.requests.filter(({ provider }) => provider === 'evoLinkFiles')).toEqual([]);
	});
});

describe('a workflow that changes its provider', () => {
	const parameters = { aspectRatio: '9:16', duration: '8', options: { generateAudio: true } };

	it('runs unchanged where both models take its fields', async () => {
		for (const [provider, id] of [['aimlApi', kling], ['openRouter', 'google/veo-3.1']] as const) {
			sandbox.reset();
			const run = await create(provider, id, parameters);
			expect(run.error?.message).toBeUndefined();
			expect(only(createsOf(sandbox)).body).toMatchObject({ aspect_ratio: '9:16', duration: 8, generate_audio: true });
		}
	});

	it('is told what the new model does not take, and what it takes instead', async () => {
		const run = await create('openRouter', 'google/veo-3.1', { ...parameters, duration: '5' });
		expectSentence(run.error?.message, 'google/veo-3.1', '4, 6 or 8');
		expect(createsOf(sandbox)).toEqual([]);
	});
});

describe("an agent's tool", () => {
	const ask = async (input: IDataObject) =>
		await runAsTool(new SoraVideo(), input, {
			via: 'invoke',
			parameters: {
				provider: 'aimlApi',
				operation: 'create',
				model: { __rl: true, mode: 'id', value: kling },
				prompt: "={{ $fromAI('prompt', '', 'string') }}",
				aspectRatio: "={{ $fromAI('aspectRatio', '', 'string') }}",
				duration: "={{ $fromAI('duration', '', 'string') }}",
			},
			credentials: sandboxCredentials(sandbox),
			credentialTypes,
			onError: 'continueRegularOutput',
		});

	it('lets the agent fill the lists of choices', async () => {
		await ask({ prompt: 'A paper boat', aspectRatio: '9:16', duration: '5 seconds' });
		expect(only(createsOf(sandbox)).body).toMatchObject({ aspect_ratio: '9:16', duration: 5 });
	});

	it('tells the agent which values are right', async () => {
		const { answer } = await ask({ prompt: 'A paper boat', aspectRatio: '21:9', duration: '5' });
		expect(answer).toContain('16:9, 9:16 or 1:1');
		expect(createsOf(sandbox)).toEqual([]);
	});
});

it('an expression that gives the file itself is taken for its name', async () => {
	const run = await create('evoLink', 'kling-v3-image-to-video', {
		imageSource: 'binary',
		imageBinaryProperty: '={{ $binary.first }}',
	});
	expect(run.error?.message ?? messageOf(run.outputs[0]?.[0])).toBe('no message');
	expect(Object(only(createsOf(sandbox)).body).image_start).toMatch(/^https?:\/\//);
});
