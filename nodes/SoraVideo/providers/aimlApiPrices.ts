import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readNumber, readText, showValue } from '../job/read';
import type { Price, Prices } from './Prices';
import type { ProviderRequest } from './ProviderRequest';

/** What one of the units is, and what it costs. */
interface Rate {
	unit: string | null;
	usd: number | null;
}

const isVideo = /^(video|generation|request)s?$/;
const isSecond = /^seconds?$/;

function readRate({ unit, name, price, per }: Record<string, unknown>): Rate {
	const [amount, count] = [readNumber(price), per === undefined ? 1 : readNumber(per)];
	return { unit: readText(unit ?? name), usd: amount === null || amount < 0 || count === null || count <= 0 ? null : amount / count };
}

function priceOf({ unit, usd }: Rate, { body = {} }: ProviderRequest): Price {
	if (unit === null || usd === null) return { kind: 'unknown' };
	if (isVideo.test(unit)) return { kind: 'exact', usd };
	if (!isSecond.test(unit)) return { kind: 'unit', usd, unit };
	const seconds = readNumber(body.duration);
	// -1 lets the model choose its length.
	return seconds === null || seconds <= 0
		? { kind: 'unknown', why: 'it goes by the seconds, so set Duration' }
		: { kind: 'exact', usd: Number((usd * seconds).toFixed(6)) };
}

/** As the model list shows it; null where it goes neither by the second nor by the video. */
function showRate({ unit, usd }: Rate): { usd: number; shown: string } | null {
	if (unit === null || usd === null || usd <= 0) return null;
	if (isVideo.test(unit)) return { usd, shown: `$${usd}` };
	return isSecond.test(unit) ? { usd, shown: `$${usd}/s` } : null;
}

/** The least that a model costs, by its `pricing`; null where that isn't told, or one of its rates counts something else. */
export function leastPrice(pricing: unknown): string | null {
	const { kind, currency = 'USD', units, variants } = objectAt(pricing);
	const told = kind === 'fixed' ? units : kind === 'variants' ? variants : null;
	const rates = (Array.isArray(told) ? told : []).filter(isObject).map((rate) => showRate(readRate(rate)));
	const shown = rates.filter((rate) => rate !== null).sort((one, other) => one.usd - other.usd);
	const isOneUnit = new Set(shown.map((rate) => rate.shown.endsWith('/s'))).size === 1;
	const isSum = kind === 'fixed' && rates.length > 1;
	return currency === 'USD' && shown.length === rates.length && isOneUnit && !isSum ? (shown[0]?.shown ?? null) : null;
}

/** Whether a variant is the one that the body asks for; null where the body leaves it to the model. */
function isAsked(when: unknown, body: Record<string, unknown>): boolean | null {
	const terms = Object.entries(objectAt(when));
	if (terms.some(([name, value]) => body[name] !== undefined && showValue(body[name]).toLowerCase() !== showValue(value).toLowerCase())) return false;
	return terms.every(([name]) => body[name] !== undefined) ? true : null;
}

function readPricing(pricing: Record<string, unknown>, create: ProviderRequest): Price {
	if (pricing.currency !== undefined && pricing.currency !== 'USD') return { kind: 'unknown' };
	if (pricing.kind === 'fixed') {
		const units = (Array.isArray(pricing.units) ? pricing.units : []).filter(isObject);
		const [only] = units;
		return only && units.length === 1 ? priceOf(readRate(only), create) : { kind: 'unknown' };
	}
	if (pricing.kind !== 'variants') return { kind: 'unknown' };
	const variants = (Array.isArray(pricing.variants) ? pricing.variants : []).filter(isObject);
	const possible = variants.filter(({ when }) => isAsked(when, create.body ?? {}) !== false);
	const [only] = possible;
	if (only && possible.length === 1 && isAsked(only.when, create.body ?? {})) return priceOf(readRate(only), create);
	const dimensions = (Array.isArray(pricing.dimensions) ? pricing.dimensions : []).map(readText).filter((name) => name !== null);
	return { kind: 'unknown', ...(possible.length > 0 && dimensions.length > 0 && { why: `it goes by ${dimensions.join(' and ')}, so set what the node has for that` }) };
}

/** `include=pricing` (docs.aimlapi.com, service-endpoints/complete-model-list): the kinds `fixed` and `variants`. */
export const prices: Prices = {
	request: (_create, model) => ({
		method: 'GET',
		base: 'baseUrl',
		path: `/v1/models?id=${encodeInUrl(model)}&include=pricing`,
		withoutKey: true,
	}),
	read(body, create, model) {
		const { data } = objectAt(body);
		const entries = (Array.isArray(data) ? data : []).filter(isObject);
		const entry = entries.find(({ id, aliases }) => [id, aliases].flat().includes(model));
		return isObject(entry?.pricing) ? readPricing(entry.pricing, create) : { kind: 'unknown' };
	},
};
