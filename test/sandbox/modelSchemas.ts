import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { isRecord, show, typeName, type Problem } from './checks';

// What the models of a provider take, by the documents in test/schemas, and what a body lacks by them.

export type JsonSchema = Record<string, unknown>;

/** The models of one file of test/schemas, by id. */
export function schemasOf(file: string): Record<string, JsonSchema> {
	const { models } = readFacts(file);
	if (!isRecord(models)) throw new Error(`test/schemas/${file}.json has no models`);
	return Object.fromEntries(Object.entries(models).filter((entry): entry is [string, JsonSchema] => isRecord(entry[1])));
}

const folder = join(__dirname, '..', 'schemas');

/** The whole documents of one provider in test/schemas/raw, by file name. */
export function documentsIn(provider: string): Record<string, Record<string, unknown>> {
	const names = readdirSync(join(folder, 'raw', provider)).map((file) => file.replace(/\.json$/, ''));
	return Object.fromEntries(names.map((name) => [name, readFacts(join('raw', provider, name))]));
}

export function readFacts(file: string): Record<string, unknown> {
	const facts: unknown = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'));
	return isRecord(facts) ? facts : {};
}

export interface Strictness {
	/** What the schemas call `format: uri`; each provider takes other things for one. */
	isUri: (value: string) => boolean;
	/** Said of a link that is none. */
	uriIs: string;
}

/** Finds what is wrong with a body by its model's schema; each schema is compiled once. */
export class SchemaChecker {
	private readonly ajv: Ajv;
	private readonly strict = new WeakMap<JsonSchema, ValidateFunction>();
	private readonly lenient = new WeakMap<JsonSchema, ValidateFunction>();

	constructor(private readonly strictness: Strictness) {
		const uri = { type: 'string' as const, validate: strictness.isUri };
		this.ajv = new Ajv({ strict: false, allErrors: true, verbose: true, formats: { uri, uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i } });
	}

	/** `refuseUnknown`: a field that the schema doesn't name is a problem, wherever it stands. */
	problems(body: Record<string, unknown>, schema: JsonSchema, refuseUnknown: boolean): Problem[] {
		const compiled = refuseUnknown ? this.strict : this.lenient;
		const validate = compiled.get(schema) ?? this.ajv.compile(refuseUnknown ? closed(schema) : schema);
		compiled.set(schema, validate);
		if (validate(body)) return [];
		const errors = (validate.errors ?? []).filter(isOwn);
		// Of a value of the wrong type nothing else is worth a word.
		const mistyped = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
		const told = errors.filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath));
		return told.map((error) => problemOf(error, this.strictness.uriIs));
	}
}

/** Objects whose fields are named take no others. */
function closed(schema: unknown): JsonSchema {
	const closedOne = (value: unknown): unknown => (Array.isArray(value) ? value.map(closedOne) : isRecord(value) ? closed(value) : value);
	if (!isRecord(schema)) return {};
	const parts = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
		if (keyword === 'properties' && isRecord(value)) return [keyword, Object.fromEntries(Object.entries(value).map(([name, field]) => [name, closed(field)]))];
		return [keyword, keyword === 'enum' || keyword === 'default' ? value : closedOne(value)];
	});
	return { ...(isRecord(schema.properties) ? { additionalProperties: false } : {}), ...Object.fromEntries(parts) };
}

/** Of an `anyOf` with null, what the other branch says is enough. */
function isOwn({ keyword, params }: ErrorObject): boolean {
	return keyword !== 'anyOf' && !(keyword === 'type' && params.type === 'null');
}

function problemOf({ keyword, instancePath, params, data, parentSchema }: ErrorObject, uriIs: string): Problem {
	const field = instancePath.slice(1).replaceAll('/', '.');
	const below = (name: unknown) => [field, String(name)].filter(Boolean).join('.');
	const found = (reason: Problem['reason'], expected: string, received = show(data)): Problem => ({ field, reason, expected, received });
	const properties = isRecord(parentSchema?.properties) ? parentSchema.properties : {};
	const size = typeof data === 'string' || Array.isArray(data) ? String(data.length) : show(data);
	switch (keyword) {
		case 'required': {
			const missing = properties[String(params.missingProperty)];
			const type = isRecord(missing) ? String(missing.type) : 'a value';
			return { field: below(params.missingProperty), reason: 'missing', expected: type, received: 'undefined' };
		}
		case 'additionalProperties': {
			const stranger = below(params.additionalProperty);
			return { field: stranger, reason: 'unknown', expected: Object.keys(properties).join(', '), received: stranger };
		}
		case 'type':
			return found('type', String(params.type), typeName(data));
		case 'enum': {
			const allowed: unknown[] = Array.isArray(params.allowedValues) ? params.allowedValues : [];
			return found('enum', allowed.map(show).join(' | '));
		}
		case 'maxLength':
			return found('tooLong', String(params.limit), size);
		case 'maxItems':
			return found('tooMany', String(params.limit), size);
		case 'minItems':
		case 'minLength':
			return found('format', `at least ${String(params.limit)} long`, size);
		case 'minimum':
			return found('format', `at least ${String(params.limit)}`);
		case 'maximum':
			return found('format', `at most ${String(params.limit)}`);
		case 'format':
			return found('format', uriIs);
		default:
			return found('format', `valid (${keyword})`);
	}
}
