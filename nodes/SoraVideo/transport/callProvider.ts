import type { IHttpRequestOptions } from 'n8n-workflow';

import { parseJson } from '../job/parseJson';
import { isObject } from '../job/read';
import { readTransportFailure } from '../job/transportFailure';
import type { TransportFailure } from '../job/transportFailure';
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
export interface NoAnswer extends TransportFailure {
	status: null;
}

/** A body without the API key, wherever in it the provider repeats it. */
export function redactBody(body: unknown, redact: (text: string) => string): unknown {
	if (typeof body === 'string') return redact(body);
	if (typeof body !== 'object' || body === null) return body;
	const text = JSON.stringify(body);
	const clean = redact(text);
	return clean === text ? body : parseJson(clean);
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
		// As text: parsed on the way, a long number in an id would be rounded.
		encoding: 'text',
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
			body: redactBody(typeof response.body === 'string' ? parseJson(response.body) : response.body, redact),
		};
	} catch (error) {
		return { status: null, ...readTransportFailure(error) };
	}
}
