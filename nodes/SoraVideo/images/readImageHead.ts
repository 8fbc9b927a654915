import { readOrientation } from './exifOrientation';

export type ImageType = 'jpeg' | 'png' | 'webp';

/** What a picture's first bytes say of it. */
export interface ImageFacts {
	type: ImageType;
	/** Pixels as stored, before `orientation` turns them. */
	width: number;
	height: number;
	/** 1 to 8, as EXIF has it; 1 is upright, 5 to 8 are shown turned by a quarter. */
	orientation: number;
}

export type ImageHead =
	| ({ kind: 'image' } & ImageFacts)
	/** Nothing can be said before this many bytes, from the beginning on, are there. */
	| { kind: 'needsMore'; bytes: number }
	/** Not one of the types; `what` is a noun with its article, like "a PDF". */
	| { kind: 'other'; what: string; isPicture: boolean }
	/** One of the types by its beginning, but no picture; `why` goes on a sentence after "it". */
	| { kind: 'broken'; type: ImageType; why: string };

/** More than any chunk header or frame header read here takes. */
const stride = 64;

/** How other files begin that users take for pictures, or that a server sends instead of one. */
const others: ReadonlyArray<{ what: string; isPicture?: boolean; begins: RegExp }> = [
	{ what: 'a GIF', isPicture: true, begins: /^GIF8/ },
	{ what: 'an AVIF picture', isPicture: true, begins: /^[^]{4}ftypavi[fs]/ },
	{ what: 'a HEIC picture', isPicture: true, begins: /^[^]{4}ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/ },
	{ what: 'a video', begins: /^[^]{4}ftyp/ },
	{ what: 'a TIFF picture', isPicture: true, begins: /^(II[*+]\0|MM\0[*+])/ },
	{ what: 'a BMP picture', isPicture: true, begins: /^BM[^]{4}\0{4}/ },
	{ what: 'a JPEG XL picture', isPicture: true, begins: /^(\xff\x0a|\0{3}\x0cJXL )/ },
	{ what: 'a PDF', begins: /^%PDF-/ },
	{ what: 'a ZIP archive', begins: /^PK\x03\x04/ },
	{
		what: 'an SVG drawing',
		isPicture: true,
		begins: /^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i,
	},
	{ what: 'a web page', begins: /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|script)/i },
	{ what: 'JSON text', begins: /^\s*[{[]\s*["{}[\]]/ },
];

/** A picture without width or height is none. */
function image(facts: ImageFacts): ImageHead {
	return facts.width > 0 && facts.height > 0
		? { kind: 'image', ...facts }
		: {
				kind: 'broken',
				type: facts.type,
				why: `says it is ${facts.width}x${facts.height} pixels large`,
			};
}

/** Start of frame: C4, C8 and CC lie in its range and are tables. */
function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Segments, each with a marker and its length, up to the frame's, which has the size. */
function readJpeg(head: Buffer): ImageHead {
	let orientation = 1;
	let at = 2;
	for (;;) {
		// Any number of FF may stand before a marker.
		while (head[at] === 0xff && head[at + 1] === 0xff) at += 1;
		if (at + 9 > head.length) return { kind: 'needsMore', bytes: at + stride };
		const marker = head.readUInt8(at + 1);
		const length = head.readUInt16BE(at + 2);
		if (head[at] !== 0xff || marker === 0xd9 || marker === 0xda || length < 2) {
			return { kind: 'broken', type: 'jpeg', why: 'holds no picture where a JPEG has it' };
		}
		if (isFrame(marker)) {
			const size = { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
			return image({ type: 'jpeg', ...size, orientation });
		}
		if (marker === 0xe1 && head.toString('latin1', at + 4, at + 10) === 'Exif\0\0') {
			orientation = readOrientation(head.subarray(at + 10, at + 2 + length));
		}
		at += 2 + length;
	}
}

function readPng(head: Buffer): ImageHead {
	if (head.length < 24) return { kind: 'needsMore', bytes: stride };
	if (head.toString('latin1', 12, 16) !== 'IHDR') {
		return { kind: 'broken', type: 'png', why: 'does not begin with the header of a PNG' };
	}
	const size = { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
	// The chunk `eXIf` is left alone: it may stand behind the pixels, and readers differ on it.
	return image({ type: 'png', ...size, orientation: 1 });
}

/** Where the chunk `EXIF` of the extended format begins, if these bytes reach so far. */
function findWebpExif(head: Buffer): Buffer | null {
	for (let at = 12; at + 8 <= head.length; ) {
		const length = head.readUInt32LE(at + 4);
		if (head.toString('latin1', at, at + 4) === 'EXIF') {
			const exif = head.subarray(at + 8, at + 8 + length);
			return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
		}
		at += 8 + length + (length % 2);
	}
	return null;
}

/** The three forms: `VP8 ` (lossy), `VP8L` (lossless) and `VP8X` (extended, also animated). */
function readWebp(head: Buffer): ImageHead {
	if (head.length < 30) return { kind: 'needsMore', bytes: stride };
	const found = (width: number, height: number, orientation = 1) =>
		image({ type: 'webp', width, height, orientation });
	switch (head.toString('latin1', 12, 16)) {
		case 'VP8 ':
			if (head.readUIntBE(23, 3) !== 0x9d012a) break;
			return found(head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff);
		case 'VP8L': {
			if (head[20] !== 0x2f) break;
			const bits = head.readUInt32LE(21);
			return found((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
		}
		case 'VP8X': {
			const exif = findWebpExif(head);
			const orientation = exif ? readOrientation(exif) : 1;
			return found(head.readUIntLE(24, 3) + 1, head.readUIntLE(27, 3) + 1, orientation);
		}
	}
	return { kind: 'broken', type: 'webp', why: 'holds no picture where a WebP has it' };
}

function readKnown(head: Buffer): ImageHead | null {
	const text = head.toString('latin1', 0, 16);
	if (text.startsWith('\xff\xd8\xff')) return readJpeg(head);
	if (text.startsWith('\x89PNG\r\n\x1a\n')) return readPng(head);
	return /^RIFF[^]{4}WEBP/.test(text) ? readWebp(head) : null;
}

/**
 * Says what a file is by its content, from its first bytes: type, size and orientation of a JPEG, PNG
 * or WebP, or what it is instead. Reads headers only, so that a file's claims (a gigabyte of metadata,
 * billions of pixels) cost nothing, and never throws.
 *
 * @param head The file from its beginning on.
 * @param isWhole Whether that is all of it: then nothing more is asked for.
 *
 * Sources: ITU-T T.81 annex B (JPEG), PNG specification 11.2.1, RFC 9649 (WebP).
 */
export function readImageHead(head: Buffer, isWhole: boolean): ImageHead {
	const found = readKnown(head);
	if (found?.kind === 'needsMore' && isWhole) {
		const text = head.toString('latin1', 0, 4);
		const type = text.startsWith('\xff') ? 'jpeg' : text.startsWith('R') ? 'webp' : 'png';
		return { kind: 'broken', type, why: 'is cut off' };
	}
	if (found) return found;
	if (head.length < 12 && !isWhole) return { kind: 'needsMore', bytes: stride };
	if (head.length === 0) return { kind: 'other', what: 'an empty file', isPicture: false };
	const start = head.toString('latin1', 0, 1024);
	const other = others.find(({ begins }) => begins.test(start));
	return { kind: 'other', what: other?.what ?? 'no picture', isPicture: other?.isPicture ?? false };
}
