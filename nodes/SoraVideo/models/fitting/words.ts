import { listed } from '../listed';
import type { Model, ModelField, Role } from '../Model';
import { panelNameInFull } from '../panelName';

/** Where in the node a user sets what plays a role. */
const labels: Readonly<Record<Role, string>> = {
	prompt: 'Prompt',
	duration: 'Duration',
	resolution: 'Resolution',
	aspectRatio: 'Aspect Ratio',
	size: 'Resolution',
	firstFrame: 'Image Source',
	lastFrame: 'Options > Last Frame',
	referenceImages: 'Options > References (images)',
	referenceVideos: 'Options > References (videos)',
	referenceAudios: 'Options > References (audio)',
	generateAudio: 'Options > Generate Audio',
	negativePrompt: 'Options > Negative Prompt',
	seed: 'Options > Seed',
};

/** Says that nothing tells what to make. */
export const emptyPrompt = 'the prompt is empty: describe the video in Prompt';

/** What a role is, in a sentence about a model: "takes no ...". */
const things: Readonly<Record<Role, string>> = {
	prompt: 'prompt',
	duration: 'duration',
	resolution: 'resolution',
	aspectRatio: 'aspect ratio',
	size: 'resolution',
	firstFrame: 'image to begin with',
	lastFrame: 'image to end with',
	referenceImages: 'reference images',
	referenceVideos: 'videos',
	referenceAudios: 'audio files',
	generateAudio: 'choice of sound',
	negativePrompt: 'negative prompt',
	seed: 'seed',
};

const remedies: Partial<Record<Role, string>> = {
	prompt: 'clear Prompt',
	duration: 'set Duration to Model Default',
	resolution: 'set Resolution to Model Default',
	aspectRatio: 'set Aspect Ratio to Model Default',
	firstFrame: 'set Image Source to None',
};

/** How the node calls a field, which is given by its name or its role. */
export function labelOf(model: Model, name: string): string {
	const field = model.fields.find((each) => each.name === name || each.role === name);
	return field?.role ? labels[field.role] : `Model Fields > ${panelNameInFull(field ?? { name })}`;
}

/** Says that a model doesn't take what the user set, and what it takes. */
export function notTaken(model: Model, role: Role): string {
	const remedy = remedies[role] ?? `remove ${labels[role].replace(/ \(.*/, '')}`;
	if (!model.known) {
		return `what ${model.id} takes isn't known, and there is no usual name for ${things[role]} here: ${remedy}, or give it in Options > Additional Body by the model's own name`;
	}
	const taken = [...new Set(model.fields.map((field) => field.role).filter((each) => each !== null))];
	const takes = taken.map((each) => labels[each].replace('Options > ', ''));
	const all = takes.length > 0 ? ` (it takes ${[...new Set(takes)].join(', ')})` : '';
	return `${model.id} takes no ${things[role]}: ${remedy}${all}`;
}

/** Says that a value isn't one that the field takes. */
export function wrongValue(model: Model, field: ModelField, takes: string, value: string): string {
	const { role } = field;
	if (role === 'duration') {
		return `${model.id} makes videos of ${takes} seconds, not ${value}: change Duration`;
	}
	if (role === 'resolution' || role === 'aspectRatio') {
		return `${model.id} makes videos in ${takes}, not ${value}: change ${labels[role]}`;
	}
	const label = role ? labels[role] : labelOf(model, field.name);
	const shown = value.length > 60 ? `${value.slice(0, 60)}…` : value;
	return `${model.id} takes ${takes} as ${label}, not ${shown}: change it`;
}

/** Says that a model needs what isn't given. */
export function missing(model: Model, field: ModelField, takes: string): string {
	switch (field.role) {
		case 'prompt':
			return emptyPrompt;
		case 'firstFrame':
			return `${model.id} needs an image to begin with: set Image Source`;
		case 'lastFrame':
			return `${model.id} needs an image to end with: set Options > Last Frame`;
		case 'referenceImages':
			return `${model.id} needs reference images: add them in Options > References`;
		case 'referenceVideos':
			return `${model.id} needs a video: give its link in Options > References, Kind Video`;
		case 'referenceAudios':
			return `${model.id} needs an audio file: give its link in Options > References, Kind Audio`;
		default:
			return `${model.id} needs ${labelOf(model, field.role ?? field.name)}: set it to ${takes}`;
	}
}

/** Says that a list holds too few or too many, of all that goes into it. */
export function wrongCount(
	model: Model,
	fields: readonly ModelField[],
	{ minItems, maxItems }: { minItems: number; maxItems: number },
): string {
	const where = listed([...new Set(fields.map(({ role }) => (role ? labels[role] : '')))]);
	return fields.length > maxItems
		? `${model.id} takes at most ${maxItems} in ${where}, not ${fields.length}: leave some out`
		: `${model.id} needs at least ${minItems} in ${where}, not ${fields.length}: add some`;
}
