import { readNumber } from '../../job/read';
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

export const nothing: Plain = { type: null, properties: new Map(), required: [], oneOf: [], exclusive: [], onlyWith: [] };

/** A schema with more alternatives than these is read by the first of them. */
const mostAlternatives = 12;

/** Numbers as numbers and texts as texts, since documents print `"5"` for the default of an integer. */
export function toType(type: FieldType | null, value: unknown): unknown {
	if (type === 'number' || type === 'integer') return readNumber(value) ?? value;
	return type === 'string' && typeof value === 'number' ? String(value) : value;
}

/** What both say, the second where they differ. */
export function both(one: Plain, other: Plain): Plain {
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
	const lists = branches.filter(({ type }) => type === 'array');
	const chosen = single.length > 0 ? single : lists.length > 0 ? lists : branches;
	const values = [...new Set(chosen.flatMap((branch) => branch.values ?? []))];
	// Those that take any value of their type, within their limits.
	const open = chosen.filter((branch) => branch.values === undefined);
	const [first = chosen[0] ?? nothing] = open;
	const closed = { values: values.length > 0 ? values : undefined };
	return {
		...first,
		values: undefined,
		min: least(open.map(({ min }) => min)),
		max: most(open.map(({ max }) => max)),
		minItems: least(open.map(({ minItems }) => minItems)),
		maxItems: most(open.map(({ maxItems }) => maxItems)),
		...(open.length === 0 ? closed : values.length > 0 && { also: values }),
	};
}

/** What is left of a schema that takes any one of these. */
export function eitherOf(base: Plain, branches: readonly Plain[]): Plain {
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
