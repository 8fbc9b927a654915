import type { World } from './types';
import { isHttpUrl } from './checks';
import { localFile } from './cdn';

export interface Picture {
	mime: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';
	/** null: a format whose size isn't read here. */
	size: string | null;
	bytes: number;
}

export type Sight =
	/** A foreign URL: the sandbox calls nobody. */
	| { seen: 'unknown' }
	| { seen: 'nothing'; why: string }
	| { seen: 'picture'; picture: Picture };

/** A name of this sandbox that leads there by a proxy only, as if the internet had it. */
export const publicName = 'pictures.example.org';

/** What the provider would find behind an image field. */
export function lookAt(value: string, world: World): Sight {
	if (isHttpUrl(value)) {
		const url = new URL(value);
		const own = url.port === new URL(world.url).port && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
		if (!own && url.host !== publicName) return { seen: 'unknown' };
		const file = localFile(url.pathname, world);
		return file ? sight(file.content) : { seen: 'nothing', why: 'could not download the image' };
	}
	return sight(decodeBase64(value));
}

export function decodeBase64(value: string): Buffer {
	return Buffer.from(value.replace(/^data:[^,]*;base64,/, ''), 'base64');
}

function sight(content: Buffer): Sight {
	const picture = readPicture(content);
	return picture ? { seen: 'picture', picture } : { seen: 'nothing', why: 'not an image' };
}

export function readPicture(content: Buffer): Picture | null {
	const bytes = content.length;
	if (content.length > 24 && content.readUInt32BE(0) === 0x89504e47) {
		return { mime: 'image/png', size: `${content.readUInt32BE(16)}x${content.readUInt32BE(20)}`, bytes };
	}
	if (content.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return { mime: 'image/jpeg', size: jpegSize(content), bytes };
	if (content.subarray(0, 4).toString('latin1') === 'GIF8') return { mime: 'image/gif', size: null, bytes };
	if (content.subarray(0, 4).toString('latin1') === 'RIFF' && content.subarray(8, 12).toString('latin1') === 'WEBP') {
		return { mime: 'image/webp', size: webpSize(content), bytes };
	}
	return null;
}

function jpegSize(content: Buffer): string | null {
	let at = 2;
	while (at + 9 < content.length && content[at] === 0xff) {
		const marker = content[at + 1] ?? 0;
		// SOF0–SOF15 carry the size; C4, C8 and CC are tables.
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
			return `${content.readUInt16BE(at + 7)}x${content.readUInt16BE(at + 5)}`;
		}
		at += 2 + content.readUInt16BE(at + 2);
	}
	return null;
}

function webpSize(content: Buffer): string | null {
	if (content.length < 30) return null;
	const [a = 0, b = 0, c = 0, d = 0] = content.subarray(21, 25);
	switch (content.subarray(12, 16).toString('latin1')) {
		case 'VP8 ':
			return `${content.readUInt16LE(26) % 16_384}x${content.readUInt16LE(28) % 16_384}`;
		case 'VP8L':
			return `${1 + (((b & 63) << 8) | a)}x${1 + (((d & 15) << 10) | (c << 2) | (b >> 6))}`;
		case 'VP8X':
			return `${1 + content.readUIntLE(24, 3)}x${1 + content.readUIntLE(27, 3)}`;
		default:
			return null;
	}
}
