import { steadyNow } from '../transport/http/clock';
import { ChunkBuffer } from './ChunkBuffer';
import { CollectorNudge } from './CollectorNudge';
import { DownloadError, failed, rest } from './errand';
import type { Errand } from './errand';
import { checkSize, openPart } from './openVideo';
import type { OpenVideo } from './openVideo';
import { isWhole, VideoForm } from './VideoForm';
import type { VideoPart } from './VideoPart';

/** Bytes that make a try count as one that brought something. */
const leastGain = 16_384;

/** What came of reading a file, as told while it is read. */
export interface FileRead {
	/** Bytes so far. */
	received: number;
	/** Why it ended without being whole. n8n's store throws errors of its own, so it stands here. */
	error: DownloadError | null;
	/** The answer that is read, to be closed in the end. */
	part: VideoPart;
	/** Whether `part` is the beginning of the file anew. */
	beginsAnew: boolean;
	/** Whether the server may be asked for a part: not where it gave a wrong one. */
	takesParts: boolean;
}

/** Whether a part is the next one of the file that was begun. Its total length alone proves nothing. */
function follows(part: VideoPart, first: VideoPart, received: number): boolean {
	return (
		part.status === 206 &&
		part.start === received &&
		(part.total === null || first.total === null || part.total === first.total) &&
		part.validator !== null &&
		part.validator === first.validator
	);
}

/**
 * The headers that ask for the rest of a file, where the server can prove that it is the rest of this
 * one. More bytes than it told were packed ones, which its parts would be too.
 */
function askForRest({ validator, total }: VideoPart, { received, takesParts }: FileRead): Record<string, string> {
	return takesParts && validator !== null && (total === null || received < total)
		? { range: `bytes=${received}-`, 'if-range': validator }
		: {};
}

function beginAgain(what: string): DownloadError {
	return new DownloadError({ kind: 'failed', what }, true);
}

/** The whole file, from parts that follow each other. @throws DownloadError where it can't be had. */
async function* joinParts(errand: Errand, { part: first, head, mimeType }: OpenVideo, read: FileRead): AsyncGenerator<Uint8Array> {
	const form = new VideoForm(mimeType, head);
	const buffer = new ChunkBuffer();
	const collector = new CollectorNudge();
	let gained = 0;
	const take = (chunk: Uint8Array) => {
		read.received += chunk.length;
		gained += chunk.length;
		if (gained >= leastGain) errand.tries = 0;
		checkSize(errand, read.received);
		if (steadyNow() > errand.giveUpAt) throw failed('it takes too long');
		form.push(chunk);
	};
	take(head);
	yield head;
	for (;;) {
		const step = await read.part.read();
		if (step.kind === 'chunk') {
			take(step.chunk);
			buffer.add(step.chunk);
			collector.nudge(step.chunk.length);
			if (buffer.isFull()) yield buffer.take();
			continue;
		}
		const last = buffer.take();
		if (last.length > 0) yield last;
		if (step.kind === 'end') {
			if (isWhole(form.end(), read.received, first.total)) return;
			// What a server calls the end and isn't would end there again.
			throw beginAgain(`it broke off after ${read.received} bytes`);
		}
		read.part.close();
		await rest(errand, step.what, null);
		// A part that brought nothing but trouble may be one that can't be unpacked.
		if (read.part !== first && gained === 0) read.takesParts = false;
		gained = 0;
		read.part = await openPart(errand, askForRest(first, read));
		const { status, total } = read.part;
		// Nothing behind what was had: the length told before was too large.
		if (status === 416 && isWhole(form.end(), read.received, total ?? first.total) && form.end() !== 'cut') return;
		if (follows(read.part, first, read.received)) continue;
		// The whole anew, or a part of something else: neither goes behind what was had.
		read.beginsAnew = status === 200;
		read.takesParts &&= read.beginsAnew;
		throw beginAgain('its parts do not fit');
	}
}

/** Begins to read a file; `read` tells what comes of it. */
export function readFile(errand: Errand, video: OpenVideo, takesParts: boolean): { chunks: AsyncIterable<Uint8Array>; read: FileRead } {
	const read: FileRead = { received: 0, error: null, part: video.part, beginsAnew: false, takesParts };
	async function* noted(): AsyncGenerator<Uint8Array> {
		try {
			yield* joinParts(errand, video, read);
		} catch (error) {
			read.error = error instanceof DownloadError ? error : failed(error instanceof Error ? error.message : 'no answer');
			throw read.error;
		}
	}
	return { chunks: noted(), read };
}
