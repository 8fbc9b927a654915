import { sentence } from '../job/failure';
import type { JobFailure } from '../job/VideoJob';

/** A web page where an API's answer should be. */
function isPage(body: unknown): boolean {
	return typeof body === 'string' && /^\s*</.test(body);
}

/**
 * The failure where an answer is not the provider's own but that of something between it and n8n, as far
 * as that can be told; null elsewhere.
 *
 * @param what What it kept from happening, for example `EvoLink created nothing`.
 */
export function somethingInTheWay(what: string, status: number, body: unknown): JobFailure | null {
	const failure = { code: `http_${status}`, category: 'provider', retryable: true } as const;
	if (status === 407) {
		const message = sentence(`${what}, because a proxy between it and n8n wants a password (HTTP 407)`, "put it into the proxy's URL in the settings of the n8n server");
		return { ...failure, message };
	}
	if (status !== 403 || !isPage(body)) return null;
	const why = 'because a firewall in front of it answered with a web page (HTTP 403)';
	return { ...failure, message: sentence(`${what}, ${why}`, "it blocks this server's address or kind of request, so try from another address, or ask the provider to let it through") };
}
