import type { ProviderComplaint } from '../job/failure';
import { isObject } from '../job/read';

/**
 * For providers that document HTTP 403 as a lack of credits: that is meant where the words tell nothing
 * else, and where it is their API that answers, and not a firewall with a web page.
 */
export function forbiddenMeansQuota(
	complaint: ProviderComplaint,
	httpStatus: number,
	body: unknown,
): ProviderComplaint {
	return httpStatus === 403 && isObject(body) ? { ...complaint, otherwise: 'quota' } : complaint;
}
