import { readNumber, readText } from './read';

/** A provider that asks for more than this is not obeyed to the end: a wait must stay a wait. */
const ceilingMs = 120_000;

/**
 * How long a response asks to be left alone: `retry-after-ms`, or `Retry-After` as seconds or as an
 * HTTP date (RFC 9110, 10.2.3).
 *
 * @param now Milliseconds since 1970.
 * @returns Milliseconds, at most two minutes; null where it asks for nothing that makes sense.
 */
export function readRetryAfter(headers: Record<string, unknown>, now: number): number | null {
	const milliseconds = readNumber(headers['retry-after-ms']);
	const header = headers['retry-after'];
	const seconds = readNumber(header);
	const wait =
		milliseconds ??
		(seconds === null ? Date.parse(readText(header) ?? '') - now : seconds * 1000);
	return Number.isFinite(wait) && wait >= 0 ? Math.min(wait, ceilingMs) : null;
}
