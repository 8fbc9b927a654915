import { isObject, objectAt, readNumber, readText } from '../../job/read';
import type { FieldType, FieldValue } from '../Model';
import { both, eitherOf, nothing, toType } from './combineSchemas';
import type { Plain } from './combineSchemas';

/** Enough for any published schema; a hostile one can't keep n8n busy with more. */
const mostNodes = 4000;
const mostDepth = 12;

interface Reading {
	root: unknown;
	nodesLeft: number;
}

/** Names that would change what an object is, instead of standing in it. */
const unsafeNames = new Set(['__proto__', 'constructor', 'prototype']);

function isType(value: unknown): value is FieldType {
	return typeof value === 'string' && /^(string|number|integer|boolean|array|object)$/.test(value);
}

function isValue(value: unknown): value is FieldValue {
	return ['string', 'number', 'boolean'].includes(typeof value);
}

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function typeOfValue(value: unknown): FieldType | null {
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
	if (Array.isArray(value)) return 'array';
	const type: unknown = value === null ? null : typeof value;
	return isType(type) ? type : null;
}

function readType(schema: Record<string, unknown>, values: FieldValue[] | undefined): FieldType | null {
	const [type] = [schema.type].flat().filter(isType);
	// `multipleOf: 1` is how some documents say "whole number".
	if (type === 'number' && Number.isInteger(readNumber(schema.multipleOf) ?? 0.5)) return 'integer';
	if (type) return type;
	if (isObject(schema.properties)) return 'object';
	if (schema.items !== undefined) return 'array';
	return typeOfValue(values?.[0] ?? schema.default);
}

/** Without what isn't told, so that it can be laid over what is. */
function told(limits: Partial<Plain>): Partial<Plain> {
	return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined && value !== null));
}

function readLimits(schema: Record<string, unknown>, type: FieldType | null): Partial<Plain> {
	// Whole numbers beyond an exclusive limit begin one further; for others the limit itself is near enough.
	const step = type === 'integer' ? 1 : 0;
	const above = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + step : undefined;
	const below = typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum - step : undefined;
	return told({
		min: readNumber(schema.minimum) ?? above,
		max: readNumber(schema.maximum) ?? below,
		minLength: readNumber(schema.minLength) ?? undefined,
		maxLength: readNumber(schema.maxLength) ?? undefined,
		minItems: readNumber(schema.minItems) ?? undefined,
		maxItems: readNumber(schema.maxItems) ?? undefined,
	});
}

/** Names of properties in the order that the document wants them shown in. */
function namesInOrder(schema: Record<string, unknown>, properties: Record<string, unknown>): string[] {
	const names = Object.keys(properties).filter((name) => !unsafeNames.has(name));
	const order = texts(schema['x-fal-order-properties']);
	const place = (name: string) => {
		const index = order.indexOf(name);
		return index === -1 ? (readNumber(objectAt(properties[name])['x-order']) ?? names.length) : index;
	};
	return [...names].sort((one, other) => place(one) - place(other));
}

function readOwn(schema: Record<string, unknown>, reading: Reading, depth: number): Plain {
	const listed = 'const' in schema ? [schema.const] : schema.enum;
	const printed = Array.isArray(listed) ? listed.filter(isValue) : undefined;
	const type = readType(schema, printed);
	const values = printed?.map((value) => toType(type, value)).filter(isValue);
	const properties = objectAt(schema.properties);
	const title = readText(schema.title);
	const description = readText(schema.description);
	const [example] = [schema.examples, schema.example].flat();
	const sample = [schema.default, example, schema.pattern].find((each) => typeof each === 'string');
	return {
		type,
		...(values && values.length > 0 && { values }),
		...readLimits(schema, type),
		...('default' in schema && schema.default !== null && { default: toType(type, schema.default) }),
		...(title !== null && { title }),
		...(description !== null && { description }),
		...(typeof sample === 'string' && { sample }),
		...(schema.items !== undefined && { items: resolve(schema.items, reading, depth + 1) }),
		properties: new Map(
			namesInOrder(schema, properties).map((name) => [name, resolve(properties[name], reading, depth + 1)]),
		),
		required: texts(schema.required),
		...(schema.additionalProperties === false && { isClosed: true }),
		oneOf: [],
		exclusive: 'required' in objectAt(schema.not) ? [texts(objectAt(schema.not).required)] : [],
		onlyWith: Object.entries(objectAt(schema.dependentRequired)).flatMap(([name, needs]) =>
			texts(needs).map((need): [string, string] => [name, need]),
		),
	};
}

function isNull(value: unknown): boolean {
	if (!isObject(value)) return true;
	if (value.type === 'null' || (Array.isArray(value.enum) && value.enum.every((each) => each === null))) return true;
	return Object.keys(value).every((key) => ['nullable', 'title', 'description'].includes(key));
}

function lookUp(root: unknown, reference: string): unknown {
	let found = root;
	for (const part of reference.replace(/^#\/?/, '').split('/').filter((each) => each !== '')) {
		const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
		if (!isObject(found) || !Object.hasOwn(found, name)) return undefined;
		found = found[name];
	}
	return found;
}

function resolve(value: unknown, reading: Reading, depth: number): Plain {
	reading.nodesLeft -= 1;
	if (!isObject(value) || depth > mostDepth || reading.nodesLeft < 0) return nothing;
	const part = (each: unknown) => resolve(each, reading, depth + 1);
	let plain = readOwn(value, reading, depth);
	const { $ref: reference, allOf, anyOf, oneOf } = value;
	if (typeof reference === 'string') plain = both(plain, part(lookUp(reading.root, reference)));
	for (const each of Array.isArray(allOf) ? allOf : []) plain = both(plain, part(each));
	for (const list of [anyOf, oneOf]) {
		if (!Array.isArray(list)) continue;
		const branches = list.filter((each) => !isNull(each)).map(part);
		const before = plain;
		plain = eitherOf(plain, branches);
		if (list === oneOf && plain.oneOf.length > before.oneOf.length) {
			const exclusive = plain.oneOf[plain.oneOf.length - 1] ?? [];
			plain = { ...plain, exclusive: [...plain.exclusive, exclusive] };
		}
	}
	return plain;
}

/**
 * Reads a JSON Schema (or OpenAPI 3.0 schema object) as far as forms go: `$ref` within the document, `allOf`,
 * `anyOf` and `oneOf`, also with null. What can't be read counts as not told. Never throws, and ends on any input.
 *
 * @param root The document that references lead into.
 */
export function resolveSchema(schema: unknown, root: unknown = schema): Plain {
	return resolve(schema, { root, nodesLeft: mostNodes }, 0);
}
