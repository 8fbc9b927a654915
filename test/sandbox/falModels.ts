import { isRecord } from './checks';
import { fieldsOf, readSchemas, schemasIn, type Schema } from './schemaProblems';
import type { Call, Reply, World } from './types';

// fal's platform API: what it lists, and what a unit costs.

interface FalModel {
	category: string;
	/** What it takes, as fal publishes it. */
	input: Schema;
}

const file = readSchemas('fal.json');
const knownCategories = isRecord(file._category) ? file._category : {};

/** Newer documents of fal's write fields that may be left out as `anyOf` with null; older ones plainly. */
function published(id: string, schema: Schema): Schema {
	if (id.startsWith('fal-ai/')) return schema;
	const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
	const properties = Object.entries(fieldsOf(schema)).map(([name, field]): [string, Schema] => {
		if (required.includes(name) || field.default !== undefined) return [name, field];
		return [name, { anyOf: [field, { type: 'null' }] }];
	});
	return { ...schema, properties: Object.fromEntries(properties) };
}

function categoryOf(id: string): string {
	const known = knownCategories[id];
	if (typeof known === 'string') return known;
	if (/\/(image|reference|first-last-frame|audio)[^/]*-to-video/.test(id)) return /audio/.test(id) ? 'audio-to-video' : 'image-to-video';
	return /video-to-video|motion-control|extend|edit|retake|reframe|effects/.test(id) ? 'video-to-video' : 'text-to-video';
}

/** Every endpoint whose schema could be read, by its id. */
export const falModels: Record<string, FalModel> = Object.fromEntries(
	Object.entries(schemasIn(file, 'models')).map(([id, schema]) => [id, { category: categoryOf(id), input: published(id, schema) }]),
);

/** One that makes no videos, and that fal's own examples ask the price of. */
const otherModels: Record<string, FalModel> = {
	'fal-ai/flux/dev': { category: 'text-to-image', input: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] } },
};

/** Made up, but for the form: which unit counts differs, and the resolution's factor is missing. */
function priceOf(id: string): { unit_price: number; unit: string } {
	if (id === 'fal-ai/flux/dev') return { unit_price: 0.025, unit: 'megapixels' };
	if (id.includes('minimax/hailuo')) return { unit_price: 0.28, unit: 'videos' };
	if (id.includes('seedance')) return { unit_price: 0.001, unit: '1000 tokens' };
	return { unit_price: id.includes('veo3.1') ? 0.4 : 0.14, unit: 'seconds' };
}

function refuse(status: number, type: string, message: string): Reply {
	return { status, body: { error: { type, message, docs_url: 'https://fal.ai/docs/platform-apis/v1/models', request_id: 'req_sandbox' } } };
}

/** Repeated, or with commas. */
function idsOf(query: URLSearchParams): string[] {
	return query.getAll('endpoint_id').flatMap((value) => value.split(',')).filter((id) => id !== '');
}

