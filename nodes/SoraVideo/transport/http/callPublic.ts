import type { ProviderRequest, PublicRequest } from '../../providers/Provider';
import { publicUrl } from '../../providers/publicUrl';
import { callProvider } from './callProvider';
import type { CallingContext, Connection } from '../connection';
import type { Answer, NoAnswer } from './readResponse';
import { sendWithoutKey } from './sendWithoutKey';

/**
 * Reads a page that anybody may read, without the API key. Never throws for a status or a network error.
 *
 * @param timeout Milliseconds.
 */
export async function callPublic(
	connection: Connection<CallingContext>,
	request: PublicRequest,
	timeout: number,
): Promise<Answer | NoAnswer> {
	const { method } = request;
	return await sendWithoutKey(connection, { method, url: publicUrl(request, connection.baseUrls), json: true }, timeout);
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
