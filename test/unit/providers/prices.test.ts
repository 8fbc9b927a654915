import { objectAt } from '../../../nodes/SoraVideo/job/read';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { fal } from '../../../nodes/SoraVideo/providers/fal';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { openRouter } from '../../../nodes/SoraVideo/providers/openRouter';
import type { Price, Provider } from '../../../nodes/SoraVideo/providers/Provider';
import { readFile } from '../models/schemaModels';

// What providers tell of prices before a create, by the forms that were found in public.

const facts = readFile('prices');

function priceOf({ prices }: Provider, answer: unknown, body: object, model: string): Price | undefined {
	return prices?.read(answer, { method: 'POST', base: 'baseUrl', path: '/', body: { ...body } }, model);
}

describe('OpenRouter', () => {
	const models = objectAt(objectAt(facts.openRouter).models);
	const list = { data: Object.entries(models).map(([id, skus]) => ({ id, canonical_slug: `${id}-20261001`, pricing_skus: skus })) };
	const price = (model: string, body: object) => priceOf(openRouter, list, body, model);
	const frame = { type: 'image_url', image_url: { url: 'https://x.example/a.png' }, frame_type: 'first_frame' };

	it.each<[string, object, number]>([
		['alibaba/wan-2.7', { duration: 5 }, 0.5],
		['minimax/hailuo-2.3', { duration: 6, resolution: '1080p' }, 0.4902],
		['alibaba/wan-3.0', { duration: 5, resolution: '1080p' }, 1],
		['minimax/hailuo-3-max', { duration: 5, resolution: '480p' }, 0.25],
		['minimax/hailuo-3-max', { duration: 5, resolution: '768p' }, 0.4],
		['google/veo-3.1', { duration: 8, generate_audio: true, resolution: '1080p' }, 3.2],
		['google/veo-3.1', { duration: 8, generate_audio: false, resolution: '4K' }, 3.2],
		['google/veo-3.1-fast', { duration: 8, generate_audio: true, resolution: '720p' }, 0.8],
		['google/veo-3.1-fast', { duration: 8, generate_audio: true, resolution: '1080p' }, 0.96],
		['alibaba/wan-2.6', { duration: 5, resolution: '720p' }, 0.4],
		['alibaba/wan-2.6', { duration: 5, resolution: '720p', frame_images: [frame] }, 0.5],
		['kwaivgi/kling-v3.0-pro', { duration: 5, resolution: '720p', generate_audio: false }, 0.56],
		['runway/gen-4.5', { duration: 5 }, 0.6],
		['runway/aleph-2', { duration: 1 }, 0.56],
		['x-ai/grok-imagine-video-1.5', { duration: 10, resolution: '720p' }, 1.4],
		['x-ai/grok-imagine-video-1.5', { duration: 10, resolution: '720p', frame_images: [frame] }, 1.41],
		['black-forest-labs/flux-3-video', { duration: 5, resolution: '1080p' }, 1.45],
		['alibaba/wan-2.7-20261001', { duration: 5 }, 0.5],
	])('%s, %j: %d', (model, body, usd) => {
		expect(price(model, body)).toEqual({ kind: 'exact', usd });
	});

	it.each<[string, string, object]>([
		['the length is the model\'s choice', 'alibaba/wan-2.7', {}],
		['the length is no number', 'alibaba/wan-2.7', { duration: 'auto' }],
		['the length is the model\'s choice by -1', 'alibaba/wan-2.7', { duration: -1 }],
		['the resolution is the model\'s choice', 'alibaba/wan-3.0', { duration: 5 }],
		['the resolution is none of its', 'alibaba/wan-3.0', { duration: 5, resolution: '8k' }],
		['the sound is the model\'s choice', 'google/veo-3.1', { duration: 8 }],
		['two terms say different things', 'kwaivgi/kling-v3.0-pro', { duration: 5, resolution: '720p', generate_audio: true }],
		['references cost extra', 'minimax/hailuo-3', { duration: 5, input_references: [frame] }],
		['the size is given in pixels', 'alibaba/wan-2.7', { duration: 5, size: '1280x720' }],
		['it goes by tokens', 'bytedance/seedance-2.0', { duration: 5, resolution: '720p' }],
		['it goes by megapixels', 'black-forest-labs/flux-video-upscale', { duration: 5 }],
		['the model is not there', 'some/other', { duration: 5 }],
	])('is not known where %s', (_why, model, body) => {
		expect(price(model, body)).toMatchObject({ kind: 'unknown' });
	});

	it('is not known by a form that nobody has seen yet, whatever else is there', () => {
		for (const skus of [{ duration_seconds: '0.1', surcharge_for_cats: '1' }, { duration_seconds: 'free' }, { duration_seconds: '-1' }, {}, null]) {
			expect(priceOf(openRouter, { data: [{ id: 'a/b', pricing_skus: skus }] }, { duration: 5 }, 'a/b')).toMatchObject({ kind: 'unknown' });
		}
	});

	it('is exact or unknown for every model of the list, and never nothing', () => {
		for (const id of Object.keys(models)) {
			for (const resolution of [undefined, '480p', '720p', '1080p']) {
				for (const audio of [undefined, true, false]) {
					const told = price(id, { duration: 5, ...(resolution && { resolution }), ...(audio !== undefined && { generate_audio: audio }) });
					expect(told?.kind === 'unknown' || (told?.kind === 'exact' && told.usd > 0.05)).toBe(true);
				}
			}
		}
	});
});

