import { isObject, objectAt } from '../../job/read';
import type { Model, ModelField, ModelRule } from '../Model';
import { assignRoles, isMediaName } from './assignRoles';
import type { Leaf } from './assignRoles';
import type { Plain } from './combineSchemas';
import { resolveSchema } from './resolveSchema';

/** Objects in objects deeper than this are asked for as JSON. */
const mostDepth = 4;

/** What to know of a schema besides its text. */
export interface SchemaOptions {
	/** Properties that the provider's file fills in itself: the model's name, the callback's address. */
	leaveOut?: readonly string[];
	/** The document that references lead into, where the schema is a part of one. */
	root?: unknown;
}

function toField(name: string, path: readonly string[], plain: Plain): ModelField {
	const { type, items, sample, values, also, min, max, minLength, maxLength, minItems, maxItems } = plain;
	const { title, description } = plain;
	const told = { values, also, min, max, minLength, maxLength, minItems, maxItems, title, description };
	return {
		name,
		path,
		type: type ?? 'string',
		...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
		...(plain.default !== undefined && { default: plain.default }),
		...(items?.type && { itemType: items.type }),
		...(type === 'string' && sample !== undefined && /\ds\b/.test(sample) && { unit: 's' }),
		required: false,
		role: null,
	};
}

interface Place {
	path: readonly string[];
	/** Whether a request must have this object. */
	isRequired: boolean;
}

/** The fields of an object and of the objects in it, each with its whole path. */
function leavesOf(object: Plain, { path, isRequired }: Place, leaveOut: readonly string[]): Leaf[] {
	return [...object.properties].flatMap(([property, plain]): Leaf[] => {
		if (leaveOut.includes(property)) return [];
		const place = [...path, property];
		const name = place.join('.');
		const isNeeded = object.required.includes(property);
		const isAlways = isRequired && isNeeded;
		const isNest = plain.type === 'object' && plain.properties.size > 0 && place.length < mostDepth;
		if (isNest && !isMediaName(name)) {
			return leavesOf(plain, { path: place, isRequired: isAlways }, []);
		}
		const field = toField(name, place, plain);
		const inside = isNeeded && !isAlways ? { requiredIn: path.join('.') } : {};
		return [{ field: { ...field, required: isAlways, ...inside }, plain }];
	});
}

function rulesOf({ oneOf, exclusive, onlyWith }: Plain): ModelRule[] {
	return [
		...oneOf.map((fields): ModelRule => ({ kind: 'atLeastOne', fields })),
		...exclusive.map((names): ModelRule => ({ kind: 'notTogether', groups: names.map((name) => [name]) })),
		...onlyWith.map(([field, needs]): ModelRule => ({ kind: 'onlyWith', field, needs })),
	];
}

/**
 * A model from the JSON Schema of its request (or of the part of a request that is the model's). Null where
 * it describes no object. Never throws.
 */
export function readSchema(schema: unknown, id: string, options: SchemaOptions = {}): Model | null {
	const { leaveOut = [], root = schema } = options;
	const plain = resolveSchema(schema, root);
	if (plain.properties.size === 0) return null;
	const read = (object: Plain) =>
		assignRoles(leavesOf(object, { path: [], isRequired: true }, leaveOut), id);
	const { fields, rules } = read(plain);
	const all = [...rulesOf(plain), ...rules];
	return {
		id,
		known: true,
		fields,
		...(plain.alternatives && { variants: plain.alternatives.map((each) => read(each).fields) }),
		...(all.length > 0 && { rules: all }),
	};
}

/** The schema of a call's body, JSON before other types. */
function bodyOf(operation: unknown): unknown {
	const content = objectAt(objectAt(objectAt(operation).requestBody).content);
	const [first] = Object.values(content);
	return objectAt(content['application/json'] ?? first).schema;
}

/**
 * A model from the OpenAPI document that its provider serves for it: the body of its POST.
 *
 * @param pathEnd How the path of the call ends that creates a video, where the document has several.
 */
export function readOpenApi(
	document: unknown,
	id: string,
	pathEnd: string,
	options: Pick<SchemaOptions, 'leaveOut'> = {},
): Model | null {
	const posts = Object.entries(objectAt(objectAt(document).paths)).flatMap(([path, operations]) => {
		const schema = bodyOf(objectAt(operations).post);
		return isObject(schema) ? [{ path, schema }] : [];
	});
	const chosen = posts.find(({ path }) => path.endsWith(pathEnd)) ?? posts[0];
	return chosen ? readSchema(chosen.schema, id, { ...options, root: document }) : null;
}
