/** Where a text in JSON begins, or a number. */
const beginning = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** More digits than a number keeps. */
function isTooLong(digits: string): boolean {
	return /^-?\d{16,}$/.test(digits) && !Number.isSafeInteger(Number(digits));
}

/**
 * Where a text in JSON ends, its digits left as they are. Mark by mark: a pattern overflows the stack over
 * some megabytes, and looks again from each mark of a text whose end is missing.
 */
function endOfText(text: string, start: number): number {
	for (let mark = text.indexOf('"', start + 1); mark !== -1; mark = text.indexOf('"', mark + 1)) {
		let escapes = 0;
		while (text[mark - 1 - escapes] === '\\') escapes += 1;
		if (escapes % 2 === 0) return mark + 1;
	}
	return text.length;
}

/** JSON with its too long whole numbers as texts. */
function withNumbersAsTexts(text: string): string {
	let made = '';
	let from = 0;
	beginning.lastIndex = 0;
	for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
		const [token] = found;
		if (token === '"') beginning.lastIndex = endOfText(text, found.index);
		else if (isTooLong(token)) {
			made += `${text.slice(from, found.index)}"${token}"`;
			from = beginning.lastIndex;
		}
	}
	return made + text.slice(from);
}

/**
 * Parses JSON, and keeps whole numbers beyond 2^53 as text to the last digit: a job's id of 19 digits
 * would become another id.
 *
 * @returns The value; the text itself where it is no JSON.
 */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(/\d{16}/.test(text) ? withNumbersAsTexts(text) : text);
		return value;
	} catch {
		return text;
	}
}

/** The last comma outside of texts, and the brackets that are open at the end, as what closes them. */
function readForm(text: string): { lastComma: number; closing: string } {
	const open: string[] = [];
	let lastComma = -1;
	for (let at = 0; at < text.length; at += 1) {
		const letter = text.charAt(at);
		if (letter === '"') at = endOfText(text, at) - 1;
		else if (letter === '{') open.push('}');
		else if (letter === '[') open.push(']');
		else if (letter === '}' || letter === ']') open.pop();
		else if (letter === ',') lastComma = at;
	}
	return { lastComma, closing: open.reverse().join('') };
}

/**
 * What is whole in a JSON text whose end is missing: everything up to the last comma. An answer that was
 * cut off may hold the id of a job that is paid for.
 *
 * @returns The value; null where there is nothing whole in it.
 */
export function parseCutOffJson(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return null;
	const { lastComma } = readForm(text.slice(0, 100_000));
	if (lastComma === -1) return null;
	const whole = text.slice(0, lastComma);
	const value = parseJson(`${whole}${readForm(whole).closing}`);
	return typeof value === 'string' ? null : value;
}
