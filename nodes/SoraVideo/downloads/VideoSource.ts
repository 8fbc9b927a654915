import { headLength, readVideoType } from './videoType';
import type { VideoJob } from '../job/VideoJob';
import { WholeVideo } from './WholeVideo';
import { askForJob } from '../transport/askForJob';
import type { Connection } from '../transport/connection';
import { Litter } from './Litter';
import { isStream, openLink } from '../transport/openLink';
import type { ByteStream, ClosedLink, Place } from '../transport/openLink';
import { Piece } from './Piece';
import { VideoPart } from './VideoPart';
import type { Pause } from './VideoPart';

/** Why a video can't be had. */
export interface DownloadProblem {
	kind: 'failed' | 'expired' | 'tooLarge';
	what: string;
}

export interface DownloadOptions {
	/** Which of the job's videos. */
	index: number;
	signal: AbortSignal;
	/** The largest file that is taken, in bytes. */
	maxBytes: number;
	pause: Pause;
}

/** How long is tried, in milliseconds. An object, so that tests needn't wait as long. */
export const patience = {
	/** Without bytes, until a transfer counts as broken. */
	stall: 30_000,
	/** Between two tries; doubles up to the longest. */
	firstPause: 1_000,
	longestPause: 15_000,
	/** For one video in all. */
	whole: 3_600_000,
};

