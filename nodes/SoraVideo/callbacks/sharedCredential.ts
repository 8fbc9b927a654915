import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, IWebhookFunctions } from 'n8n-workflow';

import { Cache } from '../transport/Cache';

/** Short, so that a key that was changed is in use before the provider has called for the last time. */
const keepFor = 2_000;

const credentials = new Cache<ICredentialsDecrypted>(() => true, keepFor);

/**
 * The credential of the trigger that is called. Calls that come together share it: n8n takes longer to
 * read one than for the rest of a call, since it builds a sandbox for the expressions it might hold.
 */
export async function sharedCredential(context: IWebhookFunctions, type: string): Promise<ICredentialsDecrypted> {
	const { id: node, credentials: own } = context.getNode();
	const { id, name } = own?.[type] ?? { id: null, name: type };
	const key = JSON.stringify([context.getWorkflow().id, node, type, id]);
	return await credentials.take(key, async () => {
		const data: ICredentialDataDecryptedObject = await context.getCredentials(type);
		return { id: id ?? '', name, type, data };
	});
}

/** Forgets them, as a restart of n8n does. */
export function forgetCredentials(): void {
	credentials.clear();
}
