import { readNumber, readText } from '../job/read';
import type { OpenAnswer } from '../transport/http/openLink';
import type { ByteStream } from '../transport/http/readResponse';
import { patience } from './errand';
import type { DownloadOptions } from './errand';

/** One step through a body. */
export type Step = { kind: 'chunk'; chunk: Uint8Array } | { kind: 'end' } | { kind: 'broken'; what: string };

/** One answer's share of a video: all of it, or what follows an earlier part. */
export interface VideoPart {
	status: number;
	/** Where in the file it begins, by its Content-Range; null where it has none. */
	start: number | null;
	/** The whole file's length in bytes; null where it isn't told. */
	total: number | null;
	/** What proves that two parts are of one file; null where nothing does. */
	validator: string | null;
	claimedType: string | null;
	body: ByteStream;
	/** The next bytes. Never throws: what breaks is told. */
	read(): Promise<Step>;
	close(): void;
}

/** Fewer bytes than this in one stretch of patience are as good as none. */
const leastBytes = 16_384;

/** What a `Content-Range` says: `bytes 500-999/1234`, or `bytes *\/1234` of a range that isn't there. */
function readContentRange(value: unknown): Pick<VideoPart, 'start' | 'total'> {
	const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(readText(value) ?? '') ?? [];
	return { start: readNumber(start), total: readNumber(total) };
}

/**
 * What proves that two parts are of one file: a strong ETag, else the date of its last change. Weak
 * ETags are of no use, since files that differ may share one (RFC 9110, 13.1.5).
 */
function readValidator(headers: Record<string, unknown>): string | null {
	const etag = readText(headers.etag);
	return etag !== null && !etag.startsWith('W/') ? etag : readText(headers['last-modified']);
}

/**
 * Looks after an answer's body: one that stands still counts as broken. n8n's own timeout ends with the
 * answer's head, so it would be waited for forever.
 */
export function openPart(answer: OpenAnswer, { pause, signal }: Pick<DownloadOptions, 'pause' | 'signal'>): VideoPart {
	const { status, headers, body } = answer;
	const chunks: AsyncIterator<unknown> = body[Symbol.asyncIterator]();
	const ended = new AbortController();
	const over = AbortSignal.any([signal, ended.signal]);
	let received = 0;
	let stalled: string | null = null;
	const close = () => {
		ended.abort();
		answer.close();
	};
	const watch = async () => {
		for (let before = -leastBytes; received - before >= leastBytes; ) {
			before = received;
			await pause(patience.stall, over);
			if (over.aborted) return;
		}
		stalled = `it sent next to nothing for ${patience.stall / 1000} seconds`;
		close();
	};
	const read = async (): Promise<Step> => {
		try {
			const next = await chunks.next();
			if (next.done === true) return stalled === null ? { kind: 'end' } : { kind: 'broken', what: stalled };
			const chunk: unknown = next.value;
			if (!(chunk instanceof Uint8Array)) return { kind: 'broken', what: 'it sent no bytes' };
			received += chunk.length;
			return { kind: 'chunk', chunk };
		} catch (error) {
			return { kind: 'broken', what: stalled ?? (error instanceof Error ? error.message : 'the connection broke') };
		}
	};
	void watch();
	const { start, total } = readContentRange(headers['content-range']);
	return {
		status,
		start,
		total: status === 200 ? readNumber(headers['content-length']) : total,
		validator: readValidator(headers),
		claimedType: readText(headers['content-type'])?.split(';')[0]?.trim().toLowerCase() ?? null,
		body,
		read,
		close,
	};
}

/** The part's next bytes, `length` of them or more where there are as many; or how it broke before. */
export async function readAtLeast(part: VideoPart, length: number): Promise<Buffer | { broken: string }> {
	const chunks: Uint8Array[] = [];
	for (let had = 0; had < length; ) {
		const step = await part.read();
		if (step.kind === 'end') break;
		if (step.kind === 'broken') return { broken: step.what };
		chunks.push(step.chunk);
		had += step.chunk.length;
	}
	return Buffer.concat(chunks);
}
