import { isObject, objectAt, readNumber, readText } from '../job/read';
import type { Price, Prices } from './Prices';
import type { ProviderRequest } from './ProviderRequest';

/** What a price goes by. */
interface Terms {
	task?: string;
	audio?: boolean;
	resolution?: string;
}

interface PerSecond {
	terms: Terms;
	usd: number;
}

const inDollars = /^(?:(text|image)_to_video_)?duration_seconds(?:_(with|without)_audio)?(?:_(\d+[pk]))?$/;
const inCents = /^cents_per_(?:second_output|video_output_second)(?:_(\d+[pk]))?$/;
/** What is charged for what a request without references doesn't have. */
const besides = /^reference_|_video_continuation_|^cents_per_image_input$|^minimum_cents_per_generation$/;

function known(terms: Terms): Terms {
	return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
}

/** The prices by the second; null where there is one of a form that isn't known, which may count as well. */
function readPerSecond(skus: Record<string, unknown>): PerSecond[] | null {
	const prices: PerSecond[] = [];
	for (const [key, value] of Object.entries(skus)) {
		const [whole, task, audio, resolution] = inDollars.exec(key) ?? [];
		const [cents, ofCents] = inCents.exec(key) ?? [];
		const price = readNumber(value);
		// -1 says that it varies.
		if (price === null || price < 0 || (whole === undefined && cents === undefined)) {
			if (price !== null && price >= 0 && besides.test(key)) continue;
			return null;
		}
		const terms = known({ task, resolution: resolution ?? ofCents, audio: audio === undefined ? undefined : audio === 'with' });
		prices.push({ terms, usd: whole === undefined ? price / 100 : price });
	}
	return prices;
}

function isIn(terms: Terms, others: Terms): boolean {
	const all = new Map<string, unknown>(Object.entries(others));
	return Object.entries(terms).every(([name, value]) => all.get(name) === value);
}

/** Whether nothing that is asked for speaks against the terms. */
function fits(terms: Terms, asked: Terms): boolean {
	const all = new Map<string, unknown>(Object.entries(asked));
	return Object.entries(terms).every(([name, value]) => !all.has(name) || all.get(name) === value);
}

/** What a second costs: by the terms that say the most of what is asked for; null where they leave it open. */
function findPerSecond(prices: readonly PerSecond[], asked: Terms): number | null {
	const fitting = prices.filter(({ terms }) => fits(terms, asked));
	const best = fitting.filter(
		({ terms }) => !fitting.some((other) => other.terms !== terms && isIn(other.terms, asked) && isIn(terms, other.terms)),
	);
	const [first] = best;
	return first && best.every(({ usd }) => usd === first.usd) ? first.usd : null;
}

function round(usd: number): number {
	return Number(usd.toFixed(6));
}

function priceOf(skus: Record<string, unknown>, { body = {} }: ProviderRequest): Price {
	const prices = readPerSecond(skus);
	const hasReferences = body.input_references !== undefined || body.size !== undefined;
	if (prices === null || prices.length === 0 || hasReferences) return { kind: 'unknown' };
	const seconds = readNumber(body.duration);
	// -1 lets the model choose its length.
	if (seconds === null || seconds <= 0) return { kind: 'unknown', why: 'it goes by the seconds, so set Duration' };
	const frames = Array.isArray(body.frame_images) ? body.frame_images.length : 0;
	const asked = known({
		task: frames > 0 ? 'image' : 'text',
		audio: typeof body.generate_audio === 'boolean' ? body.generate_audio : undefined,
		resolution: readText(body.resolution)?.toLowerCase(),
	});
	const usd = findPerSecond(prices, asked);
	if (usd === null) return { kind: 'unknown', why: 'it goes by the resolution and the sound, so set Resolution and Options > Generate Audio' };
	const pictures = ((readNumber(skus.cents_per_image_input) ?? 0) / 100) * frames;
	const least = (readNumber(skus.minimum_cents_per_generation) ?? 0) / 100;
	return { kind: 'exact', usd: round(Math.max(usd * seconds + pictures, least)) };
}

/** The least that a second costs, as the model list shows it; null where it doesn't go by the second. */
export function leastPrice(skus: unknown): string | null {
	const prices = isObject(skus) ? (readPerSecond(skus) ?? []) : [];
	return prices.length === 0 ? null : `$${round(Math.min(...prices.map(({ usd }) => usd)))}/s`;
}

/** `pricing_skus` of the model list, by the forms that it had in October 2026. Prices by tokens depend on the exact size. */
export const prices: Prices = {
	request: () => ({ method: 'GET', base: 'baseUrl', path: '/videos/models' }),
	read(body, create, model) {
		const { data } = objectAt(body);
		const entries = (Array.isArray(data) ? data : []).filter(isObject);
		const entry = entries.find(({ id, canonical_slug: slug }) => id === model || slug === model);
		return isObject(entry?.pricing_skus) ? priceOf(entry.pricing_skus, create) : { kind: 'unknown' };
	},
};
