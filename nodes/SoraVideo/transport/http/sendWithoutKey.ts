import type { IHttpRequestOptions } from 'n8n-workflow';

import type { CallingContext, Connection } from '../connection';
import { redactBody } from './callProvider';
import { asStream, noAnswer, readResponse } from './readResponse';
import type { Answer, NoAnswer } from './readResponse';

/**
 * Sends a request that carries no API key. Never throws for a status or a network error.
 *
 * @param timeout Milliseconds until the answer begins; it may take as long again to come whole.
 */
export async function sendWithoutKey(
	{ context, redact }: Connection<CallingContext>,
	request: Pick<IHttpRequestOptions, 'method' | 'url' | 'body' | 'headers' | 'json'>,
	timeout: number,
): Promise<Answer | NoAnswer> {
	try {
		const response: unknown = await context.helpers.httpRequest({
			...request,
			...asStream,
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
