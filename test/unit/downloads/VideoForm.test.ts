import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { watchForm } from '../../../nodes/SoraVideo/downloads/VideoForm';
import { box } from '../../sandbox/bigVideo';
import { videoForms } from '../../sandbox/videoForms';

const clip = readFileSync(join(__dirname, '../../sandbox/media/1280x720-4s.mp4'));
const ftyp = box('ftyp', 16, Buffer.alloc(8));
const moov = box('moov', 12, Buffer.alloc(4));

function isCut(file: Buffer, type = 'video/mp4', step = file.length || 1): boolean {
	const form = watchForm(type, file.subarray(0, 64));
	for (let at = 0; at < file.length; at += step) form.push(file.subarray(at, at + step), at);
	return form.isCut(file.length);
}

describe('watchForm', () => {
	it.each(Object.entries({ 'a clip': { mimeType: 'video/mp4', file: clip, toldBefore: clip.length, ends: [clip.length] }, ...videoForms }))(
		'%s: is whole at its end, and cut at every earlier place that its form tells of, in pieces of any size',
		(_name, { mimeType, file, toldBefore, ends }) => {
			fc.assert(
				fc.property(fc.integer({ min: 1, max: 9000 }), fc.nat(file.length - 1), (step, end) => {
					expect(isCut(file, mimeType, step)).toBe(false);
					if (end >= 64 && end < toldBefore && !ends.includes(end)) expect([end, isCut(file.subarray(0, end), mimeType, step)]).toEqual([end, true]);
				}),
				{ seed: 1, numRuns: 80 },
			);
		},
	);

	it.each([
		['nothing', Buffer.alloc(0)],
		['no movie', Buffer.concat([ftyp, box('mdat', 12, Buffer.alloc(4))])],
		['no movie, and a last box to the end', Buffer.concat([ftyp, box('mdat', 0, Buffer.alloc(100))])],
		['half a header', Buffer.concat([ftyp, moov, Buffer.from([0, 0, 1])])],
		['half a long header', Buffer.concat([ftyp, moov, box('mdat', 1, Buffer.alloc(4))])],
		['a box that goes on', Buffer.concat([ftyp, moov, box('mdat', 100, Buffer.alloc(50))])],
	])('%s is cut off', (_name, file) => {
		expect(isCut(file)).toBe(true);
	});

	it.each([
		['where only the length tells', Buffer.concat([ftyp, moov]), 'video/mp4'],
		['a box whose size is smaller than its header', Buffer.concat([ftyp, box('free', 4), moov]), 'video/mp4'],
		['a WebM of another first box', Buffer.from('1a45dfa3874282847765626dec81', 'hex'), 'video/webm'],
		['a header of no length', Buffer.from('1a45dfa3', 'hex'), 'video/webm'],
		['other files', Buffer.from('RIFF1234AVI '), 'video/x-msvideo'],
	])('%s: nothing is said against it', (_name, file, type) => {
		expect(isCut(file, type)).toBe(false);
	});
});
