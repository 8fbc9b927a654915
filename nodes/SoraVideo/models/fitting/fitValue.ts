import { isObject, readNumber, showValue } from '../../job/read';
import { listed } from '../listed';
import type { FieldValue, ModelField, Role } from '../Model';
import { ratioOf, resolutionOf, secondsOf, truthOf } from '../spelling';

/** A value as its field takes it, or what the field takes, in words. */
export type FittedValue = { value: unknown } | { takes: string };

/** By what two spellings of a value are the same, where its role tells. */
const meanings: Partial<Record<Role, (value: unknown) => unknown>> = {
	duration: secondsOf,
	resolution: resolutionOf,
	aspectRatio: ratioOf,
	generateAudio: truthOf,
};

/** So that a sentence stays one: a model may have 80 effects. */
const mostNamed = 20;

/** Values in words, the first of them where they are many. */
export function named(values: ReadonlyArray<string | number | boolean>): string {
	const texts = values.map(String);
	return texts.length > mostNamed ? `${texts.slice(0, mostNamed).join(', ')} or others` : listed(texts);
}

/** A range in words, as far as it is told: `3 to 15`. */
function range(min: number | undefined, max: number | undefined): string | null {
	if (min !== undefined && max !== undefined) return min === max ? String(min) : `${min} to ${max}`;
	if (min !== undefined) return `at least ${min}`;
	return max === undefined ? null : `at most ${max}`;
}

const typeWords: Readonly<Record<ModelField['type'], string>> = {
	string: 'text',
	number: 'a number',
	integer: 'a whole number',
	boolean: 'true or false',
	array: 'a list, as JSON',
	object: 'an object, as JSON',
};

/** What a field takes, in words: `3 to 15`, `5 or 10`, `text of at most 500 characters`. */
export function describeTaken(field: ModelField): string {
	const { type, values, also = [], min, max, minLength, maxLength, minItems, maxItems } = field;
	if (values) return named(values);
	const characters = range(minLength, maxLength);
	const items = range(minItems, maxItems);
	const numbers = range(min, max);
	const all: string[] = [
		type === 'string' && characters !== null ? `text of ${characters} characters` : '',
		type === 'array' && items !== null ? `a list of ${items} entries, as JSON` : '',
		numbers === null ? '' : type === 'integer' ? `a whole number, ${numbers}` : numbers,
	];
	return listed([all.find((words) => words !== '') ?? typeWords[type], ...also.map(String)]);
}

/** The value among those of the field that means what is wanted. */
function pick(field: ModelField, values: readonly FieldValue[], wanted: unknown): FieldValue | undefined {
	const same = (reads: (value: unknown) => unknown) => {
		const meaning = reads(wanted);
		return meaning === null ? undefined : values.find((value) => reads(value) === meaning);
	};
	const text = (value: unknown) => showValue(value).trim();
	const meaning = field.role === null ? undefined : meanings[field.role];
	return (
		values.find((value) => value === wanted) ??
		same(text) ??
		same((value) => text(value).toLowerCase()) ??
		(meaning && same(meaning)) ??
		(field.type === 'boolean' ? same(truthOf) : undefined)
	);
}

function parse(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

function isWithin(number: number, min: number | undefined, max: number | undefined): boolean {
	return number >= (min ?? -Infinity) && number <= (max ?? Infinity);
}

/** A value as its type wants it; undefined where it can't be had. */
function toType(field: ModelField, wanted: unknown): unknown {
	const { type, itemType, min, max, minLength, maxLength, minItems, maxItems } = field;
	switch (type) {
		case 'boolean':
			return truthOf(wanted) ?? undefined;
		case 'integer':
		case 'number': {
			const seconds = field.role === 'duration' ? secondsOf(wanted) : null;
			// -1 is how models of whole seconds say that they choose.
			const number = typeof seconds === 'number' ? seconds : (readNumber(wanted) ?? (seconds && -1));
			const fits = number !== null && isWithin(number, min ?? (seconds === 'auto' && typeof wanted === 'string' ? 0 : undefined), max);
			return fits && (type === 'number' || Number.isInteger(number)) ? number : undefined;
		}
		case 'string': {
			if (wanted === null || typeof wanted === 'object') return undefined;
			const seconds = field.role === 'duration' ? secondsOf(wanted) : null;
			const text = seconds === null || seconds === 'auto' ? showValue(wanted) : `${seconds}${field.unit ?? ''}`;
			// Characters as people count them: an emoji is one.
			return isWithin(Array.from(text).length, minLength, maxLength) ? text : undefined;
		}
		case 'array': {
			const list = Array.isArray(wanted) ? wanted : parse(wanted);
			const single = itemType === 'string' && typeof wanted === 'string' ? [wanted] : undefined;
			const entries = Array.isArray(list) ? list : single;
			return entries && isWithin(entries.length, minItems, maxItems) ? entries : undefined;
		}
		case 'object': {
			const object = parse(wanted);
			return isObject(object) ? object : undefined;
		}
	}
}

/** Fits a value to its field: the field's own spelling, type and limits. Never throws. */
export function fitValue(field: ModelField, wanted: unknown): FittedValue {
	const picked = pick(field, [...(field.values ?? []), ...(field.also ?? [])], wanted);
	const value = picked ?? (field.values ? undefined : toType(field, wanted));
	return value === undefined ? { takes: describeTaken(field) } : { value };
}
