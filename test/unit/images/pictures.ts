import sharp from 'sharp';

/** A file, and what it is by whoever made it. */
export interface Sample {
	name: string;
	file: Buffer;
}

const sizes = [
	[1280, 720], [720, 1280], [1792, 1024], [1024, 1792], [1, 1], [1, 300], [300, 1], [16, 16], [17, 31], [255, 257], [640, 480],
] as const;

function drawing(width: number, height: number, channels: 3 | 4 = 3) {
	const background = channels === 4 ? { r: 200, g: 80, b: 20, alpha: 0.5 } : { r: 200, g: 80, b: 20 };
	return sharp({ create: { width, height, channels, background } });
}

type Kind = [name: string, make: (width: number, height: number) => Promise<Buffer>];

const kinds: Kind[] = [
	['baseline JPEG', (w, h) => drawing(w, h).jpeg().toBuffer()],
	['progressive JPEG', (w, h) => drawing(w, h).jpeg({ progressive: true }).toBuffer()],
	['mozjpeg JPEG', (w, h) => drawing(w, h).jpeg({ mozjpeg: true }).toBuffer()],
	['4:4:4 JPEG', (w, h) => drawing(w, h).jpeg({ chromaSubsampling: '4:4:4', quality: 100 }).toBuffer()],
	['grey JPEG', (w, h) => drawing(w, h).toColourspace('b-w').jpeg().toBuffer()],
	['CMYK JPEG', (w, h) => drawing(w, h).toColourspace('cmyk').jpeg().toBuffer()],
	['JPEG with an ICC profile', (w, h) => drawing(w, h).withIccProfile('p3').jpeg().toBuffer()],
	['PNG', (w, h) => drawing(w, h).png().toBuffer()],
	['interlaced PNG', (w, h) => drawing(w, h).png({ progressive: true }).toBuffer()],
	['palette PNG', (w, h) => drawing(w, h).png({ palette: true, colours: 4 }).toBuffer()],
	['16-bit PNG', (w, h) => drawing(w, h).toColourspace('rgb16').png().toBuffer()],
	['transparent PNG', (w, h) => drawing(w, h, 4).png().toBuffer()],
	['grey PNG', (w, h) => drawing(w, h).toColourspace('b-w').png().toBuffer()],
	['lossy WebP', (w, h) => drawing(w, h).webp({ quality: 50 }).toBuffer()],
	['lossless WebP', (w, h) => drawing(w, h).webp({ lossless: true }).toBuffer()],
	['transparent lossy WebP', (w, h) => drawing(w, h, 4).webp().toBuffer()],
	['transparent lossless WebP', (w, h) => drawing(w, h, 4).webp({ lossless: true }).toBuffer()],
	['WebP with an ICC profile', (w, h) => drawing(w, h).withIccProfile('p3').webp().toBuffer()],
	['animated WebP', async (w, h) => {
		const frames = await drawing(w, h * 3).raw().toBuffer();
		// Frames that are alike become one, and no animation.
		for (let at = 0; at < frames.length; at += 3) frames[at] = at < w * h * 3 ? 10 : at < w * h * 6 ? 120 : 240;
		return await sharp(frames, { raw: { width: w, height: h * 3, channels: 3, pageHeight: h } }).webp({ loop: 0 }).toBuffer();
	}],
];

/** Photos that EXIF turns: all eight orientations, in both byte orders that cameras write. */
async function turned(): Promise<Sample[]> {
	const made: Sample[] = [];
	for (const [width, height] of [[1280, 720], [720, 1280], [301, 200]] as const) {
		for (let orientation = 1; orientation <= 8; orientation++) {
			const photo = drawing(width, height).withMetadata({ orientation });
			const name = `${width}x${height}, orientation ${orientation}`;
			const jpeg = await photo.clone().jpeg().toBuffer();
			made.push({ name: `JPEG ${name}`, file: jpeg });
			made.push({ name: `progressive JPEG ${name}`, file: await photo.clone().jpeg({ progressive: true }).toBuffer() });
			made.push({ name: `WebP ${name}`, file: await photo.clone().webp().toBuffer() });
			made.push({ name: `big-endian JPEG ${name}`, file: withSegments(await drawing(width, height).jpeg().toBuffer(), [bigEndianExif(orientation)]) });
		}
	}
	return made;
}

