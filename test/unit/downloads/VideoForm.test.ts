import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { isWhole, VideoForm } from '../../../nodes/SoraVideo/downloads/VideoForm';
import type { End } from '../../../nodes/SoraVideo/downloads/VideoForm';

const clip = readFileSync(join(__dirname, '../../sandbox/media/1280x720-4s.mp4'));

function box(type: string, size: number, content = Buffer.alloc(0)): Buffer {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(size);
	header.write(type, 4, 'latin1');
	return Buffer.concat([header, content]);
}

const ftyp = box('ftyp', 16, Buffer.alloc(8));
const moov = box('moov', 12, Buffer.alloc(4));
const longMdat = Buffer.concat([box('mdat', 1), Buffer.from('0000000000000014', 'hex'), Buffer.alloc(4)]);

function endOf(file: Buffer, type = 'video/mp4', step = file.length || 1): End {
	const whole = new VideoForm(type, file.subarray(0, 64));
	for (let at = 0; at < file.length; at += step) whole.push(file.subarray(at, at + step));
	return whole.end();
}

describe('VideoForm', () => {
	it.each([
		['a clip', clip],
		['boxes in one another’s order', Buffer.concat([ftyp, longMdat, moov])],
	])('%s is whole', (_name, file) => {
		expect(endOf(file)).toBe('whole');
	});

	it.each([
		['a last box that goes to the end', Buffer.concat([ftyp, moov, box('mdat', 0, Buffer.alloc(100))])],
		['padding behind the boxes', Buffer.concat([ftyp, moov, Buffer.alloc(32)])],
		['three bytes of padding', Buffer.concat([ftyp, moov, Buffer.alloc(3)])],
		['a box of no known form before the movie', Buffer.concat([ftyp, box('\x01\x02\x03\x04', 12, Buffer.alloc(4)), moov])],
	])('%s tells nothing, so that the length decides', (_name, file) => {
		expect(endOf(file)).toBe('unknown');
		const end = endOf(file);
		expect([null, file.length, file.length + 1].map((told) => isWhole(end, file.length, told))).toEqual([true, true, false]);
	});

	it.each([
		['nothing', Buffer.alloc(0)],
		['no movie', Buffer.concat([ftyp, longMdat])],
		['no movie, and a last box to the end', Buffer.concat([ftyp, box('mdat', 0, Buffer.alloc(100))])],
		['half a header', Buffer.concat([ftyp, moov, Buffer.from([0, 0, 1])])],
		['half a long header', Buffer.concat([ftyp, moov, longMdat.subarray(0, 12)])],
		['a box that goes on', Buffer.concat([ftyp, moov, box('mdat', 100, Buffer.alloc(50))])],
	])('%s is cut off, whatever the length', (_name, file) => {
		expect(endOf(file)).toBe('cut');
		expect(isWhole(endOf(file), file.length, file.length)).toBe(false);
	});

	it('a whole form is a whole file, also where the length is that of a packed one', () => {
		expect(isWhole(endOf(clip), clip.length, Math.floor(clip.length / 2))).toBe(true);
		expect(isWhole('unknown', 100, 50)).toBe(true);
	});

	it('is told however the bytes are cut into pieces, and at no earlier place', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: clip.length - 1 }), (step, end) => {
				expect(endOf(clip, 'video/mp4', step)).toBe('whole');
				expect(endOf(clip.subarray(0, end), 'video/mp4', step)).toBe('cut');
			}),
			{ seed: 1, numRuns: 60 },
		);
	});

	it('a WebM tells its length, or doesn’t', () => {
		const header = '1a45dfa3874282847765626d18538067';
		const sized = Buffer.concat([Buffer.from(`${header}8a`, 'hex'), Buffer.alloc(10)]);
		expect(endOf(sized, 'video/webm')).toBe('whole');
		expect(endOf(sized.subarray(0, -1), 'video/webm')).toBe('cut');
		const long = Buffer.concat([Buffer.from(`${header}4064`, 'hex'), Buffer.alloc(100)]);
		expect([endOf(long, 'video/webm'), endOf(long.subarray(0, -1), 'video/webm')]).toEqual(['whole', 'cut']);
		expect(endOf(Buffer.from(`${header}ff00`, 'hex'), 'video/webm')).toBe('unknown');
		expect(endOf(Buffer.from(`${header}01ffffffffffffff00`, 'hex'), 'video/webm')).toBe('unknown');
		expect(endOf(Buffer.from('1a45dfa3', 'hex'), 'video/webm')).toBe('unknown');
	});

	it('of other files nothing is known', () => {
		expect(endOf(Buffer.from('RIFF1234AVI '), 'video/x-msvideo')).toBe('unknown');
	});
});