describe('AI/ML API', () => {
	const examples: unknown = objectAt(facts.aimlApi).examples;
	const [fixed, variants]: unknown[] = Array.isArray(examples) ? examples : [];
	const price = (pricing: unknown, body: object) => priceOf(aimlApi, { data: [{ id: 'a/b', aliases: ['b'], pricing }] }, body, 'a/b');

	it('is exact by the variant that is asked for', () => {
		expect(price(variants, { resolution: '720p', duration: 5 })).toEqual({ kind: 'exact', usd: 1.95 });
		expect(price(variants, { resolution: '1080P', duration: 10 })).toEqual({ kind: 'exact', usd: 6.5 });
		expect(price({ kind: 'fixed', units: [{ name: 'video', price: 0.3, per: 1 }] }, {})).toEqual({ kind: 'exact', usd: 0.3 });
		expect(price({ kind: 'fixed', currency: 'USD', units: [{ name: 'second', price: 3, per: 10 }] }, { duration: 5 })).toEqual({ kind: 'exact', usd: 1.5 });
	});

	it('tells a unit that no request counts', () => {
		expect(price(fixed, { duration: 5 })).toEqual({ kind: 'unit', usd: 3.25 / 1_000_000, unit: 'token' });
	});

	it.each<[string, unknown, object]>([
		['the resolution is the model\'s choice', variants, { duration: 5 }],
		['the resolution is none of its', variants, { resolution: '4k', duration: 5 }],
		['the length is the model\'s choice', variants, { resolution: '720p' }],
		['the length is the model\'s choice by -1', variants, { resolution: '720p', duration: -1 }],
		['it is less than nothing', { kind: 'fixed', units: [{ name: 'video', price: -1 }] }, {}],
		['it varies', { kind: 'variable' }, { duration: 5 }],
		['it is in another currency', { kind: 'fixed', currency: 'EUR', units: [{ name: 'video', price: 1, per: 1 }] }, {}],
		['two units count', { kind: 'fixed', units: [{ name: 'video', price: 1 }, { name: 'second', price: 1 }] }, { duration: 5 }],
		['nothing can be read', { kind: 'fixed', units: [{ name: 'video', price: 'free' }] }, {}],
		['nothing is told', undefined, {}],
	])('is not known where %s', (_why, pricing, body) => {
		expect(price(pricing, body)).toMatchObject({ kind: 'unknown' });
	});
});

describe('in the model list', () => {
	const priceInList = (provider: Provider, answer: unknown) => provider.modelList?.read(answer)?.[0]?.price;
	const priced = (pricing: unknown) => priceInList(aimlApi, { data: [{ id: 'a/b', pricing }] });

	it.each<[string, unknown, string | undefined]>([
		['the cheapest variant', objectAt(facts.aimlApi).examples, 'from $0.39/s'],
		['a video', { kind: 'fixed', units: [{ name: 'video', price: 3, per: 10 }] }, 'from $0.3'],
		['no tokens', { kind: 'fixed', units: [{ name: 'token', price: 3.25, per: 1_000_000 }] }, undefined],
		['no sum of two', { kind: 'fixed', units: [{ name: 'second', price: 1 }, { name: 'second', price: 2 }] }, undefined],
		['not seconds beside videos', { kind: 'variants', variants: [{ unit: 'second', price: 1 }, { unit: 'video', price: 2 }] }, undefined],
		['no other currency', { kind: 'fixed', currency: 'EUR', units: [{ name: 'video', price: 1 }] }, undefined],
		['nothing that varies', { kind: 'variable' }, undefined],
	])('AI/ML API: %s', (_what, pricing, shown) => {
		expect(priced(Array.isArray(pricing) ? pricing[1] : pricing)).toBe(shown);
	});

	it('fal: what a second or a video costs, of those that it was asked for', () => {
		const list = fal.modelList?.unitPrices;
		expect(list?.request(['fal-ai/a', 'b/c']).method).toBe('GET');
		const entry = (id: string, price: unknown, unit: string, currency = 'USD') => ({ endpoint_id: id, unit_price: price, unit, currency });
		const prices = [entry('a', 0.4, 'seconds'), entry('b', 0.28, 'videos'), entry('c', 0.001, '1000 tokens'), entry('d', 1, 'seconds', 'EUR'), entry('e', 0, 'seconds')];
		expect([...(list?.read({ prices }) ?? [])]).toEqual([['a', 'unit price $0.4/s'], ['b', 'unit price $0.28']]);
	});
});

