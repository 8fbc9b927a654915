import { brotliCompressSync, gzipSync } from 'node:zlib';

import { patience } from '../../nodes/SoraVideo/downloads/errand';
import { bigVideo } from '../sandbox/bigVideo';
import { videoForms } from '../sandbox/videoForms';
import { readBinary } from './harness';
import { expectSentence, messageOf, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyReply } from './tinyServer';

Object.assign(patience, { stall: 2_000, firstPause: 10, longestPause: 50, notThere: 3_000 });

const { file } = videoForms['the movie first'];
const large = Buffer.concat([...bigVideo(200_000).read(0, 200_000)]);
/** Where the connection breaks, in a box and behind the kilobyte that is asked for again. */
const half = 2500;

function own(etag: string | null = '"one"'): Record<string, string> {
	return { 'content-type': 'video/mp4', ...(etag !== null && { etag }) };
}

function whole(bytes = file, headers = own()): TinyReply {
	return { headers: { ...headers, 'content-length': String(bytes.length) }, body: bytes };
}

/** The file's beginning, with the length of all of it. */
function broken(bytes = file, end = half, headers = own()): TinyReply {
	return { headers: { ...headers, 'content-length': String(bytes.length) }, body: bytes.subarray(0, end), then: 'break' };
}

/** No length is told, and an end that is none. */
function brokenWithoutLength(end = half): TinyReply {
	return { headers: own(), body: file.subarray(0, end), then: 'break' };
}

/** Bytes from `start` on, which the Content-Range says too unless told. */
function part(start: number, bytes = file.subarray(start), range = `bytes ${start}-${start + bytes.length - 1}/${file.length}`, headers = own()): TinyReply {
	return { status: 206, headers: { ...headers, 'content-range': range, 'content-length': String(bytes.length) }, body: bytes };
}

function packed(bytes: Buffer, encoding = 'gzip', status = 200): TinyReply {
	return { status, headers: { ...own(), 'content-encoding': encoding, 'content-length': String(bytes.length) }, body: bytes };
}

/** One answer after the other, each from the place that was asked for; the last one stays. */
type Answers = Array<(start: number) => TinyReply>;

async function fetchFrom(answers: Answers, mimeType = 'video/mp4') {
	/** What was asked for: `all`, or the rest. */
	const asked: string[] = [];
	const server = await startTinyServer(({ url, headers }) => {
		if (url !== '/a.mp4') {
			const content = [{ type: 'video', url: `${server.url}/a.mp4` }];
			return { body: { id: 'job-1', status: 'completed', output: [{ content }] } };
		}
		const [, start] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
		const answer = answers[Math.min(asked.length, answers.length - 1)];
		asked.push(start === undefined ? 'all' : 'rest');
		const reply = answer?.(Number(start ?? 0)) ?? { status: 404 };
		return { ...reply, headers: { ...reply.headers, 'content-type': mimeType } };
	});
	const run = await runSoraVideo(undefined as never, {
		provider: 'vtrix',
		operation: 'download',
		parameters: { jobId: 'job-1', binaryPropertyName: 'data' },
		credentials: { soraVideoVtrixApi: { apiKey: 'sk-0123456789abcdef', baseUrl: server.url } },
		settings: { onError: 'continueRegularOutput' },
	}).finally(async () => await server.close());
	return { item: only(only(run.outputs)), asked };
}

async function expectWhole(answers: Answers, expected: Buffer, requests: string[], mimeType?: string): Promise<void> {
	const { item, asked } = await fetchFrom(answers, mimeType);
	expect(item.json.failure).toBeNull();
	expect(expected.equals(await readBinary(item))).toBe(true);
	expect(asked).toEqual(requests);
}

async function expectError(answers: Answers, what: string, mimeType?: string): Promise<void> {
	const { item } = await fetchFrom(answers, mimeType);
	expect(item.binary).toBeUndefined();
	expectSentence(messageOf(item), 'job-1', what, 'operation Download');
}

