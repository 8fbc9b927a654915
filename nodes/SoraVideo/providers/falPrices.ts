import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readNumber, readText } from '../job/read';
import type { Price, Prices } from './Prices';
import type { ProviderRequest } from './ProviderRequest';

/** Endpoints whose prices one request may ask for (https://fal.ai/docs/platform-apis/v1/models/pricing). */
export const mostAtOnce = 50;

/** With the key, since accounts have prices of their own. */
export function pricesOf(ids: readonly string[]): ProviderRequest {
	const query = ids.map((id) => `endpoint_id=${encodeInUrl(id)}`).join('&');
	return { method: 'GET', base: 'apiBaseUrl', path: `/v1/models/pricing?${query}` };
}

interface UnitPrice {
	id: string | null;
	usd: number;
	unit: string;
}

function readEntries(body: unknown): UnitPrice[] {
	const { prices } = objectAt(body);
	return (Array.isArray(prices) ? prices : []).filter(isObject).flatMap((entry) => {
		const [usd, unit] = [readNumber(entry.unit_price), readText(entry.unit)];
		return usd === null || unit === null || entry.currency !== 'USD' ? [] : [{ id: readText(entry.endpoint_id), usd, unit }];
	});
}

/** What a second or a video costs; other units (tokens, megapixels, compute seconds) say nothing to who chooses a model. */
export function readUnitPrices(body: unknown): Map<string, string> {
	const shown = readEntries(body).flatMap(({ id, usd, unit }): [string, string][] => {
		if (id === null || usd <= 0) return [];
		if (/^seconds?$/.test(unit)) return [[id, `unit price $${usd}/s`]];
		return /^videos?$/.test(unit) ? [[id, `unit price $${usd}`]] : [];
	});
	return new Map(shown);
}

/** A unit's price alone: what a video takes of the unit isn't told, and the factor of its resolution neither. */
export const prices: Prices = {
	request: (_create, model) => pricesOf([model]),
	read(body, _create, model): Price {
		const price = readEntries(body).find(({ id }) => id === model);
		return price ? { kind: 'unit', usd: price.usd, unit: price.unit } : { kind: 'unknown' };
	},
};
