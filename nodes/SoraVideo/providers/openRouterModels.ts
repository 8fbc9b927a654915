import type { IDataObject } from 'n8n-workflow';

import { isObject, objectAt, readNumber, readText } from '../job/read';
import type { ListedModel } from '../models/ListedModel';
import { valueMark } from '../models/Model';
import type { FieldType, FieldValue, Model, ModelField, ModelRule, Role } from '../models/Model';
import { leastPrice } from './openRouterPrices';

/** One thing that a model takes, from a list of values: null or empty where it takes it not, absent where any goes. */
function field(name: string, type: FieldType, role: Role | null, more: Partial<ModelField> = {}): ModelField {
	return { name, path: name.split('.'), type, required: false, role, ...more };
}

function values(list: unknown, read: (value: unknown) => FieldValue | null): FieldValue[] {
	return (Array.isArray(list) ? list : []).map(read).filter((value) => value !== null);
}

/** A field of the values that the entry lists; none where it lists none, any where it doesn't speak of it. */
function listedField(
	entry: IDataObject,
	key: string,
	name: string,
	role: Role | null,
	read: (value: unknown) => FieldValue | null = readText,
): ModelField[] {
	const type = read === readNumber ? 'integer' : 'string';
	if (entry[key] === undefined) return role === null ? [] : [field(name, type, role)];
	const listed = values(entry[key], read);
	return listed.length === 0 ? [] : [field(name, type, role, { values: listed })];
}

function frameField(frame: 'first_frame' | 'last_frame', role: Role): ModelField {
	const entry = { type: 'image_url', image_url: { url: valueMark }, frame_type: frame };
	return field('frame_images', 'array', role, { form: { inList: true, entry } });
}

function referenceField(kind: 'image' | 'video' | 'audio', role: Role): ModelField {
	const type = `${kind}_url`;
	const entry = { type, [type]: { url: valueMark } };
	return field('input_references', 'array', role, { form: { inList: true, entry } });
}

/**
 * Which references a model takes that begins with no picture, by its name: the list doesn't tell, and the
 * models of October 2026 that edit or upscale took videos, and those that animate a face took sounds.
 */
function kindsByName(id: string): string[] {
	if (/avatar/i.test(id)) return ['image', 'audio'];
	return /edit|upscale/i.test(id) ? ['video'] : ['image', 'video'];
}

function referenceFields(entry: IDataObject, id: string, hasFrames: boolean): ModelField[] {
	// The list of all models (`/models`) tells them, and a copy of both in one may be served.
	const told = values(entry.input_modalities, readText);
	const kinds = told.length > 0 ? told : hasFrames ? ['image', 'video', 'audio'] : kindsByName(id);
	const all = { image: 'referenceImages', video: 'referenceVideos', audio: 'referenceAudios' } as const;
	return (['image', 'video', 'audio'] as const)
		.filter((kind) => kinds.includes(kind))
		.map((kind) => referenceField(kind, all[kind]));
}

/** A yes or no that isn't said is no promise: only `true` means that the model takes the field. */
function flag(entry: IDataObject, key: string, made: ModelField): ModelField[] {
	return entry[key] === undefined || entry[key] === true ? [made] : [];
}

/** "size is interchangeable with resolution and aspect_ratio", and clients refuse both; frames and references likewise. */
const rules: readonly ModelRule[] = [
	{ kind: 'notTogether', groups: [['size'], ['resolution', 'aspectRatio']] },
	{
		kind: 'notTogether',
		groups: [['firstFrame', 'lastFrame'], ['referenceImages', 'referenceVideos', 'referenceAudios']],
	},
	{
		kind: 'atLeastOne',
		fields: ['prompt', 'firstFrame', 'lastFrame', 'referenceImages', 'referenceVideos', 'referenceAudios'],
	},
];

function readModel(entry: IDataObject, id: string): Model {
	const frames = entry.supported_frame_images;
	const takesFrame = (frame: string) => frames === undefined || values(frames, readText).includes(frame);
	const hasFrames = takesFrame('first_frame') || takesFrame('last_frame');
	const { min, max } = objectAt(entry.upscale_factor);
	const passed = values(entry.allowed_passthrough_parameters, readText);
	return {
		id,
		known: true,
		rules,
		fields: [
			field('prompt', 'string', 'prompt'),
			...listedField(entry, 'supported_durations', 'duration', 'duration', readNumber),
			...listedField(entry, 'supported_resolutions', 'resolution', 'resolution'),
			...listedField(entry, 'supported_aspect_ratios', 'aspect_ratio', 'aspectRatio'),
			...(takesFrame('first_frame') ? [frameField('first_frame', 'firstFrame')] : []),
			...(takesFrame('last_frame') ? [frameField('last_frame', 'lastFrame')] : []),
			...referenceFields(entry, id, hasFrames),
			...flag(entry, 'generate_audio', field('generate_audio', 'boolean', 'generateAudio')),
			...flag(entry, 'seed', field('seed', 'integer', 'seed')),
			...listedField(entry, 'supported_sizes', 'size', null),
			...listedField(entry, 'creativity', 'creativity', null, readNumber),
			...(isObject(entry.upscale_factor)
				? [
						field('upscale_factor', 'number', null, {
							min: readNumber(min) ?? undefined,
							max: readNumber(max) ?? undefined,
						}),
					]
				: []),
			...(passed.length > 0
				? [
						field('provider.options', 'object', null, {
							title: 'Provider Options',
							description: `What OpenRouter passes on to the model's provider: ${passed.join(', ')}. Written as {"<provider>": {"${String(passed[0])}": …}}, with the provider's short name on OpenRouter.`,
						}),
					]
				: []),
		],
	};
}

/** An entry of `GET /api/v1/videos/models`; each of its lists may be null, where the model doesn't take the field. */
export function readListed(value: unknown): ListedModel[] {
	const entry = objectAt(value);
	const id = readText(entry.id);
	const slug = readText(entry.canonical_slug);
	const price = leastPrice(entry.pricing_skus);
	if (id === null) return [];
	return [
		{
			id,
			...(slug !== null && slug !== id && { aliases: [slug] }),
			about: readText(entry.name),
			model: readModel(entry, id),
			...(price !== null && { price: `from ${price}` }),
		},
	];
}

/** A model that the list doesn't have, with all fields of the API. */
export function usualModel(id: string): Model {
	return { ...readModel({}, id), known: false, rules: [] };
}
