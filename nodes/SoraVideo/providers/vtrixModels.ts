import type { IDataObject } from 'n8n-workflow';

import { isObject, objectAt, readNumber, readText } from '../job/read';
import type { Model } from '../models/Model';
import { valueMark } from '../models/Model';
import { readSchema } from '../models/readers/readSchema';
import { readTable } from '../models/readers/readTable';

/** "Size must match exactly" (input_reference); the pages of the pro models list the 720p sizes only. */
function soraModel(id: string, about: string, takesImage: boolean): Model {
	const image = takesImage ? 'input_reference!:url' : '';
	return {
		...readTable(`prompt!:text ${image} size:720x1280*|1280x720 seconds:'4'*|'8'|'12'`, id),
		about,
		imageMustMatch: takesImage,
		remix: 'optional',
	};
}

/** Source: https://doc.vtrix.ai/docs/api/openai/sora-2-i2v and siblings. */
export const vtrixModels: readonly Model[] = [
	soraModel('sora_2_t2v', 'Sora 2, text to video, 720p', false),
	soraModel('sora_2_i2v', 'Sora 2, image to video, 720p', true),
	soraModel('sora_2_pro_t2v', 'Sora 2 Pro, text to video, 720p', false),
	soraModel('sora_2_pro_i2v', 'Sora 2 Pro, image to video, 720p', true),
];

const common = 'prompt:text negative_prompt:text duration:text resolution:text aspect_ratio:text seed:int';

/**
 * By which names each family of models takes things: the names alone are known, from the skills of Vtrix's
 * own client (github.com/VtrixAI/vtrix-cli, skills/video), and neither types nor limits.
 */
const families: ReadonlyArray<[RegExp, string]> = [
	[/^(kirin|kling)_.*(multi|omni|o1)/, 'prompt:text negative_prompt:text image_list:urls duration:text aspect_ratio:text sound:text'],
	[/^(kirin|kling)_/, 'prompt:text negative_prompt:text image:url image_tail:url duration:text aspect_ratio:text sound:on|off'],
	[/^pixverse_.*transition/, 'prompt:text first_frame_img:text last_frame_img:text duration:int quality:text'],
	[/^pixverse_/, 'prompt:text negative_prompt:text aspect_ratio:text duration:int quality:text'],
	[/^vidu.*start_end/, 'prompt:text images:urls2..2 duration:int resolution:text seed:int'],
	[/^vidu/, 'prompt:text style:text images:urls duration:int resolution:text aspect_ratio:text seed:int audio:bool'],
	[/sora/i, "prompt:text size:720x1280|1280x720|1024x1792|1792x1024 seconds:text input_reference:url"],
	[/^/, `${common} image:url image_tail:url`],
];

/** Seedance's fields: pictures, videos, sounds and the prompt are entries of one list, `content`. */
function contentModel(id: string): Model {
	const entry = (type: string) => ({ type, [type]: { url: valueMark } });
	const content = { name: 'content', path: ['content'], type: 'array', required: false } as const;
	return {
		...readTable('resolution:text ratio:text duration:int seed:int', id),
		fields: [
			{ ...content, role: 'prompt', form: { inList: true, entry: { type: 'text', text: valueMark } } },
			{ ...content, role: 'firstFrame', form: { inList: true, entry: entry('image_url') } },
			{ ...content, role: 'referenceVideos', form: { inList: true, entry: entry('video_url') } },
			{ ...content, role: 'referenceAudios', form: { inList: true, entry: entry('audio_url') } },
			...readTable('resolution:text ratio:text duration:int seed:int', id).fields,
		],
	};
}

/** A model that no spec is had of, with the fields of its family. */
export function usualModel(id: string): Model {
	const [, line = common] = families.find(([ids]) => ids.test(id)) ?? [];
	const model = /^(spark_dance|seedance)/.test(id) ? contentModel(id) : readTable(line, id);
	return { ...model, known: false, remix: 'optional' };
}

/** Enough for any form; a hostile answer can't keep n8n busy with more. */
const mostDepth = 6;

/** A parameter of a spec as JSON Schema: its `enum` holds texts whatever its type. */
function toSchema(parameter: IDataObject, depth: number): IDataObject {
	const { constraints, children, description, type } = parameter;
	const limits = objectAt(constraints);
	const name = readText(type)?.toLowerCase() ?? '';
	const known: IDataObject = { int: 'integer', float: 'number', double: 'number', bool: 'boolean' };
	const inner = depth < mostDepth && Array.isArray(children) ? children.filter(isObject) : [];
	const object = inner.length > 0 ? toObject(inner, depth + 1) : {};
	const schema: IDataObject = {
		type: known[name] ?? name,
		description,
		default: limits.default,
		enum: Array.isArray(limits.enum) && limits.enum.length > 0 ? limits.enum : undefined,
		minimum: readNumber(limits.min),
		maximum: readNumber(limits.max),
		minLength: readNumber(limits.min_length),
		maxLength: readNumber(limits.max_length),
		maxItems: readNumber(limits.max_items),
		...(name === 'array' ? { items: inner.length > 0 ? object : undefined } : object),
	};
	return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined && value !== null));
}

/** `path` says where in the body the value goes; what stands before the model's own params is the request's. */
function keyOf({ name, path }: IDataObject): string {
	const [last] = (readText(path) ?? '').split('params.').slice(-1);
	return (last ?? '') !== '' && !last?.includes('[') && !last?.includes('.') ? (last ?? '') : (readText(name) ?? '');
}

function toObject(parameters: readonly IDataObject[], depth: number): IDataObject {
	const named = parameters.filter((parameter) => keyOf(parameter) !== '');
	return {
		type: 'object',
		properties: Object.fromEntries(named.map((parameter) => [keyOf(parameter), toSchema(parameter, depth)])),
		required: named.filter(({ required }) => required === true).map(keyOf),
	};
}

/**
 * A model from `GET /api/v1/skill/models/{id}/spec`, in the form that Vtrix's own clients read
 * (github.com/VtrixAI/vtrix-cli and SeaCloudAI/seacloud-cli); no answer of the server itself is known.
 */
export function readSpec(body: unknown, id: string): Model | null {
	const { parameters } = objectAt(objectAt(body).data);
	if (!Array.isArray(parameters)) return null;
	const model = readSchema(toObject(parameters.filter(isObject), 0), id, { leaveOut: ['model', 'callback_url'] });
	return model && { ...model, remix: 'optional' };
}
