import { valueMark } from '../models/Model';
import type { Model, ModelField, ModelRule } from '../models/Model';
import { readTable } from '../models/readers/readTable';

// The fields are from Google's own client (github.com/googleapis/js-genai, src/gaos/models/interactions, of
// 2026-08-22), what each model makes of them from the announcements of autumn 2026 (vercel.com/changelog,
// gemini-omni-1-2-flash).

/** Text, pictures and videos are entries of one list; a data URL is taken apart when the request is written. */
function inputOf(type: 'text' | 'image' | 'video'): Omit<ModelField, 'role'> {
	const value = type === 'text' ? 'text' : 'uri';
	return {
		name: 'input',
		path: ['input'],
		type: type === 'text' ? 'string' : 'array',
		required: false,
		form: { inList: true, entry: { type, [value]: valueMark } },
	};
}

const media: readonly ModelField[] = [
	{ ...inputOf('text'), required: true, role: 'prompt' },
	{ ...inputOf('image'), role: 'firstFrame' },
	{ ...inputOf('image'), role: 'lastFrame' },
	{ ...inputOf('image'), role: 'referenceImages' },
	{ ...inputOf('video'), role: 'referenceVideos' },
];

/** Says what the pictures and videos are for; by itself it goes by what comes. */
const task: ModelField = {
	name: 'task',
	path: ['generation_config', 'video_config', 'task'],
	type: 'string',
	values: ['text_to_video', 'image_to_video', 'reference_to_video', 'edit', 'extend'],
	title: 'Task',
	required: false,
	role: null,
};

const format = 'response_format.aspect_ratio:16:9|9:16 response_format.resolution:360p|720p*|1080p|4k';
const more = 'system_instruction:text service_tier:flex|standard|priority|deferred';

function seconds(from: number, to: number): string[] {
	return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}s`);
}

const mostBetweenFrames = 10;
const mostInExtension = 10;

const rules: readonly ModelRule[] = [
	{
		kind: 'tells',
		field: task.name,
		cases: [
			{ roles: ['remixOf'], value: 'extend' },
			{ roles: ['referenceVideos'], value: 'edit' },
			{ roles: ['referenceImages'], value: 'reference_to_video' },
			{ roles: ['firstFrame'], value: 'image_to_video' },
		],
	},
	{ kind: 'onlyWith', field: 'lastFrame', needs: 'firstFrame' },
	// Pictures have no names in the request: three are references, and the second of two is the last frame.
	{ kind: 'notTogether', groups: [['firstFrame', 'lastFrame'], ['referenceImages']] },
	{ kind: 'atMost', fields: ['referenceImages'], items: 6 },
	{ kind: 'atMost', fields: ['referenceVideos'], items: 1 },
	{ kind: 'where', field: 'lastFrame', allowed: { duration: seconds(3, mostBetweenFrames) } },
	{ kind: 'where', field: task.name, is: 'extend', allowed: { duration: seconds(3, mostInExtension) } },
];

function omniModel(id: string, duration: string): Model {
	const table = readTable(`response_format.duration:${duration} ${format} ${more}`, id);
	return { ...table, fields: [...media, ...table.fields, task], rules, remix: 'optional' };
}

function knownModel(id: string, version: string, most: number): Model {
	return {
		...omniModel(id, seconds(3, most).join('|')),
		about: `Gemini Omni ${version} Flash, from text, images and videos, with sound`,
	};
}

let all: readonly Model[] | undefined;

/** Newest first; made when first asked for. */
export function geminiModels(): readonly Model[] {
	all ??= [knownModel('gemini-omni-1.2-flash', '1.2', 15), knownModel('gemini-omni-1.1-flash', '1.1', 10)];
	return all;
}

/** Any other model: the fields of Omni, seconds in its spelling, and no limits. */
export function usualModel(id: string): Model {
	const { fields, ...model } = omniModel(id, 'text');
	const inSeconds = fields.map((field) => (field.role === 'duration' ? { ...field, unit: 's' } : field));
	return { ...model, fields: inSeconds, known: false };
}
