import type { ICredentialsDisplayOptions } from 'n8n-workflow';

/**
 * Shows a credential for one provider of several.
 *
 * n8n's editor puts credentials below the fields that *show* one, which is where they belong: below
 * Provider. But a field each of whose values shows a credential it takes for an authentication field, and
 * hides it; so for the first provider it is hidden for the others instead.
 */
export function onlyFor(
	provider: string,
	among: ReadonlyArray<{ id: string }>,
): ICredentialsDisplayOptions {
	return provider === among[0]?.id
		? { hide: { provider: among.slice(1).map(({ id }) => id) } }
		: { show: { provider: [provider] } };
}
