import type { IWebhookFunctions } from 'n8n-workflow';

import { objectAt, readNumber } from '../job/read';
import type { CallbackClaim, Provider } from '../providers/Provider';

/**
 * In bytes. Callbacks hold a few kilobytes; reading what looks like one takes time by its length. Providers
 * that give a whole job back may repeat a picture that was sent within it, so a proven call may be longer.
 */
export const largestBody = { proven: 1_000_000, other: 256_000 };

/** In bytes: of longer ones, only so many are read in a time before anything proves them. */
export const usualBody = 16_000;

/** Many times as long as any provider's ids; each id is remembered for a while, and asked for. */
const longestId = 1_000;

/** The bytes of a call as they came; null where they are too many. */
export async function readRawBody(context: IWebhookFunctions, most: number): Promise<Buffer | null> {
	const request = context.getRequestObject();
	if ((readNumber(objectAt(context.getHeaderData())['content-length']) ?? 0) > most) return null;
	// n8n has read it already for JSON; for other content types nobody has.
	if (!Buffer.isBuffer(request.rawBody)) await request.readRawBody();
	const raw = Buffer.isBuffer(request.rawBody) ? request.rawBody : Buffer.alloc(0);
	return raw.length > most ? null : raw;
}

/**
 * What the bytes say, as this provider's callback; `notJson` or `noCallback` where they say nothing.
 *
 * @param model The one that the callback URL brings back.
 */
export function readClaim(
	provider: Provider,
	raw: Buffer,
	model: string | null,
): { claim: CallbackClaim; body: unknown } | 'notJson' | 'noCallback' {
	let body: unknown;
	try {
		body = JSON.parse(raw.toString('utf8'));
	} catch {
		return 'notJson';
	}
	const claim = provider.callbacks?.read(body, model) ?? null;
	return claim === null || claim.jobId.length > longestId || provider.checkJobId(claim.jobId) !== null
		? 'noCallback'
		: { claim, body };
}
