import type { BaseUrlField } from '../../providers/Provider';
import type { Connection } from '../connection';
import type { Answer, NoAnswer } from './readResponse';
import { refuseLink } from './redirects';
import { sendWithoutKey } from './sendWithoutKey';

/**
 * Sends a file's bytes to where the provider's file store wants them, without the API key. As with links to
 * download, that may be no private host unless the store itself is one, and nothing less safe than the store.
 *
 * @param store Which of the credential's URLs gave the link.
 * @param timeout Milliseconds.
 */
export async function sendFile(
	connection: Connection,
	store: BaseUrlField,
	link: string,
	bytes: Buffer,
	mimeType: string,
	timeout: number,
): Promise<Answer | NoAnswer> {
	const notSent = (code: string): NoAnswer => ({ status: null, code, trouble: 'lost', neverSent: true });
	if (!URL.canParse(link)) return notSent('its answer has no link to send the file to');
	const refusal = refuseLink(new URL(connection.baseUrls[store]), new URL(link), true);
	if (refusal !== null) return notSent(`the link to send the file to is refused, since ${refusal}`);
	const request = { method: 'PUT', url: link, body: bytes, headers: { 'content-type': mimeType } } as const;
	return await sendWithoutKey(connection, request, timeout);
}
