import type { IDataObject } from 'n8n-workflow';

/** Lays the user's additional fields over the node's own; a null takes a field out. */
export function mergeBody(own: IDataObject, additional: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries({ ...own, ...additional }).filter(([, value]) => value !== null),
	);
}
