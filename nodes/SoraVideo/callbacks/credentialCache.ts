import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, IWebhookFunctions } from 'n8n-workflow';

import { Cache } from '../transport/Cache';

/** Short, so that a key that was changed is in use before the provider has called for the last time. */
const keepFor = 2_000;

/** What gives the credential, or throws why it can't be read: that is kept as well, or each call would read it anew. */
type Reading = () => ICredentialsDecrypted;

const readings = new Cache<Reading>(() => true, keepFor);

/**
 * The credential of the trigger that is called. Calls that come together share it: n8n takes longer to
 * read one than for the rest of a call, since it builds a sandbox for the expressions it might hold.
 *
 * @throws What n8n throws where it can't be read.
 */
export async function sharedCredential(context: IWebhookFunctions, type: string): Promise<ICredentialsDecrypted> {
	const { id: node, credentials: own } = context.getNode();
	const { id, name } = own?.[type] ?? { id: null, name: type };
	const key = JSON.stringify([context.getWorkflow().id, node, type, id]);
	const reading = await readings.take(key, async (): Promise<Reading> => {
		try {
			const data: ICredentialDataDecryptedObject = await context.getCredentials(type);
			return () => ({ id: id ?? '', name, type, data });
		} catch (error) {
			return () => {
				throw error;
			};
		}
	});
	return reading();
}

/** Forgets them, as a restart of n8n does. */
export function forgetCredentials(): void {
	readings.clear();
}
