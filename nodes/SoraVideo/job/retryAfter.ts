import { readNumber, readText } from './read';

/** A provider that asks for more than this is not obeyed to the end: a wait must stay a wait. */
const ceilingMs = 120_000;

/** "Your rate limit resets in ~30s" (Replicate), "Please try again in 1.5s" (OpenAI). */
const inWords = /\b(?:resets?|retry|try again)\b[^\d.]{0,20}(\d+(?:\.\d+)?) ?(ms|s|sec|seconds?)\b/i;

function readWords(said: string | null): number | null {
	const [, amount, unit = ''] = inWords.exec(said ?? '') ?? [];
	return amount === undefined ? null : Number(amount) * (/^ms$/i.test(unit) ? 1 : 1000);
}

/**
 * How long a response asks to be left alone: `retry-after-ms`, or `Retry-After` as seconds or as an
 * HTTP date (RFC 9110, 10.2.3); where it has neither, what its words say.
 *
 * @param now Milliseconds since 1970.
 * @param said What the response complains of.
 * @returns Milliseconds, at most two minutes; null where it asks for nothing that makes sense.
 */
export function readRetryAfter(headers: Record<string, unknown>, now: number, said: string | null = null): number | null {
	const milliseconds = readNumber(headers['retry-after-ms']);
	const header = headers['retry-after'];
	const seconds = readNumber(header);
	const inHeader = milliseconds ?? (seconds === null ? Date.parse(readText(header) ?? '') - now : seconds * 1000);
	const wait = Number.isNaN(inHeader) ? (readWords(said) ?? NaN) : inHeader;
	return Number.isFinite(wait) && wait >= 0 ? Math.min(wait, ceilingMs) : null;
}
