import tls from 'node:tls';

import type { IDataObject } from 'n8n-workflow';

import { SoraVideoVtrixApi } from '../../credentials/SoraVideoVtrixApi.credentials';
import { vtrix } from '../../nodes/SoraVideo/providers/vtrix';
import type { Provider } from '../../nodes/SoraVideo/providers/Provider';
import { addVideos } from '../../nodes/SoraVideo/batch/addVideos';
import { beginRun, runEach } from '../../nodes/SoraVideo/batch/NodeRun';
import { toOutputs } from '../../nodes/SoraVideo/batch/toOutputs';
import { PaidJobs } from '../../nodes/SoraVideo/paidJobs/PaidJobs';
import { connectTo } from '../../nodes/SoraVideo/transport/connection';
import { patience } from '../../nodes/SoraVideo/downloads/errand';
import { openHttpsFront } from '../e2e/httpsFront';
import type { Sandbox } from '../sandbox';
import { bigVideo } from '../sandbox/bigVideo';
import { aVideoJob } from '../unit/fixtures';
import { readBinary, runNode } from './harness';
import { tinyNode } from './harness/tinyNodes';
import { expectSentence, messageOf, only, runSoraVideo, withSandbox } from './setup';
import { openPublicHosts, startTinyServer, type TinyReply, type TinyServer } from './tinyServer';

Object.assign(patience, { stall: 2_000, firstPause: 10, longestPause: 50, notThere: 3_000 });

const video = Buffer.concat([...bigVideo(5000).read(0, 5000)]);
const key = 'sk-secret-0123456789abcdef';

const served: TinyReply = { headers: { 'content-type': 'video/mp4' }, body: video };

function redirect(location: string): TinyReply {
	return { status: 302, headers: { location } };
}

function completed(...urls: string[]): TinyReply {
	const content = urls.map((url) => ({ type: 'video', url }));
	return { body: { id: 'job-1', status: 'completed', output: [{ content }] } };
}

async function download(baseUrl: string, options: IDataObject = {}) {
	return await runSoraVideo(undefined as never, {
		provider: 'vtrix',
		operation: 'download',
		parameters: { jobId: 'job-1', binaryPropertyName: 'data', options },
		credentials: { soraVideoVtrixApi: { apiKey: key, baseUrl } },
		settings: { onError: 'continueRegularOutput' },
	});
}

describe('from public hosts', () => {
	let proxy: TinyServer;
	let replies: Record<string, TinyReply>;
	openPublicHosts((opened) => (proxy = opened), (url) => replies[url]);
	const job = 'http://api.example.com/model/v1/generation/task/job-1';

	it('a redirect to another public host brings the video, and no key goes with it', async () => {
		replies = {
			[job]: completed('http://cdn.example.com/v.mp4'),
			'http://cdn.example.com/v.mp4': redirect('http://storage.example.org/x?sig=1'),
			'http://storage.example.org/x?sig=1': served,
		};
		const run = await download('http://api.example.com');
		expect(video.equals(await readBinary(only(only(run.outputs))))).toBe(true);
		expect(proxy.calls.map(({ url, headers }) => [url, headers.authorization])).toEqual([
			[job, `Bearer ${key}`],
			['http://cdn.example.com/v.mp4', undefined],
			['http://storage.example.org/x?sig=1', undefined],
		]);
	});

	it.each(['http://10.0.0.7/v.mp4', 'http://127.0.0.1/v.mp4', 'http://169.254.169.254/latest/meta-data', 'http://[::1]/v.mp4', 'http://nas/v.mp4'])(
		'neither a redirect nor a link leads to %s',
		async (target) => {
			for (const links of [[target], ['http://cdn.example.com/v.mp4']]) {
				replies = { [job]: completed(...links), 'http://cdn.example.com/v.mp4': redirect(target), [target]: served };
				const run = await download('http://api.example.com');
				const item = only(only(run.outputs));
				expectSentence(messageOf(item), 'job-1', 'private address');
				expect(item.json).toMatchObject({ id: 'job-1', videoUrl: links[0], failure: { code: 'download_failed' } });
				expect(item.binary).toBeUndefined();
			}
			expect(proxy.calls.map(({ url }) => url)).not.toContain(target);
		},
	);
});

