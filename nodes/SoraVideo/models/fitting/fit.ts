import type { IDataObject } from 'n8n-workflow';

import { isObject, showValue } from '../../job/read';
import type { VideoRequest } from '../../job/VideoRequest';
import { checkRule, followRules, isExcused } from './fitRules';
import type { Part } from './fitRules';
import { describeTaken, fitValue, named } from './fitValue';
import { mergeBody } from './mergeBody';
import { fieldOf, valueMark } from '../Model';
import type { Model, ModelField, Role } from '../Model';
import { offer } from '../panel';
import { findSize } from './sizes';
import { missing, notTaken, wrongCount, wrongValue } from './words';

/** Links (or data URLs) to what the request shows the model, once each has one. */
export interface PlacedMedia {
	firstFrame: string | null;
	lastFrame: string | null;
	/** In the order of the request's references. */
	references: readonly string[];
}

/** A request as its model takes it, or why it doesn't. */
export interface Fitted {
	/** The model's part of the request; only to be sent where there are no problems. */
	body: IDataObject;
	/** Each a clause that says what is wrong, and what to do. */
	problems: string[];
	/** What the user should know although the request is sent; whole sentences. */
	hints: string[];
}

interface Reading {
	parts: Part[];
	problems: string[];
	hints: string[];
}

/** What stands for a link until there is one. */
const noMedia: PlacedMedia = { firstFrame: valueMark, lastFrame: valueMark, references: [] };

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
	if (value !== undefined) return { parts: [{ field, value }], problems: [], hints: [] };
	const wrong = (['aspectRatio', 'resolution'] as const).filter(
		(role) => request[role] !== null && findSize(field, { aspectRatio: null, resolution: null, [role]: request[role] }) === undefined,
	);
	const roles = wrong.length > 0 ? wrong : (['resolution'] as const);
	const problems = roles.map((role) =>
		wrongValue(model, { ...field, role }, named(offer(model, role)?.values ?? []), showValue(request[role])),
	);
	return { parts: [], problems, hints: [] };
}

/** A value that plays a role, as the model takes it. */
function readRole(model: Model, role: Role, wanted: unknown): Reading {
	const field = fieldOf(model, role);
	if (!field) {
		const pictures = fieldOf(model, 'referenceImages');
		// Where pictures are all that the model needs, the one that is given can be nothing else.
		if (role !== 'firstFrame' || !pictures?.required) {
			return { parts: [], problems: [notTaken(model, role)], hints: [] };
		}
		const hint = `${model.id} takes images as references only, so the image of Image Source went there: the video need not begin with it.`;
		return { parts: [{ field: pictures, value: wanted }], problems: [], hints: [hint] };
	}
	if (field.form && role !== 'prompt') return { parts: [{ field, value: wanted }], problems: [], hints: [] };
	return readValue(model, field, wanted);
}

/** A value as its field takes it; as it is where nobody tells what the field takes. */
function readValue(model: Model, field: ModelField, wanted: unknown): Reading {
	const fitted = fitValue(field, wanted);
	if ('value' in fitted) return { parts: [{ field, value: fitted.value }], problems: [], hints: [] };
	return model.known
		? { parts: [], problems: [wrongValue(model, field, fitted.takes, showValue(wanted))], hints: [] }
		: { parts: [{ field, value: wanted }], problems: [], hints: [] };
}

/** A value of Model Fields. */
function readOwn(model: Model, name: string, wanted: unknown): Reading {
	const field = model.fields.find((each) => each.name === name && each.role === null);
	if (!field && !model.known) {
		const guessed: ModelField = { name, path: name.split('.'), type: 'string', required: false, role: null };
		return { parts: [{ field: guessed, value: wanted }], problems: [], hints: [] };
	}
	if (!field) {
		const others = model.fields.filter(({ role }) => role === null).map((each) => each.name);
		const all = others.length > 0 ? ` (it has ${named(others)})` : '';
		return { parts: [], problems: [`${model.id} has no field "${name}": remove it from Model Fields${all}`], hints: [] };
	}
	return readValue(model, field, wanted);
}

/** Whether a request must hold this field, as it is. */
function isNeeded(field: ModelField, parts: readonly Part[]): boolean {
	const { required, requiredIn, name } = field;
	const inside = requiredIn === undefined ? null : `${requiredIn}.`;
	return required || (inside !== null && parts.some((part) => part.field.name !== name && part.field.name.startsWith(inside)));
}

/** What the model needs and the user left alone: where only one value goes, or the default is told, that. */
function fill(model: Model, request: VideoRequest, parts: readonly Part[], isGiven: (field: ModelField) => boolean): Reading {
	const reading: Reading = { parts: [], problems: [], hints: [] };
	for (const field of model.fields) {
		const isRemixed = request.remixOf !== null && model.remix !== undefined && field.form !== undefined;
		const isThere = parts.some((part) => part.field.path.join('.') === field.path.join('.') && (part.field.role === field.role || part.field.form?.inList));
		if (isThere || isRemixed || isGiven(field) || !isNeeded(field, parts) || isExcused(model, field, parts)) continue;
		const [only] = field.values ?? [];
		const value = field.values?.length === 1 ? only : field.default;
		if (value !== undefined && !field.form) reading.parts.push({ field, value });
		else reading.problems.push(missing(model, field, describeTaken(field)));
	}
	return reading;
}

