import { valueMark } from '../models/Model';
import type { Model } from '../models/Model';
import { readTable } from '../models/readers/readTable';

/** The fields of OpenAI's own API, and those that gateways add most often by these names. */
const usualFields =
	"prompt:text seconds:text size:text input_reference:url generate_audio:bool negative_prompt:text seed:int";

/** OpenAI takes a link to a picture inside an object; a file goes beside the fields. */
function withLinks(model: Model): Model {
	const entry = { image_url: valueMark };
	return {
		...model,
		fields: model.fields.map((field) =>
			field.role === 'firstFrame' ? { ...field, form: { inList: false, entry } } : field,
		),
	};
}

/** 4, 8 and 12 at first; OpenAI's later guide added 16 and 20 for both models. */
function soraModel(id: string, about: string, sizes: string): Model {
	return {
		...withLinks(
			readTable(`prompt!:text input_reference:url seconds:'4'*|'8'|'12'|'16'|'20' size:720x1280*|${sizes}`, id),
		),
		about,
		imageMustMatch: true,
		remix: 'optional',
	};
}

/** Source: https://developers.openai.com/api/docs/guides/video-generation. */
export const openAiModels: readonly Model[] = [
	soraModel('sora-2', 'Sora 2, text or image to video, 720p', '1280x720'),
	soraModel('sora-2-pro', 'Sora 2 Pro, text or image to video, 720p or 1080p', '1280x720|1024x1792|1792x1024'),
];

/** Any other model of a gateway. */
export function usualModel(id: string): Model {
	const { fields, ...model } = withLinks(readTable(usualFields, id));
	const withSize = fields.map((field) => (field.name === 'size' ? { ...field, role: 'size' as const } : field));
	return { ...model, fields: withSize, known: false, remix: 'optional' };
}
