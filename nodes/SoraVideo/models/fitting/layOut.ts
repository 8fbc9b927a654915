import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../job/read';
import { valueMark } from '../Model';
import type { Part } from './fitRules';

/** A form with its value in it. */
function inForm(entry: unknown, value: unknown): unknown {
	if (entry === valueMark) return value;
	if (!isObject(entry)) return entry;
	return Object.fromEntries(Object.entries(entry).map(([key, each]) => [key, inForm(each, value)]));
}

/** Lays parts out as a request, each at its path. */
export function layOut(parts: readonly Part[]): IDataObject {
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
		const before: unknown[] = [object[last]].flat().filter((each) => each !== undefined);
		Object.assign(object, { [last]: field.form?.inList ? [...before, formed] : formed });
	}
	return body;
}
