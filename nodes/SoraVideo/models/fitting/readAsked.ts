import { showValue } from '../../job/read';
import type { VideoRequest } from '../../job/VideoRequest';
import { fieldOf, valueMark } from '../Model';
import type { Model, ModelField, Role } from '../Model';
import { offer, ownFields } from '../panel';
import { panelNameInFull } from '../panelName';
import { secondsOf } from '../spelling';
import type { Part } from './fitRules';
import { fitValue, named } from './fitValue';
import { findSize } from './sizes';
import { notTaken, wrongValue } from './words';

/** Links (or data URLs) to what the request shows the model, once each has one. */
export interface PlacedMedia {
	firstFrame: string | null;
	lastFrame: string | null;
	/** In the order of the request's references. */
	references: readonly string[];
}

/** What became of one thing that the user set. */
export interface Reading {
	parts: Part[];
	problems: string[];
	hints: string[];
}

/** What became of it, and what it was: a role, or a field's name. */
export interface Asked extends Reading {
	asked: string;
}

const nothing: Reading = { parts: [], problems: [], hints: [] };

function part(field: ModelField, value: unknown): Reading {
	return { ...nothing, parts: [{ field, value }] };
}

function problem(text: string): Reading {
	return { ...nothing, problems: [text] };
}

/** What stands for a link until there is one. */
export const noMedia: PlacedMedia = { firstFrame: valueMark, lastFrame: valueMark, references: [] };

/** What the user set, by the roles that it plays, each value or link alone. */
function askedFor(request: VideoRequest, media: PlacedMedia): Array<[Role, unknown]> {
	const kinds = { image: 'referenceImages', video: 'referenceVideos', audio: 'referenceAudios' } as const;
	const all: Array<[Role, unknown]> = [
		['prompt', request.prompt.trim() === '' ? null : request.prompt],
		['firstFrame', request.firstFrame && media.firstFrame],
		['lastFrame', request.lastFrame && media.lastFrame],
		...request.references.map(({ kind }, index): [Role, unknown] => [
			kinds[kind],
			media.references[index] ?? valueMark,
		]),
		['resolution', request.resolution],
		['aspectRatio', request.aspectRatio],
		['duration', request.duration],
		['generateAudio', request.generateAudio],
		['negativePrompt', request.negativePrompt],
		['seed', request.seed],
	];
	return all.filter(([, value]) => value !== null);
}

function readSize(model: Model, field: ModelField, request: VideoRequest): Reading {
	const value = findSize(field, request);
	if (value !== undefined) return part(field, value);
	const wrong = (['aspectRatio', 'resolution'] as const).filter(
		(role) => request[role] !== null && findSize(field, { aspectRatio: null, resolution: null, [role]: request[role] }) === undefined,
	);
	const roles = wrong.length > 0 ? wrong : (['resolution'] as const);
	const problems = roles.map((role) =>
		wrongValue(model, { ...field, role }, named(offer(model, role)?.values ?? []), showValue(request[role])),
	);
	return { ...nothing, problems };
}

/** A value that plays a role, as the model takes it. */
function readRole(model: Model, role: Role, wanted: unknown): Reading {
	const field = fieldOf(model, role);
	if (!field) {
		const pictures = fieldOf(model, 'referenceImages');
		// Where pictures are all that the model needs, the one that is given can be nothing else.
		if (role !== 'firstFrame' || !pictures?.required) {
			return problem(notTaken(model, role));
		}
		const hint = `${model.id} takes images as references only, so the image of Image Source went there: the video need not begin with it.`;
		return { ...part(pictures, wanted), hints: [hint] };
	}
	if (field.form && role !== 'prompt') return part(field, wanted);
	return readValue(model, field, wanted);
}

/** A value as its field takes it; as it is where nobody tells what the field takes. */
function readValue(model: Model, field: ModelField, wanted: unknown): Reading {
	const fitted = fitValue(field, wanted);
	const refuse = (takes: string) => problem(wrongValue(model, field, takes, showValue(wanted)));
	if (!model.known) {
		const seconds = field.role === 'duration' ? secondsOf(wanted) : 'auto';
		const isPossible = seconds === 'auto' || (seconds !== null && seconds > 0);
		return isPossible ? part(field, 'value' in fitted ? fitted.value : wanted) : refuse('some');
	}
	return 'value' in fitted ? part(field, fitted.value) : refuse(fitted.takes);
}

/** A value of Model Fields. */
function readOwn(model: Model, name: string, wanted: unknown): Reading {
	const field = model.fields.find((each) => each.name === name && each.role === null);
	if (!field && !model.known) {
		const guessed: ModelField = { name, path: name.split('.'), type: 'string', required: false, role: null };
		return part(guessed, wanted);
	}
	if (!field) {
		const others = ownFields(model).map(panelNameInFull);
		const all = others.length > 0 ? ` (it has ${named(others)})` : '';
		return problem(`${model.id} has no field "${name}": remove it from Model Fields${all}`);
	}
	return readValue(model, field, wanted);
}

/**
 * All that the user set, as the model takes it.
 *
 * @param isGiven Whether Additional Body sets a field, which is then the user's to answer for.
 */
export function readAsked(
	model: Model,
	request: VideoRequest,
	media: PlacedMedia,
	isGiven: (field: ModelField) => boolean,
): Asked[] {
	const size = fieldOf(model, 'size');
	const goesIntoSize = (role: Role) =>
		size !== undefined && (role === 'resolution' || role === 'aspectRatio') && !fieldOf(model, role);
	const asked = askedFor(request, media).filter(([role]) => {
		const field = goesIntoSize(role) ? size : fieldOf(model, role);
		return !field || !isGiven(field);
	});
	const own = Object.entries(request.modelFields).filter(
		([name, value]) =>
			value !== null &&
			value !== undefined &&
			value !== '' &&
			!model.fields.some((field) => field.name === name && isGiven(field)),
	);
	return [
		...asked.filter(([role]) => !goesIntoSize(role)).map(([role, wanted]) => ({ ...readRole(model, role, wanted), asked: role })),
		...(size && asked.some(([role]) => goesIntoSize(role)) ? [{ ...readSize(model, size, request), asked: 'size' }] : []),
		...own.map(([name, wanted]) => ({ ...readOwn(model, name, wanted), asked: name })),
	];
}
