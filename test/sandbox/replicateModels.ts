import { createHash } from 'node:crypto';
import { isRecord, text } from './checks';
import { documentsIn, schemasOf, type JsonSchema } from './modelSchemas';

// Replicate's video models, by their inputs; of three a whole answer of its API is known as well, if an older one.

/** Not kept running by Replicate itself: asked for by their version only. */
const communityModels = ['lightricks/ltx-video', 'tencent/hunyuan-video'];

export interface ReplicateModel {
	id: string;
	owner: string;
	name: string;
	isOfficial: boolean;
	/** As `latest_version` tells it. */
	version: { id: string; openapi_schema: JsonSchema } & Record<string, unknown>;
	/** Without references. */
	input: JsonSchema & { properties: Record<string, unknown> };
	/** Whether its output is a list. */
	hasManyOutputs: boolean;
}

const documents = Object.fromEntries(Object.entries(documentsIn('replicate')).map(([file, document]) => [file.replace('__', '/'), document]));
const inputs = schemasOf('replicate');

export const replicateModels: Record<string, ReplicateModel> = Object.fromEntries(
	[...new Set([...Object.keys(inputs), ...Object.keys(documents)])].map((id) => [id, modelOf(id)]),
);

function modelOf(id: string): ReplicateModel {
	const [owner = '', name = ''] = id.split('/');
	const { latest_version: told }: Record<string, unknown> = documents[id] ?? {};
	const version = isRecord(told) ? { ...told, id: text(told.id, '') } : { id: createHash('sha256').update(id).digest('hex'), created_at: '2026-04-23T00:00:00.000000Z', cog_version: '0.16.9' };
	const known: unknown = isRecord(told) ? told.openapi_schema : undefined;
	const own = inputs[id];
	const openApi = own ? openApiSchema(own, schemasIn(known)) : Object(known);
	const schemas = schemasIn(openApi);
	const input: JsonSchema = Object(schemas.Input);
	const properties = Object.entries(Object(input.properties)).map(([field, property]) => [field, resolved(property, schemas)]);
	return {
		id,
		owner,
		name,
		isOfficial: !communityModels.includes(id),
		version: { ...version, openapi_schema: openApi },
		input: { ...input, properties: Object.fromEntries(properties) },
		hasManyOutputs: isRecord(schemas.Output) && schemas.Output.type === 'array',
	};
}

function schemasIn(openApi: unknown): Record<string, unknown> {
	return Object(Object(Object(openApi).components).schemas);
}

/** With what its reference leads to. */
function resolved(property: unknown, schemas: Record<string, unknown>): unknown {
	if (!isRecord(property) || !Array.isArray(property.allOf)) return property;
	const { allOf, ...rest } = property;
	const [first]: unknown[] = allOf;
	const name = isRecord(first) ? text(first.$ref, '').split('/').at(-1) : undefined;
	return { ...Object(schemas[name ?? '']), ...rest };
}

/**
 * An input in Replicate's own form: enumerations stand apart, and `Input` refers to them. What is required and
 * what comes out wasn't carried over with the inputs: that is taken from what a whole answer knew.
 */
function openApiSchema(input: JsonSchema, known: Record<string, unknown>): JsonSchema {
	const { required }: JsonSchema = Object(known.Input);
	const enumerations: Record<string, unknown> = {};
	const properties = Object.entries(Object(input.properties)).map(([name, property], order): [string, unknown] => {
		// `x-media` is a note of those who collected the schemas.
		const own = Object.fromEntries(Object.entries(Object(property)).filter(([keyword]) => keyword !== 'x-media'));
		if (!Array.isArray(own.enum)) return [name, { ...own, 'x-order': order }];
		const { enum: values, type, ...rest } = own;
		enumerations[name] = { enum: values, type, title: name, description: 'An enumeration.' };
		return [name, { ...rest, 'x-order': order, allOf: [{ $ref: `#/components/schemas/${name}` }] }];
	});
	const schemas = {
		Input: { ...(Array.isArray(required) ? { required } : {}), ...input, title: 'Input', properties: Object.fromEntries(properties) },
		Output: known.Output ?? { type: 'string', format: 'uri', title: 'Output' },
		...enumerations,
	};
	return { openapi: '3.0.2', info: { title: 'Cog', version: '0.1.0' }, components: { schemas } };
}

export function modelBody(model: ReplicateModel): Record<string, unknown> {
	const { id, owner, name, isOfficial, version } = model;
	const links = { github_url: null, paper_url: null, license_url: null, cover_image_url: null };
	return {
		url: `https://replicate.com/${id}`,
		owner,
		name,
		description: `${id}, as the sandbox has it.`,
		visibility: 'public',
		is_official: isOfficial,
		...links,
		run_count: 1,
		default_example: null,
		latest_version: version,
	};
}

export function takesAnImage({ input }: ReplicateModel): boolean {
	return Object.keys(input.properties).some((name) => /image|frame_image/.test(name));
}
