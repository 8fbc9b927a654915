import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { patience } from '../../nodes/SoraVideo/downloads/errand';
import type { Fault, Sandbox } from '../sandbox';
import { videoOf } from '../sandbox/cdn';
import { engineFolder } from './harness/engine';
import { readBinary } from './harness';
import { createJobs, expectSentence, itemsOf, messageOf, only, providerCases, runSoraVideo, withSandbox } from './setup';

Object.assign(patience, { stall: 2_000, firstPause: 20, longestPause: 100, notThere: 3_000 });
function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

/** The files of one execution in n8n's binary store, without what it notes of them. */
async function storedFiles(executionId: string): Promise<string[]> {
	const folder = join(engineFolder, 'binary', 'workflows', 'wf1', 'executions', executionId);
	const all = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	return all.filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata')).map(({ name }) => name);
}

/** The others serve the video from their own API. */
const linkCases = providerCases.filter(({ givesNoLink, provider }) => !givesNoLink && provider !== 'gemini');

let executions = 5000;

/** Downloads one finished job's video while the CDN does all this, one after the other. */
async function download(sandbox: Sandbox, index: number, faults: Fault[], options: object = {}) {
	const providerCase = only(linkCases.slice(index % linkCases.length).slice(0, 1));
	const [id = ''] = await createJobs(sandbox, providerCase, ['Sea']);
	sandbox.clock.advance(1000);
	sandbox.faults.download.push(...faults);
	const executionId = String(executions++);
	const run = await runSoraVideo(sandbox, {
		provider: providerCase.provider,
		operation: 'waitForCompletion',
		parameters: { jobId: id, downloadVideo: true, binaryPropertyName: 'data', options },
		settings: { onError: 'continueRegularOutput', executionId },
	});
	const job = only(sandbox.jobs);
	const expected = videoOf(job, { settings: sandbox.settings } as never);
	const files = await storedFiles(executionId);
	const cdn = sandbox.requests.filter(({ provider }) => provider === 'cdn');
	expect(sandbox.leaks).toEqual([]);
	return { run, id, job, expected: Buffer.isBuffer(expected) ? expected : Buffer.alloc(0), files, cdn };
}

const always = 1000;

describe('the right video comes, whatever the CDN does', () => {
	const good: Array<[string, Fault[], number]> = [
		['dies at half, once', [{ kind: 'truncate' }], 2],
		['dies at half, three times', [{ kind: 'truncate', times: 3 }], 4],
		['drops the connection', [{ kind: 'drop', times: 2 }], 3],
		['answers 503, then the video', [{ kind: '503' }], 2],
		['answers 500 and 502, then the video', [{ kind: '500' }, { kind: '502html' }], 3],
		['answers 503 in the middle', [{ kind: 'truncate' }, { kind: '503' }], 3],
		['redirects to another host', [{ kind: 'redirectHost' }], 2],
		['gives a link that is dead, and the provider a fresh one', [{ kind: 'expired' }], 2],
		['lets the link die in the middle', [{ kind: 'truncate' }, { kind: 'expired' }], 3],
		['ignores Range', [{ kind: 'truncate' }, { kind: 'ignoresRange' }], 2],
		['gives another part than was asked for', [{ kind: 'truncate' }, { kind: 'wrongRange' }], 3],
		['has another video meanwhile', [{ kind: 'truncate' }, { kind: 'changed' }], 2],
		['gives a part of another video', [{ kind: 'truncate' }, { kind: 'changedPart' }], 3],
		['tells too small a length, once', [{ kind: 'lengthSmaller' }], 2],
		['tells too large a length', [{ kind: 'lengthLarger' }], 2],
		['stands still', [{ kind: 'drip' }], 2],
		['has no file yet', [{ kind: '404', times: 5 }], 6],
		['has nothing in the file yet', [{ kind: 'empty', times: 2 }], 3],
		['says in a page that the video is being prepared', [{ kind: 'html200' }], 2],
		['answers in JSON that it is not ready', [{ kind: 'othershape' }], 2],
	];
	test.concurrent.each(good.map((each, index) => [...each, index] as const))('%s', async (_name, faults, requests, index) => {
		await withSandbox(async (sandbox) => {
			const { run, id, expected, files, cdn } = await download(sandbox, index, faults);
			const item = only(run.outputs[0]);
			expect(item.json).toMatchObject({ id, status: 'completed', failure: null });
			expect(item.binary?.data).toMatchObject({ mimeType: 'video/mp4', bytes: expected.length });
			expect(sha256(await readBinary(item))).toBe(sha256(expected));
			expect(cdn).toHaveLength(requests);
			expect(files).toHaveLength(1);
		});
	});
});