it('no redirect leads from https to http', async () => {
	const store = await startTinyServer(({ url }) => (url === '/plain' ? served : redirect(`${store.url}/plain`)));
	const front = await openHttpsFront('localhost', Number(new URL(store.url).port));
	const trusted = tls.getCACertificates();
	tls.setDefaultCACertificates([...trusted, front.ca]);
	const gateway = await startTinyServer(() => completed(`https://localhost:${front.port}/v.mp4`));
	const run = await download(gateway.url);
	tls.setDefaultCACertificates(trusted);
	await Promise.all([store.close(), front.close(), gateway.close()]);
	expectSentence(messageOf(only(only(run.outputs))), 'job-1', 'https to http');
	expect(store.calls.map(({ url }) => url)).toEqual(['/v.mp4']);
});

it('a job whose second video can not be had keeps the first, and both links', async () => {
	const server = await startTinyServer(({ url }) => {
		if (url === '/a.mp4') return served;
		return url === '/b.mp4' ? { status: 404 } : completed(`${server.url}/a.mp4`, `${server.url}/b.mp4`);
	});
	const run = await download(server.url);
	await server.close();
	const item = only(only(run.outputs));
	expectSentence(messageOf(item), 'job-1', 'HTTP 404');
	expect(item.json.videoUrls).toEqual([`${server.url}/a.mp4`, `${server.url}/b.mp4`]);
	expect(Object.keys(item.binary ?? {})).toEqual(['data']);
});

describe('a file that is not there yet', () => {
	const answers: Array<[string, TinyReply]> = [
		...[400, 403, 404, 409, 202].map((status): [string, TinyReply] => [`HTTP ${status}`, { status }]),
		['an XML error', { headers: { 'content-type': 'application/xml' }, body: '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>' }],
		['0 bytes', { headers: { 'content-type': 'video/mp4' }, body: '' }],
	];

	async function downloadAfter(answer: TinyReply, times: number, createdAt = new Date().toISOString()) {
		let calls = 0;
		const server = await startTinyServer(({ url }) => {
			if (url === '/a.mp4') return ++calls > times ? served : answer;
			const content = [{ type: 'video', url: `${server.url}/a.mp4` }];
			return { body: { id: 'job-1', status: 'completed', created_at: createdAt, output: [{ content }] } };
		});
		const run = await download(server.url).finally(async () => await server.close());
		return { item: only(only(run.outputs)), calls };
	}

	it.each(answers)('%s: is asked for again, until it is there', async (_name, answer) => {
		const { item } = await downloadAfter(answer, 4);
		expect(video.equals(await readBinary(item))).toBe(true);
	});

	it.each(answers)('%s: is given up in the end, and not called expired', async (_name, answer) => {
		const { item } = await downloadAfter(answer, Infinity);
		expect(item.json).toMatchObject({ id: 'job-1', failure: { code: 'download_failed' } });
		expectSentence(messageOf(item), 'job-1', 'operation Download');
		expect(messageOf(item)).not.toMatch(/expired|dead/);
	});

	it('of a job that is days old is not waited for', async () => {
		const before = new Date(Date.now() - 3 * 86_400_000).toISOString();
		const { item, calls } = await downloadAfter({ status: 404 }, Infinity, before);
		expect(item.json).toMatchObject({ failure: { code: 'download_failed' } });
		expect(calls).toBeLessThanOrEqual(4);
	});

	it('but was there is called expired where its store says so', async () => {
		const { item } = await downloadAfter({ status: 403, body: '<Error><Message>Request has expired</Message></Error>' }, Infinity);
		expect(item.json).toMatchObject({ failure: { code: 'link_expired' } });
		expectSentence(messageOf(item), 'job-1', 'expired');
	});
});

