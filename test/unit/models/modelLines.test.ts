import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { isVideoModelId } from '../../../nodes/SoraVideo/models/isVideoModelId';
import { modelLines, searchLines } from '../../../nodes/SoraVideo/models/modelLines';
import type { ListedModel } from '../../../nodes/SoraVideo/models/ListedModel';
import { readListed } from '../../../nodes/SoraVideo/providers/openRouterModels';
import { publicUrl } from '../../../nodes/SoraVideo/providers/publicUrl';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';

const listedModel = (id: string, more: Partial<ListedModel> = {}): ListedModel => ({ id, about: null, ...more });
/** As OpenRouter's list tells it. */
const taking = (limits: Record<string, unknown>): ListedModel => {
	const [listed] = readListed({ id: 'a/b', ...limits });
	if (!listed) throw new Error('it has an id');
	return listed;
};
const namesOf = (...models: ListedModel[]) => modelLines([], models, []).map(({ name }) => name);

describe('modelLines', () => {
	it.each<[string, ListedModel, string]>([
		['its id alone', listedModel('a/b'), 'a/b'],
		['what it is', listedModel('a/b', { about: 'Bee' }), 'Bee (a/b)'],
		['an id for a name', listedModel('a/b', { about: 'a/b' }), 'a/b'],
		['limits', taking({ name: 'Bee', supported_resolutions: ['720p', '4K'], supported_durations: [4, 6, 8] }), 'Bee, 720p or 4K, 4/6/8 s (a/b)'],
		['limits of many seconds in a row', taking({ supported_durations: [4, 5, 6, 7, 8, 9] }), 'a/b: 4 to 9 s'],
		['limits alone', taking({ supported_durations: [5] }), 'a/b: 5 s'],
		['the least that a second costs', taking({ name: 'Bee', pricing_skus: { duration_seconds_with_audio: '0.4', duration_seconds_without_audio: '0.2' } }), 'Bee, from $0.2/s (a/b)'],
		['no price by tokens', taking({ name: 'Bee', pricing_skus: { video_tokens: '0.000007' } }), 'Bee (a/b)'],
		['what a video costs', listedModel('a/b', { about: 'Bee', price: 'from $0.3' }), 'Bee, from $0.3 (a/b)'],
		['fields that it does not take', taking({ name: 'Bee', supported_resolutions: [], supported_durations: null }), 'Bee (a/b)'],
	])('a line holds %s', (_name, model, line) => {
		expect(namesOf(model)).toEqual([line]);
	});

	it('has models for videos first', () => {
		expect(namesOf(listedModel('gpt-4o'), listedModel('veo-3.1'), listedModel('kling-2'))).toEqual(['kling-2', 'veo-3.1', 'gpt-4o']);
	});

	it('sorts by name, and shows a model once', () => {
		expect(namesOf(listedModel('z'), listedModel('b', { about: 'Yak' }), listedModel('a'), listedModel('a'))).toEqual(['a', 'Yak (b)', 'z']);
	});

	it('says nothing of what is missing where there is no live list', () => {
		const lines = modelLines(evoLink.models, null, []);
		expect(lines.map(({ value }) => value).sort()).toEqual(evoLink.models.map(({ id }) => id).sort());
		for (const { name } of lines) expect(name).not.toMatch(/not in/i);
	});

	it.each([
		['withdrawn', '2026-09-24', 'b', 'Retired 2026-09-24, use b. a'],
		['withdrawn', null, null, 'Retired. a'],
		['replaced', null, 'b', 'Replaced, use b. a'],
		['retiring', '2027-01-31', null, 'Retires 2027-01-31. a'],
		['retiring', null, 'b', 'Retires soon, use b. a'],
	] as const)('%s on %s for %s', (state, on, successor, line) => {
		const [first] = modelLines([], [listedModel('a')], [{ ids: ['other', 'a'], state, on, successor }]);
		expect(first?.name).toBe(line);
	});
});