/** In a row that bring next to nothing. */
const mostTries = 6;
/** Bytes that make a try count as one that brought something. */
const leastGain = 16_384;
/** In all, so that a server that breaks off after every few bytes comes to an end. */
const mostRequests = 40;
/** Files begun, where the server gives no part that fits the one before. */
const mostBeginnings = 4;
const mostRenewals = 2;

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1).replace(/\.0$/, '')} MB`;
}

/** A Node stream of these chunks, by the class of another one: nodes may not import Node's module. */
function toStream(like: ByteStream, chunks: AsyncIterable<Uint8Array>): ByteStream | null {
	const from: unknown = Reflect.get(like.constructor, 'from');
	if (typeof from !== 'function') return null;
	// No larger read-ahead than Node's: the stream would join what it holds, into memory of its own.
	const stream: unknown = Reflect.apply(from, like.constructor, [chunks, { objectMode: false }]);
	return isStream(stream) ? stream : null;
}

/**
 * The bytes of one video, whatever the network does meanwhile: parts are joined where the server
 * proves that they are of one file, links that died are renewed, and pauses lie between the tries.
 */
export class VideoSource {
	/** What is known of the job last: after a renewal its links are other ones. */
	job: VideoJob;
	/** Set where the video can't be had. */
	problem: DownloadProblem | null = null;
	/** Whether the file that was begun is worth nothing, and another one should be begun. */
	mustBeginAgain = false;
	/** Bytes of the file that was begun. */
	received = 0;
	private place: Place | null;
	private part: VideoPart | null = null;
	/** Whether `part` is the beginning of the next file. */
	private isReady = false;
	/** Whether the server may be asked for a part: not where it gave a wrong one. */
	private takesParts = true;
	private total: number | null = null;
	private validator: string | null = null;
	private triesInRow = 0;
	/** Bytes since the last answer began. */
	private gained = 0;
	private requests = 0;
	private beginnings = 0;
	private renewals = 0;
	private readonly giveUpAt = Date.now() + patience.whole;

	constructor(
		private readonly connection: Connection,
		job: VideoJob,
		private readonly options: DownloadOptions,
	) {
		this.job = job;
		this.place = job.videoUrls[options.index] ?? this.writeContent();
	}

	private writeContent(): Place | null {
		return this.connection.provider.writeContent?.(this.job.id, this.options.index) ?? null;
	}

	/**
	 * Opens the video at its beginning, and looks at its first bytes before any file is made of it.
	 *
	 * @throws An error, with `problem` set.
	 */
	async begin(): Promise<{ mimeType: string; stream: ByteStream }> {
		const last = this.problem;
		this.problem = null;
		this.mustBeginAgain = false;
		this.beginnings += 1;
		if (this.beginnings > mostBeginnings) throw this.fail('failed', last?.what ?? 'it never came whole');
		const { expiresAt } = this.job;
		if (expiresAt !== null && Date.parse(expiresAt) < Date.now()) await this.renew();
		for (;;) {
			this.received = 0;
			this.validator = null;
			const part = this.isReady && this.part ? this.part : await this.open();
			this.isReady = false;
			const head = await this.readHead(part);
			if (head === null) continue;
			const mimeType = readVideoType(head.subarray(0, headLength), part.claimedType);
			if (mimeType === null) {
				const type = part.claimedType ?? 'something';
				throw this.fail('failed', `it answered with ${type} that is no video`);
			}
			const stream = toStream(part.body, this.bytes(part, head, mimeType));
			if (stream === null) throw this.fail('failed', 'this n8n gives no stream to read from');
			return { mimeType, stream };
		}
	}

	/** The part's first bytes; null where it broke before it had as many. */
	private async readHead(part: VideoPart): Promise<Uint8Array | null> {
		this.checkSize(part.total ?? 0);
		const chunks: Uint8Array[] = [];
		for (let length = 0; length < headLength; ) {
			const step = await part.read();
			if (step.kind === 'end') break;
			if (step.kind === 'broken') {
				await this.rest(step.what, null);
				return null;
			}
			chunks.push(step.chunk);
			length += step.chunk.length;
		}
		return Buffer.concat(chunks);
	}

	/** The whole file, from parts that follow each other; throws where it can't be had. */
	private async *bytes(
		first: VideoPart,
		head: Uint8Array,
		mimeType: string,
	): AsyncGenerator<Uint8Array> {
		const whole = new WholeVideo(mimeType, head);
		const piece = new Piece();
		const litter = new Litter();
		this.total = first.total;
		this.validator = first.validator;
		let part = first;
		this.take(head, whole);
		yield head;
		for (;;) {
			const step = await part.read();
			if (step.kind === 'chunk') {
				this.take(step.chunk, whole);
				piece.add(step.chunk);
				litter.drop(step.chunk.length);
				if (piece.isFull()) yield piece.take();
				continue;
			}
			const last = piece.take();
			if (last.length > 0) yield last;
			if (step.kind === 'end') {
				if (this.isComplete(whole)) return;
				// What a server calls the end and isn't would end there again.
				throw this.beginAgain(`it broke off after ${this.received} bytes`);
			}
			await this.rest(step.what, null);
			part = await this.open();
			if (part.status === 416 && this.isCompleteBy(part, whole)) return;
			if (this.follows(part)) continue;
			// The whole anew, or a part of something else: neither goes behind what was had.
			this.isReady = part.status === 200;
			this.takesParts &&= this.isReady;
			throw this.beginAgain('its parts do not fit');
		}
	}

	private take(chunk: Uint8Array, whole: WholeVideo): void {
		this.received += chunk.length;
		this.gained += chunk.length;
		if (this.gained >= leastGain) this.triesInRow = 0;
		this.checkSize(this.received);
		if (Date.now() > this.giveUpAt) throw this.fail('failed', 'it takes too long');
		whole.push(chunk);
	}

	private checkSize(bytes: number): void {
		const { maxBytes } = this.options;
		if (bytes <= maxBytes) return;
		throw this.fail('tooLarge', `it has ${megabytes(bytes)} or more, and at most ${megabytes(maxBytes)} are taken`);
	}

	/** Whether an answer that ended in order brought the file to its end. */
	private isComplete(whole: WholeVideo): boolean {
		const isWhole = whole.isWhole();
		// A server that packs what it was asked not to pack tells the packed length: then the form decides.
		return isWhole ?? (this.total === null || this.total === this.received);
	}

	/** Whether there is nothing behind what was had, so that the length told before was too large. */
	private isCompleteBy(part: VideoPart, whole: WholeVideo): boolean {
		return whole.isWhole() ?? part.total === this.received;
	}

	/** Whether a part is the next one of the file that was begun. Its total length alone proves nothing. */
	private follows(part: VideoPart): boolean {
		return (
			part.status === 206 &&
			part.start === this.received &&
			(part.total === null || this.total === null || part.total === this.total) &&
			part.validator !== null &&
			part.validator === this.validator
		);
	}

	private beginAgain(what: string): Error {
		this.mustBeginAgain = true;
		return this.fail('failed', what);
	}

	private fail(kind: DownloadProblem['kind'], what: string): Error {
		this.problem = { kind, what };
		return new TypeError(what);
	}

	/** Pauses before the next try. @throws An error where there is none. */
	private async rest(what: string, tryAgainAfter: number | null): Promise<void> {
		this.close();
		this.triesInRow += 1;
		const wait = Math.min(patience.firstPause * 2 ** (this.triesInRow - 1), patience.longestPause);
		const isLast = this.triesInRow >= mostTries || this.requests >= mostRequests;
		if (isLast || Date.now() + wait > this.giveUpAt) throw this.fail('failed', what);
		const { pause, signal } = this.options;
		// Fifty downloads that broke at one moment need not come back at one moment.
		await pause(Math.max(wait * (0.75 + Math.random() / 2), tryAgainAfter ?? 0), signal);
		if (signal.aborted) throw this.fail('failed', 'the execution was canceled');
	}

	/** Asks for what follows the bytes that were received, until an answer begins. */
	private async open(): Promise<VideoPart> {
		for (;;) {
			if (this.place === null) throw this.fail('expired', 'it has no link');
			this.close();
			this.requests += 1;
			this.gained = 0;
			const { signal, pause } = this.options;
			const answer = await openLink(this.connection, this.place, this.range(), signal);
			if (!('kind' in answer)) {
				this.part = new VideoPart(answer, pause, patience.stall);
				const isPart = answer.status !== 200;
				if (this.received > 0 || !isPart) return this.part;
				await this.rest(`HTTP ${answer.status}, though the whole was asked for`, null);
			} else {
				await this.cope(answer);
			}
		}
	}

	/** Does what a link that gave nothing calls for. @throws An error where that is to give up. */
	private async cope({ kind, what, tryAgainAfter }: ClosedLink): Promise<void> {
		if (kind === 'refused') throw this.fail('failed', what);
		if (kind === 'trouble') await this.rest(what, tryAgainAfter);
		else if (!(await this.renew())) throw this.fail('expired', what);
	}

	/** The headers that ask for the rest, where the server can prove that it is the rest of this file. */
	private range(): Record<string, string> {
		return this.received > 0 && this.takesParts && this.validator !== null
			? { range: `bytes=${this.received}-`, 'if-range': this.validator }
			: {};
	}

	/** Whether there is another way to the video: a fresh link by the provider, or its API itself. */
	private async renew(): Promise<boolean> {
		const { connection, job, place, options } = this;
		if (typeof place !== 'string' || this.renewals >= mostRenewals) return false;
		this.renewals += 1;
		const known = { model: job.model ?? undefined, createdAt: job.createdAt ?? undefined };
		const outcome = await askForJob(connection, job.id, known);
		const fresh = outcome.kind === 'job' ? outcome.job : null;
		const link = fresh?.videoUrls[options.index];
		if (fresh?.status === 'completed' && link !== undefined) this.job = fresh;
		this.place = link !== undefined && link !== place ? link : (this.writeContent() ?? place);
		return this.place !== place;
	}

	/** Ends the transfer, if there is one. */
	close(): void {
		this.part?.close();
	}
}
