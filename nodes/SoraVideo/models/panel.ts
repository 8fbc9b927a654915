import { fieldOf } from './Model';
import type { FieldValue, Model, ModelField, Role } from './Model';
import { ratioOfSize, resolutionOfSize } from './fitting/sizes';
import { sizeOf } from './spelling';

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

/** More seconds than these are told by their limits. */
const mostSeconds = 60;

function isValue(value: unknown): value is FieldValue {
	return ['string', 'number', 'boolean'].includes(typeof value);
}

/** `from` to `to`, both included. */
function row(from: number, to: number): number[] {
	return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function offerOfSizes(field: ModelField, role: Role): Offer | null {
	if (role === 'duration') return null;
	const word = role === 'aspectRatio' ? ratioOfSize : resolutionOfSize;
	const named = (values: readonly unknown[]) =>
		values.flatMap((value) => {
			const size = sizeOf(value);
			return size ? [word(size)] : [];
		});
	const [byDefault = null] = named([field.default]);
	return { values: [...new Set(named(field.values ?? []))], byDefault };
}

/**
 * What Aspect Ratio, Resolution or Duration offers of a model; null where the model has no such field.
 * A model whose fields nobody tells offers nothing, and takes what it is given.
 */
export function offer(model: Model, role: 'aspectRatio' | 'resolution' | 'duration'): Offer | null {
	const field = fieldOf(model, role);
	const size = fieldOf(model, 'size');
	if (!field) return size ? offerOfSizes(size, role) : null;
	const { values, also = [], min, max, type } = field;
	const byDefault = isValue(field.default) ? field.default : null;
	if (values) return { values: [...values], byDefault };
	if (min === undefined || max === undefined) return { values: [...also], byDefault };
	const isRow = type === 'integer' && Number.isInteger(min) && max - min < mostSeconds;
	return isRow
		? { values: [...also, ...row(min, max)], byDefault }
		: { values: [...also], byDefault, min, max };
}