function openApiOf(id: string, { category, input }: FalModel): Schema {
	const name = id.split(/\W+/).map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
	const ref = (schema: string): Schema => ({ schema: { $ref: `#/components/schemas/${schema}` } });
	const json = (schema: string): Schema => ({ content: { 'application/json': ref(schema) } });
	const parameters = [{ name: 'request_id', in: 'path', required: true, schema: { type: 'string', description: 'Request ID' } }];
	const answers = (method: string, schema: string): Schema => ({ [method]: { parameters, responses: { '200': { description: 'Result of the request.', ...json(schema) } } } });
	const words = (field: string): string => field.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
	const properties = Object.entries(fieldsOf(input)).map(([field, schema]) => [field, { title: words(field), ...schema }]);
	return {
		openapi: '3.0.4',
		info: {
			title: `Queue OpenAPI for ${id}`,
			version: '1.0.0',
			description: `The OpenAPI schema for the ${id} queue.`,
			'x-fal-metadata': { endpointId: id, category, playgroundUrl: `https://fal.ai/models/${id}`, documentationUrl: `https://fal.ai/models/${id}/api` },
		},
		components: {
			securitySchemes: { apiKeyAuth: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Fal Key' } },
			schemas: {
				QueueStatus: { type: 'object', properties: { status: { type: 'string', enum: ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'] }, request_id: { type: 'string' } }, required: ['status', 'request_id'] },
				[`${name}Input`]: { title: `${name}Input`, 'x-fal-order-properties': Object.keys(fieldsOf(input)), ...input, properties: Object.fromEntries(properties) },
				[`${name}Output`]: { type: 'object', title: `${name}Output`, 'x-fal-order-properties': ['video'], properties: { video: { $ref: '#/components/schemas/File' } }, required: ['video'] },
				File: { type: 'object', title: 'File', properties: { url: { type: 'string' }, content_type: { type: 'string' }, file_name: { type: 'string' }, file_size: { type: 'integer' } }, required: ['url'] },
			},
		},
		paths: {
			[`/${id}/requests/{request_id}/status`]: answers('get', 'QueueStatus'),
			[`/${id}/requests/{request_id}/cancel`]: answers('put', 'QueueStatus'),
			[`/${id}`]: { post: { requestBody: { required: true, ...json(`${name}Input`) }, responses: { '200': { description: 'The request status.', ...json('QueueStatus') } } } },
			[`/${id}/requests/{request_id}`]: answers('get', `${name}Output`),
		},
		servers: [{ url: 'https://queue.fal.run' }],
		security: [{ apiKeyAuth: [] }],
	};
}

function titleOf(id: string): string {
	return id.split('/').slice(id.startsWith('fal-ai/') ? 1 : 0).join(' ').replaceAll('-', ' ');
}

/** The models that fal has now: those that were withdrawn are gone, those that retire are deprecated. */
function listed({ settings }: World): Array<[string, FalModel & { status: string }]> {
	return Object.entries({ ...falModels, ...otherModels })
		.filter(([id]) => !settings.withdrawnModels.includes(id))
		.map(([id, model]) => [id, { ...model, status: settings.retiringModels.includes(id) ? 'deprecated' : 'active' }]);
}

const queryNames = ['endpoint_id', 'category', 'status', 'limit', 'cursor', 'expand', 'q'];

/** `GET /v1/models`: read without a key. */
export function listFalModels({ query }: Call, world: World): Reply {
	const stranger = [...query.keys()].find((name) => !queryNames.includes(name));
	if (stranger) return refuse(400, 'validation_error', `Unrecognized query parameter: ${stranger}`);
	const limit = Number(query.get('limit') ?? 50);
	if (!Number.isInteger(limit) || limit < 1) return refuse(400, 'validation_error', 'limit must be a positive integer');
	const ids = idsOf(query);
	if (ids.length > 50) return refuse(400, 'validation_error', 'At most 50 endpoint_ids');
	const expand = query.getAll('expand').flatMap((value) => value.split(','));
	const other = expand.find((value) => value !== 'openapi-3.0');
	if (other !== undefined) return refuse(400, 'validation_error', `Unknown expand: ${other}`);
	const found = listed(world)
		.filter(([id]) => ids.length === 0 || ids.includes(id))
		.filter(([, model]) => (query.get('category') ?? model.category) === model.category && (query.get('status') ?? model.status) === model.status)
		.filter(([id]) => `${id} ${titleOf(id)}`.includes(query.get('q') ?? ''));
	const start = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || 0);
	const end = start + limit;
	const models = found.slice(start, end).map(([id, model]) => ({
		endpoint_id: id,
		metadata: {
			display_name: titleOf(id),
			category: model.category,
			description: `${titleOf(id)}, as the sandbox has it.`,
			status: model.status,
			tags: [],
			updated_at: '2026-08-02T00:00:00.000Z',
			model_url: `https://fal.run/${id}`,
			license_type: 'commercial',
			kind: 'inference',
		},
		...(expand.length > 0 ? { openapi: openApiOf(id, model) } : {}),
	}));
	const hasMore = end < found.length;
	return { status: 200, body: { models, next_cursor: hasMore ? Buffer.from(String(end)).toString('base64url') : null, has_more: hasMore } };
}

/** `GET /v1/models/pricing`: by the key, since accounts have prices of their own. */
export function falPrices({ query }: Call, world: World, isAllowed: boolean): Reply {
	if (!isAllowed) return refuse(401, 'authorization_error', 'Authentication required');
	const ids = idsOf(query);
	if (ids.length < 1 || ids.length > 50) return refuse(400, 'validation_error', 'endpoint_id: 1 to 50 are required');
	const known = listed(world).map(([id]) => id);
	const unknown = ids.find((id) => !known.includes(id));
	if (unknown !== undefined) return refuse(404, 'not_found', `Endpoint ${unknown} not found`);
	const prices = ids.map((id) => ({ endpoint_id: id, ...priceOf(id), currency: 'USD' }));
	return { status: 200, body: { prices, next_cursor: null, has_more: false } };
}

export const refuseFalPath = (): Reply => refuse(404, 'not_found', 'Not found');