describe.each(Object.entries(videoForms))('%s', (_name, { file: each, mimeType, toldBefore }) => {
	const middle = Math.floor(each.length * 0.6);

	it.each([
		['its length told', whole(each)],
		['no length told', { headers: own(), body: each }],
		['packed, though it was not to be', packed(gzipSync(each))],
		['packed by Brotli', packed(brotliCompressSync(each), 'br')],
	])('comes whole at once: %s', async (_how, reply) => {
		await expectWhole([() => reply], each, ['all'], mimeType);
	});

	it('that breaks off is joined, whole', async () => {
		await expectWhole([() => broken(each, middle), (start) => part(start, each.subarray(start), `bytes ${start}-${each.length - 1}/${each.length}`)], each, ['all', 'rest'], mimeType);
	});

	if (toldBefore === each.length) {
		it('that its server has only half of is an error, whatever length is told', async () => {
			const cut = each.subarray(0, middle);
			for (const reply of [whole(cut), { headers: own(null), body: cut }, packed(gzipSync(cut))]) await expectError([() => reply], 'broke off', mimeType);
		});
	}
});

describe('a file that breaks off', () => {
	it.each<[string, Answers, string[]]>([
		['goes on, though no length was told', [() => brokenWithoutLength(), part], ['all', 'rest']],
		['goes on, though it broke where its form could end', [() => brokenWithoutLength(videoForms['the movie first'].ends[1]), part], ['all', 'rest']],
		['goes on in parts that are shorter than what was asked for', [() => broken(), (start) => part(start, file.subarray(start, start + 1500)), part], ['all', 'rest', 'rest']],
		['goes on where the part breaks off too', [() => broken(), (start) => ({ ...part(start), body: file.subarray(start, start + 1200), then: 'break' }), part], ['all', 'rest', 'rest']],
		['goes on by the date of its last change', [() => broken(file, half, { 'last-modified': 'Thu, 26 Nov 2026 10:00:00 GMT' }), (start) => part(start, undefined, undefined, { 'last-modified': 'Thu, 26 Nov 2026 10:00:00 GMT' })], ['all', 'rest']],
		['is whole where the told length was too large', [() => ({ ...whole(), headers: { ...own(), 'content-length': '6000' }, then: 'break' }), part], ['all', 'rest']],
		['is whole though the first answer was a part that nobody asked for', [() => part(0, file.subarray(0, videoForms['the movie first'].ends[1])), () => whole()], ['all', 'all']],
		['begins anew from a server without ETag and date', [() => broken(file, half, own(null)), () => whole()], ['all', 'all']],
		['begins anew where the ETag is weak', [() => broken(file, half, own('W/"one"')), () => whole()], ['all', 'all']],
		['begins anew by the answer of a server without ranges', [() => broken(), () => whole()], ['all', 'rest']],
		['begins anew where there is no such part', [() => broken(), () => ({ status: 416, headers: { 'content-range': `bytes */${file.length}` } }), () => whole()], ['all', 'rest', 'all']],
		['begins anew where the part’s ETag is another', [() => broken(), (start) => part(start, undefined, undefined, own('"two"')), () => whole()], ['all', 'rest', 'all']],
		['begins anew where the part has none', [() => broken(), (start) => part(start, undefined, undefined, own(null)), () => whole()], ['all', 'rest', 'all']],
		['begins anew where the part is from another place', [() => broken(), (start) => part(start - 10), () => whole()], ['all', 'rest', 'all']],
		['begins anew where the part tells no length', [() => broken(), (start) => part(start, undefined, `bytes ${start}-${file.length - 1}/*`), () => whole()], ['all', 'rest', 'all']],
		['begins anew where the part’s place is a lie', [() => broken(), (start) => part(start, file.subarray(start - 10, -10)), () => whole()], ['all', 'rest', 'all']],
		['begins anew where the part is of another file with the same ETag', [() => broken(), (start) => part(start, Buffer.alloc(file.length - start, 9)), () => whole()], ['all', 'rest', 'all']],
	])('%s', async (_name, answers, requests) => {
		await expectWhole(answers, file, requests);
	});

	it('begins anew where the part is from another place that looks the same', async () => {
		const still = Buffer.from(file).fill(0, half - 1500, half + 500);
		const elsewhere = (start: number) => part(start - 10, still.subarray(start - 10, -10));
		await expectWhole([() => broken(still), elsewhere, () => whole(still)], still, ['all', 'rest', 'all']);
	});

	it.each<[string, Answers]>([
		['in every answer', [() => broken(), () => broken()]],
		['and whose parts tell too large a length', [() => broken(), (start) => part(start, undefined, `bytes ${start}-${file.length - 1}/9000`), (start) => part(start, file.subarray(start), `bytes ${start}-${file.length - 1}/9000`)]],
		['and whose parts tell too small a length', [() => broken(), (start) => part(start, undefined, `bytes ${start}-2999/3000`), () => broken()]],
	])('%s is an error', async (_name, answers) => {
		await expectError(answers, 'operation Download');
	});
});

