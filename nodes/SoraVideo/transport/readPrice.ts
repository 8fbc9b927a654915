import type { Price, ProviderRequest } from '../providers/Provider';
import { Cache } from './http/Cache';
import { readPage } from './http/callPublic';
import type { Connection } from './connection';

const priceTimeout = 10_000;

/** What was told lately, by the question for it. */
const answers = new Cache<{ body: unknown } | null>((answer) => answer !== null);

/**
 * What a create will cost, as its provider tells it before. Costs nothing, and never throws.
 *
 * @param create The request as it would be sent.
 */
export async function readPrice(connection: Connection, create: ProviderRequest, model: string): Promise<Price> {
	const { prices, displayName } = connection.provider;
	if (!prices) return { kind: 'unknown', why: `${displayName} doesn't tell it` };
	const request = prices.request(create, model);
	const answer = await answers.take(`${connection.fingerprint} ${JSON.stringify(request)}`, async () => {
		const { status, ...told } = await readPage(connection, request, priceTimeout);
		return status !== null && status >= 200 && status < 300 && 'body' in told ? { body: told.body } : null;
	});
	return answer === null ? { kind: 'unknown', why: `${displayName} did not tell it just now` } : prices.read(answer.body, create, model);
}
