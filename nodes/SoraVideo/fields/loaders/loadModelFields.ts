import type { FieldType, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';

import { objectAt } from '../../job/read';
import type { ModelField } from '../../models/Model';
import { ownFields } from '../../models/panel';
import { panelName } from '../../models/panelName';
import { readChosenModel } from './readChosenModel';

/** n8n's editor shows no description of a field, so what a value may be stands behind its name. */
function limitsOf({ type, min, max, maxLength, minItems, maxItems }: ModelField): string {
	const between = (least: number | undefined, most: number | undefined, what = '') => {
		if (least !== undefined && most !== undefined) return `${least} to ${most}${what}`;
		if (least !== undefined) return `at least ${least}${what}`;
		return most === undefined ? '' : `at most ${most}${what}`;
	};
	if (type === 'array') return between(minItems, maxItems, ' entries');
	return between(min, max) || between(undefined, maxLength, ' characters');
}

function displayNameOf(field: ModelField): string {
	const limits = limitsOf(field);
	return limits === '' ? panelName(field) : `${panelName(field)} (${limits})`;
}

/**
 * A switch would be sent as false once it is seen: n8n's editor stores a value for every boolean that it
 * shows. So a boolean is a choice of two, which begins without a value.
 */
function choicesOf({ type, values, also = [] }: ModelField): ResourceMapperField['options'] {
	if (type === 'boolean') {
		return [
			{ name: 'Yes', value: true },
			{ name: 'No', value: false },
		];
	}
	return values && [...values, ...also].map((value) => ({ name: String(value), value }));
}

const types: Record<ModelField['type'], FieldType> = {
	string: 'string',
	number: 'number',
	integer: 'number',
	boolean: 'options',
	array: 'array',
	object: 'object',
};

/** @param isSet Whether the node has a value for it, which would be sent though nobody sees it if it were hidden. */
function toMapperField(field: ModelField, isSet: boolean): ResourceMapperField {
	const options = choicesOf(field);
	return {
		id: field.name,
		displayName: displayNameOf(field),
		required: field.required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		removed: !field.required && !isSet,
		type: options ? 'options' : types[field.type],
		...(options && { options }),
	};
}

/**
 * The fields of Model Fields: those of the chosen model that the node has no field of its own for,
 * required ones first. None has a default, since what the user left alone is never sent. Never throws.
 */
export async function loadModelFields(context: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const chosen = await readChosenModel(context);
	if ('why' in chosen) return { fields: [], emptyFieldsNotice: `${chosen.why}.` };
	const saved = objectAt(objectAt(context.getCurrentNodeParameter('modelFields')).value);
	return {
		fields: ownFields(chosen.model).map((field) => toMapperField(field, field.name in saved)),
		emptyFieldsNotice: 'Model Fields: none. This model has no fields but those above and in Options.',
	};
}
