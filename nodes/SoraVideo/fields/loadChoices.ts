import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { readText } from '../job/read';
import type { FieldValue } from '../models/Model';
import { offer } from '../models/panel';
import type { Offer } from '../models/panel';
import { readChosenModel } from './readChosenModel';

type ChoiceRole = Parameters<typeof offer>[1];

/** Where a model takes any number between two, and they are more than this, only some are listed. */
const mostNumbers = 30;

function nameOf(role: ChoiceRole, value: FieldValue): string {
	if (role === 'duration') {
		const seconds = readText(value) ?? '';
		if (/^\d+(\.\d+)?s?$/.test(seconds)) return `${seconds.replace('s', '')} Seconds`;
		if (seconds === '-1') return 'Automatic (-1)';
	}
	const text = String(value);
	return /^f?hd$/i.test(text) ? text.toUpperCase() : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** What a value counts for in a list; null where it is no number of seconds, lines (720p) or columns (4K). */
function sizeOf(value: FieldValue): number | null {
	const [, number, unit] = /^(-?\d+(?:\.\d+)?)(s|p|k)?$/i.exec(String(value)) ?? [];
	if (number === undefined) return null;
	return Number(number) * (unit?.toLowerCase() === 'k' ? 1000 : 1);
}

/** From the least to the most, where that can be told of all: providers list them in any order. */
function inOrder(values: readonly FieldValue[]): FieldValue[] {
	const sizes = new Map(values.map((value) => [value, sizeOf(value)]));
	if ([...sizes.values()].includes(null)) return [...values];
	return [...values].sort((one, other) => (sizes.get(one) ?? 0) - (sizes.get(other) ?? 0));
}

/** All numbers between the limits or, of many, as many as a list can hold, the last one among them. */
function numbersBetween(min: number, max: number): number[] {
	const step = Math.ceil((max - min + 1) / mostNumbers);
	const numbers: number[] = [];
	for (let number = Math.ceil(min); number < max; number += step) numbers.push(number);
	return [...numbers, max];
}

function valuesOf({ values, min, max }: Offer): FieldValue[] {
	return values.length === 0 && min !== undefined && max !== undefined ? numbersBetween(min, max) : inOrder(values);
}

/**
 * The lines of Aspect Ratio, Resolution or Duration: Model Default, what the chosen model takes, and
 * what is saved although the model doesn't list it, so that nothing the user chose is lost from sight.
 */
export async function loadChoices(
	context: ILoadOptionsFunctions,
	role: ChoiceRole,
): Promise<INodePropertyOptions[]> {
	const chosen = await readChosenModel(context);
	const offered = 'model' in chosen ? offer(chosen.model, role) : null;
	const values = offered ? valuesOf(offered) : [];
	const byDefault = offered?.byDefault ?? null;
	const about =
		'why' in chosen
			? `${chosen.why}: until then, any value can be given by an expression`
			: offered === null
				? 'This model has no such field, so leave it here'
				: byDefault === null
					? 'Sends nothing, so that the model decides'
					: `Sends nothing, so that the model decides: ${nameOf(role, byDefault)}`;
	const lines = values.map((value) => ({ name: nameOf(role, value), value }));
	const saved = readText(context.getCurrentNodeParameter(role)) ?? '';
	const isListed = saved === '' || saved.startsWith('=') || values.some((value) => String(value) === saved);
	return [
		{ name: 'Model Default', value: '', description: about },
		...lines,
		...(isListed
			? []
			: [
					{
						name: 'model' in chosen ? `${saved} (Not Listed by This Model)` : saved,
						value: saved,
						description: 'This is what is saved in the node',
					},
				]),
	];
}