/** An EXIF segment as most cameras write it. */
function bigEndianExif(orientation: number): Buffer {
	const tiff = Buffer.from('4d4d002a00000008' + '0002' + '010f00020000000441636d00' + `01120003000000010000${'0000'}` + '00000000', 'hex');
	tiff.writeUInt16BE(orientation, 8 + 2 + 12 + 8);
	return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
}

export function segment(marker: number, content: Buffer): Buffer {
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(content.length + 2, 2);
	return Buffer.concat([head, content]);
}

/** Segments put between a JPEG's beginning and the rest of it. */
export function withSegments(jpeg: Buffer, segments: Buffer[]): Buffer {
	return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A JPEG whose size comes after so many full segments of metadata, 64 KB each. */
export async function burdened(segments: number, marker = 0xe2): Promise<Buffer> {
	return withSegments(await drawing(1280, 720).jpeg().toBuffer(), Array.from({ length: segments }, () => segment(marker, Buffer.alloc(65_533, 7))));
}

/** Pictures of every type and size, each as `sharp` writes it. */
export async function allPictures(): Promise<Sample[]> {
	const made: Sample[] = [];
	for (const [kind, make] of kinds) {
		for (const [width, height] of sizes) made.push({ name: `${kind} ${width}x${height}`, file: await make(width, height) });
	}
	const filled = withSegments(await drawing(1280, 720).jpeg().toBuffer(), [Buffer.from([0xff, 0xff, 0xff]), segment(0xfe, Buffer.from('a comment'))]);
	made.push({ name: 'JPEG with fill bytes and a comment', file: filled });
	made.push({ name: 'JPEG with 1.3 MB of metadata', file: await burdened(20) });
	made.push({ name: 'JPEG with 1.3 MB of EXIF', file: await burdened(20, 0xe1) });
	return [...made, ...(await turned())];
}

/** Files that are no pictures of these types, with what they are called. */
export async function otherFiles(): Promise<Array<Sample & { what: string }>> {
	const of = (name: string, what: string, file: Buffer | string) => ({ name, what, file: Buffer.from(file) });
	const picture = drawing(64, 48);
	return [
		of('a renamed PDF', 'a PDF', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj'),
		of('GIF', 'a GIF', await picture.clone().gif().toBuffer()),
		of('AVIF', 'an AVIF picture', await picture.clone().avif({ effort: 0 }).toBuffer()),
		of('TIFF', 'a TIFF picture', await picture.clone().tiff().toBuffer()),
		of('MP4', 'a video', Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex')),
		of('HEIC', 'a HEIC picture', Buffer.from('00000018667479706865696300000000', 'hex')),
		of('BMP', 'a BMP picture', Buffer.from('424d36000000000000003600000028000000', 'hex')),
		of('ZIP', 'a ZIP archive', Buffer.from('504b0304140000000800', 'hex')),
		of('SVG', 'an SVG drawing', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"/>'),
		of('HTML', 'a web page', '<!DOCTYPE html><html><body>Sign in</body></html>'),
		of('JSON', 'JSON text', '{"error":"not found"}'),
		of('text', 'no picture', 'no picture at all, only words'),
		of('zeros', 'no picture', Buffer.alloc(1000)),
		of('1 byte', 'no picture', Buffer.from([0xff])),
		of('nothing', 'an empty file', Buffer.alloc(0)),
		of('WAV in the same container as WebP', 'no picture', Buffer.from('52494646240000005741564566 6d7420'.replace(' ', ''), 'hex')),
	];
}
