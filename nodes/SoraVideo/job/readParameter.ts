import { isObject, showValue } from './read';

/** A parameter's value as its type, or what was expected in its place, ready to follow "give". */
export type ReadValue<T> = { value: T } | { expected: string };

/** Values, also those of expressions, that say nothing. */
function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/**
 * Text, without blanks at its ends; null where the field was left empty. A number is text as well, an
 * object or a list is none: as `[object Object]` it would be paid for as a prompt.
 */
export function readTextValue(value: unknown): ReadValue<string | null> {
	if (isEmpty(value)) return { value: null };
	if (typeof value === 'string') return { value: value.trim() };
	if (typeof value === 'number' && Number.isFinite(value)) return { value: String(value) };
	return { expected: 'text' };
}

const booleanWords: ReadonlyMap<string, boolean> = new Map([
	['true', true],
	['yes', true],
	['on', true],
	['1', true],
	['false', false],
	['no', false],
	['off', false],
	['0', false],
]);

/** A boolean, also as a word or number that means one; null where the field was left empty. */
export function readBooleanValue(value: unknown): ReadValue<boolean | null> {
	if (isEmpty(value)) return { value: null };
	const word = typeof value === 'object' ? '' : showValue(value).trim().toLowerCase();
	const read = booleanWords.get(word);
	return read === undefined ? { expected: 'true or false' } : { value: read };
}

/** What a number may be. */
export interface NumberLimits {
	min: number;
	max?: number;
	/** What it counts, like `seconds`; taken behind the number by its first letters or in full. */
	unit?: string;
	/** How the unit is written for short, where that is not its beginning: `MB`. */
	symbol?: string;
	isWhole?: boolean;
}

/** What a number may be, in words. */
export function describeLimits({ min, max, unit, isWhole = true }: NumberLimits): string {
	const kind = isWhole ? 'a whole number' : 'a number';
	const range = max === undefined ? `${min} or more` : `${min} to ${max}`;
	return `${kind}${unit ? ` of ${unit}` : ''}, ${range}`;
}

/** A value that must not be left empty. @param expected What to give, for one that was. */
export function needed<T>(read: ReadValue<T | null>, expected: string): ReadValue<T> {
	if ('expected' in read) return read;
	return read.value === null ? { expected } : { value: read.value };
}

/** A number within its limits, also as text with its unit behind it (`8s`); null where left empty. */
export function readNumberValue(value: unknown, limits: NumberLimits): ReadValue<number | null> {
	if (isEmpty(value)) return { value: null };
	const expected = describeLimits(limits);
	if (typeof value !== 'number' && typeof value !== 'string') return { expected };
	const { min, max = Infinity, unit = '', symbol = '', isWhole = true } = limits;
	const [, digits = '', behind = ''] = /^([-+]?[\d.]+(?:e\d+)?)\s*([a-z]*)$/i.exec(String(value).trim()) ?? [];
	const isUnit = [unit, symbol.toLowerCase()].some((each) => each.startsWith(behind.toLowerCase()));
	const number = digits === '' || !isUnit ? NaN : Number(digits);
	const fits = Number.isFinite(number) && number >= min && number <= max;
	return fits && (!isWhole || Number.isInteger(number)) ? { value: number } : { expected };
}

/** One of a list's values, whatever the case of its letters; null where left empty. */
export function readChoiceValue<T extends string>(
	value: unknown,
	choices: ReadonlyArray<{ value: T; name: string }>,
): ReadValue<T | null> {
	if (isEmpty(value)) return { value: null };
	const wanted = typeof value === 'string' ? value.trim().toLowerCase() : null;
	const choice = choices.find((each) => [each.value, each.name].some((text) => text.toLowerCase() === wanted));
	return choice
		? { value: choice.value }
		: { expected: choices.map((each) => `"${each.value}"`).join(' or ') };
}

/** Where in JSON text it stops being JSON, in words that a person can follow. */
function placeOfJsonError(text: string, error: unknown): string {
	const message = error instanceof Error ? error.message : '';
	const position = Number(/position (\d+)/.exec(message)?.[1] ?? NaN);
	if (!Number.isFinite(position)) return '';
	const before = text.slice(0, position);
	const line = before.split('\n').length;
	const column = position - before.lastIndexOf('\n');
	const found = text[position] === '\n' ? ', where a line ends within a text (write \\n in its place)' : '';
	return ` (it stops being JSON in line ${line}, at character ${column}${found})`;
}

/** Whether an object can be written as JSON: one that holds itself, or a BigInt, can't. */
function isJson(value: object): boolean {
	try {
		JSON.stringify(value);
		return true;
	} catch {
		return false;
	}
}

/** A JSON object, as one or as text; an empty one where the field was left empty. */
export function readObjectValue(value: unknown): ReadValue<Record<string, unknown>> {
	if (isEmpty(value)) return { value: {} };
	const expected = 'a JSON object like {"seed": 7}';
	if (isObject(value)) return isJson(value) ? { value } : { expected };
	if (typeof value !== 'string') return { expected };
	try {
		const parsed: unknown = JSON.parse(value);
		return isObject(parsed) ? { value: parsed } : { expected };
	} catch (error) {
		return { expected: `${expected}${placeOfJsonError(value, error)}` };
	}
}

const longestQuote = 80;

/** What is wrong with a field's value, quoting it as the user gave it. */
export function quoteProblem(field: string, value: unknown, expected: string): string {
	if (isEmpty(value)) return `${field} is empty: give ${expected}`;
	const shown = showValue(value).replace(/\s+/g, ' ');
	const quoted = shown.length > longestQuote ? `${shown.slice(0, longestQuote)}…` : shown;
	return `${field} is ${typeof value === 'string' ? `"${quoted}"` : quoted}: give ${expected}`;
}
