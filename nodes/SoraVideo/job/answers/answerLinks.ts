import type { IDataObject } from 'n8n-workflow';

import { linkFields, mostEntries } from './answerPlaces';
import { joinUrl } from '../joinUrl';
import { isObject, readText } from '../read';

const otherMedia = /^(image|audio|text|thumbnail|cover|application\/json)/i;
const otherFile = /\.(png|jpe?g|webp|avif|bmp|tiff?|heic|svg|mp3|m4a|aac|wav|flac|ogg|json|srt|vtt|txt|csv|zip|tar|gz|glb)$/i;
const typeFields = ['type', 'file_type', 'content_type', 'mime_type', 'mimeType', 'kind'];

function isOtherMedia(entry: IDataObject): boolean {
	return typeFields.some((field) => otherMedia.test(readText(entry[field]) ?? ''));
}

/** What a relative link looks like, and a word doesn't: `/files/1.mp4`, `./1`, `videos/1.mp4`. */
const relative = /^\.{0,2}\/|^[\w-]+\/[^:]*\.(mp4|m4v|mov|webm|mkv|avi|gif)(\?|$)/i;

/** A link as a URL; a relative one needs the base URL. */
function readLink(text: string, baseUrl: string | undefined): string[] {
	const link = text.trim();
	if (/\s/.test(link)) return [];
	const isWhole = /^https?:\/\//i.test(link);
	if (!isWhole && (baseUrl === undefined || !relative.test(link))) return [];
	const base = isWhole || baseUrl === undefined ? undefined : joinUrl(baseUrl, '/');
	if (!URL.canParse(link, base)) return [];
	const url = new URL(link, base);
	if (!/^https?:$/.test(url.protocol) || otherFile.test(url.pathname)) return [];
	return [isWhole ? link : url.href];
}

function isVideo(entry: unknown): boolean {
	return isObject(entry) && typeFields.some((field) => /^video/i.test(readText(entry[field]) ?? ''));
}

/**
 * The links to videos that a field holds: text, an object that holds one, or a list of either. Links to
 * pictures, sound and text that stand beside the video are none.
 *
 * @param baseUrl What relative links are relative to; without it they are none.
 */
export function linksIn(value: unknown, baseUrl: string | undefined, depth = 0): string[] {
	if (typeof value === 'string') return readLink(value, baseUrl);
	if (depth > 4) return [];
	if (Array.isArray(value)) {
		const entries = value.slice(0, mostEntries);
		const videos = entries.filter(isVideo);
		return (videos.length > 0 ? videos : entries).flatMap((entry) => linksIn(entry, baseUrl, depth + 1));
	}
	if (!isObject(value) || isOtherMedia(value)) return [];
	for (const field of linkFields) {
		const links = linksIn(value[field], baseUrl, depth + 1);
		if (links.length > 0) return links;
	}
	return [];
}
