import { joinUrl } from '../job/joinUrl';
import type { BaseUrlField, PublicRequest } from './Provider';

/**
 * Where a public request goes: below the base URL that it names; or to its own URL or, where the credential's
 * base URL isn't the documented one, to the same path there. So a test server or a proxy stands for all of
 * the provider's hosts.
 *
 * @param baseUrls From the credential, without slashes at their ends.
 */
export function publicUrl(request: PublicRequest, baseUrls: Readonly<Record<BaseUrlField, string>>): string {
	if ('base' in request) return joinUrl(baseUrls[request.base], request.path);
	const { url, besides } = request;
	if (besides === undefined || baseUrls.baseUrl === besides) return url;
	const { pathname, search } = new URL(url);
	return joinUrl(baseUrls.baseUrl, `${pathname}${search}`);
}
