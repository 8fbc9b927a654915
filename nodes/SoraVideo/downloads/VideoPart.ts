import { readNumber, readText } from '../job/read';
import type { OpenAnswer } from '../transport/http/openLink';
import type { ByteStream } from '../transport/http/readResponse';
import type { Pause } from '../transport/http/pause';

/** One step through a body. */
type Step = { kind: 'chunk'; chunk: Uint8Array } | { kind: 'end' } | { kind: 'broken'; what: string };

/** Fewer bytes than this in one stretch of patience are as good as none. */
const leastBytes = 16_384;

/** What a `Content-Range` says: `bytes 500-999/1234`, or `bytes *\/1234` of a range that isn't there. */
function readContentRange(value: unknown): { start: number | null; total: number | null } {
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

/** One answer's share of a video: all of it, or what follows an earlier part. */
export class VideoPart {
	readonly status: number;
	readonly claimedType: string | null;
	readonly validator: string | null;
	/** Where in the file it begins; null where the answer doesn't say. */
	readonly start: number | null;
	/** The whole file's length in bytes. */
	readonly total: number | null;
	readonly body: ByteStream;
	private readonly chunks: AsyncIterator<unknown>;
	private readonly ended = new AbortController();
	private received = 0;
	private hasStalled = false;

	/** @param stall Milliseconds without bytes after which the transfer counts as broken. */
	constructor(
		private readonly answer: OpenAnswer,
		pause: Pause,
		private readonly stall: number,
	) {
		const { status, headers } = answer;
		const range = readContentRange(headers['content-range']);
		this.status = status;
		this.claimedType = readText(headers['content-type'])?.split(';')[0]?.trim().toLowerCase() ?? null;
		this.validator = readValidator(headers);
		this.start = status === 200 ? 0 : range.start;
		this.total = status === 200 ? readNumber(headers['content-length']) : range.total;
		this.body = answer.body;
		this.chunks = answer.body[Symbol.asyncIterator]();
		void this.watch(pause);
	}

	/** n8n's timeout ends with the answer's head, so a body that stands still would be waited for forever. */
	private async watch(pause: Pause): Promise<void> {
		for (let before = 0; ; before = this.received) {
			await pause(this.stall, this.ended.signal);
			if (this.ended.signal.aborted) return;
			if (this.received - before < leastBytes) break;
		}
		this.hasStalled = true;
		this.close();
	}

	/** Never throws: what breaks is told. */
	async read(): Promise<Step> {
		try {
			const next = await this.chunks.next();
			if (next.done === true) return this.hasStalled ? this.stalled() : { kind: 'end' };
			const chunk: unknown = next.value;
			if (!(chunk instanceof Uint8Array)) return { kind: 'broken', what: 'it sent no bytes' };
			this.received += chunk.length;
			return { kind: 'chunk', chunk };
		} catch (error) {
			if (this.hasStalled) return this.stalled();
			return { kind: 'broken', what: error instanceof Error ? error.message : 'the connection broke' };
		}
	}

	private stalled(): Step {
		return { kind: 'broken', what: `it sent next to nothing for ${this.stall / 1000} seconds` };
	}

	close(): void {
		this.ended.abort();
		this.answer.close();
	}
}
