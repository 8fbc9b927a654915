/** Bytes that are made as they are sent, so that a file of any size costs no memory. */
export interface GeneratedFile {
	readonly length: number;
	/** The bytes from `start` up to `end`. */
	read(start: number, end: number): Iterable<Buffer>;
}

const blockLength = 1 << 20;
/** No two places near each other look alike, so that a part put in the wrong place is seen. */
const block = Buffer.alloc(blockLength);
for (let index = 0, value = 1; index < blockLength; index += 4) {
	value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
	block.writeUInt32LE(value, index);
}

/** A box of ISO media, whose header tells this size. */
export function box(type: string, size: number, content: Buffer = Buffer.alloc(0)): Buffer {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(size, 0);
	header.write(type, 4, 'latin1');
	return Buffer.concat([header, content]);
}

/** An MP4 of this length by its boxes, of at most 4 GB; nothing that can be played. */
export function bigVideo(length: number): GeneratedFile {
	const brands = Buffer.from('isom\0\0\x02\0isommp41', 'latin1');
	const start = Buffer.concat([box('ftyp', 24, brands), box('moov', 16, Buffer.alloc(8))]);
	const head = Buffer.concat([start, box('mdat', length - start.length)]);
	function* read(from: number, end: number): Iterable<Buffer> {
		if (from < head.length) yield head.subarray(from, end);
		for (let at = Math.max(from, head.length); at < end; ) {
			const offset = at % blockLength;
			const chunk = block.subarray(offset, Math.min(blockLength, offset + end - at));
			yield chunk;
			at += chunk.length;
		}
	}
	return { length, read };
}
