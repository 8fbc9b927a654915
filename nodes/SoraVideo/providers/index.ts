import { aimlApi } from './aimlApi';
import { evoLink } from './evoLink';
import type { Provider } from './Provider';
import { vtrix } from './vtrix';

/** Every provider, in the order of the node's list. */
export const providers: readonly Provider[] = [aimlApi, evoLink, vtrix];

/** The provider with this id, or undefined. */
export function findProvider(id: string): Provider | undefined {
	return providers.find((provider) => provider.id === id);
}
