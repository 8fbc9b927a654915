import type { FieldValue, Model, ModelField } from './Model';

/** The fields that Model Fields shows: those that play no role, required ones first. */
export function ownFields(model: Model): ModelField[] {
	const own = model.fields.filter(({ role }) => role === null);
	return [...own.filter(({ required }) => required), ...own.filter(({ required }) => !required)];
}

/** What one of the node's lists of choices offers of a model. */
export interface Offer {
	/** In the model's own spelling and order; empty where the model takes any value, or doesn't tell which. */
	values: FieldValue[];
	/** What the model takes by itself, where it tells. */
	byDefault: FieldValue | null;
	/** Limits, where any number between them goes and they are too many to list. */
	min?: number;
	max?: number;
}

/**
 * What Aspect Ratio, Resolution or Duration offers of a model; null where the model has no such field.
 * A model whose fields nobody tells offers nothing, and takes what it is given.
 */
export function offer(model: Model, role: 'aspectRatio' | 'resolution' | 'duration'): Offer | null {
	void model;
	void role;
	return null;
}
