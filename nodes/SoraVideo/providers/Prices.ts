import type { ProviderRequest, PublicRequest } from './ProviderRequest';

/** What a video will cost, as far as its provider tells before it is created. */
export type Price =
	| { kind: 'exact'; usd: number }
	/** What one unit of what it takes costs (`second`, `video`, `1000 tokens`): how many those will be is not known. */
	| { kind: 'unit'; usd: number; unit: string }
	/** Never to be taken for nothing. `why`: a clause that says what is missing, where something is. */
	| { kind: 'unknown'; why?: string };

/** Where a provider tells what a video will cost. */
export interface Prices {
	/** @param create The request as it would be sent. */
	request(create: ProviderRequest, model: string): ProviderRequest | PublicRequest;
	/** Exact only where the provider says it of just this request. */
	read(body: unknown, create: ProviderRequest, model: string): Price;
}