describe('no file comes, and the job is not lost', () => {
	const bad: Array<[string, Fault[], string, string]> = [
		['dies at half, always', [{ kind: 'truncate', times: always }], 'download_failed', ''],
		['is never reached', [{ kind: 'drop', times: always }], 'download_failed', ''],
		['is always out of order', [{ kind: '503', times: always }], 'download_failed', 'HTTP 503'],
		['gives a page with status 200', [{ kind: 'html200', times: always }], 'download_failed', 'text/html'],
		['gives a page as video/mp4', [{ kind: 'fakeMp4', times: always }], 'download_failed', 'video/mp4 that is no video'],
		['gives JSON with status 200', [{ kind: 'othershape', times: always }], 'download_failed', 'application/json'],
		['gives nothing', [{ kind: 'empty', times: always }], 'download_failed', 'no video'],
		['tells too small a length, always', [{ kind: 'lengthSmaller', times: always }], 'download_failed', 'broke off'],
		['redirects in a loop', [{ kind: 'redirectLoop', times: always }], 'download_failed', 'redirects more than 5 times'],
		['redirects to a file', [{ kind: 'redirectFile' }], 'download_failed', 'file:'],
		['gives links that are dead, again and again', [{ kind: 'expired', times: always }], 'link_expired', 'HTTP 403'],
		['knows no such file', [{ kind: '404', times: always }], 'download_failed', 'HTTP 404'],
		['stands still, always', [{ kind: 'drip', times: always }], 'download_failed', 'next to nothing'],
		['gives wrong parts, always', [{ kind: 'truncate' }, { kind: 'wrongRange', times: always }], 'download_failed', ''],
	];
	test.concurrent.each(bad.map((each, index) => [...each, index] as const))('%s', async (_name, faults, code, what, index) => {
		await withSandbox(async (sandbox) => {
			const { run, id, files } = await download(sandbox, index, faults);
			const item = only(run.outputs[1]);
			expect(item.binary).toBeUndefined();
			expect(item.json).toMatchObject({ id, status: 'completed', failure: { code } });
			expect(item.json.videoUrl).toMatch(/^http/);
			expectSentence(messageOf(item), id, what);
			expect(files).toEqual([]);
			expect(sandbox.jobs).toHaveLength(1);
		});
	});

	test.concurrent('a video that is too large is not begun', async () => {
		await withSandbox(async (sandbox) => {
			const { run, id, files } = await download(sandbox, 0, [], { maxFileSize: 0.01 });
			const item = only(run.outputs[1]);
			expect(item.json).toMatchObject({ id, failure: { code: 'file_too_large', retryable: false } });
			expectSentence(messageOf(item), id, 'Max File Size', '0 MB');
			expect(files).toEqual([]);
		});
	});

	test.concurrent('a video without end ends at the limit', async () => {
		await withSandbox(async (sandbox) => {
			const { run, id, files } = await download(sandbox, 1, [{ kind: 'endless' }], { maxFileSize: 20 });
			const item = only(run.outputs[1]);
			expect(item.json).toMatchObject({ id, failure: { code: 'file_too_large' } });
			expectSentence(messageOf(item), '20 MB');
			expect(files).toEqual([]);
		});
	});
});

test.concurrent('Retry-After is obeyed, and the video comes', async () => {
	await withSandbox(async (sandbox) => {
		const { run, cdn } = await download(sandbox, 2, [{ kind: '429', retryAfter: '2' }]);
		expect(only(run.outputs[0]).json.failure).toBeNull();
		expect((cdn[1]?.at ?? 0) - (cdn[0]?.at ?? 0)).toBeGreaterThanOrEqual(2000);
	});
});

test.concurrent('only what is missing is asked for, and only where the file is proved to be the same', async () => {
	await withSandbox(async (sandbox) => {
		const { cdn, expected } = await download(sandbox, 0, [{ kind: 'truncate' }]);
		expect(cdn[0]?.headers.range).toBeUndefined();
		const [, start] = /^bytes=(\d+)-$/.exec(String(cdn[1]?.headers.range)) ?? [];
		expect(Number(start)).toBeGreaterThan(0);
		expect(Number(start)).toBeLessThanOrEqual(expected.length / 2);
		expect(cdn[1]?.headers['if-range']).toMatch(/^"[0-9a-f]{32}"$/);
		expect(cdn.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
	});
});

test.concurrent('a renewed link is the one that the item carries', async () => {
	await withSandbox(async (sandbox) => {
		const { run, job } = await download(sandbox, 1, [{ kind: 'expired' }]);
		expect(only(run.outputs[0]).json.videoUrl).toContain(job.token);
	});
});

test.concurrent('a download that waits for its next try ends with the execution', async () => {
	await withSandbox(async (sandbox) => {
		const ids = await createJobs(sandbox, only(providerCases.slice(0, 1)), ['[sandbox download=429 retryAfter=120]']);
		sandbox.clock.advance(1000);
		const run = await runSoraVideo(sandbox, {
			provider: 'aimlApi',
			operation: 'download',
			parameters: { jobId: '={{ $json.id }}' },
			items: itemsOf(ids.map((id) => ({ id }))),
			settings: { cancelWhen: () => sandbox.requests.some(({ path }) => path.endsWith('.mp4')), onError: 'continueRegularOutput' },
		});
		expect(only(only(run.outputs)).json).toMatchObject({ id: ids[0], videoUrl: expect.stringMatching(/^http/) });
	});
});

describe('a link that dies', () => {
	const hintsOf = async (operation: string, parameters: object = {}) =>
		await withSandbox(async (sandbox) => {
			const [id = ''] = await createJobs(sandbox, only(providerCases.filter(({ provider }) => provider === 'evoLink')), ['Sea']);
			sandbox.clock.advance(1000);
			const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation, parameters: { jobId: id, ...parameters } });
			return { hints: run.hints.map(({ message }) => message).join(), item: run.outputs.flat()[0]?.json };
		});

	test.concurrent.each([
		['waitForCompletion', 'switch on Download Video, or get the file with the operation Download'],
		['getStatus', ': get the file with the operation Download'],
	])('is hinted at by %s', async (operation, advice) => {
		const { hints, item } = await hintsOf(operation);
		const until = String(item?.expiresAt).replace('T', ' ').slice(0, 16);
		expect(until).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
		for (const part of [until, advice]) expect(hints).toContain(part);
	});

	test.concurrent('is not hinted at where the video is downloaded', async () => {
		expect((await hintsOf('waitForCompletion', { downloadVideo: true })).hints).toBe('');
		expect((await hintsOf('download')).hints).toBe('');
	});
});