describe('a large file that breaks off again and again', () => {
	const chunk = 20_000;

	it('goes on as long as each part brings something', async () => {
		const { item, asked } = await fetchFrom([
			() => broken(large, chunk),
			(start) => ({ ...part(start, large.subarray(start), `bytes ${start}-${large.length - 1}/${large.length}`), body: large.subarray(start, start + chunk), then: 'break' }),
		]);
		expect(large.equals(await readBinary(item))).toBe(true);
		expect(asked.length).toBeGreaterThan(9);
	});

	it.each([[2, 'goes on'], [99, 'is given up, and not after minutes']])('and is not found %i times %s', async (times) => {
		const missing = Array.from({ length: times }, () => () => ({ status: 404 }));
		const { item, asked } = await fetchFrom([() => ({ ...broken(large, 100_000), then: 'hang' }), ...missing, (start) => part(start, large.subarray(start), `bytes ${start}-${large.length - 1}/${large.length}`)]);
		if (times > 5) {
			expectSentence(messageOf(item), 'job-1', 'HTTP 404');
			expect(messageOf(item)).not.toContain('minutes');
			expect(asked).toHaveLength(6);
		} else expect(large.equals(await readBinary(item))).toBe(true);
	});

	it('is given up where it never comes further than before', async () => {
		const { item, asked } = await fetchFrom([() => broken(large, 100_000, own(null))]);
		expectSentence(messageOf(item), 'job-1', 'operation Download');
		// Not the 60 that a file which comes further and further may take.
		expect(asked.length).toBeLessThan(30);
	});
});

describe('a packed file that breaks off', () => {
	const forms: Record<string, Buffer> = { gzip: gzipSync(large), br: brotliCompressSync(large) };

	it.each([['gzip', true], ['gzip', false], ['br', true], ['br', false]])('(%s, told again: %s) is not joined with a part of the packed bytes', async (encoding, isToldAgain) => {
		const bytes = forms[encoding] ?? file;
		// Standing still, so that all of it is unpacked before it counts as broken.
		const first: TinyReply = { ...packed(bytes, encoding), body: bytes.subarray(0, 100_000), then: 'hang' };
		const headers = { ...own(), ...(isToldAgain && { 'content-encoding': encoding }) };
		const rest = (start: number) => part(start, bytes.subarray(start), `bytes ${start}-${bytes.length - 1}/${bytes.length}`, headers);
		await expectWhole([() => first, rest, () => packed(bytes, encoding)], large, ['all', 'rest', 'all']);
	});
});

describe('a file that grows while it is fetched', () => {
	it('is asked for again until it is whole', async () => {
		const lengths = [1000, 2000, 3000];
		await expectWhole([...lengths.map((length) => () => whole(file.subarray(0, length), own(`"${length}"`))), () => whole()], file, ['all', 'all', 'all', 'all']);
	});

	it('goes on behind the length that was told first', async () => {
		await expectWhole([() => broken(file.subarray(0, 3000)), part], file, ['all', 'rest']);
	});
});
