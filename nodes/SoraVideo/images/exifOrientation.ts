const orientationTag = 0x0112;

/**
 * The orientation that an EXIF block (a TIFF, without the letters `Exif`) states, 1 to 8; 1, upright,
 * where it states none. 5 to 8 turn the picture by a quarter when it is shown.
 *
 * Source: TIFF 6.0, section 2; Exif 2.32, 4.6.4.
 */
export function readOrientation(tiff: Buffer): number {
	const order = tiff.toString('latin1', 0, 2);
	if ((order !== 'II' && order !== 'MM') || tiff.length < 8) return 1;
	const at16 = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
	const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
	if (directory + 2 > tiff.length) return 1;
	const entries = at16(directory);
	for (let entry = 0; entry < entries; entry++) {
		const at = directory + 2 + entry * 12;
		if (at + 12 > tiff.length) return 1;
		if (at16(at) !== orientationTag) continue;
		const value = at16(at + 8);
		return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}
