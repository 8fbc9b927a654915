import type { IHttpRequestOptions } from 'n8n-workflow';

import { isObject, readText } from '../job/read';
import type { ProviderRequest } from '../providers/Provider';
import type { CallingContext, Connection } from './connection';
import { encodeForm } from './encodeForm';

/** What came back, whatever its status. */
export interface Answer {
	status: number;
	/** Names in lower case. */
	headers: Record<string, unknown>;
	/** Parsed where it was JSON, else text. */
	body: unknown;
}

/** No answer came. */
export interface NoAnswer {
	status: null;
	/** Like `ECONNRESET`; `no_answer` where the cause has no name. */
	code: string;
	/** Whether the request certainly never reached the provider. */
	neverSent: boolean;
}

/** Failures to find, to reach or to trust the server: nothing was written to it. */
const neverSentCodes = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Finds the network error's code, however deep n8n has wrapped it. */
export function networkCode(error: unknown, depth = 0): string | null {
	if (typeof error !== 'object' || error === null || depth > 5) return null;
	// n8n 1.x keeps the code as `httpCode`, and no cause.
	const codes = ['code' in error && error.code, 'httpCode' in error && error.httpCode];
	const code = codes.map(readText).find((each) => each !== null && /^[A-Z]+(_[A-Z]+)*$/.test(each));
	if (code) return code;
	const deeper = 'cause' in error ? networkCode(error.cause, depth + 1) : null;
	const inText = /\bE(CONNREFUSED|NOTFOUND|AI_AGAIN|CONNRESET|TIMEDOUT|CONNABORTED|PIPE)\b/;
	return deeper ?? inText.exec(error instanceof Error ? error.message : '')?.[0] ?? null;
}

/**
 * A body without the API key, wherever in it the provider repeats it. Changed in its place, text by text: a
 * key that holds quotes is another one in the body's JSON. Without recursion, which a deep body would overflow.
 */
export function redactBody(body: unknown, redact: (text: string) => string): unknown {
	if (typeof body === 'string') return redact(body);
	const left: unknown[] = [body];
	for (let value = left.pop(); value !== undefined; value = left.pop()) {
		if (typeof value !== 'object' || value === null) continue;
		for (const [name, inner] of Object.entries(value)) {
			const cleanName = redact(name);
			const clean: unknown = typeof inner === 'string' ? redact(inner) : inner;
			if (cleanName !== name) Reflect.deleteProperty(value, name);
			if (cleanName !== name || clean !== inner) {
				Object.defineProperty(value, cleanName, { value: clean, writable: true, enumerable: true, configurable: true });
			}
			if (typeof clean === 'object' && clean !== null) left.push(clean);
		}
	}
	return body;
}

/** A context whose requests end with this signal; n8n sets its own otherwise. */
export function endingWith<Context extends CallingContext>(context: Context, signal: AbortSignal): Context {
	return new Proxy(context, {
		get: (target, key): unknown =>
			key === 'getExecutionCancelSignal' ? () => signal : Reflect.get(target, key),
	});
}

/** When a request ends at the latest: n8n's timeout lets an answer go on that trickles in for ever. */
function lastMoment(context: CallingContext, timeout: number, finish: boolean): AbortSignal {
	const limit = AbortSignal.timeout(2 * timeout);
	const cancelled = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return finish || !cancelled ? limit : AbortSignal.any([limit, cancelled]);
}

/**
 * Sends one request, once, and gives back what came of it. Never throws for a status or a network
 * error, never follows a redirect (a followed 307 would send a create twice, and the key elsewhere).
 *
 * @param timeout Milliseconds until the answer begins; it may take as long again to come whole.
 * @param finish Whether to let the request finish though the execution is cancelled.
 */
export async function callProvider(
	{ context, provider, baseUrls, redact, credential }: Connection<CallingContext>,
	request: ProviderRequest,
	timeout: number,
	finish = false,
): Promise<Answer | NoAnswer> {
	const signal = lastMoment(context, timeout, finish);
	const options: IHttpRequestOptions = {
		method: request.method,
		url: `${baseUrls[request.base]}${request.path}`,
		...(request.body && { body: request.body }),
		...(request.form && encodeForm(request.form)),
		json: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout,
		abortSignal: signal,
	};
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			endingWith(context, signal),
			provider.credentialType,
			options,
			credential && { credentialsDecrypted: credential },
		);
		if (!isObject(response)) throw new TypeError('the answer is not an HTTP response');
		return {
			status: Number(response.statusCode),
			headers: isObject(response.headers) ? response.headers : {},
			body: redactBody(response.body, redact),
		};
	} catch (error) {
		const code = networkCode(error);
		return {
			status: null,
			code: code ?? 'no_answer',
			neverSent: code !== null && neverSentCodes.has(code),
		};
	}
}
