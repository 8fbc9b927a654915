import { createHmac, randomBytes } from 'node:crypto';

/** So that a fingerprint means nothing outside this process. */
const salt = randomBytes(16);

/** Text that tells JSON values from others within this process, and that they can't be got from. */
export function fingerprintOf(values: unknown): string {
	return createHmac('sha256', salt).update(JSON.stringify(values)).digest('hex');
}
