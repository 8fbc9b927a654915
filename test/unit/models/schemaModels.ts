import { readFileSync } from 'node:fs';
import path from 'node:path';

import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';

import { isObject, objectAt } from '../../../nodes/SoraVideo/job/read';
import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import { fit } from '../../../nodes/SoraVideo/models/fitting/fit';
import type { PlacedMedia } from '../../../nodes/SoraVideo/models/fitting/readAsked';
import type { Model, ModelField } from '../../../nodes/SoraVideo/models/Model';
import { readSchema } from '../../../nodes/SoraVideo/models/readers/readSchema';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { fal } from '../../../nodes/SoraVideo/providers/fal';
import { gemini } from '../../../nodes/SoraVideo/providers/gemini';
import { openRouter } from '../../../nodes/SoraVideo/providers/openRouter';
import { replicate } from '../../../nodes/SoraVideo/providers/replicate';
import { waveSpeed } from '../../../nodes/SoraVideo/providers/waveSpeed';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';
import { kie } from '../../../nodes/SoraVideo/providers/kie';
import { kieSchemas } from '../../sandbox/kie';
import { aRequest } from '../fixtures';

// The models whose schemas were found in public, each as its provider's reader gives it, with requests for it.

const folder = path.resolve(__dirname, '..', '..', 'schemas');

/** A file of schemas: `aimlApi`, `fal` and so on. */
export function readFile(name: string): Record<string, unknown> {
	return objectAt(JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')));
}

/** A model, its schema, and the whole body that goes to its provider. */
export interface SchemaModel {
	id: string;
	schema: unknown;
	model: Model | null;
	write(request: VideoRequest, media: PlacedMedia): unknown;
}

/** OpenAPI around a schema, as AI/ML API serves it, and as fal does: by reference. */
function inOpenApi(schema: unknown, callPath: string, byReference: boolean): unknown {
	const content = byReference ? { $ref: '#/components/schemas/Input' } : schema;
	return {
		openapi: '3.0.0',
		components: { schemas: { Input: schema } },
		paths: {
			[`${callPath}/requests/{request_id}`]: { get: { responses: {} } },
			[callPath]: { post: { requestBody: { content: { 'application/json': { schema: content } } } } },
		},
	};
}

function ofProvider(provider: Provider, id: string, schema: unknown, model: Model | null | undefined): SchemaModel {
	return {
		id,
		schema,
		model: model ?? null,
		write: (request, media) => model && provider.writeCreate(request, media, model).body,
	};
}

function alone(id: string, schema: unknown, model: Model | null): SchemaModel {
	return { id, schema, model, write: (request, media) => model && fit(model, request, media).body };
}

function openRouterModels(): ReadonlyMap<string, Model | undefined> {
	const captures = Object.values(objectAt(readFile('openRouter').captures));
	const lists = captures.flatMap((capture) => openRouter.modelList?.read(isObject(capture) && 'data' in capture ? capture : { data: capture }) ?? []);
	// The newest capture comes first.
	return new Map([...lists].reverse().map(({ id, model }) => [id, model]));
}

/** They find people in pictures. */
const makesNoVideo: ReadonlySet<string> = new Set(['omnihuman-1-5/human-identification', 'omnihuman-1-5/subject-detection']);

/** Every model of a file. */
export function schemaModels(name: string): SchemaModel[] {
	const all = Object.entries(objectAt(readFile(name).models)).filter(([id]) => !makesNoVideo.has(id));
	const listed = name === 'openRouter' ? openRouterModels() : new Map<string, Model>();
	return all.map(([id, schema]): SchemaModel => {
		switch (name) {
			case 'aimlApi':
				return ofProvider(aimlApi, id, schema, aimlApi.modelSource?.read(inOpenApi(schema, '/v2/video/generations', false), id));
			case 'evoLink':
				return ofProvider(evoLink, id, schema, evoLink.models.find((model) => model.id === id));
			case 'kie': {
				const row = ofProvider(kie, id, kieSchemas[id], kie.models.find((model) => model.id === id) ?? kie.usualModel(id));
				return { ...row, write: (request, media) => objectAt(row.write(request, media)).input };
			}
			case 'geminiOmni':
				return ofProvider(gemini, id, schema, gemini.models.find((model) => model.id === id) ?? gemini.usualModel(id));
			case 'openRouter':
				return ofProvider(openRouter, id, schema, listed.get(id));
			case 'replicate': {
				const document = { components: { schemas: { Input: schema } } };
				const told = { is_official: true, latest_version: { id: 'a', openapi_schema: document } };
				const row = ofProvider(replicate, id, schema, replicate.modelSource?.read(told, id));
				return { ...row, write: (request, media) => objectAt(row.write(request, media)).input };
			}
			case 'wavespeed': {
				const told = { model_id: id, type: 'text-to-video', api_schema: { api_schemas: [{ type: 'model_run', request_schema: schema }] } };
				return ofProvider(waveSpeed, id, schema, waveSpeed.modelList?.read({ data: [told] })?.[0]?.model);
			}
			case 'fal':
				return ofProvider(fal, id, schema, fal.modelSource?.read({ models: [{ endpoint_id: id, openapi: inOpenApi(schema, `/${id}`, true) }] }, id));
			default:
				return alone(id, schema, readSchema(schema, id));
		}
	});
}

/** The schema with unknown fields forbidden, wherever it names fields. */
function strictly(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(strictly);
	if (!isObject(schema)) return schema;
	const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strictly(value)]));
	const isLoose = !isObject(schema.additionalProperties) && schema.properties !== undefined;
	// A schema that only combines others leaves the names to them.
	const combines = 'oneOf' in schema || 'anyOf' in schema;
	return isLoose && !combines ? { ...inner, additionalProperties: false } : inner;
}

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