describe('EvoLink', () => {
	const capture = objectAt(readFile('evoLink').pricingRulesCapture);
	const rules: unknown[] = Array.isArray(capture.models) ? capture.models : [];
	const ruleOf = (id: string) => objectAt(rules.find((rule) => objectAt(rule).model_id === id));
	const price = (model: string, body: object, changes: object = {}) =>
		priceOf(evoLink, { meta: capture.meta, model: { ...ruleOf(model), ...changes } }, body, model);

	// Worked out by hand from the rules: rate x seconds x factor of the quality, and what pictures cost.
	it.each<[string, object, number]>([
		['grok-imagine-video-1.0-i2v', { duration: 10, quality: '720p', image_urls: ['x'] }, 0.4914],
		['grok-imagine-video-1.5-preview', { duration: 10, quality: '1080p' }, 1.75],
		['grok-imagine-video-1.5-preview', { duration: 10, quality: '1080P', image_urls: ['x', 'y'] }, 1.764],
		['grok-imagine-video-1.5-preview', {}, 0.336],
	])('%s, %j: %d', (model, body, usd) => {
		expect(price(model, body)).toEqual({ kind: 'exact', usd });
	});

	const grok = 'grok-imagine-video-1.5-preview';
	const component = (changes: object) => ({ components: [{ ...objectAt(Object(ruleOf(grok).components)[0]), ...changes }] });
	it.each<[string, string, object, object]>([
		['it is charged by what came out', 'happyhorse-1.1-text-to-video', { duration: 5, quality: '720p' }, {}],
		['the quality is none of its', grok, { duration: 5, quality: '8k' }, {}],
		['the model chooses the length', grok, { duration: -1, quality: '720p' }, {}],
		['pictures are where the rules do not count them', grok, { duration: 5, image_start: 'x' }, {}],
		['it goes by tokens', grok, {}, { parameters: [{ name: 'output_tokens', type: 'integer', default: '5' }] }],
		['the price is not available', grok, {}, { pricing_status: 'unavailable' }],
		['it is of another model', grok, {}, { model_id: 'other' }],
		['a rule counts what nobody declares', grok, {}, component({ quantity_rule: { op: 'variable', name: 'cats' } })],
		['a condition holds what nobody declares', grok, {}, component({ condition: { op: 'gt', args: [{ op: 'variable', name: 'cats' }, { op: 'constant', value: '0' }] } })],
		['a rule has a word that nobody knows', grok, {}, component({ quantity_rule: { op: 'power', args: [] } })],
		['it is rounded in a way that nobody knows', grok, {}, component({ rounding: { point: 'per_component_subtotal', mode: 'odd' } })],
		['two tiers fit', grok, {}, component({ tiers: [1, 2].map(() => ({ when: { op: 'constant', value: 'true' } })) })],
	])('is not known where %s', (_why, model, body, changes) => {
		expect(price(model, body, changes)).toMatchObject({ kind: 'unknown' });
	});

	it('is not known by other rates of exchange', () => {
		const meta = { ...objectAt(capture.meta), exchange_rate_version: 'pricing-fx/v2' };
		expect(priceOf(evoLink, { meta, model: ruleOf(grok) }, {}, grok)).toMatchObject({ kind: 'unknown' });
	});

	it('a tier has a rate of its own, and a least charge holds', () => {
		const rate = { uc: '100000' };
		const tier = { when: { op: 'gte', args: [{ op: 'variable', name: 'duration_seconds' }, { op: 'constant', value: '10' }] }, rate, minimum_charge: { uc: '0' }, multiplier: '1', pricing_status: 'available' };
		const tiered = component({ tiers: [tier], quantity_rule: { op: 'variable', name: 'duration_seconds' }, minimum_charge: { uc: '680000' } });
		expect(price(grok, { duration: 10 }, tiered)).toEqual({ kind: 'exact', usd: 1.470588 });
		expect(price(grok, { duration: 1 }, tiered)).toEqual({ kind: 'exact', usd: 1 });
	});
});
