import { joinUrl } from '../job/joinUrl';
import type { PublicRequest } from './Provider';

/**
 * Where a public request goes: to its own URL, or, where the credential's base URL isn't the documented
 * one, to the same path there. So a test server or a proxy stands for all of the provider's hosts.
 *
 * @param baseUrl From the credential, without a slash at the end.
 */
export function publicUrl({ url, besides }: PublicRequest, baseUrl: string): string {
	if (besides === undefined || baseUrl === besides) return url;
	const { pathname, search } = new URL(url);
	return joinUrl(baseUrl, `${pathname}${search}`);
}
