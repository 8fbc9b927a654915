import type { SeenImage } from './checkImage';
import { isCutOff } from './isCutOff';
import { readImageHead } from './readImageHead';

/** A Node stream, as far as it is needed here. */
export interface ByteStream extends AsyncIterable<unknown> {
	destroy(): void;
}

/** Whether a value is a Node stream that can be read from. */
export function isByteStream(value: unknown): value is ByteStream {
	return (
		typeof value === 'object' &&
		value !== null &&
		Symbol.asyncIterator in value &&
		'destroy' in value &&
		typeof value.destroy === 'function'
	);
}

/** What can be seen of an image that is all there. */
export function seeWhole(file: Buffer): SeenImage {
	const head = readImageHead(file, true);
	if (head.kind === 'needsMore') throw new TypeError('a whole file was asked for more');
	const breaksOff = head.kind === 'image' && isCutOff(file, head.type);
	return { head, bytes: file.length, isCutOff: breaksOff };
}

/**
 * What can be seen of an image in the first bytes of a stream, which is closed after them.
 *
 * @param total Bytes of the whole file, where they are known.
 * @returns null where more bytes than wanted are needed.
 * @throws Whatever the stream fails with, and when the signal aborts while it is read.
 */
export async function seePart(
	stream: ByteStream,
	wanted: number,
	total: number | null,
	signal: AbortSignal,
): Promise<SeenImage | null> {
	const close = () => {
		stream.destroy();
	};
	signal.addEventListener('abort', close);
	const chunks: Buffer[] = [];
	let length = 0;
	try {
		signal.throwIfAborted();
		for await (const chunk of stream) {
			if (!(chunk instanceof Uint8Array)) throw new TypeError('the stream is not one of bytes');
			chunks.push(Buffer.from(chunk));
			length += chunk.length;
			// Leaving the loop closes the stream.
			if (length >= wanted) break;
		}
	} finally {
		signal.removeEventListener('abort', close);
	}
	const start = Buffer.concat(chunks);
	if (length < wanted && (total === null || length >= total)) return seeWhole(start);
	const head = readImageHead(start, false);
	return head.kind === 'needsMore' ? null : { head, bytes: total, isCutOff: false };
}
