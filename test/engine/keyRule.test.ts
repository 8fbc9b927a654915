import { stringify } from 'flatted';

import { patience } from '../../nodes/SoraVideo/downloads/errand';
import { startSandbox, type Sandbox } from '../sandbox';
import { bigVideo } from '../sandbox/bigVideo';
import type { NodeRun } from './harness';
import {
	inputsOf,
	itemsOf,
	messageOf,
	model,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	withSandbox,
} from './setup';
import { startTinyServer, type TinyReply, type TinyServer } from './tinyServer';

const goOn = { onError: 'continueRegularOutput' } as const;
Object.assign(patience, { firstPause: 10, longestPause: 50, notThere: 3_000 });

const key = 'sk-secret-0123456789abcdef';

let sandbox: Sandbox;
let other: TinyServer;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
	other = await startTinyServer(() => ({ headers: { 'content-type': 'video/mp4' }, body: Buffer.concat([...bigVideo(1000).read(0, 1000)]) }));
});
beforeEach(() => {
	sandbox.reset();
	other.calls.length = 0;
});
afterAll(async () => await Promise.all([sandbox.stop(), other.close()]));

/** Whether n8n keeps this text anywhere in what it stores of the execution. */
function isStored({ run }: NodeRun, text: string): boolean {
	return stringify(run.data).includes(text);
}

/** The node with a provider that answers everything with one reply. */
async function withProvider<T>(
	reply: TinyReply | ((url: string) => TinyReply),
	use: (server: TinyServer, credentials: Record<string, Record<string, string>>) => Promise<T>,
): Promise<T> {
	const server = await startTinyServer(({ url }) => (typeof reply === 'function' ? reply(url) : reply));
	const credential = { apiKey: key, baseUrl: server.url };
	try {
		return await use(server, {
			soraVideoAimlApi: credential,
			soraVideoEvoLinkApi: { ...credential, filesBaseUrl: server.url },
			soraVideoFalApi: { ...credential, apiBaseUrl: server.url, filesBaseUrl: server.url },
			soraVideoKieApi: { ...credential, filesBaseUrl: server.url },
			soraVideoVtrixApi: credential,
			soraVideoGeminiApi: credential,
			soraVideoOpenAiApi: credential,
			soraVideoOpenRouterApi: credential,
			soraVideoReplicateApi: credential,
			soraVideoWaveSpeedApi: credential,
		});
	} finally {
		await server.close();
	}
}

const picture = { data: { data: Buffer.from('GIF8').toString('base64'), mimeType: 'image/gif' } };

test.concurrent.each(providerCases)('$provider: the key reaches its own base URLs only, whatever happens', async (providerCase) => {
	const { provider, imageModel, unknownId } = providerCase;
	await withSandbox(async (own) => {
		const apiKey = own.apiKeys[provider];
		const creating = { parameters: { ...promptFromItem(providerCase), timeout: 1, downloadVideo: true } };
		const kinds = ['401', '403credits', '404', '500', '502html', 'empty', 'othershape', 'drop', 'redirect'];
		const prompts = ['create', 'status', 'download'].flatMap((stage) => kinds.map((kind) => `[sandbox ${stage}=${kind}]`));
		const items = itemsOf([...prompts, 'Sea'].map((prompt) => ({ prompt })));
		const waited = await runSoraVideo(own, { provider, operation: 'createAndWait', ...creating, items, settings: goOn });
		const ids = own.jobs.map(({ id }) => id);
		const runs = [waited];
		for (const operation of ['getStatus', 'download', 'waitForCompletion']) {
			runs.push(await runSoraVideo(own, {
				provider,
				operation,
				parameters: { jobId: '={{ $json.id }}', timeout: 1, downloadVideo: true, options: { includeRaw: true } },
				items: itemsOf([...ids, unknownId].map((id) => ({ id }))),
				settings: goOn,
			}));
		}
		runs.push(await runSoraVideo(own, {
			provider,
			operation: 'create',
			parameters: { model: model(imageModel), prompt: 'Sea', imageSource: 'binary', options: { imageCheck: 'off' } },
			items: [{ json: {}, binary: picture }],
			settings: goOn,
		}));
		expect(own.requests.length).toBeGreaterThan(100);
		expect(own.leaks).toEqual([]);
		for (const run of runs) expect(isStored(run, apiKey)).toBe(false);
	});
});

