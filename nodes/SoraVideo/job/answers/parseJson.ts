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

/** The brackets that are open at each comma outside of texts, as what would close them. */
function cutAtCommas(text: string): Array<{ end: number; closing: string }> {
	const cuts: Array<{ end: number; closing: string }> = [];
	let closing = '';
	let isText = false;
	for (let at = 0; at < text.length; at += 1) {
		const letter = text.charAt(at);
		if (isText && letter === '\\') at += 1;
		else if (letter === '"') isText = !isText;
		else if (!isText && letter === '{') closing = `}${closing}`;
		else if (!isText && letter === '[') closing = `]${closing}`;
		else if (!isText && (letter === '}' || letter === ']')) closing = closing.slice(1);
		else if (!isText && letter === ',') cuts.push({ end: at, closing });
	}
	return cuts;
}

/**
 * What is whole in a JSON text whose end is missing: everything up to the last comma. An answer that was
 * cut off may hold the id of a job that is paid for.
 *
 * @returns The value; null where there is nothing whole in it.
 */
export function parseCutOffJson(text: string): unknown {
	const cut = /^\s*[[{]/.test(text) ? cutAtCommas(text.slice(0, 100_000)).at(-1) : undefined;
	if (cut === undefined) return null;
	const value = parseJson(`${text.slice(0, cut.end)}${cut.closing}`);
	return typeof value === 'string' ? null : value;
}
