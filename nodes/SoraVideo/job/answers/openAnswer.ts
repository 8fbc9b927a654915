import type { IDataObject } from 'n8n-workflow';

import { isObject, objectAt } from '../read';
import { mostEntries, preparePlaces } from './answerPlaces';
import type { AnswerReading, Place, PreparedPlaces } from './answerPlaces';

const placesByReading = new WeakMap<AnswerReading, PreparedPlaces>();

/** The places of a reading, worked out once. */
export function placesFor(reading: AnswerReading): PreparedPlaces {
	const places = placesByReading.get(reading) ?? preparePlaces(reading);
	placesByReading.set(reading, places);
	return places;
}

/** An answer, with what lies in each of the wrappers. */
export interface Answer {
	body: IDataObject;
	wrapped: ReadonlyArray<readonly unknown[]>;
}

const nothing: readonly unknown[] = [];

/** Loops instead of `flatMap`: hundreds of places are looked into for each answer, and most hold nothing. */
export function valuesAt({ body, wrapped }: Answer, { within, key, isList }: Place): readonly unknown[] {
	const holders = within === -1 ? [body] : (wrapped[within] ?? nothing);
	let values = nothing;
	for (const holder of holders) {
		const found: unknown = isObject(holder) ? holder[key] : undefined;
		if (found === undefined || found === null || (isList && !Array.isArray(found))) continue;
		const list: readonly unknown[] = isList && Array.isArray(found) ? found.slice(0, mostEntries) : [found];
		values = values.length === 0 ? list : [...values, ...list].slice(0, mostEntries);
		if (values.length >= mostEntries) break;
	}
	return values;
}

export function openAnswer({ wrappers }: PreparedPlaces, body: unknown): Answer {
	const wrapped: Array<readonly unknown[]> = [];
	const answer = { body: objectAt(body), wrapped };
	for (const wrapper of wrappers) wrapped.push(valuesAt(answer, wrapper));
	return answer;
}

export function firstAt<T>(answer: Answer, places: readonly Place[], read: (value: unknown) => T | null): T | null {
	for (const place of places) {
		for (const value of valuesAt(answer, place)) {
			const found = read(value);
			if (found !== null) return found;
		}
	}
	return null;
}
