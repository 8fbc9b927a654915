import { objectAt } from '../../../nodes/SoraVideo/job/read';
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
		for (const skus of [{ duration_seconds: '0.1', surcharge_for_cats: '1' }, { duration_seconds: 'free' }, {}, null]) {
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
		['it varies', { kind: 'variable' }, { duration: 5 }],
		['it is in another currency', { kind: 'fixed', currency: 'EUR', units: [{ name: 'video', price: 1, per: 1 }] }, {}],
		['two units count', { kind: 'fixed', units: [{ name: 'video', price: 1 }, { name: 'second', price: 1 }] }, { duration: 5 }],
		['nothing can be read', { kind: 'fixed', units: [{ name: 'video', price: 'free' }] }, {}],
		['nothing is told', undefined, {}],
	])('is not known where %s', (_why, pricing, body) => {
		expect(price(pricing, body)).toMatchObject({ kind: 'unknown' });
	});
});
