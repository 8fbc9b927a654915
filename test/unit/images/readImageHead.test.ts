import sharp from 'sharp';

import { isCutOff } from '../../../nodes/SoraVideo/images/isCutOff';
import { readImageHead, type ImageHead } from '../../../nodes/SoraVideo/images/readImageHead';
import { allPictures, burdened, otherFiles, segment, withSegments, type Sample } from './pictures';

/** Takes what a reader of a link would: 64 KB, then as much as is asked for. */
function readGradually(file: Buffer): { head: ImageHead; asked: number[] } {
	const asked = [65_536];
	for (;;) {
		const wanted = asked.at(-1) ?? 0;
		const head = readImageHead(file.subarray(0, wanted), wanted >= file.length);
		if (head.kind !== 'needsMore') return { head, asked };
		if (head.bytes <= wanted) throw new Error('asks for no more than it had');
		asked.push(head.bytes);
	}
}

async function bySharp(file: Buffer) {
	const { format, width, height, orientation = 1 } = await sharp(file).metadata();
	return { kind: 'image', type: format, width, height, orientation };
}

let pictures: Sample[];
beforeAll(async () => {
	pictures = await allPictures();
}, 120_000);

it('reads 300 pictures of every kind as an independent library does', async () => {
	expect(pictures.length).toBeGreaterThanOrEqual(300);
	const wrong: unknown[] = [];
	for (const { name, file } of pictures) {
		const expected = await bySharp(file);
		const whole = readImageHead(file, true);
		const { head } = readGradually(file);
		// A WebP's EXIF stands at its end, where the head doesn't reach.
		const inHead = expected.type === 'webp' && file.length > 65_536 ? { ...expected, orientation: 1 } : expected;
		if (!isSame(whole, expected)) wrong.push([name, whole, expected]);
		if (!isSame(head, inHead)) wrong.push([name, head, expected]);
		if (isCutOff(file, expected.type as 'jpeg')) wrong.push([name, 'cut off']);
	}
	expect(wrong).toEqual([]);
	const kinds = new Set(await Promise.all(pictures.map(async ({ file }) => JSON.stringify(Object.values(await bySharp(file))))));
	expect(kinds.size).toBeGreaterThan(50);
}, 60_000);

const isSame = (one: unknown, other: object) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value: unknown) => Object.entries(Object(value)).sort(([a], [b]) => a.localeCompare(b));

it('takes no 10 MB for any of them', async () => {
	const files = [...pictures, ...(await otherFiles()), ...claims(), { name: 'JPEG with 16 MB of metadata', file: await burdened(250) }];
	const large: unknown[] = [];
	for (const { name, file } of files) {
		const before = memory();
		readImageHead(file, true);
		readGradually(file);
		const grew = memory() - before;
		if (grew > 10e6) large.push({ name, grew });
	}
	expect(large).toEqual([]);
});

function memory(): number {
	const { heapUsed, arrayBuffers, external } = process.memoryUsage();
	return heapUsed + arrayBuffers + external;
}

/** Headers that claim more than is there. */
function claims(): Sample[] {
	const webp = Buffer.alloc(64);
	webp.write('RIFF\xff\xff\xff\x3fWEBPVP8X\x0a\0\0\0\x08\0\0\0', 'latin1');
	webp.writeUIntLE(16_383, 24, 3);
	webp.writeUIntLE(16_383, 27, 3);
	webp.write('ICCP\xff\xff\xff\x3f', 30, 'latin1');
	const png = Buffer.alloc(64);
	png.write('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff', 'latin1');
	png.writeUInt32BE(1_000_000_000, 33);
	png.write('iCCP', 37, 'latin1');
	const tiff = Buffer.from('49492a00ffffff3f', 'hex');
	const entries = Buffer.from('49492a0008000000ffff', 'hex');
	const exif = (content: Buffer) => withSegments(Buffer.from('ffd8ffc0000b080400070003', 'hex'), [segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), content]))]);
	return [
		{ name: 'WebP that claims 1 GB', file: webp },
		{ name: 'PNG that claims 1 GB of profile and 2 billion pixels a side', file: png },
		{ name: 'EXIF that points 1 GB away', file: exif(tiff) },
		{ name: 'EXIF that claims 65,535 entries', file: exif(entries) },
	];
}