describe('known ends', () => {
	it.each([
		['openai/sora-2-pro-t2v', '2026-09-24'],
		['sora_2_i2v', '2026-09-24'],
		['sora-2', '2026-09-24'],
		['veo2', '2026-06-30'],
		['google/veo3', '2026-06-30'],
		['google/veo-3.0-i2v-fast', '2026-06-30'],
		['veo-2.0-generate-001', '2026-06-30'],
		['veo-3.1-fast-generate-preview', '2026-10-22'],
		['google/veo-3-1-lite-generate-preview', '2026-10-22'],
	])('%s ended on %s', (id, on) => {
		expect(namesOf(listedModel(id), listedModel('zzz'))).toEqual(['zzz', `Retired ${on}. ${id}`]);
	});

	it.each(['google/veo-3.1-t2v', 'veo-3.1-generate-001', 'veo3.1-fast-beta', 'google/veo3-1-extend-video', 'veo-9', 'sora-3', 'x/sora-2.5', 'veo-20'])('%s has not ended, for all that is known', (id) => {
		expect(namesOf(listedModel(id))).toEqual([id]);
	});

	it('what the provider tells of an end goes before', () => {
		const [first] = modelLines([], [listedModel('sora-2')], [{ ids: ['sora-2'], state: 'retiring', on: '2027-01-01', successor: null }]);
		expect(first?.name).toBe('Retires 2027-01-01. sora-2');
	});
});

