import type { IWebhookFunctions } from 'n8n-workflow';

import { isObject, objectAt, readText } from '../job/read';

const readings = new Map<string, { keys: Promise<string[] | null>; until: number }>();

/** fal.ai asks not to hold its keys for more than 24 hours (fal.ai/docs, model-apis/inference/webhooks). */
const holdFor = 24 * 3_600_000;

/** A failure is held as well: each call of whoever knows the trigger's URL would otherwise have them read anew. */
const holdFailureFor = 5_000;

/** Each is tried on each call. */
const mostKeys = 20;

async function read({ helpers }: IWebhookFunctions, url: string): Promise<string[] | null> {
	try {
		const abortSignal = AbortSignal.timeout(5_000);
		const body: unknown = await helpers.httpRequest({ method: 'GET', url, json: true, timeout: 5_000, abortSignal });
		const listed = objectAt(body).keys;
		const keys = (Array.isArray(listed) ? listed : [])
			.filter(isObject)
			.filter(({ kty, crv }) => kty === 'OKP' && crv === 'Ed25519')
			.flatMap(({ x }) => readText(x) ?? []);
		return keys.length === 0 ? null : keys.slice(0, mostKeys);
	} catch {
		return null;
	}
}

/**
 * Reads a provider's published Ed25519 keys: the `x` of its JSON Web Key Set. Sent without any key of
 * the user's. Calls at one time share a reading.
 *
 * @returns Null where they can't be read.
 */
export async function readPublicKeys(context: IWebhookFunctions, url: string): Promise<string[] | null> {
	const known = readings.get(url);
	if (known && known.until > Date.now()) return await known.keys;
	const reading = { keys: read(context, url), until: Date.now() + holdFor };
	readings.set(url, reading);
	const keys = await reading.keys;
	if (keys === null) reading.until = Date.now() + holdFailureFor;
	return keys;
}