/** Problems of how much goes to each path. */
function checkCounts(model: Model, parts: readonly Part[]): string[] {
	const formed = parts.map(({ field }) => field).filter(({ form }) => form);
	const paths = [...new Set(formed.map(({ path }) => path.join('.')))];
	return paths.flatMap((path) => {
		const fields = formed.filter((field) => field.path.join('.') === path);
		const { minItems = 0, maxItems = fields[0]?.form?.inList ? Infinity : 1 } = fields[0] ?? {};
		return fields.length >= minItems && fields.length <= maxItems
			? []
			: [wrongCount(model, fields, { minItems, maxItems })];
	});
}

/** A form with its value in it. */
function inForm(entry: unknown, value: unknown): unknown {
	if (entry === valueMark) return value;
	if (!isObject(entry)) return entry;
	return Object.fromEntries(Object.entries(entry).map(([key, each]) => [key, inForm(each, value)]));
}

/** Lays parts out as a request, each at its path. */
function layOut(parts: readonly Part[]): IDataObject {
	const body: IDataObject = {};
	for (const { field, value } of parts) {
		const path = [...field.path];
		const last = path.pop();
		// Set as a property, this name would change what the body is.
		if (last === undefined || field.path.includes('__proto__')) continue;
		let object = body;
		for (const name of path) {
			const inner: IDataObject = {};
			const there = object[name];
			object[name] = isObject(there) ? there : inner;
			object = isObject(there) ? there : inner;
		}
		const formed = field.form?.entry ? inForm(field.form.entry, value) : value;
		const list: unknown = object[last];
		Object.assign(object, { [last]: field.form?.inList ? [...(Array.isArray(list) ? list : []), formed] : formed });
	}
	return body;
}

function fitFields(model: Model, request: VideoRequest, media: PlacedMedia, own: IDataObject): Fitted {
	const { additionalBody } = request;
	const isGiven = ({ path }: ModelField) => Object.hasOwn(additionalBody, path[0] ?? '');
	const size = fieldOf(model, 'size');
	const asked = askedFor(request, media).filter(([role]) => {
		const field = fieldOf(model, role) ?? (role === 'resolution' || role === 'aspectRatio' ? size : undefined);
		return !field || !isGiven(field);
	});
	const inSize = size ? asked.filter(([role]) => !fieldOf(model, role) && (role === 'resolution' || role === 'aspectRatio')) : [];
	const readings = [
		...asked.filter((each) => !inSize.includes(each)).map(([role, wanted]) => readRole(model, role, wanted)),
		...(size && inSize.length > 0 ? [readSize(model, size, request)] : []),
		...Object.entries(request.modelFields)
			.filter(([, value]) => value !== null && value !== undefined && value !== '')
			.map(([name, value]) => readOwn(model, name, value)),
	];
	const set = readings.flatMap(({ parts }) => parts);
	const told = followRules(model, set);
	const filled = fill(model, request, told, isGiven);
	const parts = [...told, ...filled.parts];
	const names = (name: string) => model.fields.some((field) => (field.name === name || field.role === name) && isGiven(field));
	const isEmpty = fieldOf(model, 'prompt') && set.every(({ field }) => field.role !== null && !field.form && field.role !== 'prompt');
	const problems = [
		...readings.flatMap((reading) => reading.problems),
		...filled.problems,
		...(model.rules ?? []).flatMap((rule) => checkRule(model, rule, parts, names)),
		...checkCounts(model, parts),
	];
	// A model that can do without a prompt still can't do with nothing at all.
	if (isEmpty && problems.length === 0 && Object.keys(additionalBody).length === 0) {
		problems.push('the prompt is empty: describe the video in Prompt');
	}
	return {
		body: mergeBody({ ...own, ...layOut(parts) }, additionalBody),
		problems: [...new Set(problems)],
		hints: readings.flatMap(({ hints }) => hints),
	};
}

/**
 * Fits a request to its model: the values in the model's own types and spelling, each where the model
 * wants it, and nothing that the user left alone. Additional Body is laid over all: what it holds is the
 * user's to answer for, and a null in it takes a field out. Never throws.
 *
 * @param media Absent before anything has been placed, to learn of the problems.
 * @param own Fields that the provider adds, like the model's name; Additional Body wins over them too.
 */
export function fit(
	model: Model,
	request: VideoRequest,
	media: PlacedMedia = noMedia,
	own: IDataObject = {},
): Fitted {
	const variants = model.variants ?? [model.fields];
	const tries = variants.map((fields) => fitFields({ ...model, fields }, request, media, own));
	const [best] = [...tries].sort((one, other) => one.problems.length - other.problems.length);
	const fitted = best ?? fitFields(model, request, media, own);
	const unchecked = `What ${model.id} takes isn't known, so what you set was sent by the usual names, and nothing of it was checked.`;
	return model.known ? fitted : { ...fitted, hints: [...fitted.hints, unchecked] };
}
