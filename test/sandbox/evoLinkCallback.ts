import { isIPv4, isIPv6 } from 'node:net';

// Sending belongs here too: when a job with a callbackUrl ends, POST `task(job)` to it
// (10 s to answer; 3 more tries after 1, 2 and 4 s; any 2xx is success).

/** Why EvoLink would refuse this callback_url, or null. */
export function callbackProblem(value: string, strict: boolean): string | null {
	if (value.length > 2048) return 'callback_url must not exceed 2048 characters';
	if (!URL.canParse(value)) return 'callback_url must be a valid URL';
	const url = new URL(value);
	if (url.protocol !== 'https:' && (strict || url.protocol !== 'http:')) return 'callback_url only supports the HTTPS protocol';
	return strict && isPrivate(url.hostname.replace(/^\[|\]$/g, '')) ? 'callback_url must not point to an internal address' : null;
}

function isPrivate(host: string): boolean {
	if (isIPv4(host)) return /^(0|10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\./.test(host);
	if (isIPv6(host)) return /^(::1?$|::ffff:|f[cd]|fe[89ab])/i.test(host);
	return host === 'localhost' || /\.(localhost|local|internal)$/.test(host);
}
