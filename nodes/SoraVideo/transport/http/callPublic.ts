import type { ProviderRequest, PublicRequest } from '../../providers/Provider';
import { publicUrl } from '../../providers/publicUrl';
import { callProvider, redactBody } from './callProvider';
import type { CallingContext, Connection } from '../connection';
import { noAnswer, readResponse } from './readResponse';
import type { Answer, NoAnswer } from './readResponse';

/**
 * Reads a page that anybody may read, without the API key. Never throws for a status or a network error.
 *
 * @param timeout Milliseconds.
 */
export async function callPublic(
	{ context, baseUrls, redact }: Connection<CallingContext>,
	request: PublicRequest,
	timeout: number,
): Promise<Answer | NoAnswer> {
	try {
		const response: unknown = await context.helpers.httpRequest({
			method: request.method,
			url: publicUrl(request, baseUrls),
			json: true,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout,
			// n8n's timeout lets an answer go on that trickles in for ever.
			abortSignal: AbortSignal.timeout(2 * timeout),
		});
		const answer = await readResponse(response);
		return { ...answer, body: redactBody(answer.body, redact) };
	} catch (error) {
		return noAnswer(error);
	}
}

/**
 * Reads a page: without the API key where anybody may read it, else with it. Never throws for a status or a
 * network error.
 *
 * @param timeout Milliseconds.
 */
export async function readPage(
	connection: Connection<CallingContext>,
	request: ProviderRequest | PublicRequest,
	timeout: number,
): Promise<Answer | NoAnswer> {
	return 'url' in request || 'withoutKey' in request
		? await callPublic(connection, request, timeout)
		: await callProvider(connection, request, timeout);
}