it('a known model that the list lacks stands behind those that it has, and before retired ones', () => {
	const known = evoLink.models.filter(({ id }) => ['kling-v3-text-to-video', 'wan3.0-image-to-video', 'sora-2-preview'].includes(id));
	expect(modelLines(known, [listedModel('wan3.0-image-to-video')], []).map(({ name }) => name.replace(/,.*| \(.*/, ''))).toEqual([
		expect.stringMatching(/^wan3\.0-image-to-video: 480p/),
		expect.stringMatching(/^Not in its list now\. /),
		expect.stringMatching(/^Retired 2026-09-24\. Sora 2/),
	]);
});

it.each([
	['', 2],
	['sora', 1],
	['SORA video', 1],
	['video sora', 1],
	['sora nothing', 0],
])('searchLines: "%s" finds %i', (wanted, count) => {
	const lines = [{ name: 'Sora 2, text to video (x)', value: 'x' }, { name: 'Veo (y)', value: 'y' }];
	expect(searchLines(lines, wanted)).toHaveLength(count);
});

describe('isVideoModelId', () => {
	// The ids that EvoLink's own client names for videos, and those that others list.
	it.each([
		...evoLink.models.map(({ id }) => id).filter((id) => !/^(topaz|videoretalk)/.test(id)),
		'seedance-1.5-pro', 'doubao-seedance-1.0-pro-fast', 'kling-o3-text-to-video', 'kling-v3-image-to-video', 'kling-o1-video-edit',
		'kling-custom-element', 'veo-3.1-generate-preview', 'veo3', 'veo3.1-fast-extend', 'MiniMax-Hailuo-02', 'wan2.5-t2v-preview', 'wan2.5-i2v-preview',
		'wan2.6-reference-video', 'sora-character', 'grok-imagine-image-to-video', 'google/veo-3.1', 'runway/gen-4-turbo', 'pixverse/v5', 'wan-2.6', 'kirin_v2_6_i2v',
	])('%s makes videos', (id) => {
		expect(isVideoModelId(id)).toBe(true);
	});

	it.each([
		'gpt-4o', 'gpt-5.1', 'claude-sonnet-4', 'gemini-3-pro', 'imagen-4.0', 'gpt-image-1.5', 'gemini-3-pro-image-preview', 'doubao-seedream-4.0', 'doubao-seedream-3.0-t2i',
		'wan2.5-text-to-image', 'kling-image-o1', 'z-image-turbo', 'suno-v5', 'text-embedding-3-large', 'whisper-1', 'tts-1', 'video-transcription', 'swan-7b',
	])('%s does not', (id) => {
		expect(isVideoModelId(id)).toBe(false);
	});
});

describe('publicUrl', () => {
	const request = { method: 'GET', url: 'https://list.example.com/a/b?c=1', besides: 'https://api.example.com' } as const;
	const others = { apiBaseUrl: 'https://platform.example.com', filesBaseUrl: 'https://files.example.com' };

	it.each([
		['https://api.example.com', 'https://list.example.com/a/b?c=1'],
		['http://127.0.0.1:4010/vtrix', 'http://127.0.0.1:4010/vtrix/a/b?c=1'],
		['https://proxy.example.org', 'https://proxy.example.org/a/b?c=1'],
	])('with the base URL %s: %s', (baseUrl, url) => {
		expect(publicUrl(request, { ...others, baseUrl })).toBe(url);
	});

	it('goes below the base URL that it names', () => {
		const own = { method: 'GET', base: 'filesBaseUrl', path: '/keys', withoutKey: true } as const;
		expect(publicUrl(own, { ...others, baseUrl: 'https://api.example.com' })).toBe('https://files.example.com/keys');
	});

	it('goes where it says, whatever the base URL, if it belongs to none', () => {
		expect(publicUrl({ method: 'GET', url: request.url }, { ...others, baseUrl: 'http://127.0.0.1' })).toBe(request.url);
	});

	it("Vtrix's list is asked on the host that its own client asks", () => {
		const list = vtrix.modelList?.request;
		if (!list || !('url' in list)) throw new Error('Vtrix lists its models in the open');
		expect(publicUrl(list, { ...others, baseUrl: 'https://cloud.vtrix.ai' })).toMatch(/^https:\/\/cloud-model-spec\.vtrix\.ai\/api\/v1\/skill\/models\?type=video&/);
	});
});

describe('reading lists', () => {
	it.each([aimlApi, evoLink, vtrix])('$id: anything else is no list', ({ modelList }) => {
		for (const body of [null, undefined, '', '<html>', 7, [], {}, { data: null }, { data: 'x' }, { data: {} }, { error: 'x' }]) {
			expect(modelList?.read(body)).toBeNull();
		}
	});

	it.each([aimlApi, evoLink, vtrix])('$id: entries without an id are left out', ({ modelList }) => {
		const entries = [null, 7, 'x', [], {}, { id: null }, { id: '' }, { id: {} }, { info: { name: 'x' } }];
		expect(modelList?.read({ data: entries }) ?? []).toEqual([]);
		expect(modelList?.read({ data: { models: entries } }) ?? []).toEqual([]);
	});

	it('vtrix: what makes no videos is left out', () => {
		const models = [{ id: 'a', type: 'Video' }, { id: 'b', type: 'Image' }, { id: 'c', output_modalities: ['Video'], input_modalities: ['Text', 'Image'], name: 'Cee' }];
		expect(vtrix.modelList?.read({ data: { models } })).toEqual([
			{ id: 'a', about: null },
			{ id: 'c', about: 'Cee, from text and images' },
		]);
	});

	it('aimlApi: the feed of retirements, as its page prints it', () => {
		const entry = { id: 'a/b', aliases: ['b'], status: 'withdrawn', deprecated_at: '2026-06-24', shutdown_at: '2026-09-24T00:00:00Z', replaced_by: 'c/d', reason: '…' };
		const data = [entry, { ...entry, status: 'deprecated', shutdown_at: null, replaced_by: null }, { ...entry, status: 'superseded' }, { ...entry, status: 'new word' }];
		expect(aimlApi.modelList?.retirements?.read({ object: 'list', data })).toEqual([
			{ ids: ['a/b', 'b'], state: 'withdrawn', on: '2026-09-24', successor: 'c/d' },
			{ ids: ['a/b', 'b'], state: 'retiring', on: null, successor: null },
			{ ids: ['a/b', 'b'], state: 'replaced', on: '2026-09-24', successor: 'c/d' },
		]);
		expect(aimlApi.modelList?.retirements?.read({ message: 'no' })).toBeNull();
	});
});
