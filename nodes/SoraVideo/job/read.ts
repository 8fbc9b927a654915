import type { IDataObject } from 'n8n-workflow';

/** Whether a parsed JSON value is an object (and neither null nor a list). */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one, so that a missing branch reads as missing fields. */
export function objectAt(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

/** Text or number as trimmed text; anything else, and empty text, is null. */
export function readText(value: unknown): string | null {
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** Any value as text for a message: what the user typed, as the user typed it. Never throws. */
export function showValue(value: unknown): string {
	if (typeof value === 'string' || typeof value === 'bigint') return String(value);
	try {
		const json: unknown = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
		return typeof json === 'string' ? json : typeof value;
	} catch {
		// It holds itself, or something in it fails when it is read.
		return Array.isArray(value) ? 'a list that is no JSON' : 'an object that is no JSON';
	}
}

/** The first of several values that holds text. */
export function firstText(...values: unknown[]): string | null {
	for (const value of values) {
		const text = readText(value);
		if (text !== null) return text;
	}
	return null;
}

/** A body that is a plain sentence; null for JSON values and for HTML, which no message should quote. */
export function readSentence(body: unknown): string | null {
	return typeof body === 'string' && !/^\s*</.test(body) ? readText(body.slice(0, 300)) : null;
}

/**
 * Text without what ends a sentence. Letter by letter: a pattern bound to the end only looks at a long
 * run of blanks again from each of them, and the sender of a callback could keep n8n busy for minutes.
 */
export function withoutStop(text: string): string {
	let end = text.length;
	while (end > 0 && /[\s.;:]/.test(text.charAt(end - 1))) end -= 1;
	return text.slice(0, end);
}

/** A number, also one written as text. */
export function readNumber(value: unknown): number | null {
	if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null;
	const number = Number(value);
	return Number.isFinite(number) ? number : null;
}

/** A share of `whole` as whole percent, kept within 0 to 100. */
export function readProgress(value: unknown, whole: 1 | 100): number | null {
	const number = readNumber(value);
	return number === null ? null : Math.round(Math.min(Math.max(number / whole, 0), 1) * 100);
}

/** A date and time without a zone is the provider's UTC, not the time zone of this server. */
function inUtc(text: string | null): string | null {
	return text !== null && /T[\d:.]+$/.test(text) ? `${text}Z` : text;
}

/** No job was made before; and a date whose year has more digits isn't in seconds or milliseconds. */
const [earliest, latest] = [Date.UTC(2000), Date.UTC(9999, 11, 31, 23, 59, 59, 999)];

/**
 * Unix seconds, Unix milliseconds or a date in text, as ISO 8601 UTC. Gateways write 0, -1 or Go's
 * `0001-01-01T00:00:00Z` for a time they don't know; taken at its word, a job would be too old for the trigger
 * and a link long dead.
 */
export function readTime(value: unknown): string | null {
	const number = readNumber(value);
	// 1e11 seconds is the year 5138, 1e11 milliseconds 1973: no job was made near either.
	const date =
		number === null
			? new Date(inUtc(readText(value)) ?? NaN)
			: new Date(number < 1e11 ? number * 1000 : number);
	return date.getTime() >= earliest && date.getTime() <= latest ? date.toISOString() : null;
}

/** The http(s) links among the values, each once, in their order. */
export function readLinks(values: unknown[]): string[] {
	const links = values
		.flat()
		.filter((value): value is string => typeof value === 'string' && /^https?:\/\//i.test(value));
	return [...new Set(links)];
}
