import type { IDataObject } from 'n8n-workflow';

/**
 * What a field means, whatever its model calls it. The node has a field of its own for each, so that a
 * workflow runs unchanged with another model; fields that play no role are its Model Fields.
 */
export type Role =
	| 'prompt'
	/** Seconds of video. */
	| 'duration'
	| 'resolution'
	| 'aspectRatio'
	/** Resolution and aspect ratio in one, like `1280x720`. */
	| 'size'
	| 'firstFrame'
	| 'lastFrame'
	| 'referenceImages'
	| 'referenceVideos'
	| 'referenceAudios'
	/** Whether the video has sound. */
	| 'generateAudio'
	| 'negativePrompt'
	| 'seed';

export type FieldType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** A value that a field takes, as it stands in the request. */
export type FieldValue = string | number | boolean;

/** One thing that a model takes. */
export interface ModelField {
	/** The path in words, like `model_params.multi_shot`; names a field of its model that plays no role. */
	name: string;
	/** Where in the model's part of the request the value goes. */
	path: readonly string[];
	type: FieldType;
	/** All values that it takes, in the model's own spelling; absent where any of its type goes. */
	values?: readonly FieldValue[];
	/** Values that it takes although its type or limits wouldn't have them: `auto`, -1. */
	also?: readonly FieldValue[];
	/** Of numbers. */
	min?: number;
	max?: number;
	/** Of text, in characters. */
	minLength?: number;
	maxLength?: number;
	/** Of lists; where several fields add to one list, of them all. */
	minItems?: number;
	maxItems?: number;
	/** What each entry of a list is; absent where that isn't told. */
	itemType?: FieldType;
	/** What the model takes where nothing is sent, as far as it is told. */
	default?: unknown;
	/** Whether the model refuses a request without it. */
	required: boolean;
	/** Path, in words, of the object that must have this field once anything in it is set. */
	requiredIn?: string;
	title?: string;
	description?: string;
	role: Role | null;
	/** How its value is written, where that is more than the value at its path. */
	form?: ValueForm;
	/** What ends a number that is written as text: `s` in `8s`. */
	unit?: string;
}

/** Stands for the value in the entry of a `ValueForm`. */
export const valueMark = '{value}';

/** How a value is written into the request: a link to a picture, mostly. */
export interface ValueForm {
	/** Whether it is added to a list, which other fields may add to as well. */
	inList: boolean;
	/** What stands around the value, which is where `valueMark` is; absent where the value stands alone. */
	entry?: IDataObject;
}

/** What a model says of several of its fields together. Fields are named by `ModelField.name`, or by role. */
export type ModelRule =
	/** Nothing of one group together with anything of another. */
	| { kind: 'notTogether'; groups: ReadonlyArray<readonly string[]> }
	| { kind: 'atLeastOne'; fields: readonly string[] }
	/** The first only where the second is set too. */
	| { kind: 'onlyWith'; field: string; needs: string }
	/** Entries of all these lists together. */
	| { kind: 'atMost'; fields: readonly string[]; items: number }
	/** Where one field has this value (or any, if none is named), others take only these; an empty list: they aren't taken. */
	| {
			kind: 'where';
			field: string;
			is?: FieldValue;
			allowed: Readonly<Record<string, readonly FieldValue[]>>;
	  }
	/** Where one field has this value, the model makes do without another that it needs otherwise. */
	| { kind: 'optionalWhere'; field: string; is: FieldValue; optional: string }
	/** A field that says which pictures, videos or sounds come: set by those, unless the user set it. */
	| { kind: 'tells'; field: string; cases: ReadonlyArray<{ roles: ReadonlyArray<Role | typeof earlierVideo>; value: FieldValue }> };

/** By which rules name the earlier video that a request goes on from, which is no field of its model. */
export const earlierVideo = 'remixOf';

/** A model, and what it takes. */
export interface Model {
	id: string;
	/** Other names by which it can be asked for. */
	aliases?: readonly string[];
	/** What it makes and takes, for the model list. */
	about?: string | null;
	/** The page that describes it. */
	docsUrl?: string;
	/**
	 * Whether these are the model's own fields. If not, nobody tells them: `fields` are those that its
	 * provider's models usually have, nothing of the request is checked, and the user is told so.
	 */
	known: boolean;
	fields: readonly ModelField[];
	/** Where the model takes one of several kinds of request: the fields of each; `fields` are then all of them. */
	variants?: ReadonlyArray<readonly ModelField[]>;
	rules?: readonly ModelRule[];
	/** Whether its page says that the first frame must have exactly the pixels of the video. */
	imageMustMatch?: boolean;
	/** Whether an earlier video can (or must) be named to remix; refused where absent. */
	remix?: 'required' | 'optional';
	/** Seconds that a job usually takes, where documented or measured. */
	usualSeconds?: number;
}

/** The fields of a model that play this role, in the order in which they are filled. */
export function fieldsOf(model: Model, role: Role): ModelField[] {
	return model.fields.filter((field) => field.role === role);
}

/** The first field of a model that plays this role. */
export function fieldOf(model: Model, role: Role): ModelField | undefined {
	return model.fields.find((field) => field.role === role);
}