export function strictValidator(schema: unknown): ValidateFunction {
	const strict = strictly(schema);
	if (!isObject(strict)) throw new Error('a schema is an object');
	return ajv.compile(strict);
}

/** A value that a schema takes. */
function sample(schema: unknown): unknown {
	const own = objectAt(schema);
	const [one] = [own.oneOf, own.anyOf].flat().filter(isObject);
	if (Array.isArray(own.enum)) return own.enum[0];
	if (one) return sample(one);
	switch (own.type) {
		case 'array':
			return Array.from({ length: Math.max(1, Number(own.minItems ?? 1)) }, () => sample(own.items));
		case 'object': {
			const needed = Array.isArray(own.required) ? own.required.map(String) : [];
			return Object.fromEntries(needed.map((key) => [key, sample(objectAt(own.properties)[key])]));
		}
		case 'boolean':
			return true;
		case 'integer':
		case 'number':
			return Number(own.minimum ?? own.default ?? 1);
		default:
			return 'https://example.com/a.png'.padEnd(Number(own.minLength ?? 0), '.');
	}
}

/** What the schema says of a field, also where it stands in one of several kinds of request. */
function schemaAt(schema: unknown, at: readonly string[]): unknown {
	const [name, ...rest] = at;
	if (name === undefined) return schema;
	const own = objectAt(schema);
	for (const each of [own, own.oneOf, own.anyOf].flat()) {
		const found = objectAt(objectAt(each).properties)[name];
		if (found !== undefined) return schemaAt(found, rest);
	}
	return undefined;
}

/** A value for Model Fields, as a user would choose it there: JSON where the panel has no better. */
function chosen({ schema }: SchemaModel, field: ModelField): unknown {
	if (field.values) return field.values[0];
	const value = sample(schemaAt(schema, field.path));
	return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value;
}

const link = (kind: string, index = 0) => ({ source: 'url', url: `https://example.com/${kind}${index}.bin` }) as const;

const kinds = { referenceImages: 'image', referenceVideos: 'video', referenceAudios: 'audio' } as const;

