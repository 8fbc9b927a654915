/** Brands of ISO media files that are pictures or sound, and no video. */
const otherBrands = /^(heic|heix|heim|heis|hevc|mif1|msf1|avif|avis|M4A |M4B |M4P )$/;
/** Boxes that a QuickTime file may begin with; newer files of its family begin with `ftyp`. */
const oldQuickTime = /^(moov|mdat|wide|free|skip|pnot)$/;

/** As many bytes of a file's beginning as `readVideoType` wants, where the file has them. */
export const headLength = 64;

function text(bytes: Uint8Array, start: number, end: number): string {
	return String.fromCharCode(...bytes.subarray(start, end));
}

/** What a file is by its first bytes; null where they are those of no video that is known here. */
function sniff(head: Uint8Array): string | null {
	const box = text(head, 4, 8);
	if (box === 'ftyp') {
		const brand = text(head, 8, 12);
		if (otherBrands.test(brand)) return null;
		return brand === 'qt  ' ? 'video/quicktime' : 'video/mp4';
	}
	if (head[0] === 0 && oldQuickTime.test(box)) return 'video/quicktime';
	if (text(head, 0, 4) === '\x1a\x45\xdf\xa3') {
		return text(head, 0, headLength).includes('webm') ? 'video/webm' : 'video/x-matroska';
	}
	return text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'AVI ' ? 'video/x-msvideo' : null;
}

/** Types whose first bytes are known, so that a file without them is not of this type. */
const known = /^video\/(mp4|webm|quicktime|x-matroska|x-msvideo)$/;

function isText(head: Uint8Array): boolean {
	return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/**
 * The MIME type of a video by its content, and by its server's word only where the content is of a
 * kind that isn't known here. Null for anything else: pages and error bodies come with status 200,
 * and as `video/mp4` too.
 *
 * @param head The first bytes, `headLength` of them where there are as many.
 * @param claimed The Content-Type of the answer, without parameters.
 */
export function readVideoType(head: Uint8Array, claimed: string | null): string | null {
	const seen = sniff(head);
	if (seen !== null || claimed === null) return seen;
	const believable = claimed.startsWith('video/') && !known.test(claimed);
	return believable && head.length > 0 && !isText(head) ? claimed : null;
}
