import type { IWebhookFunctions } from 'n8n-workflow';

import { isObject, objectAt, readText } from '../job/read';

const held = new Map<string, { keys: string[]; until: number }>();

/** fal.ai asks not to hold its keys for more than 24 hours (fal.ai/docs, model-apis/inference/webhooks). */
const holdFor = 24 * 3_600_000;

/**
 * Reads a provider's published Ed25519 keys: the `x` of its JSON Web Key Set. Sent without any key of
 * the user's.
 *
 * @returns Null where they can't be read.
 */
export async function readPublicKeys({ helpers }: IWebhookFunctions, url: string): Promise<string[] | null> {
	const known = held.get(url);
	if (known && known.until > Date.now()) return known.keys;
	try {
		const body: unknown = await helpers.httpRequest({ method: 'GET', url, json: true, timeout: 5_000 });
		const listed = objectAt(body).keys;
		const keys = (Array.isArray(listed) ? listed : [])
			.filter(isObject)
			.filter(({ kty, crv }) => kty === 'OKP' && crv === 'Ed25519')
			.flatMap(({ x }) => readText(x) ?? []);
		if (keys.length === 0) return null;
		held.set(url, { keys, until: Date.now() + holdFor });
		return keys;
	} catch {
		return null;
	}
}