it('believes a claim about pixels, and nothing else that is not there', () => {
	expect(claims().map(({ file }) => readImageHead(file, false))).toMatchObject([
		{ kind: 'image', type: 'webp', width: 16_384, height: 16_384 },
		{ kind: 'image', type: 'png', width: 0x7fffffff, height: 0x7fffffff },
		{ kind: 'image', type: 'jpeg', width: 1792, height: 1024, orientation: 1 },
		{ kind: 'image', type: 'jpeg', width: 1792, height: 1024, orientation: 1 },
	]);
	expect(claims().slice(0, 2).map(({ file }, index) => isCutOff(file, index === 0 ? 'webp' : 'png'))).toEqual([true, true]);
});

it('asks for more bytes where metadata stands before the size', async () => {
	const { head, asked } = readGradually(await burdened(3));
	expect(head).toMatchObject({ kind: 'image', width: 1280, height: 720 });
	expect(asked.length).toBeGreaterThan(1);
	expect(asked.at(-1)).toBeGreaterThan(3 * 65_535);
});

it('calls other files by their names', async () => {
	for (const { file, what } of await otherFiles()) {
		expect(readImageHead(file, true)).toEqual({ kind: 'other', what, isPicture: /GIF|picture$|drawing/.test(what) && what !== 'no picture' });
	}
});

it('never throws, and knows no size, wherever a picture is cut before its size', async () => {
	const kinds = new Map(pictures.map((sample) => [sample.name.replace(/ \d+x\d+.*/, ''), sample]));
	for (const { name, file } of kinds.values()) {
		for (let length = 0; length < Math.min(file.length, 800); length += length < 100 ? 1 : 7) {
			const cut = file.subarray(0, length);
			const whole = readImageHead(cut, true);
			const part = readImageHead(cut, false);
			const known = part.kind === 'image';
			if (known) expect({ name, length, whole: whole.kind, cutOff: isCutOff(cut, part.type) }).toEqual({ name, length, whole: 'image', cutOff: true });
			else expect(['broken', 'other']).toContain(whole.kind);
			// With more than a signature there, a part is told apart from other files.
			if (!known && length >= 12) expect(part).toMatchObject({ kind: 'needsMore' });
		}
	}
});

it('finds a picture cut off behind its size, wherever', async () => {
	for (const { name, file } of pictures.filter((_sample, index) => index % 7 === 0)) {
		const head = readImageHead(file, true);
		if (head.kind !== 'image') throw new Error(name);
		for (const share of [0.5, 0.9, 1]) {
			const cut = file.subarray(0, Math.floor(file.length * share) - 2);
			if (readImageHead(cut, true).kind === 'image') expect([name, isCutOff(cut, head.type)]).toEqual([name, true]);
		}
	}
});

it("takes a phone's video behind a photo, and a thumbnail before it, for what they are", () => {
	const photo = pictures.find(({ name }) => name === 'baseline JPEG 640x480')?.file ?? Buffer.alloc(0);
	const more = Buffer.from('ffd8ffda00', 'hex');
	expect(isCutOff(Buffer.concat([photo, more]), 'jpeg')).toBe(false);
	const withThumbnail = withSegments(photo, [segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), photo]))]);
	expect(isCutOff(withThumbnail, 'jpeg')).toBe(false);
	expect(isCutOff(withThumbnail.subarray(0, -2), 'jpeg')).toBe(true);
});

it.each([
	['a frame of no width', Buffer.from('ffd8ffc0000b0800ff00000300', 'hex'), /0x255 pixels/],
	['a JPEG without a frame', Buffer.from('ffd8ffd9000000000000000000', 'hex'), /holds no picture/],
	['a JPEG of noise', Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(100, 0x55)]), /is cut off|holds no picture/],
	['a PNG of noise', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 0x55)]), /header of a PNG/],
	['a WebP of noise', Buffer.concat([Buffer.from('RIFF    WEBP'), Buffer.alloc(100, 0x55)]), /holds no picture/],
	['a WebP whose frame is no key frame', Buffer.concat([Buffer.from('RIFF    WEBPVP8 '), Buffer.alloc(100)]), /holds no picture/],
])('%s is broken', (_name, file, why) => {
	expect(readImageHead(file, true)).toMatchObject({ kind: 'broken', why: expect.stringMatching(why) });
});

it('never throws for random bytes behind a good beginning', () => {
	const begins = ['ffd8ffe1', 'ffd8ffc0', '89504e470d0a1a0a', '524946460000000057454250', '5249464600000000574542505650385800000000'];
	let seed = 1;
	const random = () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff;
	for (let round = 0; round < 20_000; round++) {
		const begin = Buffer.from(begins[round % begins.length] ?? '', 'hex');
		const file = Buffer.concat([begin, Buffer.from(Array.from({ length: round % 97 }, random))]);
		const head = readImageHead(file, round % 2 === 0);
		if (head.kind === 'image') isCutOff(file, head.type);
	}
});