describe.each(providerCases)('$displayName', (providerCase) => {
	const { provider, textModel, unknownId } = providerCase;

	it.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
		await withProvider({ status, headers: { location: `${other.url}/elsewhere` } }, async (server, credentials) => {
			const created = await runSoraVideo(sandbox, {
				provider,
				operation: 'create',
				parameters: { model: model(textModel), prompt: 'Sea' },
				credentials,
				settings: goOn,
			});
			// Before it, a list of models may have been read.
			expect(server.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
			expect(messageOf(only(only(created.outputs)))).toContain(String(status));
			const asked = await runSoraVideo(sandbox, {
				provider,
				operation: 'getStatus',
				parameters: { jobId: unknownId },
				credentials,
				settings: goOn,
			});
			expect(server.calls.filter(({ url }) => decodeURIComponent(url).includes(unknownId))).toHaveLength(1);
			expect(messageOf(only(only(asked.outputs)))).toContain(String(status));
			expect(other.calls).toEqual([]);
		});
	});

	const echoes = [
		{ status: 401, body: { error: { message: `Incorrect API key provided: ${key}`, code: 401 }, message: `Bearer ${key} is wrong` } },
		{ status: 500, body: { error: { message: `token ${key} broke it` }, message: `token ${key} broke it` } },
		{ status: 400, body: { message: `bad header Authorization: Bearer ${key}` } },
	];
	it.each(echoes)('a provider that repeats the key ($status) does not bring it into items', async (reply) => {
		await withProvider(reply, async (_server, credentials) => {
			for (const operation of ['create', 'getStatus']) {
				const parameters = { model: model(textModel), prompt: 'Sea', jobId: unknownId };
				const call = { provider, operation, parameters, credentials };
				expect(isStored(await runSoraVideo(sandbox, { ...call, settings: goOn }), key)).toBe(false);
				expect(isStored(await runSoraVideo(sandbox, call), key)).toBe(false);
			}
		});
	});
});

it('EvoLink: an upload that is redirected is not followed', async () => {
	await withProvider({ status: 307, headers: { location: `${other.url}/elsewhere` } }, async (server, credentials) => {
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'create',
			parameters: { model: model('sora-2-preview'), prompt: 'Sea', imageSource: 'binary', options: { imageCheck: 'off' } },
			items: [{ json: {}, binary: picture }],
			credentials,
			settings: goOn,
		});
		expect(messageOf(only(only(run.outputs)))).toContain('307');
		expect(server.calls).toHaveLength(1);
		expect(other.calls).toEqual([]);
	});
});

it('a video link, on the base URL or redirected to another host, gets no key', async () => {
	const completed = (url: string): TinyReply =>
		url.startsWith('/own')
			? { status: 302, headers: { location: `${other.url}/video.mp4` } }
			: { body: { id: 'job-1', status: 'completed', output: [{ content: [{ type: 'video', url: `${base}/own.mp4` }] }] } };
	let base = '';
	await withProvider(completed, async (server, credentials) => {
		base = server.url;
		const run = await runSoraVideo(sandbox, {
			provider: 'vtrix',
			operation: 'download',
			parameters: { jobId: 'job-1', binaryPropertyName: 'data' },
			credentials,
		});
		expect(run.status).toBe('success');
		expect(inputsOf(run)).toEqual([[0]]);
		expect(server.calls.map(({ url, headers }) => [url, headers.authorization])).toEqual([
			['/model/v1/generation/task/job-1', `Bearer ${key}`],
			['/own.mp4', undefined],
		]);
		expect(only(other.calls)).toMatchObject({ url: '/video.mp4' });
		expect(JSON.stringify(other.calls)).not.toContain(key);
	});
});
