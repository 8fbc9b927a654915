import type { IDataObject } from 'n8n-workflow';

import { valueMark } from '../Model';
import type { ValueForm } from '../Model';
import type { Plain } from './combineSchemas';
import { plainName } from './roleNames';

/** What a link leads to. */
export type Kind = 'image' | 'video' | 'audio';

/** Whether a list of values says another kind than this one. */
function saysOther(plain: Plain, kind: Kind): boolean {
	return (plain.values ?? []).length > 0 && !(plain.values ?? []).some((value) => String(value).includes(kind));
}

/** What stands around a link of this kind in an object; null where it takes none. */
function entryOf(object: Plain, kind: Kind, depth = 0): IDataObject | null {
	const type = object.properties.get('type');
	if (depth > 3 || (type && saysOther(type, kind))) return null;
	let linked = false;
	const entry: IDataObject = {};
	for (const [name, plain] of object.properties) {
		const isNeeded = object.required.includes(name);
		const [value] = plain.values ?? [];
		if (name === 'type' && value !== undefined) {
			entry[name] = plain.values?.find((each) => String(each).includes(kind)) ?? value;
		} else if (plain.type === 'string' && !plain.values && !linked && /url|uri|^image$|^video$|^audio$/i.test(name)) {
			entry[name] = valueMark;
			linked = true;
		} else if (plain.properties.size > 0 && !linked && plainName(name).includes(kind)) {
			const inner = entryOf(plain, kind, depth + 1);
			if (inner) entry[name] = inner;
			linked = inner !== null;
		} else if (isNeeded && plain.values?.length === 1) {
			entry[name] = value;
		} else if (isNeeded) {
			return null;
		}
	}
	return linked ? entry : null;
}

/** How a link of this kind is written into a field: alone, in a list, in an object. Null where the field takes none. */
export function formOf(plain: Plain, kind: Kind): ValueForm | null {
	const all = [plain, ...(plain.alternatives ?? [])];
	if (plain.type === 'string' || plain.type === null) return plain.values ? null : { inList: false };
	for (const each of all.filter(({ properties }) => properties.size > 0)) {
		const entry = entryOf(each, kind);
		if (entry) return { inList: false, entry };
	}
	const list = all.find(({ type }) => type === 'array');
	if (!list) return null;
	const item = list.items;
	if (!item || item.type === 'string' || item.type === null) return { inList: true };
	const inner = formOf(item, kind);
	return inner && !inner.inList ? { ...inner, inList: true } : null;
}
