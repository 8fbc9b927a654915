/** Control characters, line and paragraph separators, and what turns the direction of text around. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/**
 * Text from outside as one line for a log or a message. Else its sender could write log lines of its own,
 * colour a terminal, or have a line read from its other end.
 *
 * @param most Characters that are kept; what was cut off shows as `…`. All, where the text may name paid jobs.
 */
export function oneLine(text: string, most = Infinity): string {
	// Cut first: what comes may be megabytes. Half a pair of surrogates would be no character at all.
	const short = text.length > most ? `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
	return short.replace(unprintable, ' ').trim();
}
