import { providers } from '../../nodes/SoraVideo/providers';
import type { Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import type { CredentialRef, N8nRest } from './n8nRest';

/**
 * Creates a credential of each provider that leads to the sandbox; the sandbox knows more providers than the
 * package has.
 *
 * @param nameOf What n8n lists it as.
 */
export async function createCredentials(
	rest: N8nRest,
	sandbox: Sandbox,
	nameOf: (type: string) => string = (type) => type,
): Promise<CredentialRef[]> {
	const known = new Set(providers.map(({ credentialType }) => credentialType));
	const created: CredentialRef[] = [];
	for (const [type, data] of Object.entries(sandboxCredentials(sandbox))) {
		if (known.has(type)) created.push(await rest.createCredential(type, nameOf(type), data));
	}
	return created;
}
