import { sentence } from './failure';
import { readText } from './read';
import type { JobFailure } from './VideoJob';

/** Who answered in the provider's place. */
export type Intruder = 'proxy' | 'firewall';

/** Whether a body is a web page, and no answer of an API. */
export function isWebPage(headers: Record<string, unknown>, body: unknown): boolean {
	const type = readText(headers['content-type']) ?? '';
	return typeof body === 'string' && (/^text\/html\b/i.test(type) || /^\s*<(!doctype|html|head|body)\b/i.test(body));
}

/**
 * Who answered instead of the provider: a proxy that wants a password (407, which only a proxy says,
 * RFC 9110 15.5.8), or a firewall, by a web page where an API answers in JSON. Null where the provider did.
 */
export function readIntruder(
	status: number,
	headers: Record<string, unknown>,
	body: unknown,
): Intruder | null {
	if (status === 407) return 'proxy';
	return (status === 401 || status === 403) && isWebPage(headers, body) ? 'firewall' : null;
}

const intruderWords: Record<Intruder, { code: string; what: string; advice: string }> = {
	proxy: {
		code: 'proxy_refused',
		what: 'the proxy between this server and the provider wants a user and password',
		advice: 'ask whoever runs n8n to put them into HTTPS_PROXY',
	},
	firewall: {
		code: 'blocked',
		what: 'a web page came back instead of an answer of its API, as firewalls do that block the address of this server',
		advice:
			"check that the Base URL in the credential is the API's and not a web site's, ask the provider whether it blocks this server's address or country",
	},
};

/** The title of a web page, as a hint at who made it. */
function titleOf(body: unknown): string | null {
	const title = typeof body === 'string' ? /<title[^>]*>([^<]{1,100})</i.exec(body.slice(0, 5000))?.[1] : null;
	return readText(title?.replace(/\s+/g, ' '));
}

/**
 * The failure of a request that something between this server and the provider answered.
 *
 * @param subject What didn't come about, for example `EvoLink can't be asked to create the video`.
 * @param then What to do after the advice, for example `then run it again`.
 */
export function describeIntruder(
	subject: string,
	intruder: Intruder,
	{ status, body }: { status: number; body: unknown },
	then: string,
): JobFailure {
	const { code, what, advice } = intruderWords[intruder];
	const title = titleOf(body);
	const said = title === null ? `HTTP ${status}` : `HTTP ${status}, "${title}"`;
	return {
		code,
		message: sentence(`${subject}, because ${what} (${said})`, `${advice}, ${then}`),
		category: 'provider',
		retryable: true,
	};
}
