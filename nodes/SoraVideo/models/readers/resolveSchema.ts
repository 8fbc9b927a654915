import { isObject, objectAt, readNumber, readText } from '../../job/read';
import type { FieldType, FieldValue } from '../Model';

/** A JSON Schema without references, combinations and nulls: what is left of it for a field or an object. */
export interface Plain {
	/** Null where it isn't told. */
	type: FieldType | null;
	values?: FieldValue[];
	/** Values that it takes although its type or limits wouldn't have them. */
	also?: FieldValue[];
	min?: number;
	max?: number;
	minLength?: number;
	maxLength?: number;
	minItems?: number;
	maxItems?: number;
	default?: unknown;
	title?: string;
	description?: string;
	/** A default, an example or the pattern: shows how a value is spelled. */
	sample?: string;
	items?: Plain;
	/** In the order in which a form shows them. */
	properties: ReadonlyMap<string, Plain>;
	required: readonly string[];
	/** Whether it refuses other properties. */
	isClosed?: boolean;
	/** Where any one of several would do: each of them; the rest of this object is then what they have in all. */
	alternatives?: readonly Plain[];
	/** Properties of which one is needed, or of which only one is taken, each a list of names. */
	oneOf: ReadonlyArray<readonly string[]>;
	exclusive: ReadonlyArray<readonly string[]>;
	/** `[a, b]`: `a` only together with `b`. */
	onlyWith: ReadonlyArray<readonly [string, string]>;
}

/** Enough for any published schema; a hostile one can't keep n8n busy with more. */
const mostNodes = 4000;
const mostDepth = 12;
const mostAlternatives = 12;

interface Reading {
	root: unknown;
	nodesLeft: number;
}

const nothing: Plain = { type: null, properties: new Map(), required: [], oneOf: [], exclusive: [], onlyWith: [] };

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

/** Numbers as numbers and texts as texts, since documents print `"5"` for the default of an integer. */
function toType(type: FieldType | null, value: unknown): unknown {
	if (type === 'number' || type === 'integer') return readNumber(value) ?? value;
	return type === 'string' && typeof value === 'number' ? String(value) : value;
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

/** What both say, the second where they differ. */
function both(one: Plain, other: Plain): Plain {
	const properties = new Map(one.properties);
	for (const [name, property] of other.properties) {
		const earlier = properties.get(name);
		properties.set(name, earlier ? both(earlier, property) : property);
	}
	const type = other.type ?? one.type;
	const byDefault = other.default ?? one.default;
	return {
		...one,
		...other,
		type,
		...(byDefault !== undefined && { default: toType(type, byDefault) }),
		// What stands nearer to the field tells more of it than what it shares with others.
		...(one.title !== undefined && { title: one.title }),
		...(one.description !== undefined && { description: one.description }),
		properties,
		required: [...new Set([...one.required, ...other.required])],
		oneOf: [...one.oneOf, ...other.oneOf],
		exclusive: [...one.exclusive, ...other.exclusive],
		onlyWith: [...one.onlyWith, ...other.onlyWith],
	};
}

/** What a request may hold that fits any of these objects: all properties, and needed what all need. */
function union(objects: readonly Plain[]): Plain {
	const properties = new Map<string, Plain>();
	for (const object of objects) {
		for (const [name, property] of object.properties) {
			const earlier = properties.get(name);
			properties.set(name, earlier ? eitherOf(nothing, [earlier, property]) : property);
		}
	}
	const [first = nothing, ...others] = objects;
	return {
		...first,
		properties,
		required: first.required.filter((name) => others.every(({ required }) => required.includes(name))),
	};
}

function isBare({ type, properties, values }: Plain): boolean {
	return type === null && properties.size === 0 && values === undefined;
}

/** The lowest of limits; none where one of them isn't told. */
function least(limits: ReadonlyArray<number | undefined>): number | undefined {
	const known = limits.filter((limit) => limit !== undefined);
	return known.length === limits.length && known.length > 0 ? Math.min(...known) : undefined;
}

function most(limits: ReadonlyArray<number | undefined>): number | undefined {
	const lowest = least(limits.map((limit) => limit && -limit));
	return lowest && -lowest;
}

/** One field that takes what any of these take. */
function anyValue(branches: readonly Plain[]): Plain {
	const single = branches.filter(({ type }) => type !== 'array' && type !== 'object');
	const [first = nothing] = single.length > 0 ? single : branches.filter(({ type }) => type === 'array');
	const chosen = single.length > 0 ? single : branches.filter(({ type }) => type === first.type);
	const open = chosen.find(({ values }) => values === undefined);
	const values = [...new Set(chosen.flatMap((branch) => branch.values ?? []))];
	return {
		...(open ?? first),
		values: undefined,
		min: least(chosen.map(({ min }) => min)),
		max: most(chosen.map(({ max }) => max)),
		minItems: least(chosen.map(({ minItems }) => minItems)),
		maxItems: most(chosen.map(({ maxItems }) => maxItems)),
		...(open ? values.length > 0 && { also: values } : { values }),
	};
}

function eitherOf(base: Plain, branches: readonly Plain[]): Plain {
	const [only] = branches;
	if (!only) return base;
	if (branches.length === 1) return both(base, only);
	if (branches.every((branch) => isBare(branch) && branch.required.length > 0)) {
		return { ...base, oneOf: [...base.oneOf, [...new Set(branches.flatMap(({ required }) => required))]] };
	}
	const alternatives = branches.slice(0, mostAlternatives).map((branch) => {
		const all = both(base, branch);
		const taken = [...all.properties].filter(([name]) => !branch.isClosed || branch.properties.has(name));
		return { ...all, properties: new Map(taken) };
	});
	const objects = alternatives.every(({ properties }) => properties.size > 0);
	const merged = objects ? union(alternatives) : both(base, anyValue(branches));
	return { ...merged, alternatives };
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
