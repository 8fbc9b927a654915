import type { JsonWebKey } from 'node:crypto';

import type { IWebhookFunctions } from 'n8n-workflow';

import { isObject, objectAt } from '../../job/read';
import type { CallbackScheme } from '../../providers/Provider';
import { Cache } from '../../transport/http/Cache';
import { callProvider } from '../../transport/http/callProvider';
import { callPublic } from '../../transport/http/callPublic';
import type { Connection } from '../../transport/connection';
import type { Trust } from './isGenuine';

/** Each is tried on each call. */
const mostKeys = 20;
const readTimeout = 5_000;

/**
 * For an hour, since fal asks not to hold its keys for more than a day (fal.ai/docs,
 * model-apis/inference/webhooks). A failure is held for a moment: each call of whoever knows the trigger's
 * URL would otherwise have it read anew.
 */
const readings = new Cache<Trust | null>((trust) => trust !== null, 3_600_000, 5_000);

/** A JSON Web Key Set; null where it is none, or empty. */
function readKeys(body: unknown): JsonWebKey[] | null {
	const { keys } = objectAt(body);
	const found: JsonWebKey[] = (Array.isArray(keys) ? keys : []).filter(isObject);
	return found.length === 0 ? null : found.slice(0, mostKeys);
}

async function read(connection: Connection<IWebhookFunctions>, scheme: CallbackScheme): Promise<Trust | null> {
	if ('keys' in scheme) {
		const { status, ...answer } = await callPublic(connection, scheme.keys, readTimeout);
		const publicKeys = status === 200 && 'body' in answer ? readKeys(answer.body) : null;
		return publicKeys && { secret: null, publicKeys };
	}
	if (!('secretFrom' in scheme) || !scheme.secretFrom) return { secret: null, publicKeys: [] };
	const { status, ...answer } = await callProvider(connection, scheme.secretFrom.request, readTimeout);
	const secret = status === 200 && 'body' in answer ? scheme.secretFrom.read(answer.body) : null;
	return secret === null ? null : { secret, publicKeys: [] };
}

/** Whether what its signatures are compared with is had from the provider, and can change. */
export function isPublished(scheme: CallbackScheme): boolean {
	return 'keys' in scheme || ('secretFrom' in scheme && scheme.secretFrom !== undefined);
}

/**
 * What a provider's signatures are compared with: the credential's secret, or what the provider publishes,
 * as it did within the last hour.
 *
 * @param maxAge Milliseconds; what was read longer ago is read anew.
 * @returns Null where it can't be read just now; without secret and keys where there is nothing to read.
 */
export async function readTrust(
	connection: Connection<IWebhookFunctions>,
	scheme: CallbackScheme,
	maxAge?: number,
): Promise<Trust | null> {
	const { webhookSecret, fingerprint } = connection;
	if (!isPublished(scheme)) return { secret: webhookSecret, publicKeys: [] };
	return await readings.take(fingerprint, async () => await read(connection, scheme), maxAge);
}

/** Forgets what was read, as a restart of n8n does. */
export function forgetTrust(): void {
	readings.clear();
}
