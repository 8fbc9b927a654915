import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { readText } from './job/read';
import { findProvider } from './providers';

/** The models of the chosen provider that its documents describe, for the Model field's list. */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const provider = findProvider(readText(this.getCurrentNodeParameter('provider')) ?? '');
	const wanted = filter.toLowerCase();
	const models = provider?.models ?? [];
	return await Promise.resolve({
		results: models
			.map(({ id, about }) => ({ name: `${about} (${id})`, value: id }))
			.filter(({ name }) => name.toLowerCase().includes(wanted)),
	});
}
