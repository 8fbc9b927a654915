import { bigVideo, box } from './bigVideo';

function ownSize(type: string, content: Buffer): Buffer {
	return box(type, content.length + 8, content);
}

function withLongSize(type: string, content: Buffer): Buffer {
	const size = Buffer.alloc(8);
	size.writeBigUInt64BE(BigInt(content.length + 16));
	return box(type, 1, Buffer.concat([size, content]));
}

/** Can't be packed: packed, it is longer. */
const frames = Buffer.concat([...bigVideo(5000).read(1000, 5000)]);
const ftyp = ownSize('ftyp', Buffer.from('isom\0\0\x02\0isommp41', 'latin1'));
const moov = ownSize('moov', Buffer.alloc(40));
const mdat = ownSize('mdat', frames);
const fragment = Buffer.concat([ownSize('moof', Buffer.alloc(60)), mdat]);
const ebml = Buffer.from('1a45dfa3874282847765626d', 'hex');

interface VideoForm {
	mimeType: string;
	file: Buffer;
	/** Before which byte a cut can be told by the form; after it only the length tells. */
	toldBefore: number;
	/** Where its pieces end: of a file that is cut there, only the length tells. */
	ends: number[];
}

function form(pieces: Buffer[], told: Buffer[] = pieces, mimeType = 'video/mp4'): VideoForm {
	const ends = pieces.map((_, index) => Buffer.concat(pieces.slice(0, index + 1)).length);
	return { mimeType, file: Buffer.concat(pieces), toldBefore: Buffer.concat(told).length, ends };
}

/** A file of each form that stores of videos hold, as small as can be; nothing that can be played. */
export const videoForms = {
	'the movie first': form([ftyp, moov, mdat]),
	'the movie last': form([ftyp, mdat, moov]),
	'a box of a type that nobody knows': form([ftyp, moov, ownSize('abcd', frames), mdat]),
	'a box of no known form': form([ftyp, moov, ownSize('\x01\x02\x03\x04', frames), mdat], [ftyp, moov, Buffer.alloc(8)]),
	'a box with a size of 64 bits': form([ftyp, withLongSize('mdat', frames), moov]),
	'mdat to the end': form([ftyp, moov, box('mdat', 0, frames)], [ftyp, moov, Buffer.alloc(8)]),
	'three bytes of padding': form([ftyp, moov, mdat, Buffer.alloc(3)], [ftyp, moov, mdat]),
	'a page of padding': form([ftyp, moov, mdat, Buffer.alloc(4096)], [ftyp, moov, mdat]),
	fragments: form([ftyp, moov, fragment, fragment, ownSize('mfra', Buffer.alloc(20))]),
	'an old QuickTime file': form([ownSize('wide', Buffer.alloc(0)), mdat, moov], undefined, 'video/quicktime'),
	'a WebM that tells its length': form([ebml, Buffer.from('1853806710000fa0', 'hex'), frames], undefined, 'video/webm'),
	'a WebM that doesn’t': form([ebml, Buffer.from('1853806701ffffffffffffff', 'hex'), frames], [], 'video/webm'),
} satisfies Record<string, VideoForm>;
