import type { ICredentialsDisplayOptions } from 'n8n-workflow';

/**
 * Shows a credential for one provider of several, by hiding it for the others: n8n's editor takes a field
 * each of whose values *shows* a credential for an authentication field, and hides that field.
 */
export function onlyFor(
	provider: string,
	among: ReadonlyArray<{ id: string }>,
): ICredentialsDisplayOptions {
	return { hide: { provider: among.map(({ id }) => id).filter((id) => id !== provider) } };
}
