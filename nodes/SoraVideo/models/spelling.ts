import { readNumber } from '../job/read';

// How values are spelled differently and mean the same, so that a workflow keeps its values with another model.

function words(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? String(value).trim().toLowerCase().replace(/\s+/g, '')
		: '';
}

/** Words for resolutions: Kling's modes, EvoLink's grades, FLUX's `hd` and `fhd`. */
const resolutionWords: Readonly<Record<string, string>> = {
	hd: '720p',
	std: '720p',
	standard: '720p',
	fhd: '1080p',
	fullhd: '1080p',
	pro: '1080p',
	high: '1080p',
	uhd: '4k',
	'2160p': '4k',
};

/** A resolution in one spelling, like `720p` or `4k`; null where it is none. */
export function resolutionOf(value: unknown): string | null {
	const text = words(value).replace(/^(\d{3,4})$/, '$1p');
	const known = Object.hasOwn(resolutionWords, text) ? resolutionWords[text] : text;
	return known !== undefined && /^\d{3,4}p$|^\d{1,2}k$/.test(known) ? known : null;
}

/** fal's names of shapes. */
const shapeWords: Readonly<Record<string, string>> = {
	square: '1:1',
	square_hd: '1:1',
	landscape: '16:9',
	portrait: '9:16',
	landscape_16_9: '16:9',
	portrait_16_9: '9:16',
	landscape_4_3: '4:3',
	portrait_4_3: '3:4',
	// Whether the model follows the picture.
	adaptive: 'auto',
};

/** An aspect ratio in one spelling, like `16:9` or `auto`; null where it is none. */
export function ratioOf(value: unknown): string | null {
	const text = words(value).replace(/^(\d{1,2})[x/_](\d{1,2})$/, '$1:$2');
	const known = Object.hasOwn(shapeWords, text) ? shapeWords[text] : text;
	return known !== undefined && /^\d{1,2}:\d{1,2}$|^auto$/.test(known) ? known : null;
}

/** Width and height of a size like `1280x720`, `1280*720` or `1280:720`; null where it is none. */
export function sizeOf(value: unknown): { width: number; height: number } | null {
	const [, width, height] = /^(\d{3,4})[x*:](\d{3,4})$/.exec(words(value)) ?? [];
	return width && height ? { width: Number(width), height: Number(height) } : null;
}

/** Seconds as a number, or `auto`, of `8`, `"8"`, `"8s"`, `"auto"` and -1; null where it is none of these. */
export function secondsOf(value: unknown): number | 'auto' | null {
	const text = words(value).replace(/(\d)s(ec(onds?)?)?$/, '$1');
	const number = readNumber(text);
	return text === 'auto' || number === -1 ? 'auto' : number;
}

const truths: Readonly<Record<string, boolean>> = {
	true: true,
	on: true,
	yes: true,
	enabled: true,
	false: false,
	off: false,
	no: false,
	disabled: false,
};

/** Yes or no, of `true`, `"on"`, `"enabled"` and their like; null where it is neither. */
export function truthOf(value: unknown): boolean | null {
	const text = words(value);
	return Object.hasOwn(truths, text) ? (truths[text] ?? null) : null;
}
