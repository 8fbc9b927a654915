import type { IDataObject } from 'n8n-workflow';

import { mostEntries } from './answerPlaces';
import { parseJson } from './parseJson';
import { isObject, readText } from '../read';

/** Longer than any sentence; a whole web page in a message helps nobody. */
const longestMessage = 2000;

/** How an envelope says that the call went well, which tells nothing of the job. */
export const mereSuccess = /^(success(ful(ly)?)?|succeed(ed)?|ok|0|200|true|成功)$/i;

/** What the first of these fields that can be read says. */
function firstIn(entry: IDataObject, fields: readonly string[], read: (value: unknown) => string | null) {
	for (const field of fields) {
		const found = read(entry[field]);
		if (found !== null) return found;
	}
	return null;
}

const saidIn = ['error_message', 'message', 'msg', 'detail', 'reason', 'description', 'error'];
const fieldIn = ['loc', 'path', 'field', 'param'];

/** One of a list of problems: `{"loc":["body","prompt"],"msg":"Field required"}` as `body.prompt: Field required`. */
function readProblem(entry: unknown): string | null {
	if (!isObject(entry)) return readText(entry);
	const said = firstIn(entry, saidIn, readText);
	const field = firstIn(entry, fieldIn, (value) => readText([value].flat().map(readText).join('.')));
	if (field === null) return said;
	return `${field}: ${said ?? 'not taken'}`;
}

/**
 * What a field of a failure says: text, a list of problems, or an object that holds either. Gateways wrap
 * what they got: a text that is JSON is read in turn.
 */
export function readSaid(value: unknown, depth = 0): string | null {
	if (Array.isArray(value)) {
		const problems = value.slice(0, mostEntries).map(readProblem).filter((problem) => problem !== null);
		return readText(problems.join('; ').slice(0, longestMessage));
	}
	if (isObject(value)) return depth > 3 ? null : firstIn(value, saidIn, (inner) => readSaid(inner, depth + 1));
	const text = typeof value === 'string' ? readText(value) : null;
	if (text === null || mereSuccess.test(text) || /^(none|null|false)$/i.test(text)) return null;
	const inner: unknown = depth < 3 && /^[[{]/.test(text) ? parseJson(text) : text;
	const said = typeof inner === 'string' ? null : readSaid(inner, depth + 1);
	return (said ?? text).slice(0, longestMessage);
}

/** A failure's code as text; null for codes of success. */
export function readCode(value: unknown): string | null {
	const code = readText(value);
	return code === null || mereSuccess.test(code) ? null : code;
}
