import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { headLength, readVideoType } from '../../../nodes/SoraVideo/downloads/videoType';

const ftyp = (brand: string) => Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\x02\0isommp41`, 'latin1')]);
const ebml = (docType: string) => Buffer.concat([Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282', 'hex'), Buffer.from([0x80 + docType.length]), Buffer.from(docType)]);
const clip = readFileSync(join(__dirname, '../../sandbox/media/1280x720-4s.mp4'));

describe('readVideoType', () => {
	it.each([
		['the sandbox’s clip', clip.subarray(0, headLength), 'video/mp4', 'video/mp4'],
		['MP4 without a type', ftyp('isom'), null, 'video/mp4'],
		['MP4 as bytes', ftyp('mp42'), 'application/octet-stream', 'video/mp4'],
		['MP4 as text', ftyp('avc1'), 'text/plain', 'video/mp4'],
		['WebM as MP4', ebml('webm'), 'video/mp4', 'video/webm'],
		['Matroska', ebml('matroska'), 'application/octet-stream', 'video/x-matroska'],
		['QuickTime as MP4', ftyp('qt  '), 'video/mp4', 'video/quicktime'],
		['old QuickTime', Buffer.from('0000000877696465', 'hex'), 'video/mp4', 'video/quicktime'],
		['AVI', Buffer.from('RIFF\0\0\0\0AVI LIST'), 'application/octet-stream', 'video/x-msvideo'],
		['a kind that isn’t known here', Buffer.from([0x47, 0, 1, 2, 3, 0xff]), 'video/mp2t', 'video/mp2t'],
	])('%s', (_name, head, claimed, expected) => {
		expect(readVideoType(head, claimed)).toBe(expected);
	});

	it.each([
		['a page', '<!doctype html><html>', 'text/html'],
		['a page as MP4', '<!doctype html><html>', 'video/mp4'],
		['a page as a kind that isn’t known here', '<html>', 'video/mp2t'],
		['JSON as MP4', '{"error":"not ready"}', 'video/mp4'],
		['XML', '<?xml version="1.0"?><Error/>', 'application/xml'],
		['a PNG as MP4', '\x89PNG\r\n\x1a\n', 'video/mp4'],
		['bytes that are nothing', '\x00\x01\x02\x03\x04\x05\x06\x07', 'video/mp4'],
		['bytes of no claimed type', '\x00\x01\x02\x03', null],
		['nothing', '', 'video/mp4'],
		['nothing, as a kind that isn’t known here', '', 'video/mp2t'],
		['three bytes', '\x00\x00\x00', 'video/mp4'],
	])('%s is no video', (_name, head, claimed) => {
		expect(readVideoType(Buffer.from(head, 'latin1'), claimed)).toBeNull();
	});

	it.each(['heic', 'avif', 'mif1', 'M4A '])('%s is a picture or sound', (brand) => {
		expect(readVideoType(ftyp(brand), 'video/mp4')).toBeNull();
	});
});
