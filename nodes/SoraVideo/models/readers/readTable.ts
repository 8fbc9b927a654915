import type { IDataObject } from 'n8n-workflow';

import type { Model } from '../Model';
import { readSchema } from './readSchema';

/** What stands behind the colon for a type. */
const types: Readonly<Record<string, IDataObject>> = {
	text: { type: 'string' },
	int: { type: 'integer' },
	number: { type: 'number' },
	bool: { type: 'boolean' },
	url: { type: 'string', format: 'uri' },
	urls: { type: 'array', items: { type: 'string', format: 'uri' } },
	list: { type: 'array' },
	objects: { type: 'array', items: { type: 'object' } },
	json: { type: 'object' },
};

function toValue(text: string): string | number | boolean {
	if (/^'.*'$/.test(text)) return text.slice(1, -1);
	if (text === 'true' || text === 'false') return text === 'true';
	return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** The limits of a type: `1..9`, `..9`, `1..`. */
function readRange(type: string, text: string): IDataObject {
	const [from = '', to = ''] = text.split('..');
	const [low, high] =
		type === 'text'
			? ['minLength', 'maxLength']
			: types[type]?.type === 'array'
				? ['minItems', 'maxItems']
				: ['minimum', 'maximum'];
	return { ...(from && { [low]: Number(from) }), ...(to && { [high]: Number(to) }) };
}

function readType(spec: string): IDataObject {
	const [, type = '', range = ''] = /^([a-z]+)(-?\d*\.\.\d*)?$/.exec(spec) ?? [];
	if (Object.hasOwn(types, type)) return { ...types[type], ...(range && readRange(type, range)) };
	if (/^-?\d+\.\.\d+$/.test(spec)) return { type: 'integer', ...readRange('int', spec) };
	const values = spec.split('|');
	// `-1|4..30`: a row of numbers, and some beside it.
	const row = values.find((value) => value.includes('..'));
	const byDefault = values.find((value) => value.endsWith('*'))?.slice(0, -1);
	const enumeration = values.filter((value) => value !== row).map((value) => toValue(value.replace(/\*$/, '')));
	return {
		...(row === undefined ? { enum: enumeration } : { anyOf: [readType(row), { enum: enumeration }] }),
		...(byDefault !== undefined && { default: toValue(byDefault) }),
	};
}

function readProperty(text: string): { name: string; isRequired: boolean; schema: IDataObject } {
	const [head = '', ...rest] = text.split(':');
	const [named = '', byDefault] = head.split('=');
	const schema = readType(rest.join(':'));
	return {
		name: named.replace('!', ''),
		isRequired: named.endsWith('!'),
		schema: { ...schema, ...(byDefault !== undefined && { default: toValue(byDefault) }) },
	};
}

function toSchema(properties: ReadonlyArray<ReturnType<typeof readProperty>>): IDataObject {
	const own = properties.filter(({ name }) => !name.includes('.'));
	const nests = new Set(properties.filter(({ name }) => name.includes('.')).map(({ name }) => name.split('.')[0] ?? ''));
	const inner = [...nests].map((nest): [string, IDataObject] => {
		const within = properties.filter(({ name }) => name.startsWith(`${nest}.`));
		return [nest, toSchema(within.map((each) => ({ ...each, name: each.name.slice(nest.length + 1) })))];
	});
	return {
		type: 'object',
		properties: { ...Object.fromEntries(own.map(({ name, schema }) => [name, schema])), ...Object.fromEntries(inner) },
		required: [
			...own.filter(({ isRequired }) => isRequired).map(({ name }) => name),
			...inner.filter(([, schema]) => Array.isArray(schema.required) && schema.required.length > 0).map(([nest]) => nest),
		],
	};
}

/**
 * A model from a line of a table, for providers that publish no schemas. Its fields stand apart by blanks,
 * each `name`, `!` where it is needed, `=` and its default, and behind a colon what it takes: values apart
 * by bars (`720p*|1080p`, the default with a star, texts that look like numbers in quotes), whole numbers
 * (`3..15`, `-1|4..30`), or a type with its limits (`text..2500`, `urls1..9`, `url`, `int`, `number2..15`,
 * `bool`, `list..6`, `objects..6`, `json`). A dot leads into an object, which is needed where something in it is. A stroke
 * alone stands between several kinds of request, of which the model takes any one.
 */
export function readTable(line: string, id: string): Model {
	const kinds = line.split(' / ').map((kind) => {
		const properties = kind.split(/\s+/).filter((text) => text !== '').map(readProperty);
		return { ...toSchema(properties), ...(line.includes(' / ') && { additionalProperties: false }) };
	});
	const [only] = kinds;
	return readSchema(kinds.length > 1 ? { anyOf: kinds } : only, id) ?? { id, known: true, fields: [] };
}
