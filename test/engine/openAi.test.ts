import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import {
	createJobs,
	createsOf,
	inputsOf,
	itemsOf,
	jsonsOf,
	messageOf,
	model,
	only,
	providerCases,
	runSoraVideo,
} from './setup';
import { startTinyServer, type TinyCall, type TinyReply } from './tinyServer';

// What is particular to services that copy OpenAI's video API.

const openAi = only(providerCases.filter(({ provider }) => provider === 'openAi'));

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

const goOn = { onError: 'continueRegularOutput' } as const;

async function picture(): Promise<Buffer> {
	return await readFile(join(__dirname, '../sandbox/media/1280x720.jpg'));
}

describe('a picture from binary data', () => {
	const createAt = async (answer: (call: TinyCall, index: number) => TinyReply, parameters: IDataObject = {}) => {
		const server = await startTinyServer((call) => answer(call, server.calls.length));
		const data = (await picture()).toString('base64');
		const run = await runSoraVideo(sandbox, {
			provider: 'openAi',
			operation: 'create',
			parameters: { model: model('sora-2'), prompt: 'Ein "Café"\r\nam Meer', duration: 8, aspectRatio: '16:9', imageSource: 'binary', ...parameters },
			items: [{ json: {}, binary: { data: { data, mimeType: 'image/jpeg', fileName: 'a "b".jpg' } } }],
			credentials: { soraVideoOpenAiApi: { apiKey: 'sk-secret', baseUrl: `${server.url}/v1` } },
			settings: goOn,
		});
		await server.close();
		return { run, calls: server.calls };
	};
	const formOf = async ({ raw, headers }: TinyCall) =>
		await new Response(new Uint8Array(raw), { headers: { 'content-type': String(headers['content-type']) } }).formData();
	const accepted = { body: { id: 'video_1', object: 'video', status: 'queued' } };

	it('goes as a file of a multipart request, byte by byte, beside the fields as text', async () => {
		const { run, calls } = await createAt(() => accepted, { options: { additionalBody: '{"metadata": {"watermark": false}, "n": 1, "a\\"b": "c"}' } });
		expect(only(only(jsonsOf(run)))).toMatchObject({ id: 'video_1', failure: null });
		const call = only(calls);
		expect(call).toMatchObject({ method: 'POST', url: '/v1/videos' });
		expect(call.headers).toMatchObject({ authorization: 'Bearer sk-secret', 'content-length': String(call.raw.length) });
		const form = await formOf(call);
		const fields: Record<string, string> = {};
		form.forEach((value, name) => {
			if (typeof value === 'string') fields[name] = value;
		});
		expect(fields).toEqual({
			model: 'sora-2',
			prompt: 'Ein "Café"\r\nam Meer',
			seconds: '8',
			size: '1280x720',
			metadata: '{"watermark":false}',
			n: '1',
			'a"b': 'c',
		});
		const file = form.get('input_reference');
		if (!(file instanceof File)) throw new Error('no file');
		expect(file.type).toBe('image/jpeg');
		expect(file.name).toBe('image.jpeg');
		expect((await picture()).equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
	});

	it.each([401, 500])('is sent once where the answer is %i', async (status) => {
		const { run, calls } = await createAt(() => ({ status, body: { error: { message: 'No' } } }));
		expect(calls).toHaveLength(1);
		expect(only(only(jsonsOf(run)))).toMatchObject({ id: null });
	});

	it('is sent whole again after a 429', async () => {
		const { run, calls } = await createAt((_call, count) =>
			count === 1 ? { status: 429, headers: { 'retry-after': '0' }, body: { error: { message: 'Slow down' } } } : accepted,
		);
		expect(only(only(jsonsOf(run)))).toMatchObject({ id: 'video_1' });
		expect(calls).toHaveLength(2);
		const [first, second] = calls.map(({ raw, headers }) => {
			const boundary = String(headers['content-type']).split('boundary=')[1] ?? '';
			return raw.toString('latin1').replaceAll(boundary, 'boundary');
		});
		expect(second).toBe(first);
	});
});

describe('a gateway', () => {
	const created = { parameters: { model: model('veo-3.1'), prompt: '={{ $json.prompt }}', resolution: '1080p' } };
	const at = (baseUrl: string) => ({ soraVideoOpenAiApi: { apiKey: sandbox.apiKeys.openAi, baseUrl } });

	it.each(['/openai', '/openai/', '/openai/v1', '/openai/v1/', '/openai/v1/videos', '/openai/v3'])(
		'at the base URL …%s makes a video, in words of its own, with a link',
		async (path) => {
			sandbox.settings.openAiGateway = true;
			const call = { provider: 'openAi', credentials: at(sandbox.url + path) };
			const items = itemsOf([{ prompt: 'Sea' }, { prompt: '[sandbox fail=moderation]' }]);
			const begun = await runSoraVideo(sandbox, { ...call, operation: 'create', ...created, items });
			expect(only(jsonsOf(begun))).toMatchObject([{ status: expect.stringMatching(/^(queued|processing)$/) }, { id: expect.any(String) }]);
			sandbox.clock.advance(1000);
			const run = await runSoraVideo(sandbox, {
				...call,
				operation: 'waitForCompletion',
				parameters: { jobId: '={{ $json.id }}' },
				items: only(begun.outputs),
			});
			expect(inputsOf(run)).toEqual([[0], [1], []]);
			const version = path.includes('v3') ? 'v3' : 'v1';
			expect(only(createsOf(sandbox).slice(0, 1))).toMatchObject({ path: `/${version}/videos`, status: 201, body: { size: '1920x1080' } });
			const [completed, failed] = jsonsOf(run).flat();
			expect(completed).toMatchObject({ status: 'completed', rawStatus: 'succeeded', videoUrl: expect.stringMatching(/\/cdn\/videos\/.*\.mp4$/) });
			expect(failed).toMatchObject({ status: 'failed', failure: { category: 'moderation' } });
			expect(sandbox.leaks).toEqual([]);
		},
	);

	it('may serve models that are named as those of another provider', async () => {
		const server = await startTinyServer(() => ({ status: 202, body: { data: { task_id: 'task-7', status: 'submitted' } } }));
		const run = await runSoraVideo(sandbox, {
			provider: 'openAi',
			operation: 'create',
			parameters: { model: model('openai/sora-2-t2v'), prompt: 'Sea' },
			credentials: at(server.url),
		});
		await server.close();
		expect(only(only(jsonsOf(run)))).toMatchObject({ id: 'task-7', status: 'queued' });
		expect(server.calls.map(({ url }) => url)).toEqual(['/v1/videos']);
	});
});

it('remixes an earlier video, with its id as one part of the path', async () => {
	const [source = ''] = await createJobs(sandbox, openAi, ['Sea']);
	sandbox.clock.advance(1000);
	const remix = async (remixVideoId: string) =>
		await runSoraVideo(sandbox, {
			provider: 'openAi',
			operation: 'create',
			parameters: { model: model('sora-2'), prompt: 'Moor', options: { remixVideoId, includeRaw: true } },
			settings: goOn,
		});
	const made = only(only(jsonsOf(await remix(source))));
	expect(made).toMatchObject({ id: expect.not.stringMatching(source), failure: null, raw: { remixed_from_video_id: source, prompt: 'Moor' } });
	const sent = sandbox.requests.at(-1);
	expect(sent).toMatchObject({ method: 'POST', path: `/v1/videos/${source}/remix`, body: { prompt: 'Moor' } });
	await remix('a/../b?c');
	expect(sandbox.requests.at(-1)?.path).toBe('/v1/videos/a%2F..%2Fb%3Fc/remix');
	const asked = sandbox.requests.length;
	expect(messageOf(only(only((await remix('..')).outputs)))).toContain('".." is not a job ID');
	expect(sandbox.requests).toHaveLength(asked);
});

it('an empty account is no matter of patience, though it comes as a 429', async () => {
	const run = await runSoraVideo(sandbox, {
		provider: 'openAi',
		operation: 'createAndWait',
		parameters: { model: model('sora-2'), prompt: 'Sea [sandbox create=403credits]' },
		settings: goOn,
	});
	expect(only(jsonsOf(run).flat())).toMatchObject({ id: null, failure: { code: 'insufficient_quota', category: 'quota', retryable: false } });
	expect(createsOf(sandbox)).toHaveLength(1);
});
