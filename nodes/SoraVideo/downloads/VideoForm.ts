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

/** What a file's form says of its end: it could be here, or is not, or the form doesn't tell. */
export type End = 'whole' | 'cut' | 'unknown';

/**
 * Watches a video file pass by, and tells at its end whether that is the file's.
 *
 * An MP4 or QuickTime file is a row of boxes that each begin with their size (ISO/IEC 14496-12, 4.2),
 * and a WebM file tells its length in its first bytes (RFC 8794). So a file that was cut off is found,
 * also where its server's Content-Length was that of the cut file, or there was none.
 */
export class VideoForm {
	private position = 0;
	/** Where the next box begins; infinite where the last one goes on to the end of the file. */
	private next = 0;
	private header: number[] = [];
	private headerLength = boxHeader;
	private hasMovie = false;
	/** Whether something came that is no box: padding, or a form not known here. */
	private lost = false;
	private readonly hasBoxes: boolean;
	private readonly told: number | null;

	/** @param head The file's first bytes, which are pushed all the same. */
	constructor(mimeType: string, head: Uint8Array) {
		this.hasBoxes = mimeType === 'video/mp4' || mimeType === 'video/quicktime';
		const isEbml = mimeType === 'video/webm' || mimeType === 'video/x-matroska';
		this.told = isEbml ? readSegmentEnd([...head]) : null;
	}

	push(chunk: Uint8Array): void {
		const start = this.position;
		this.position += chunk.length;
		while (this.hasBoxes && !this.lost && this.next + this.header.length < this.position) {
			const from = this.next + this.header.length - start;
			this.header.push(...chunk.subarray(from, from + this.headerLength - this.header.length));
			if (this.header.length === this.headerLength) this.readHeader();
		}
	}

	private readHeader(): void {
		const shortSize = readUint(this.header, 0, 4);
		const type = String.fromCharCode(...this.header.slice(4, boxHeader));
		if (shortSize === 1 && this.headerLength === boxHeader) {
			this.headerLength = longBoxHeader;
			return;
		}
		const size = shortSize === 1 ? readUint(this.header, boxHeader, 8) : shortSize;
		if (!/^[\w ©-]{4}$/.test(type) || (size !== 0 && size < this.headerLength)) {
			this.lost = true;
			return;
		}
		if (type === 'moov') this.hasMovie = true;
		this.next = size === 0 ? Infinity : this.next + size;
		this.header = [];
		this.headerLength = boxHeader;
	}

	/**
	 * What the form says of an end here. Without a `moov` box an MP4 can't be played, so one that lacks it
	 * was cut off; behind boxes that aren't known here, or a last one without a size, anything may follow.
	 */
	end(): End {
		if (!this.hasBoxes) {
			if (this.told === null) return 'unknown';
			return this.position >= this.told ? 'whole' : 'cut';
		}
		if (this.lost) return 'unknown';
		if (!this.hasMovie) return 'cut';
		if (this.next === this.position) return 'whole';
		const isPadding = this.header.length > 0 && this.header.every((byte) => byte === 0);
		return this.next === Infinity || isPadding ? 'unknown' : 'cut';
	}
}

/**
 * Whether a file that came to an orderly end is whole: the one rule, by its form and the length that
 * its server told. A form that is cut off isn't, whatever the length: servers tell the length of what
 * they hold. A form that is whole is, whatever the length: servers pack what they were asked not to,
 * and tell the packed length. Otherwise the length decides, and one that is smaller than what came is
 * a packed one, whose end the unpacking has proved.
 *
 * @param told The length in bytes, null where none was told.
 */
export function isWhole(end: End, received: number, told: number | null): boolean {
	return end === 'unknown' ? told === null || told <= received : end === 'whole';
}
