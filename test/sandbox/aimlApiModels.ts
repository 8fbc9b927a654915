import { isRecord } from './checks';
import { documentsIn, schemasOf, type JsonSchema } from './modelSchemas';
import type { Reply, World } from './types';

/** Whole documents, as the provider printed them, of some models. */
const documents = Object.fromEntries(Object.entries(documentsIn('aimlApi')).map(([file, document]) => [file.replaceAll('__', '/'), document]));

function requestOf(document: unknown): JsonSchema {
	const steps = ['paths', '/v2/video/generations', 'post', 'requestBody', 'content', 'application/json', 'schema'];
	const found = steps.reduce<unknown>((part, step) => (isRecord(part) ? part[step] : null), document);
	if (!isRecord(found)) throw new Error('a document of AI/ML API without a request');
	return found;
}

/** Of Sora 2, text to video, no document is known; its page has the fields of its siblings. */
const soraText: JsonSchema = {
	type: 'object',
	properties: {
		model: { type: 'string', enum: ['openai/sora-2-t2v'] },
		prompt: { type: 'string' },
		resolution: { type: 'string', enum: ['720p'], default: '720p' },
		aspect_ratio: { type: 'string', enum: ['16:9', '9:16'], default: '16:9' },
		duration: { type: 'integer', enum: [4, 8, 12], default: '4' },
	},
	required: ['model', 'prompt'],
};

const models: Record<string, JsonSchema> = {
	'openai/sora-2-t2v': soraText,
	...Object.fromEntries(Object.entries(documents).map(([id, document]) => [id, requestOf(document)])),
	...schemasOf('aimlApi'),
};

/** Made up: it takes whatever comes with a prompt, and has no document. */
const freeModel = 'google/veo-3.1';
export const freeSchema: JsonSchema = { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] };

/** Sora's first, so that a list that is cut at a hundred holds those that the other tests ask for. */
const listed = [...new Set([...Object.keys(models).filter((id) => id.startsWith('openai/')), freeModel, ...Object.keys(models)])];

export function schemaOf(id: string): JsonSchema | undefined {
	return id === freeModel ? freeSchema : models[id];
}

const videoType = 'internal/video-generations/submit';

// A chat model among them, so that a client that forgets the filter shows it.
const otherModels = [{ id: 'openai/gpt-4o', type: 'openai/chat-completions', tags: ['playground:chat'] }];

/** Names as the catalogue prints them, for the models whose id doesn't read like one. */
const names: Record<string, string> = {
	'openai/sora-2-t2v': 'Sora 2 Text-to-Video',
	'openai/sora-2-i2v': 'Sora 2 Image-to-Video',
	'openai/sora-2-pro-t2v': 'Sora 2 Pro Text-to-Video',
	'openai/sora-2-pro-i2v': 'Sora 2 Pro Image-to-Video',
	'google/veo-3.1': 'Veo 3.1 Text-to-Video',
};

export function listModels(query: URLSearchParams, world: World): Reply {
	const { aimlPricing: prices } = world.settings;
	const wantsPrices = query.getAll('include').join().split(',').includes('pricing');
	const video = listed
		.filter((id) => !world.settings.withdrawnModels.includes(id))
		.map((id) => ({ id, type: videoType, tags: ['playground:video', 'tier:tier_2'] }));
	const data = [...video, ...otherModels]
		.filter((model) => matches(query, 'tags', model.tags) && matches(query, 'type', [model.type]))
		.map(({ id, type, tags }) => ({ ...describe(id, type, tags, world), ...(wantsPrices && prices[id] ? { pricing: prices[id] } : {}) }))
		.filter(({ id, aliases }) => matches(query, 'id', [id, ...aliases]));
	return { status: 200, body: { object: 'list', data } };
}

function describe(id: string, type: string, tags: string[], world: World) {
	const [developer = '', ...rest] = id.split('/');
	const alias = rest.join('/') || id;
	const name = names[id] ?? alias;
	const docsUrl = `https://docs.aimlapi.com/api-references/video-models/${id}`;
	const docsJson = `${world.url}/aimlapi/docs-json?model=${encodeURIComponent(id)}&endpoint=${encodeURIComponent(type)}`;
	const info = { releasedAt: '2025-10-06', name, developer, description: `${name} by ${developer}`, url: '', docsUrl, docsJson };
	return { id, info, type, aliases: [alias], tags };
}

/** The model's OpenAPI document, as far as it tells what a request may hold; null: there is none. */
export function openApiOf(query: URLSearchParams, world: World): Reply | null {
	const id = query.get('model') ?? '';
	const schema = models[id];
	if (!schema || query.get('endpoint') !== videoType || world.settings.withdrawnModels.includes(id)) return null;
	if (documents[id]) return { status: 200, body: documents[id] };
	const requestBody = { required: true, content: { 'application/json': { schema: asPrinted(schema) } } };
	const post = { operationId: '_v2_video_generations', requestBody, responses: { 200: { content: { 'application/json': {} } } } };
	const securitySchemes = { 'access-token': { scheme: 'bearer', type: 'http' } };
	const document = {
		openapi: '3.0.0',
		info: { title: 'AIML API', version: '1.0.0' },
		servers: [{ url: 'https://api.aimlapi.com' }],
		paths: { '/v2/video/generations': { post } },
		components: { securitySchemes },
	};
	return { status: 200, body: document };
}

/** Some documents print "or null" as a branch without a type. */
function asPrinted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(asPrinted);
	if (!isRecord(value)) return value;
	if (value.type === 'null') return { nullable: true };
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asPrinted(part)]));
}

/** What went, and what is going; ids that still serve and those that answer 404 side by side. */
export function listDeprecations({ clock, settings }: World): Reply {
	const entry = (id: string, status: string, shutdown: string, reason: string) => ({
		id,
		aliases: [id.split('/')[1] ?? id],
		status,
		deprecated_at: '2026-06-24T00:00:00.000Z',
		shutdown_at: shutdown,
		replaced_by: settings.successors[id] ?? null,
		reason,
	});
	const withdrawn = settings.withdrawnModels.map((id) =>
		entry(id, 'withdrawn', '2026-09-24T00:00:00.000Z', 'Switched off by its developer'),
	);
	const retiring = settings.retiringModels.map((id) =>
		entry(id, 'deprecated', '2027-01-31T00:00:00.000Z', 'A newer version is there'),
	);
	const generated = new Date(clock.now()).toISOString();
	return { status: 200, body: { object: 'list', generated_at: generated, data: [...withdrawn, ...retiring] } };
}

/** Several values, comma-separated or repeated, are alternatives; case makes no difference. */
function matches(query: URLSearchParams, field: string, has: string[]): boolean {
	const wanted = query.getAll(field).flatMap((value) => value.toLowerCase().split(','));
	return wanted.length === 0 || has.some((value) => wanted.includes(value.toLowerCase()));
}
