import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, IHttpRequestOptions } from 'n8n-workflow';

import { joinUrl } from '../../job/joinUrl';
import { withoutStop } from '../../job/read';
import type { ProviderRequest } from '../../providers/Provider';
import type { CallingContext, Connection } from '../connection';
import { encodeForm } from './encodeForm';
import { noAnswer, readResponse } from './readResponse';
import type { Answer, NoAnswer } from './readResponse';

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

/** Read before the request and not by n8n's helper with it, so that its failing proves that nothing was sent. */
async function readCredential({ context, provider, credential }: Connection<CallingContext>): Promise<ICredentialsDecrypted> {
	if (credential) return credential;
	const type = provider.credentialType;
	const data: ICredentialDataDecryptedObject = await context.getCredentials(type);
	return { id: '', name: type, type, data };
}

/**
 * Sends one request, once, and gives back what came of it. Never throws for a status or a network
 * error, never follows a redirect (a followed 307 would send a create twice, and the key elsewhere).
 *
 * @param timeout Milliseconds until the answer begins; it may take as long again to come whole.
 * @param finish Whether to let the request finish though the execution is cancelled.
 */
export async function callProvider(
	connection: Connection<CallingContext>,
	request: ProviderRequest,
	timeout: number,
	finish = false,
): Promise<Answer | NoAnswer> {
	const { context, provider, baseUrls, redact } = connection;
	let credentialsDecrypted: ICredentialsDecrypted;
	try {
		credentialsDecrypted = await readCredential(connection);
	} catch (error) {
		const why = error instanceof Error ? withoutStop(error.message) : 'no reason given';
		return { status: null, code: why, trouble: 'credential', neverSent: true };
	}
	const signal = lastMoment(context, timeout, finish);
	const { headers, ...body } = request.form ? encodeForm(request.form) : { body: request.body, headers: {} };
	const options: IHttpRequestOptions = {
		method: request.method,
		url: joinUrl(baseUrls[request.base], request.path),
		...(body.body && body),
		headers: { ...request.headers, ...headers },
		json: true,
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout,
		abortSignal: signal,
	};
	const clean = ({ status, headers: answered, body: told }: Answer): Answer => {
		const clear = redactBody(told, redact);
		const pause = status < 400 ? null : (provider.readRetryAfter?.(clear) ?? null);
		return {
			status: provider.statusOf?.(clear, status) ?? status,
			headers: { ...(pause !== null && { 'retry-after': pause }), ...answered },
			body: clear,
		};
	};
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			endingWith(context, signal),
			provider.credentialType,
			options,
			{ credentialsDecrypted },
		);
		return clean(await readResponse(response));
	} catch (error) {
		const { begun, ...failure } = noAnswer(error);
		return { ...failure, ...(begun && { begun: clean(begun) }) };
	}
}
