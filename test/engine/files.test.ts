import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { patience } from '../../nodes/SoraVideo/downloads/errand';
import { startSandbox, type Sandbox } from '../sandbox';
import { bigVideo } from '../sandbox/bigVideo';
import { Execution, readBinary, runNode } from './harness';
import { tinyNode } from './harness/tinyNodes';
import {
	createJobs,
	createsOf,
	expectSentence,
	fieldsIn,
	imageShapeOf,
	itemKeys,
	itemsOf,
	messageOf,
	model,
	only,
	providerCases,
	runSoraVideo,
	type ProviderCase,
} from './setup';
import { startTinyServer } from './tinyServer';

Object.assign(patience, { firstPause: 10, longestPause: 50, notThere: 3_000 });

const media = async (name: string) => await readFile(join(__dirname, '../sandbox/media', name));

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

async function finishedJobs(providerCase: ProviderCase, prompts: string[]): Promise<string[]> {
	const ids = await createJobs(sandbox, providerCase, prompts);
	sandbox.clock.advance(1000);
	return ids;
}

describe.each(providerCases)('the video of $displayName', (providerCase) => {
	const { provider, displayName } = providerCase;
	const download = { provider, operation: 'download', parameters: { jobId: '={{ $json.id }}', binaryPropertyName: 'clip' } };

	it('is downloaded byte by byte', async () => {
		const ids = await finishedJobs(providerCase, ['Sea', 'Moor']);
		const run = await runSoraVideo(sandbox, { ...download, items: itemsOf(ids.map((id) => ({ id }))) });
		const expected = await media(providerCase.usualVideo ?? '1280x720-4s.mp4');
		const items = only(run.outputs);
		expect(items).toHaveLength(2);
		for (const [index, item] of items.entries()) {
			expect(Object.keys(item.json).sort()).toEqual(itemKeys);
			expect(item.json).toMatchObject({ id: ids[index], status: 'completed' });
			expect(item.pairedItem).toEqual({ item: index });
			expect(Object.keys(item.binary ?? {})).toEqual(['clip']);
			expect(item.binary?.clip).toMatchObject({
				mimeType: 'video/mp4',
				fileType: 'video',
				fileExtension: 'mp4',
				bytes: expected.length,
				fileName: expect.stringMatching(/^[\w-][\w.-]*\.mp4$/),
			});
			// A hyphen at either end of an id is none of a file's name.
			const plainId = ids[index]?.split(':')[0]?.replaceAll('/', '-').replace(/^-+|-+$/g, '');
			expect(item.binary?.clip?.fileName).toContain(plainId);
			expect(expected.equals(await readBinary(item, 'clip'))).toBe(true);
		}
		expect(sandbox.leaks).toEqual([]);
	});

	it('that can not be had leaves the job id and its links', async () => {
		const faults = ['404', '502html', 'drop', 'truncate', 'empty', 'othershape', 'redirect'];
		const ids = await finishedJobs(providerCase, faults.map((kind) => `[sandbox download=${kind}]`));
		const run = await runSoraVideo(sandbox, {
			...download,
			operation: 'waitForCompletion',
			parameters: { ...download.parameters, downloadVideo: true },
			items: itemsOf(ids.map((id) => ({ id }))),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(run.outputs.map(({ length }) => length)).toEqual([0, faults.length, 0]);
		for (const [index, item] of (run.outputs[1] ?? []).entries()) {
			expect(item.pairedItem).toEqual({ item: index });
			expect(item.binary).toBeUndefined();
			expectSentence(messageOf(item), displayName, ids[index] ?? '');
			expect(item.json).toMatchObject({
				id: ids[index],
				status: 'completed',
				videoUrl: providerCase.givesNoLink ? null : expect.stringMatching(/^http/),
				// Nobody said that a link had expired.
				failure: { code: 'download_failed', retryable: true },
			});
		}
		expect(sandbox.leaks).toEqual([]);
	});

	it('is not downloaded before it is there', async () => {
		const ids = await finishedJobs(providerCase, ['[sandbox slow]', '[sandbox fail=moderation]']);
		const run = await runSoraVideo(sandbox, {
			...download,
			items: itemsOf(ids.map((id) => ({ id }))),
			settings: { onError: 'continueRegularOutput' },
		});
		const [running, failed] = only(run.outputs);
		expectSentence(messageOf(running), displayName, ids[0] ?? '', 'Wait for Completion');
		expectSentence(messageOf(failed), displayName, ids[1] ?? '');
		expect(running?.json).toMatchObject({ id: ids[0], failure: { code: 'no_video', retryable: true } });
		expect(failed?.json).toMatchObject({ id: ids[1], status: 'failed', failure: { category: 'moderation' } });
	});
});

it('EvoLink: a link that has died by its age leaves the id', async () => {
	const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
	const [id = ''] = await finishedJobs(evoLink, ['Sea']);
	sandbox.clock.advance(25 * 3_600_000);
	const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'download', parameters: { jobId: id } });
	expect(run.status).toBe('error');
	expectSentence(run.error?.message, 'EvoLink', id);
});

