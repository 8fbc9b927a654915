import { startSandbox, type Sandbox } from '../sandbox';
import { bigVideo } from '../sandbox/bigVideo';
import { openReceiver, type Receiver } from '../sandbox/receiver';
import { summarize } from './harness';
import { createsOf, inputsOf, itemsOf, jsonsOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyServer } from './tinyServer';

// What is particular to OpenRouter: its signed callback wakes an execution that the node has suspended.

let sandbox: Sandbox;
let receiver: Receiver;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 300, speed: 0 });
	receiver = await openReceiver('n8n.example');
});
beforeEach(() => {
	sandbox.reset();
	receiver.serve(sandbox);
});
afterAll(async () => {
	await receiver.close();
	await sandbox.stop();
});

async function suspended(prompt: string) {
	const { run } = await runSoraVideo(sandbox, {
		provider: 'openRouter',
		operation: 'createAndWait',
		parameters: { model: model('google/veo-3.1'), prompt: '={{ $json.prompt }}', waitUsing: 'suspend' },
		items: itemsOf([{ prompt }]),
	});
	expect(run.status).toBe('waiting');
	return run;
}

it.each([
	['completed', 'Sea', { status: 'completed', rawStatus: 'completed', usage: { cost: 1.6, is_byok: false } }, [[0], [], []]],
	['failed', '[sandbox fail=moderation]', { status: 'failed', failure: { category: 'moderation' } }, [[], [0], []]],
	['cancelled', '[sandbox fail=cancelled]', { status: 'cancelled', failure: { category: 'cancelled' } }, [[], [0], []]],
	['expired', '[sandbox fail=expired]', { status: 'failed', rawStatus: 'expired' }, [[], [0], []]],
])('its callback for a job that is %s wakes the execution, which asks once', async (word, prompt, expected, leaves) => {
	const run = await suspended(prompt);
	const { id } = only(sandbox.jobs);
	expect(only(createsOf(sandbox)).body).toMatchObject({ callback_url: run.resumeUrl.replace('?', '/sora-video?') });
	sandbox.clock.advance(300_000);
	const { path, headers, body } = only(await receiver.next());
	expect(run.resumeUrl.replace('?', '/sora-video?')).toContain(path);
	expect(headers).toMatchObject({
		'x-openrouter-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
		'x-openrouter-idempotency-key': `${id}-${word}`,
	});
	expect(body).toMatchObject({ type: `video.generation.${word}`, data: { id, status: word } });
	const seen = sandbox.requests.length;
	const { http, run: resumed } = await run.resumeByWebhook({ body });
	expect(http).toMatchObject({ status: 200 });
	expect(sandbox.requests.slice(seen).map(({ method, path: asked }) => `${method} ${asked}`)).toEqual([`GET /api/v1/videos/${id}`]);
	expect(resumed && inputsOf(summarize(resumed))).toEqual(leaves);
	expect(resumed && only(jsonsOf(summarize(resumed)).flat())).toMatchObject({ id, model: 'google/veo-3.1', ...expected });
	expect(createsOf(sandbox)).toHaveLength(1);
	expect(sandbox.leaks).toEqual([]);
});

it('a link to the API itself, which takes the key, is none for the item', async () => {
	sandbox.settings.openRouterSignedUrls = false;
	await suspended('Sea');
	const { id } = only(sandbox.jobs);
	sandbox.clock.advance(300_000);
	const run = await runSoraVideo(sandbox, { provider: 'openRouter', operation: 'getStatus', parameters: { jobId: id, options: { includeRaw: true } } });
	const item = only(only(jsonsOf(run)));
	expect(item).toMatchObject({ status: 'completed', videoUrl: null, videoUrls: [] });
	expect(Object(item.raw).unsigned_urls).toHaveLength(1);
});

describe('of two videos that only the API itself serves', () => {
	const videos = [5000, 6000].map((bytes) => Buffer.concat([...bigVideo(bytes).read(0, bytes)]));
	let isDone = true;
	let api: TinyServer;
	beforeAll(async () => {
		api = await startTinyServer(({ url }) => {
			const index = /^\/videos\/job-1\/content\?index=(\d)$/.exec(url)?.[1];
			if (index !== undefined) return { headers: { 'content-type': 'video/mp4' }, body: videos[Number(index)] };
			return { body: { id: 'job-1', ...(isDone ? { status: 'completed', unsigned_urls: [0, 1].map((each) => `${api.url}/videos/job-1/content?index=${each}`) } : { status: 'in_progress' }) } };
		});
	});
	afterAll(async () => await api.close());

	const named = (operation: string, parameters = {}) =>
		runSoraVideo(sandbox, {
			provider: 'openRouter',
			operation,
			parameters: { jobId: 'job-1', ...parameters },
			credentials: { soraVideoOpenRouterApi: { apiKey: 'sk-secret-0123456789', baseUrl: api.url } },
		});

	it('both are downloaded', async () => {
		const run = await named('download');
		expect(Object.values(only(only(run.outputs)).binary ?? {}).map(({ bytes }) => bytes)).toEqual([5000, 6000]);
	});

	it('both are downloaded after the execution was suspended', async () => {
		isDone = false;
		const { run } = await named('waitForCompletion', { waitUsing: 'suspend', downloadVideo: true });
		isDone = true;
		const { run: resumed } = await run.resumeByWebhook({});
		const [item] = resumed ? (summarize(resumed).outputs[0] ?? []) : [];
		expect(Object.keys(item?.binary ?? {})).toEqual(['data', 'data_1']);
	});
});

it('a workflow moves there from AI/ML API by its provider, credential and model alone', async () => {
	const parameters = {
		prompt: 'A cat',
		imageSource: 'url',
		imageUrl: sandbox.imageUrl('1280x720'),
		aspectRatio: '16:9',
		resolution: '720p',
		duration: 8,
		timeout: 1,
	};
	const outcomes = [];
	for (const [provider, name] of [['aimlApi', 'openai/sora-2-i2v'], ['openRouter', 'google/veo-3.1']] as const) {
		sandbox.reset();
		sandbox.clock.speed = 1000;
		const run = await runSoraVideo(sandbox, { provider, operation: 'createAndWait', parameters: { model: model(name), ...parameters } });
		const item = only(jsonsOf(run).flat());
		expect(item).toMatchObject({ provider, status: 'completed', videoUrl: expect.stringMatching(/\.mp4$/) });
		outcomes.push({ keys: Object.keys(item), leaves: inputsOf(run), jobs: sandbox.jobs.map(({ size, duration }) => ({ size, duration })) });
	}
	expect(outcomes[1]).toEqual(outcomes[0]);
});
