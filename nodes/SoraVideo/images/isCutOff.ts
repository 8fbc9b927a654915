import type { ImageType } from './readImageHead';

/** Whether the chunks of a PNG break off before its end. */
function isPngCutOff(file: Buffer): boolean {
	for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
		if (file.toString('latin1', at + 4, at + 8) === 'IEND') return false;
	}
	return true;
}

/**
 * Whether no end of image follows the first scan of a JPEG. Scans can't hold those two bytes; a
 * thumbnail in the metadata before them can, and a phone's video behind them too.
 */
function isJpegCutOff(file: Buffer): boolean {
	let at = 2;
	while (at + 4 <= file.length && file[at + 1] !== 0xda) {
		at += file[at + 1] === 0xff ? 1 : 2 + file.readUInt16BE(at + 2);
	}
	return !file.includes(Buffer.from([0xff, 0xd9]), at);
}

/** Whether a whole file, whose head is good, breaks off before its own end, as after a lost download. */
export function isCutOff(file: Buffer, type: ImageType): boolean {
	switch (type) {
		case 'png':
			return isPngCutOff(file);
		case 'webp':
			return file.readUInt32LE(4) + 8 > file.length;
		case 'jpeg':
			return isJpegCutOff(file);
	}
}