/** The change to a request that sets a field. */
function setting(row: SchemaModel, field: ModelField, request: VideoRequest): Partial<VideoRequest> {
	const [value] = field.values ?? field.also ?? [];
	const number = field.min ?? (typeof field.default === 'number' ? field.default : 5);
	switch (field.role) {
		case 'prompt':
			return { prompt: 'A paper boat on a calm lake' };
		case 'firstFrame':
		case 'lastFrame':
			return { [field.role]: link(field.role) };
		case 'referenceImages':
		case 'referenceVideos':
		case 'referenceAudios': {
			const kind = kinds[field.role];
			const count = Math.max(1, field.minItems ?? 1);
			const more = Array.from({ length: count }, (_, index) => ({ kind, ...link(kind, index) }));
			return { references: [...request.references, ...more] };
		}
		case 'duration':
			return { duration: typeof value === 'boolean' ? number : (value ?? number) };
		case 'resolution':
			return { resolution: value === undefined ? '720p' : String(value) };
		case 'aspectRatio':
			return { aspectRatio: value === undefined ? '16:9' : String(value) };
		case 'size':
			return { aspectRatio: '16:9', resolution: '720p' };
		case 'generateAudio':
			return { generateAudio: true };
		case 'negativePrompt':
			return { negativePrompt: 'blurry' };
		case 'seed':
			return { seed: field.max === undefined ? 7 : Math.min(field.max, Math.max(7, field.min ?? 0)) };
		case null:
			return { modelFields: Object.assign({}, request.modelFields, { [field.name]: chosen(row, field) }) };
	}
}

function problemsOf({ model }: SchemaModel, request: VideoRequest): string[] {
	return model ? fit(model, request).problems : ['unread'];
}

/** Prompt, what the model needs of pictures, videos and sounds, required Model Fields; all else left alone. */
export function leastRequest(row: SchemaModel): VideoRequest {
	let request = aRequest({ model: row.id, prompt: '' });
	const fields = row.model?.fields ?? [];
	for (const field of fields.filter(({ required, role }) => required || role === 'prompt')) {
		// What is filled in by itself needs nobody to set it.
		if (field.role !== null && field.role !== 'prompt' && !field.form && field.default !== undefined) continue;
		request = { ...request, ...setting(row, field, request) };
	}
	for (const field of fields.filter(({ role, form }) => form !== undefined || role === 'duration')) {
		const more = { ...request, ...setting(row, field, request) };
		const now = problemsOf(row, request).length;
		if (now > 0 && problemsOf(row, more).length < now) request = more;
	}
	return request;
}

/** As much as the model takes together: each field in turn, as long as nothing speaks against it. */
export function fullestRequest(row: SchemaModel): VideoRequest {
	let request = leastRequest(row);
	for (const field of row.model?.fields ?? []) {
		const isSet = field.role === null && field.name in request.modelFields;
		const isThere = field.required && field.form !== undefined;
		if (isSet || isThere) continue;
		const more = { ...request, ...setting(row, field, request) };
		if (problemsOf(row, more).length === 0) request = more;
	}
	// Fields that are only taken together, like the two of Kling's advanced camera control.
	const groups = new Set((row.model?.fields ?? []).map(({ requiredIn }) => requiredIn).filter((each) => each !== undefined));
	for (const group of groups) {
		let more = request;
		for (const field of row.model?.fields ?? []) {
			if (field.name.startsWith(`${group}.`)) more = { ...more, ...setting(row, field, more) };
		}
		if (problemsOf(row, more).length === 0) request = more;
	}
	return request;
}

/** Links for all that a request shows the model. */
export function mediaOf({ firstFrame, lastFrame, references }: VideoRequest): PlacedMedia {
	const url = (source: { source: string; url?: string } | null) => (source === null ? null : (source.url ?? 'https://example.com/placed.png'));
	return { firstFrame: url(firstFrame), lastFrame: url(lastFrame), references: references.map((each) => url(each) ?? '') };
}

/** Whether a user can have a video of this model with a prompt and a picture, nothing else touched. */
export function needsOnlyPromptAndPictures({ model }: SchemaModel): boolean {
	const needed = (model?.fields ?? []).filter(({ required }) => required);
	return needed.every(
		({ role, values, default: byDefault, minItems = 1 }) =>
			role === 'prompt' ||
			((role === 'firstFrame' || role === 'lastFrame' || role === 'referenceImages') && minItems <= 1) ||
			values?.length === 1 ||
			byDefault !== undefined,
	);
}
