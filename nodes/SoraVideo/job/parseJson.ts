/** A text in JSON, whose digits stay as they are, or a number outside of one. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** More digits than a number keeps. */
function isTooLong(digits: string): boolean {
	return /^-?\d{16,}$/.test(digits) && !Number.isSafeInteger(Number(digits));
}

/**
 * Parses JSON, and keeps whole numbers beyond 2^53 as text to the last digit: a job's id of 19 digits
 * would become another id.
 *
 * @returns The value; the text itself where it is no JSON.
 */
export function parseJson(text: string): unknown {
	const exact = /\d{16}/.test(text)
		? text.replace(token, (found) => (isTooLong(found) ? `"${found}"` : found))
		: text;
	try {
		const value: unknown = JSON.parse(exact);
		return value;
	} catch {
		return text;
	}
}
