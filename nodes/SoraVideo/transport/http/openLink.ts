import type { IHttpRequestOptions } from 'n8n-workflow';

import { joinUrl } from '../../job/joinUrl';
import { objectAt, readText } from '../../job/read';
import { readRetryAfter } from '../../job/retryAfter';
import { networkCode } from '../../job/transportFailure';
import type { ProviderRequest } from '../../providers/Provider';
import { endingWith } from './callProvider';
import type { Connection } from '../connection';
import { pause } from './pause';
import { isStream } from './readResponse';
import type { ByteStream } from './readResponse';
import { mostRedirects, refuseLink } from './redirects';

/** An answer whose body is still to be read. */
export interface OpenAnswer {
	status: number;
	/** Names in lower case. */
	headers: Record<string, unknown>;
	body: ByteStream;
	/** Ends the transfer. */
	close(): void;
}

/** Why nothing can be read from a link. */
export interface ClosedLink {
	/** `missing`: not there, yet or any more; `trouble`: the same one may work later; `refused`: neither. */
	kind: 'refused' | 'missing' | 'trouble';
	what: string;
	/** Milliseconds that the server asked for. */
	tryAgainAfter: number | null;
	/** Whether the server says that the link's time is over. */
	saysExpired?: boolean;
}

/** Where a video is: a link, which gets no key, or a call of the provider's API, which does. */
export type Place = string | ProviderRequest;

/** Until the answer begins. */
const answerTimeout = 60_000;

function closed(kind: ClosedLink['kind'], what: string, tryAgainAfter: number | null = null): ClosedLink {
	return { kind, what, tryAgainAfter };
}

/** Sends one GET and follows nothing. */
async function get(
	{ context, provider, redact }: Connection,
	url: URL,
	withKey: boolean,
	headers: Record<string, string>,
	signal: AbortSignal,
): Promise<OpenAnswer | ClosedLink> {
	const ended = new AbortController();
	const either = AbortSignal.any([signal, ended.signal]);
	const options: IHttpRequestOptions = {
		method: 'GET',
		url: url.href,
		// Packed, neither the length nor the ranges would be those of the video.
		headers: { 'accept-encoding': 'identity', ...headers },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: answerTimeout,
		abortSignal: either,
	};
	try {
		const answer: unknown = withKey
			? await context.helpers.httpRequestWithAuthentication.call(
					endingWith(context, either),
					provider.credentialType,
					options,
				)
			: await context.helpers.httpRequest(options);
		const { statusCode, headers: answered, body } = objectAt(answer);
		const stream: unknown = body;
		if (!isStream(stream)) return closed('refused', 'its answer was no stream');
		return {
			status: Number(statusCode),
			headers: objectAt(answered),
			body: stream,
			close() {
				ended.abort();
				stream.destroy();
			},
		};
	} catch (error) {
		return closed('trouble', networkCode(error) ?? (error instanceof Error ? redact(error.message) : 'no answer'));
	}
}

/** As much of a refusal as stores of files write. */
const longestReason = 2_000;
const reasonTimeout = 2_000;

/** The beginning of a body as text; what comes slowly is left. */
async function readReason({ body }: OpenAnswer, signal: AbortSignal): Promise<string> {
	let text = '';
	const read = async () => {
		for await (const chunk of body) {
			text += String(chunk);
			if (text.length > longestReason) return;
		}
	};
	const done = new AbortController();
	const either = AbortSignal.any([signal, done.signal]);
	await Promise.race([read().catch(() => undefined), pause(reasonTimeout, either)]);
	done.abort();
	return text.slice(0, longestReason);
}

/** Why an answer is no file; null where it is one. */
async function judge(answer: OpenAnswer, isApi: boolean, signal: AbortSignal): Promise<ClosedLink | null> {
	const { status, headers } = answer;
	// 416: there is nothing behind the part that was had already.
	if (status === 200 || status === 206 || status === 416) return null;
	const what = `HTTP ${status}`;
	// The key was good when the job was asked for, so that the API refuses it here can pass.
	const isBlip = isApi && status === 401;
	if (status >= 500 || status === 429 || status === 408 || status === 425 || isBlip) {
		return closed('trouble', what, readRetryAfter(headers, Date.now()));
	}
	if (status >= 300 && status < 400) return closed('refused', what);
	const reason = status >= 400 ? await readReason(answer, signal) : '';
	return { ...closed('missing', what), saysExpired: status === 410 || /expired/i.test(reason) };
}

/** Whether a URL is on the origin of one of the credential's own base URLs, where its key may go. */
function isOwnOrigin({ baseUrls }: Connection, { origin }: URL): boolean {
	return Object.values(baseUrls).some((baseUrl) => URL.canParse(baseUrl) && new URL(baseUrl).origin === origin);
}

/**
 * Opens a link, and follows redirects hop by hop, as `refuseLink` allows.
 *
 * @param origin The base URL of the provider that named it; null for an item.
 */
async function follow(
	connection: Connection,
	first: string,
	origin: URL | null,
	isApi: boolean,
	headers: Record<string, string>,
	signal: AbortSignal,
): Promise<OpenAnswer | ClosedLink> {
	let withKey = isApi;
	if (!URL.canParse(first)) return closed('refused', 'its link is no URL');
	let url = new URL(first);
	let refusal = refuseLink(origin, url, false);
	for (let hops = 0; refusal === null; hops += 1) {
		let answer = await get(connection, url, withKey, headers, signal);
		if ('kind' in answer) return answer;
		if ([401, 403].includes(answer.status) && hops === 0 && !withKey && origin !== null && isOwnOrigin(connection, url)) {
			answer.close();
			withKey = true;
			answer = await get(connection, url, withKey, headers, signal);
			if ('kind' in answer) return answer;
		}
		const location = readText(answer.headers.location);
		if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) {
			const problem = await judge(answer, isApi, signal);
			if (problem) answer.close();
			return problem ?? answer;
		}
		answer.close();
		if (!URL.canParse(location, url.href)) return closed('refused', 'it redirects to no URL');
		const next = new URL(location, url.href);
		refusal =
			hops < mostRedirects
				? refuseLink(url, next, true)
				: `it redirects more than ${mostRedirects} times`;
		url = next;
		withKey = false;
	}
	return closed('refused', refusal);
}

/**
 * Opens a video where the provider says that it is. The API key goes to the credential's own base URL, where
 * `place` is a call of the API or where a link on its origin asks for it, and with no redirect.
 */
export async function openLink(
	connection: Connection,
	place: Place,
	headers: Record<string, string>,
	signal: AbortSignal,
): Promise<OpenAnswer | ClosedLink> {
	const { baseUrls } = connection;
	const isApi = typeof place !== 'string';
	const first = isApi ? joinUrl(baseUrls[place.base], place.path) : place;
	return await follow(connection, first, new URL(baseUrls.baseUrl), isApi, headers, signal);
}

/** Opens a link that an item names, and that a stranger may have written: in public places only, never with the key. */
export async function openItemLink(
	connection: Connection,
	link: string,
	headers: Record<string, string>,
	signal: AbortSignal,
): Promise<OpenAnswer | ClosedLink> {
	return await follow(connection, link, null, false, headers, signal);
}
