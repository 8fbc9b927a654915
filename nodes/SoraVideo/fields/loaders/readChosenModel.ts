import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { readText } from '../../job/read';
import type { Model } from '../../models/Model';
import { findProvider } from '../../providers';
import { connectTo } from '../../transport/connection';
import { readModel } from '../../transport/readModels';

/** The model that the panel names, or why what it takes can't be told, as words for a list. */
export type ChosenModel = { model: Model } | { why: string };

/**
 * The chosen model, by its provider's table where there is one, else as its provider states it. Never
 * throws: a list that fails to load shows its field's saved value as an error.
 */
export async function readChosenModel(context: ILoadOptionsFunctions): Promise<ChosenModel> {
	try {
		const provider = findProvider(readText(context.getCurrentNodeParameter('provider')) ?? '');
		const id = readText(context.getCurrentNodeParameter('model', { extractValue: true }));
		if (!provider || id === null || id.startsWith('=')) return { why: 'Choose a model first' };
		const hasCredential = context.getNode().credentials?.[provider.credentialType] !== undefined;
		if (!hasCredential) {
			const known = provider.models.find((model) => model.id === id);
			return known ? { model: known } : { why: 'Choose a credential first' };
		}
		const model = await readModel(await connectTo(context, provider.id), id);
		return model?.known ? { model } : { why: `${provider.displayName} does not tell what this model takes` };
	} catch {
		return { why: 'What this model takes can\'t be read now' };
	}
}
