import { aimlApi } from './aimlApi';
import { evoLink } from './evoLink';
import { gemini } from './gemini';
import { openAi } from './openAi';
import { openRouter } from './openRouter';
import type { Callbacks, Provider } from './Provider';
import { vtrix } from './vtrix';

/** Every provider, in the order of the node's list. */
export const providers: readonly Provider[] = [aimlApi, evoLink, vtrix, gemini, openAi, openRouter];

/** The provider that alone knows this model, if it is not the one given. */
export function findOwnerOfModel(model: string, given: Provider): Provider | undefined {
	const owners = providers.filter(({ models }) => models.some(({ id }) => id === model));
	const isSoldByMany = given.servesAnyModel || providers.some(({ makes }) => makes?.test(model));
	return isSoldByMany || owners.includes(given) ? undefined : owners[0];
}

/** The provider with this id, or undefined. */
export function findProvider(id: string): Provider | undefined {
	return providers.find((provider) => provider.id === id);
}

/** The providers that call back when a job has ended. */
export const callingProviders = providers.filter(
	(provider): provider is Provider & { callbacks: Callbacks } => provider.callbacks !== undefined,
);
