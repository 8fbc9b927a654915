const boxHeader = 8;
const longBoxHeader = 16;

function readUint(bytes: readonly number[], start: number, length: number): number {
	return bytes.slice(start, start + length).reduce((value, byte) => value * 256 + byte, 0);
}

/** An EBML number of variable length: its first byte's leading zeros tell how many bytes follow. */
function readVint(bytes: readonly number[], start: number): { value: number; end: number } | null {
	const first = bytes[start] ?? 0;
	const length = Math.clz32(first) - 23;
	if (first === 0 || start + length > bytes.length) return null;
	const bits = 7 * length;
	const value = readUint(bytes, start, length) - 2 ** bits;
	// All ones: the size is not known.
	return { value: value === 2 ** bits - 1 ? Infinity : value, end: start + length };
}

/** Where a WebM or Matroska file ends by its own word: behind the segment that follows its header. */
function readSegmentEnd(head: readonly number[]): number | null {
	const header = readVint(head, 4);
	const segment = header && header.end + header.value;
	const size = segment !== null && readUint(head, segment, 4) === 0x18538067 ? readVint(head, segment + 4) : null;
	return size && Number.isFinite(size.value) ? size.end + size.value : null;
}

/**
 * Watches a video file pass by, and tells at its end whether its form says that something is missing.
 *
 * An MP4 or QuickTime file is a row of boxes that each begin with their size (ISO/IEC 14496-12, 4.2),
 * and a WebM file tells its length in its first bytes (RFC 8794). So a file that was cut off is found,
 * also where its server's Content-Length was that of the cut file, or there was none. What no form
 * tells, and is taken for nothing missing: whether one more box should follow (as in a fragmented MP4
 * cut between two fragments), and what stands in a last box without a size, or behind padding or a box
 * of no known form.
 */
export interface VideoForm {
	/** @param start Where in the file the chunk begins; each chunk follows the one before. */
	push(chunk: Uint8Array, start: number): void;
	/** @param length The bytes that were pushed in all. */
	isCut(length: number): boolean;
}

class BoxForm implements VideoForm {
	/** Where the next box begins; infinite where nothing tells. */
	private next = 0;
	/** What has come of that box's header. */
	private header: number[] = [];
	private isLong = false;
	/** Without a `moov` box an MP4 can't be played. */
	private needsMovie = true;

	push(chunk: Uint8Array, start: number): void {
		while (this.next + this.header.length < start + chunk.length) {
			const length = this.isLong ? longBoxHeader : boxHeader;
			const from = this.next + this.header.length - start;
			this.header.push(...chunk.subarray(from, from + length - this.header.length));
			if (this.header.length === length) this.readHeader();
		}
	}

	private readHeader(): void {
		const { header, isLong } = this;
		const shortSize = readUint(header, 0, 4);
		this.isLong = shortSize === 1 && !isLong;
		if (this.isLong) return;
		const size = isLong ? readUint(header, boxHeader, 8) : shortSize;
		const type = String.fromCharCode(...header.slice(4, boxHeader));
		const isBox = /^[\w ©-]{4}$/.test(type) && (size === 0 || size >= header.length);
		if (type === 'moov' || !isBox) this.needsMovie = false;
		this.next = isBox && size > 0 ? this.next + size : Infinity;
		this.header = [];
	}

	isCut(length: number): boolean {
		const isAtBox = this.next === Infinity || this.next === length;
		// Padding shorter than a header.
		const isZeros = this.header.length > 0 && this.header.every((byte) => byte === 0);
		return this.needsMovie || !(isAtBox || isZeros);
	}
}

/** @param head The file's first bytes, which are pushed all the same. */
export function watchForm(mimeType: string, head: Uint8Array): VideoForm {
	if (mimeType === 'video/mp4' || mimeType === 'video/quicktime') return new BoxForm();
	const isEbml = mimeType === 'video/webm' || mimeType === 'video/x-matroska';
	const end = (isEbml ? readSegmentEnd([...head]) : null) ?? 0;
	return { push: () => undefined, isCut: (length) => length < end };
}
