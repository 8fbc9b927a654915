import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { isHttpUrl, isRecord } from './checks';

export type Schema = Record<string, unknown>;

/** One thing that is wrong with a body, by the schema that its provider publishes. */
export interface SchemaProblem {
	/** Into the body, outermost first. */
	path: Array<string | number>;
	/** The keyword of JSON Schema that isn't satisfied; `unknown` for a field that no schema names. */
	keyword: string;
	params: Record<string, unknown>;
	value: unknown;
}

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
// Both providers call a link a URI; data: is for the providers' own rules to refuse.
ajv.addFormat('uri', (value: string) => isHttpUrl(value) || /^(data|asset|oss):/i.test(value));

const compiled = new WeakMap<Schema, ValidateFunction>();

/** A file of published schemas, as it is stored in `test/schemas`. */
export function readSchemas(name: string): Schema {
	const parsed: unknown = JSON.parse(readFileSync(join(__dirname, '../schemas', name), 'utf8'));
	if (!isRecord(parsed)) throw new Error(`${name} holds no object`);
	return parsed;
}

/** The schemas in one member of such a file, by model id. */
export function schemasIn(file: Schema, member: string): Record<string, Schema> {
	const models = file[member];
	if (!isRecord(models)) throw new Error(`no ${member} among the schemas`);
	return Object.fromEntries(Object.entries(models).filter((entry): entry is [string, Schema] => isRecord(entry[1])));
}

/** Every field that a schema names, in any of its alternatives. */
export function fieldsOf(schema: Schema): Record<string, Schema> {
	const branches = [schema.oneOf, schema.anyOf].flatMap((list): unknown[] => (Array.isArray(list) ? list : [])).filter(isRecord);
	const own = Object.entries(isRecord(schema.properties) ? schema.properties : {}).filter((entry): entry is [string, Schema] => isRecord(entry[1]));
	return Object.assign({}, ...branches.map(fieldsOf), Object.fromEntries(own));
}

/**
 * What a published schema forbids about a body, and the fields that it doesn't name: most providers
 * ignore those, but here one more is a client's mistake.
 */
export function schemaProblems(schema: Schema, body: Record<string, unknown>): SchemaProblem[] {
	const validate = compiled.get(schema) ?? ajv.compile(schema);
	compiled.set(schema, validate);
	const fields = fieldsOf(schema);
	const strangers = Object.keys(body)
		.filter((name) => !Object.hasOwn(fields, name))
		.map((name): SchemaProblem => ({ path: [name], keyword: 'unknown', params: {}, value: body[name] }));
	validate(body);
	const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'additionalProperties');
	// The alternatives' own problems say more than that none of them fits.
	const telling = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
	return [...strangers, ...(telling.length > 0 ? telling : errors).map(problemOf)];
}

function problemOf({ instancePath, keyword, params, data }: ErrorObject): SchemaProblem {
	const path = instancePath.split('/').slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
	const missing = keyword === 'required' && isRecord(params) ? params.missingProperty : undefined;
	return { path: typeof missing === 'string' ? [...path, missing] : path, keyword, params: isRecord(params) ? params : {}, value: data };
}
