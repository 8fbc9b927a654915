import { CollectorNudge } from './CollectorNudge';
import { noteBytes, rest } from './errand';
import type { Errand } from './errand';
import { askForPart } from './openVideo';
import type { OpenVideo } from './openVideo';
import { watchForm } from './VideoForm';
import { readAtLeast } from './VideoPart';
import type { VideoPart } from './VideoPart';

/** Thrown where the bytes that were had are worth nothing. */
export class BeginAnew extends Error {
	/** @param part The answer that begins the file anew, where there is one. */
	constructor(readonly part: VideoPart | null) {
		super('the file begins anew');
	}
}

/** Bytes that are asked for a second time, to see that what follows them follows what is had. */
const overlap = 1024;

/** Whether a part says that it is the one of the file which begins here. */
function isOf(first: VideoPart, { start, total, validator }: VideoPart, from: number): boolean {
	return start === from && total !== null && validator === first.validator;
}

/** What follows these bytes in a part that repeats them; null where it doesn't. */
async function readBehind(part: VideoPart, repeated: Uint8Array): Promise<Uint8Array | null> {
	const bytes = await readAtLeast(part, repeated.length);
	const isSame = !('broken' in bytes) && Buffer.compare(bytes.subarray(0, repeated.length), repeated) === 0;
	return isSame ? bytes.subarray(repeated.length) : null;
}

/**
 * The bytes of a video that was opened, up to its end. The rule:
 *
 * A file is whole when its transfer has come to an orderly end, which proves the length that its server
 * told, and its form doesn't say that bytes are missing. A transfer that broke goes on with a part only
 * where ETag or date, the told place and a repeated kilobyte prove that it is the rest of this file; in
 * all other cases the file begins anew.
 *
 * Both are needed: a server tells the length of what it holds, which may be half a file, and a form is
 * silent where one more box should follow. For an answer's own length its orderly end stands in, since
 * n8n unpacks what was packed in spite of `identity`, and the length it was told is of the packed bytes.
 * Their ranges are too: such a part can't be unpacked, or doesn't repeat what is had.
 *
 * @throws BeginAnew where what came is to be thrown away.
 * @throws DownloadError where the file can't be had.
 */
export async function* readFile(errand: Errand, { part: first, head, mimeType }: OpenVideo): AsyncGenerator<Uint8Array> {
	const form = watchForm(mimeType, head);
	const collector = new CollectorNudge();
	let received = 0;
	let last = head;
	const take = (chunk: Uint8Array) => {
		form.push(chunk, received);
		received += chunk.length;
		last = chunk;
		noteBytes(errand, received);
		collector.nudge(chunk.length);
		return chunk;
	};
	yield take(head);
	for (let part = first; ; ) {
		let step = await part.read();
		for (; step.kind === 'chunk'; step = await part.read()) yield take(step.chunk);
		const hasEnded = step.kind === 'end' && (part === first || part.total === received);
		part.close();
		if (hasEnded && !form.isCut(received)) return;
		await rest(errand, step.kind === 'broken' ? step.what : `it broke off after ${received} bytes`, null);
		if (hasEnded || first.validator === null) throw new BeginAnew(null);
		const repeated = last.subarray(-overlap);
		const from = received - repeated.length;
		part = await askForPart(errand, { range: `bytes=${from}-`, 'if-range': first.validator });
		if (part.status === 200) throw new BeginAnew(part);
		const more = isOf(first, part, from) ? await readBehind(part, repeated) : null;
		if (more === null) {
			part.close();
			throw new BeginAnew(null);
		}
		if (more.length > 0) yield take(more);
	}
}
