import { createHash } from 'node:crypto';
import { isRecord, text } from './checks';
import { readFacts, schemasOf, type JsonSchema } from './modelSchemas';

// Replicate's video models, as their input schemas in test/schemas/replicate.json have them.

/** Not kept running by Replicate itself: asked for by their version only. */
const communityModels = ['lightricks/ltx-video', 'tencent/hunyuan-video'];
const manyOutputs = ['lightricks/ltx-video'];
/** The schemas were carried over without what is required; of these a whole answer is known. */
const requiredInputs: Record<string, string[]> = { 'minimax/video-01': ['prompt'] };

export interface ReplicateModel {
	id: string;
	owner: string;
	name: string;
	isOfficial: boolean;
	/** 64 hexadecimal digits. */
	version: string;
	input: JsonSchema & { properties: Record<string, unknown> };
	/** Whether its output is a list. */
	hasManyOutputs: boolean;
	runCount: number;
}

export const replicateModels: Record<string, ReplicateModel> = Object.fromEntries(
	Object.entries(schemasOf('replicate')).map(([id, schema]) => [id, modelOf(id, schema)]),
);

function modelOf(id: string, schema: JsonSchema): ReplicateModel {
	const { _entrySource: sources } = readFacts('replicate');
	const said = isRecord(sources) ? text(sources[id], '') : '';
	const [owner = '', name = ''] = id.split('/');
	const properties = Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(([field, property]) => [field, withoutNotes(property)]);
	return {
		id,
		owner,
		name,
		isOfficial: !communityModels.includes(id),
		version: /version ([0-9a-f]{64})/.exec(said)?.[1] ?? createHash('sha256').update(id).digest('hex'),
		input: { ...schema, ...(id in requiredInputs ? { required: requiredInputs[id] } : {}), properties: Object.fromEntries(properties) },
		hasManyOutputs: manyOutputs.includes(id),
		runCount: Number(/run_count (\d+)/.exec(said)?.[1] ?? 0),
	};
}

/** What the schemas' collectors noted beside what Replicate says. */
function withoutNotes(property: unknown): unknown {
	if (!isRecord(property)) return property;
	return Object.fromEntries(Object.entries(property).filter(([keyword]) => keyword !== 'x-media'));
}

/** In Replicate's own form: enumerations stand apart, and `Input` refers to them. */
export function openApiSchema({ input, hasManyOutputs }: ReplicateModel): JsonSchema {
	const enumerations: Record<string, unknown> = {};
	const properties = Object.entries(input.properties).map(([name, property], order): [string, unknown] => {
		if (!isRecord(property) || !Array.isArray(property.enum)) return [name, { ...Object(property), 'x-order': order }];
		const { enum: values, type, ...rest } = property;
		enumerations[name] = { enum: values, type, title: name, description: 'An enumeration.' };
		return [name, { ...rest, 'x-order': order, allOf: [{ $ref: `#/components/schemas/${name}` }] }];
	});
	const link = { type: 'string', format: 'uri' };
	const schemas = {
		Input: { ...input, title: 'Input', properties: Object.fromEntries(properties) },
		Output: { ...(hasManyOutputs ? { type: 'array', items: link } : link), title: 'Output' },
		...enumerations,
	};
	return { openapi: '3.0.2', info: { title: 'Cog', version: '0.1.0' }, components: { schemas } };
}

export function versionBody(model: ReplicateModel): Record<string, unknown> {
	return { id: model.version, created_at: '2026-04-23T00:00:00.000000Z', cog_version: '0.16.9', openapi_schema: openApiSchema(model) };
}

export function modelBody(model: ReplicateModel): Record<string, unknown> {
	const { id, owner, name, isOfficial, runCount } = model;
	const links = { github_url: null, paper_url: null, license_url: null, cover_image_url: null };
	return {
		url: `https://replicate.com/${id}`,
		owner,
		name,
		description: `${id}, as the sandbox has it.`,
		visibility: 'public',
		is_official: isOfficial,
		...links,
		run_count: runCount,
		default_example: null,
		latest_version: versionBody(model),
	};
}

export function takesAnImage({ input }: ReplicateModel): boolean {
	return Object.keys(input.properties).some((name) => /image|frame_image/.test(name));
}
