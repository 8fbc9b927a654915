import { isRecord } from './checks';
import { fieldsOf, type Schema } from './schemaProblems';

const picture = 'https://example.com/a.png';

function required(schema: Schema): string[] {
	return (Array.isArray(schema.required) ? schema.required : []).map(String);
}

/** Alternatives are read as their first. */
function first(schema: Schema): Schema {
	const branches: unknown = schema.oneOf ?? schema.anyOf;
	const branch: unknown = Array.isArray(branches) ? branches.find((each) => isRecord(each) && each.type !== 'null') : undefined;
	return isRecord(branch) ? { ...schema, ...branch, required: [...required(schema), ...required(branch)] } : schema;
}

function valueOf(name: string, given: Schema): unknown {
	const schema = first(given);
	if (Array.isArray(schema.enum)) return schema.enum[0];
	if (schema.const !== undefined) return schema.const;
	if (schema.type === 'object') return smallestBody(schema);
	if (schema.type === 'array') {
		const items = isRecord(schema.items) ? schema.items : {};
		return Array.from({ length: Number(schema.minItems ?? 1) }, () => valueOf(name, items));
	}
	if (schema.type === 'boolean') return false;
	if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
	return schema.format === 'uri' || /urls?$/.test(name) ? picture : 'a cat on a boat';
}

/** A body that holds what a schema requires, and no more. */
export function smallestBody(given: Schema): Record<string, unknown> {
	const schema = first(given);
	const fields = { ...fieldsOf(given), ...fieldsOf(schema) };
	return Object.fromEntries(required(schema).map((name) => [name, valueOf(name, fields[name] ?? {})]));
}
