import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { WholeVideo } from '../../../nodes/SoraVideo/downloads/WholeVideo';

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

function isWhole(file: Buffer, type = 'video/mp4', step = file.length || 1): boolean | null {
	const whole = new WholeVideo(type, file.subarray(0, 64));
	for (let at = 0; at < file.length; at += step) whole.push(file.subarray(at, at + step));
	return whole.isWhole();
}

describe('WholeVideo', () => {
	it.each([
		['a clip', clip],
		['boxes in one another’s order', Buffer.concat([ftyp, longMdat, moov])],
		['a last box that goes to the end', Buffer.concat([ftyp, moov, box('mdat', 0, Buffer.alloc(100))])],
		['padding behind the boxes', Buffer.concat([ftyp, moov, Buffer.alloc(32)])],
	])('%s is whole', (_name, file) => {
		expect(isWhole(file)).toBe(true);
	});

	it.each([
		['nothing', Buffer.alloc(0)],
		['no movie', Buffer.concat([ftyp, longMdat])],
		['half a header', Buffer.concat([ftyp, moov, Buffer.from([0, 0, 1])])],
		['half a long header', Buffer.concat([ftyp, moov, longMdat.subarray(0, 12)])],
		['a box that goes on', Buffer.concat([ftyp, moov, box('mdat', 100, Buffer.alloc(50))])],
	])('%s is not', (_name, file) => {
		expect(isWhole(file)).toBe(false);
	});

	it('is told however the bytes are cut into pieces, and at no earlier place', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: clip.length - 1 }), (step, end) => {
				expect(isWhole(clip, 'video/mp4', step)).toBe(true);
				expect(isWhole(clip.subarray(0, end), 'video/mp4', step)).toBe(false);
			}),
			{ seed: 1, numRuns: 60 },
		);
	});

	it('a WebM tells its length, or doesn’t', () => {
		const header = '1a45dfa3874282847765626d18538067';
		const sized = Buffer.concat([Buffer.from(`${header}8a`, 'hex'), Buffer.alloc(10)]);
		expect(isWhole(sized, 'video/webm')).toBe(true);
		expect(isWhole(sized.subarray(0, -1), 'video/webm')).toBe(false);
		const long = Buffer.concat([Buffer.from(`${header}4064`, 'hex'), Buffer.alloc(100)]);
		expect([isWhole(long, 'video/webm'), isWhole(long.subarray(0, -1), 'video/webm')]).toEqual([true, false]);
		expect(isWhole(Buffer.from(`${header}ff00`, 'hex'), 'video/webm')).toBeNull();
		expect(isWhole(Buffer.from(`${header}01ffffffffffffff00`, 'hex'), 'video/webm')).toBeNull();
		expect(isWhole(Buffer.from('1a45dfa3', 'hex'), 'video/webm')).toBeNull();
	});

	it('of other files nothing is known', () => {
		expect(isWhole(Buffer.from('RIFF1234AVI '), 'video/x-msvideo')).toBeNull();
	});
});
