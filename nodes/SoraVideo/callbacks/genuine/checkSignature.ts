import type { IWebhookFunctions } from 'n8n-workflow';

import { objectAt } from '../../job/read';
import type { CallbackScheme } from '../../providers/Provider';
import type { Connection } from '../../transport/connection';
import { isGenuine } from './isGenuine';
import type { SignedCallback } from './isGenuine';
import { isPublished, readTrust } from './readTrust';

/** `unreadable`: what signatures are compared with can't be read just now. `noSecret`: there is none. */
export type Signature = 'right' | 'wrong' | 'noSecret' | 'unreadable';

/** Keys younger than this aren't read anew for a call that doesn't fit them: it would be a means of having them read. Milliseconds. */
const youngKeys = 60_000;

/** Checks a callback's signature, also with keys or a secret that the provider has changed lately. */
export async function checkSignature(
	connection: Connection<IWebhookFunctions>,
	scheme: CallbackScheme,
	{ body, jobId }: Pick<SignedCallback, 'body' | 'jobId'>,
): Promise<Signature> {
	const callback = { headers: objectAt(connection.context.getHeaderData()), body, jobId };
	const trust = await readTrust(connection, scheme);
	if (trust === null) return 'unreadable';
	if (trust.secret === null && trust.publicKeys.length === 0) return 'noSecret';
	if (isGenuine(scheme, trust, callback, Date.now() / 1000)) return 'right';
	const newer = isPublished(scheme) ? await readTrust(connection, scheme, youngKeys) : trust;
	if (newer === null) return 'unreadable';
	return newer !== trust && isGenuine(scheme, newer, callback, Date.now() / 1000) ? 'right' : 'wrong';
}

/**
 * Whether a right signature proves all that the body says, and not only who calls, or for which job.
 *
 * @param isOurs Whether this package wrote the URL that was called. With keys that the provider publishes it
 * signs the calls of every account, and any of them may name any URL: such a signature alone proves
 * nothing of a job of this account.
 */
export function provesBody(scheme: CallbackScheme, isOurs: boolean): boolean {
	if ('keys' in scheme && !isOurs) return false;
	if ('parts' in scheme) return scheme.parts.includes('body') || scheme.parts.includes('bodyHash');
	return scheme.kind === 'sharedSecret';
}
