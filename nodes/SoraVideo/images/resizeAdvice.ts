/** Width and height in pixels. */
export interface Pixels {
	width: number;
	height: number;
}

function resize({ width, height }: Pixels, option: string): string {
	return `Resize with Width ${width}, Height ${height} and Option "${option}"`;
}

/**
 * How n8n's own Edit Image node makes a picture of one size into one of another, in the words and
 * numbers of its panel: the edges of a picture of another shape are cut off, so that nothing in it is
 * drawn out of shape.
 */
export function resizeAdvice(from: Pixels, to: Pixels): string {
	const scale = Math.max(to.width / from.width, to.height / from.height);
	const x = Math.floor((Math.round(from.width * scale) - to.width) / 2);
	const y = Math.floor((Math.round(from.height * scale) - to.height) / 2);
	// A few pixels more or less nobody sees.
	const isSameShape = x <= to.width / 100 && y <= to.height / 100;
	return isSameShape
		? `Operation ${resize(to, 'Ignore Aspect Ratio')}`
		: `Operation Multi Step: ${resize(to, 'Minimum Area')}, then Crop with Width ${to.width}, Height ${to.height}, Position X ${x} and Position Y ${y}`;
}
