import type { ICredentialsDecrypted, IWebhookFunctions } from 'n8n-workflow';

import { Cache } from '../transport/http/Cache';

/** Short, so that a key that was changed is in use before the provider has called for the last time. */
const keepFor = 2_000;

/** Wrapped: that it can't be read is kept as well, or each call would read it anew. */
const readings = new Cache<{ credential: Promise<ICredentialsDecrypted> }>(() => true, keepFor);

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
	const reading = await readings.take(key, async () => {
		const credential = context
			.getCredentials(type)
			.then((data) => ({ id: id ?? '', name, type, data }));
		await credential.catch(() => undefined);
		return { credential };
	});
	return await reading.credential;
}

/** Forgets them, as a restart of n8n does. */
export function forgetCredentials(): void {
	readings.clear();
}
