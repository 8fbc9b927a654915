import { aimlApi } from './aimlApi';
import { evoLink } from './evoLink';
import { fal } from './fal';
import { gemini } from './gemini';
import { kie } from './kie';
import { openAi } from './openAi';
import { openRouter } from './openRouter';
import type { Callbacks, Provider } from './Provider';
import { replicate } from './replicate';
import { vtrix } from './vtrix';
import { waveSpeed } from './waveSpeed';

/** Every provider, in the order of the node's list. */
export const providers: readonly Provider[] = [
	aimlApi,
	evoLink,
	fal,
	gemini,
	kie,
	openAi,
	openRouter,
	replicate,
	vtrix,
	waveSpeed,
];

/** The provider that alone knows this model, if it is not the one given. */
export function findOwnerOfModel(model: string, given: Provider): Provider | undefined {
	const has = ({ models }: Provider) => models.some(({ id }) => id === model);
	if (given.servesAnyModel || given.makes?.test(model) || has(given)) return undefined;
	return providers.find((provider) => !provider.sharesModelIds && has(provider));
}

/** The provider with this id, or undefined. */
export function findProvider(id: string): Provider | undefined {
	return providers.find((provider) => provider.id === id);
}

/** The providers that call back when a job has ended. */
export const callingProviders = providers.filter(
	(provider): provider is Provider & { callbacks: Callbacks } => provider.callbacks !== undefined,
);

/** The providers whose jobs can be cancelled. */
export const cancellingProviders = providers.filter(({ cancel }) => cancel !== undefined);
