/** Hosts that no provider can reach: loopback, private and link-local addresses, bare names. */
const privateName = /^([^.]+|.*\.local(host)?)$/i;
const privateIpv4 =
	/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const privateIpv6 = /^\[(::1?|f[cd].*|fe[89ab].*|::ffff:.*)\]$/i;

/** Whether a URL's host can't be reached from outside the user's own network. */
export function isPrivateHost(url: URL): boolean {
	const host = url.hostname.replace(/\.$/, '');
	if (host.startsWith('[')) return privateIpv6.test(host);
	return /^[\d.]+$/.test(host) ? privateIpv4.test(host) : privateName.test(host);
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
