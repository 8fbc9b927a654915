import type { IDataObject } from 'n8n-workflow';

import type { VideoRequest } from '../../job/VideoRequest';
import { earlierVideo, fieldOf } from '../Model';
import type { Model, ModelField } from '../Model';
import { checkRule, followRules, isExcused } from './fitRules';
import type { Part } from './fitRules';
import { describeTaken } from './fitValue';
import { layOut } from './layOut';
import { mergeBody } from './mergeBody';
import { noMedia, readAsked } from './readAsked';
import type { PlacedMedia } from './readAsked';
import { emptyPrompt, missing, wrongCount } from './words';

/** A request as its model takes it, or why it doesn't. */
export interface Fitted {
	/** The model's part of the request; only to be sent where there are no problems. */
	body: IDataObject;
	/** Each a clause that says what is wrong, and what to do. */
	problems: string[];
	/** What the user should know although the request is sent; whole sentences. */
	hints: string[];
}

/** Whether a request must hold this field, as it is. */
function isNeeded(field: ModelField, parts: readonly Part[]): boolean {
	const { required, requiredIn, name } = field;
	const inside = requiredIn === undefined ? null : `${requiredIn}.`;
	return required || (inside !== null && parts.some((part) => part.field.name !== name && part.field.name.startsWith(inside)));
}

/** The earlier video, for the rules: it has no place in the model's part of the request. */
function earlier(model: Model, { remixOf }: VideoRequest): Part[] {
	const field: ModelField = { name: earlierVideo, path: [], type: 'string', required: false, role: null };
	return remixOf === null || model.remix === undefined ? [] : [{ field, value: remixOf }];
}

interface Filled {
	parts: Part[];
	problems: string[];
}

/**
 * What the model needs and the user left alone: where only one value goes, or the default is told, that.
 *
 * @param isJudged Whether something is said of a field already.
 */
function fill(
	model: Model,
	request: VideoRequest,
	parts: readonly Part[],
	isJudged: (field: ModelField) => boolean,
): Filled {
	const filled: Filled = { parts: [], problems: [] };
	const isRemix = request.remixOf !== null && model.remix !== undefined;
	for (const field of model.fields) {
		const isThere = parts.some(
			(part) =>
				part.field.path.join('.') === field.path.join('.') &&
				(part.field.role === field.role || part.field.form?.inList),
		);
		// A remix begins with the earlier video.
		if (isThere || (isRemix && field.form) || isJudged(field)) continue;
		if (!isNeeded(field, parts) || isExcused(model, field, [...parts, ...filled.parts])) continue;
		const value = field.values?.length === 1 ? field.values[0] : field.default;
		if (value !== undefined && !field.form) filled.parts.push({ field, value });
		else filled.problems.push(missing(model, field, describeTaken(field)));
	}
	return filled;
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

function fitFields(model: Model, request: VideoRequest, media: PlacedMedia, own: IDataObject): Fitted {
	const { additionalBody } = request;
	const isGiven = ({ path }: ModelField) => Object.hasOwn(additionalBody, path[0] ?? '');
	const isNameGiven = (name: string) =>
		model.fields.some((field) => (field.name === name || field.role === name) && isGiven(field));
	const readings = readAsked(model, request, media, isGiven);
	const set = readings.flatMap(({ parts }) => parts);
	const told = followRules(model, [...set, ...earlier(model, request)]);
	// What was set, and set wrong, isn't missing.
	const isAsked = ({ name, role }: ModelField) => readings.some(({ asked }) => asked === (role ?? name));
	const filled = fill(model, request, told, (field) => isGiven(field) || isAsked(field));
	const parts = [...told, ...filled.parts];
	const problems = [
		...readings.flatMap((reading) => reading.problems),
		...filled.problems,
		...(model.rules ?? []).flatMap((rule) => checkRule(model, rule, parts, isNameGiven)),
		...checkCounts(model, parts),
	];
	// A model that can do without a prompt still can't do with nothing at all.
	const isEmpty = set.every(({ field }) => field.role !== null && field.role !== 'prompt' && !field.form);
	const takesPrompt = fieldOf(model, 'prompt') !== undefined;
	if (isEmpty && takesPrompt && problems.length === 0 && Object.keys(additionalBody).length === 0) {
		problems.push(emptyPrompt);
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
