import type { BaseUrlField } from '../../providers/Provider';
import type { Connection } from '../connection';
import { redactBody } from './callProvider';
import { noAnswer, readResponse } from './readResponse';
import type { Answer, NoAnswer } from './readResponse';
import { refuseLink } from './redirects';

/**
 * Sends a file's bytes to where the provider's file store wants them, without the API key. As with links to
 * download, that may be no private host unless the store itself is one, and nothing less safe than the store.
 *
 * @param store Which of the credential's URLs gave the link.
 * @param timeout Milliseconds.
 */
export async function sendFile(
	{ context, baseUrls, redact }: Connection,
	store: BaseUrlField,
	link: string,
	bytes: Buffer,
	mimeType: string,
	timeout: number,
): Promise<Answer | NoAnswer> {
	const notSent = (code: string): NoAnswer => ({ status: null, code, trouble: 'lost', neverSent: true });
	if (!URL.canParse(link)) return notSent('its answer has no link to send the file to');
	const refusal = refuseLink(new URL(baseUrls[store]), new URL(link), true);
	if (refusal !== null) return notSent(`the link to send the file to is refused, since ${refusal}`);
	try {
		const response: unknown = await context.helpers.httpRequest({
			method: 'PUT',
			url: link,
			body: bytes,
			headers: { 'content-type': mimeType },
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
