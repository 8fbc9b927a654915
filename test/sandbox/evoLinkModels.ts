import { isHttpUrl, isRecord } from './checks';
import { schemasOf, SchemaChecker, type JsonSchema } from './modelSchemas';

// What EvoLink's models take: the Sora models by their own pages, all others by test/schemas.

const ratios = { type: 'string', enum: ['16:9', '9:16'] };
const links = { type: 'array', items: { type: 'string', format: 'uri' } };
const image = { image_urls: { ...links, maxItems: 1 } };
const watermark = { remove_watermark: { type: 'boolean' } };
const quality = (...values: string[]) => ({ quality: { type: 'string', enum: values } });

function sora(promptLength: number, durations: number[], more: JsonSchema, required: string[] = []): JsonSchema {
	const prompt = { type: 'string', minLength: 1, maxLength: promptLength };
	const duration = { type: 'integer', enum: durations, default: durations[0] };
	return { type: 'object', properties: { model: { type: 'string' }, prompt, aspect_ratio: ratios, duration, ...more }, required: ['model', 'prompt', ...required] };
}

function withFields(schema: JsonSchema, fields: JsonSchema, required = schema.required): JsonSchema {
	return { ...schema, properties: { ...(isRecord(schema.properties) ? schema.properties : {}), ...fields }, required };
}

/** The pages say more than their schemas in three places. */
function asThePageSays(id: string, schema: JsonSchema): JsonSchema {
	if (/^happyhorse-.*-video-edit$/.test(id)) return withFields(schema, { video_url: { type: 'string', format: 'uri' }, video: { type: 'string', format: 'uri' } }, ['model', 'prompt']);
	if (id !== 'topaz-video-upscale') return schema;
	const factor = { upscale_factor: { enum: ['1', '2', '4', 1, 2, 4], default: '2' } };
	return withFields(schema, { model_params: { type: 'object', properties: factor } });
}

const fromSchemas = Object.entries(schemasOf('evoLink')).map(([id, schema]): [string, JsonSchema] => [id, asThePageSays(id, schema)]);

/** Every model takes a callback, whether its own list of fields says so or not. */
const models: Record<string, JsonSchema> = Object.fromEntries(
	[
		...Object.entries({
			'sora-2-preview': sora(5000, [4, 8, 12], image),
			'sora-2-pro-preview': sora(5000, [4, 8, 12], { ...image, ...quality('720p', '1080p') }),
			'sora-2': sora(1000, [10, 15], { ...image, ...watermark }),
			'sora-2-pro': sora(5000, [15, 25], { ...image, ...watermark, ...quality('standard', 'high') }),
			'sora-2-pro-remix': sora(2000, [15, 25], { ...watermark, base_video_task_id: { type: 'string' } }, ['base_video_task_id']),
			'sora-2-beta-max': sora(5000, [10, 15], image),
		}),
		...fromSchemas,
	].map(([id, schema]) => [id, withFields(schema, { callback_url: { type: 'string' } })]),
);

/** Made up. */
export const freeModel = 'veo-3.1';

/** On EvoLink's list, but no page of theirs was read: they take whatever comes with a prompt, as the one that is made up. */
export const unreadModels = [
	freeModel, 'kling-o1-image-to-video', 'seedance-1.5-pro', 'seedance-2.0-fast-image-to-video', 'seedance-2.0-reference-to-video', 'seedance-2.0-text-to-video', 'wan2.6-image-to-video',
];
const unreadSchema: JsonSchema = { type: 'object', properties: { prompt: { type: 'string', minLength: 1 } }, required: ['prompt'] };

/** What a model takes, and whether that is all that is known of it. */
export function schemaOf(id: string): { schema: JsonSchema; isWhole: boolean } | null {
	if (unreadModels.includes(id)) return { schema: unreadSchema, isWhole: false };
	return models[id] ? { schema: models[id], isWhole: true } : null;
}

/** Files are links only. */
export const checker = new SchemaChecker({ isUri: isHttpUrl, uriIs: 'an http(s) URL' });

export const listed = [...Object.keys(models), ...unreadModels];

export function defaultDuration(id: string): number {
	const { duration } = isRecord(models[id]?.properties) ? models[id].properties : {};
	return isRecord(duration) && typeof duration.default === 'number' && duration.default > 0 ? duration.default : 4;
}