describe('a link on the credential’s own origin', () => {
	it('that asks for the key gets it, and no redirect to another host does', async () => {
		const store = await startTinyServer(() => served);
		const api = await startTinyServer(({ url, headers }) => {
			if (url !== '/files/v.mp4') return completed(`${api.url}/files/v.mp4`);
			return headers.authorization === `Bearer ${key}` ? redirect(`${store.url}/v.mp4`) : { status: 401 };
		});
		const run = await download(`${api.url}/v1`);
		await Promise.all([store.close(), api.close()]);
		expect(video.equals(await readBinary(only(only(run.outputs))))).toBe(true);
		expect(api.calls.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false, true]);
		expect(JSON.stringify(store.calls)).not.toContain(key);
	});

	it('that another host redirects to gets no key', async () => {
		const store = await startTinyServer(() => redirect(`${api.url}/files/v.mp4`));
		const api = await startTinyServer(({ url }) => (url === '/files/v.mp4' ? { status: 403 } : completed(`${store.url}/v.mp4`)));
		await download(api.url);
		await Promise.all([store.close(), api.close()]);
		const asked = api.calls.filter(({ url }) => url === '/files/v.mp4');
		expect(asked.length).toBeGreaterThan(0);
		expect(asked.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
	});

	it('of another host that asks for the key does not get it', async () => {
		const store = await startTinyServer(() => ({ status: 401 }));
		const api = await startTinyServer(() => completed(`${store.url}/v.mp4`));
		await download(api.url);
		await Promise.all([store.close(), api.close()]);
		expect(store.calls.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
	});
});

describe('a video that the provider’s API serves itself', () => {
	/** A provider that gives no links, in the sandbox's form of one. */
	const provider: Provider = {
		...vtrix,
		writeStatus: (id) => ({ method: 'GET', base: 'baseUrl', path: `/videos/${id}` }),
		writeContent: (id, index) => ({ method: 'GET', base: 'baseUrl', path: `/videos/${id}/content?index=${index}` }),
	};

	async function fetchContent(baseUrl: string, apiKey: string, id: string, videoUrls: string[] = []) {
		const node = tinyNode(
			async function () {
				const connection = { ...(await connectTo(this, 'vtrix')), provider };
				const job = aVideoJob({ provider: 'vtrix', id, model: 'a/b', status: 'completed', rawStatus: 'completed', videoUrls });
				const record = new PaidJobs(this);
				const run = beginRun(connection, record);
				record.seen(0, job);
				const results = await runEach<never>(run, [0], async (index) => await addVideos(run, index, job, null));
				return toOutputs(this, record, [...results.values()], 1);
			},
			{ credentials: [{ name: 'soraVideoVtrixApi', required: true }] },
		);
		return await runNode(node, {
			credentials: { soraVideoVtrixApi: { apiKey, baseUrl } },
			credentialTypes: [new SoraVideoVtrixApi()],
			onError: 'continueRegularOutput',
		});
	}

	async function createVideo(sandbox: Sandbox): Promise<string> {
		const response = await fetch(`${sandbox.baseUrls.openAi}/videos`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${sandbox.apiKeys.openAi}` },
			body: JSON.stringify({ model: 'sora-2', prompt: 'Sea', size: '1280x720', seconds: '4' }),
		});
		const body: unknown = await response.json();
		return String(Object(body).id);
	}

	it('comes with the key, from its base URL', async () => {
		await withSandbox(async (sandbox) => {
			const id = await createVideo(sandbox);
			sandbox.clock.advance(1000);
			const run = await fetchContent(sandbox.baseUrls.openAi, sandbox.apiKeys.openAi, id);
			expect(only(only(run.outputs)).binary?.data).toMatchObject({ mimeType: 'video/mp4', fileName: `b_${id}.mp4` });
			expect(sandbox.requests.at(-1)).toMatchObject({ path: `/v1/videos/${id}/content`, query: { index: '0' }, status: 200 });
			expect(sandbox.leaks).toEqual([]);
		});
	});

	it('is redirected without the key', async () => {
		const store = await startTinyServer(() => served);
		const api = await startTinyServer(() => redirect(`${store.url}/v.mp4`));
		const run = await fetchContent(api.url, key, 'job-1');
		await Promise.all([store.close(), api.close()]);
		expect(video.equals(await readBinary(only(only(run.outputs))))).toBe(true);
		expect(only(api.calls).headers.authorization).toBe(`Bearer ${key}`);
		expect(JSON.stringify(store.calls)).not.toContain(key);
	});

	it('is asked for where the link asks for a key', async () => {
		const api = await startTinyServer(({ url, headers }) => {
			if (url === '/link') return { status: 401 };
			if (url === '/videos/job-1') return { body: { id: 'job-1', status: 'completed', output: [] } };
			return headers.authorization === `Bearer ${key}` ? served : { status: 401 };
		});
		const run = await fetchContent(api.url, key, 'job-1', [`${api.url}/link`]);
		await api.close();
		expect(video.equals(await readBinary(only(only(run.outputs))))).toBe(true);
		expect(api.calls.map(({ url, headers }) => [url, headers.authorization !== undefined])).toEqual([
			['/link', false],
			['/link', true],
			['/videos/job-1', true],
			['/videos/job-1/content?index=0', true],
		]);
	});

	it.each([401, 404])('that it refuses (%i) leaves the job, and no word of the key', async (status) => {
		const api = await startTinyServer(() => ({ status, body: { error: { message: `wrong key ${key}` } } }));
		const run = await fetchContent(api.url, key, 'job-1');
		await api.close();
		const item = only(only(run.outputs));
		expectSentence(messageOf(item), 'job-1', `HTTP ${status}`);
		expect(JSON.stringify(run.outputs)).not.toContain(key);
	});
});