/** The beginning of a WebM file whose length isn't told. */
const webm = Buffer.from('1a45dfa3874282847765626d18538067ff', 'hex');

it('all videos of a job are downloaded, each with a name of its own', async () => {
	const cdn = await startTinyServer(({ url }) => ({ headers: { 'content-type': 'video/webm' }, body: Buffer.concat([webm, Buffer.from(`video ${url}`)]) }));
	const gateway = await startTinyServer(() => ({
		body: {
			id: 'j/1',
			status: 'completed',
			model: 'a/b c',
			output: [{ content: ['a', 'b'].map((name) => ({ type: 'video', url: `${cdn.url}/${name}` })) }],
		},
	}));
	const run = await runSoraVideo(sandbox, {
		provider: 'vtrix',
		operation: 'download',
		parameters: { jobId: 'j/1', binaryPropertyName: 'clip' },
		credentials: { soraVideoVtrixApi: { apiKey: 'key', baseUrl: `${gateway.url}/` } },
	});
	await Promise.all([cdn.close(), gateway.close()]);
	const { binary, json } = only(only(run.outputs));
	expect(json.videoUrls).toEqual([`${cdn.url}/a`, `${cdn.url}/b`]);
	expect(binary).toMatchObject({
		clip: { fileName: expect.stringMatching(/^[\w.-]+\.webm$/), mimeType: 'video/webm' },
		clip_1: { fileName: expect.stringMatching(/^[\w.-]+\.webm$/), mimeType: 'video/webm' },
	});
	expect(binary?.clip?.fileName).not.toBe(binary?.clip_1?.fileName);
	expect(cdn.calls.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
});

it('a video that its server compresses on the way is whole', async () => {
	const video = Buffer.concat([...bigVideo(8000).read(0, 8000)]);
	const packed = gzipSync(video);
	const server = await startTinyServer(({ url, headers }) => {
		const isPacked = String(headers['accept-encoding']).includes('gzip');
		return url === '/v.mp4'
			? {
					headers: { 'content-type': 'video/mp4', 'content-length': String(isPacked ? packed.length : video.length), ...(isPacked && { 'content-encoding': 'gzip' }) },
					body: isPacked ? packed : video,
				}
			: { body: { id: 'job-1', status: 'completed', output: [{ content: [{ type: 'video', url: `${own}/v.mp4` }] }] } };
	});
	const own = server.url;
	const run = await runSoraVideo(sandbox, {
		provider: 'vtrix',
		operation: 'download',
		parameters: { jobId: 'job-1', binaryPropertyName: 'data' },
		credentials: { soraVideoVtrixApi: { apiKey: 'key', baseUrl: own } },
	});
	await server.close();
	expect(run.error).toBeUndefined();
	expect(video.equals(await readBinary(only(only(run.outputs))))).toBe(true);
});

describe.each(providerCases)('a reference image for $displayName', (providerCase) => {
	const { provider, displayName, imageModel } = providerCase;
	const imageOf = (body: unknown): unknown => {
		const { frame_images: frames, input_reference: reference, ...fields } = Object(fieldsIn(body));
		const [, part] = [fields.input].flat();
		return part?.uri ?? part?.data ?? frames?.[0]?.image_url.url ?? reference?.image_url ?? reference ?? fields.image_url ?? fields.image_urls ?? fields.first_frame_url ?? fields.image;
	};
	const create = { provider, operation: 'create' };
	const parameters = { model: model(imageModel), prompt: 'Sea', ...imageShapeOf(providerCase) };

	it('goes as a link', async () => {
		const imageUrl = sandbox.imageUrl('1280x720');
		await runSoraVideo(sandbox, {
			...create,
			parameters: { ...parameters, imageSource: 'url', imageUrl: '={{ $json.picture }}' },
			items: itemsOf([{ picture: imageUrl }]),
		});
		expect(imageOf(only(createsOf(sandbox)).body)).toEqual(provider === 'evoLink' ? [imageUrl] : imageUrl);
	});

	it('goes from binary data', async () => {
		const picture = await media('1280x720.jpg');
		const base64 = picture.toString('base64');
		const run = await runSoraVideo(sandbox, {
			...create,
			parameters: { ...parameters, imageSource: 'binary', imageBinaryProperty: 'picture' },
			items: [{ json: {}, binary: { picture: { data: base64, mimeType: 'image/jpeg', fileName: 'a b.jpg' } } }],
		});
		if (provider === 'vtrix') {
			// Binary data held in memory (the default of n8n 1.x) can't be lent by a link.
			expect(run.status).toBe('error');
			expectSentence(run.error?.message, displayName, 'Image Source');
			expect(sandbox.requests).toEqual([]);
			return;
		}
		expect(run.status).toBe('success');
		const sent = imageOf(only(createsOf(sandbox)).body);
		if (provider === 'openAi') {
			expect(only(createsOf(sandbox)).headers['content-type']).toMatch(/^multipart\/form-data/);
			return;
		}
		if (provider === 'aimlApi' || provider === 'openRouter') {
			expect(sent).toBe(`data:image/jpeg;base64,${base64}`);
			return;
		}
		if (provider === 'gemini') {
			expect(sent).toBe(base64);
			return;
		}
		const [upload] = sandbox.requests.filter(({ method }) => method === 'POST');
		expect(upload).toMatchObject({ path: expect.stringMatching(/upload|files/), status: provider === 'replicate' ? 201 : 200 });
		const [link] = [sent].flat();
		expect(link).toEqual(expect.stringContaining('/files/'));
		// A link that can't be read makes its job fail; Replicate's own are for its models alone.
		expect(only(sandbox.jobs).failure).toBeNull();
		const stored = provider === 'replicate' ? null : Buffer.from(await (await fetch(String(link))).arrayBuffer());
		expect(stored === null || picture.equals(stored)).toBe(true);
		expect(sandbox.leaks).toEqual([]);
	});

	it('that is not there stops its own item only', async () => {
		const run = await runSoraVideo(sandbox, {
			...create,
			parameters: {
				...parameters,
				imageSource: '={{ $json.source }}',
				imageUrl: sandbox.imageUrl('1280x720'),
				imageBinaryProperty: 'picture',
			},
			items: itemsOf([{ source: 'binary' }, { source: 'url' }]),
			settings: { onError: 'continueRegularOutput' },
		});
		const [missing, there] = only(run.outputs);
		expectSentence(messageOf(missing), 'picture');
		expect(missing?.json).toMatchObject({ id: null, failure: { category: 'invalidInput' } });
		expect(there?.json).toMatchObject({ id: only(sandbox.jobs).id, failure: null });
	});
});

describe('a stored picture for Vtrix', () => {
	const lent = async () => {
		const picture = await media('1280x720.jpg');
		const storing = tinyNode(async function () {
			const data = await this.helpers.prepareBinaryData(picture, 'a.jpg', 'image/jpeg');
			return [[{ json: {}, binary: { data } }]];
		});
		const stored = await runNode(storing);
		return await runSoraVideo(sandbox, {
			provider: 'vtrix',
			operation: 'create',
			parameters: { model: model('sora_2_i2v'), prompt: 'Sea', aspectRatio: '16:9', imageSource: 'binary' },
			items: stored.outputs[0],
		});
	};
	afterEach(() => jest.restoreAllMocks());

	it('is lent by a signed link', async () => {
		const run = await lent();
		expect(run.status).toBe('success');
		expect(only(createsOf(sandbox)).body).toMatchObject({
			input: [{ params: { input_reference: expect.stringMatching(/^https:\/\/n8n\.example\/.*token=/) } }],
		});
	});

	it.each(['http://localhost:5678', 'http://192.168.1.7', 'http://n8n:5678', 'http://[::1]:5678'])(
		'is not lent by %s, where Vtrix can not read it',
		async (address) => {
			const { additionalData } = Execution.prototype;
			jest.spyOn(Execution.prototype, 'additionalData').mockImplementation(function (this: Execution) {
				return { ...additionalData.call(this), restApiUrl: `${address}/rest` };
			});
			const run = await lent();
			expect(run.status).toBe('error');
			expectSentence(run.error?.message, 'Vtrix', 'WEBHOOK_URL', 'Image Source');
			expect(run.error?.message).not.toContain('token');
			expect(sandbox.requests).toEqual([]);
		},
	);
});

it('EvoLink: a refused upload creates nothing', async () => {
	const binary = { data: { data: Buffer.from('no picture').toString('base64'), mimeType: 'text/plain' } };
	const run = await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation: 'create',
		parameters: { model: model('sora-2-preview'), prompt: 'Sea', imageSource: 'binary' },
		items: [{ json: {}, binary }],
	});
	expect(run.status).toBe('error');
	expectSentence(run.error?.message, 'EvoLink');
	expect(createsOf(sandbox)).toEqual([]);
});
