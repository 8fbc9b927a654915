/** Bare names, and those that are kept for networks of one's own (RFC 6762, RFC 8375, ICANN, Kubernetes). */
const privateName = /^([^.]+|.*\.(local(host|domain)?|internal|intranet|private|corp|home|home\.arpa|lan|svc))$/i;
/** This host, loopback, private, link-local, carrier's, for protocols, benchmarks, multicast, reserved (RFC 6890). */
const privateIpv4 =
	/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|192\.0\.0|198\.1[89]|2(2[4-9]|[34]\d|5[0-5]))\./;
/** The internet's own (RFC 4291), but for 6to4, which holds an IPv4 address: any. */
const publicIpv6 = /^\[(?!2002:)[23][\da-f]{3}:/i;
const linkLocal = /^(169\.254\.|\[fe[89ab])/i;

/** Whether a URL's host can't be reached from outside the user's own network. */
export function isPrivateHost(url: URL): boolean {
	const host = url.hostname.replace(/\.+$/, '');
	if (host.startsWith('[')) return !publicIpv6.test(host);
	return /^[\d.]+$/.test(host) ? privateIpv4.test(host) : privateName.test(host);
}

/** Whether a URL's host is an address of the link that a machine is on; clouds answer there with its secrets. */
export function isLinkLocal({ hostname }: URL): boolean {
	return linkLocal.test(hostname);
}

/** Problems of a URL that a provider out on the internet is to call. */
export function checkPublicHttpsUrl(text: string, maxLength: number): string[] {
	if (!URL.canParse(text)) {
		return [
			`the callback URL "${text}" is not a URL: copy the trigger's production URL, like https://n8n.example.com/webhook/…`,
		];
	}
	const url = new URL(text);
	return [
		url.protocol !== 'https:' &&
			`the callback URL must begin with https://, and this one begins with ${url.protocol}//: use the https address of this n8n, which whoever runs it sets as WEBHOOK_URL`,
		isPrivateHost(url) &&
			`the callback URL's host ${url.hostname} can't be reached from the internet: use the public address of this n8n`,
		text.length > maxLength &&
			`the callback URL has ${text.length} characters, and at most ${maxLength} are taken`,
	].filter((problem) => problem !== false);
}
