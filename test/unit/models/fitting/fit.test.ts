import fc from 'fast-check';

import { objectAt } from '../../../../nodes/SoraVideo/job/read';
import type { VideoRequest } from '../../../../nodes/SoraVideo/job/VideoRequest';
import { fit } from '../../../../nodes/SoraVideo/models/fitting/fit';
import type { PlacedMedia } from '../../../../nodes/SoraVideo/models/fitting/readAsked';
import type { Model } from '../../../../nodes/SoraVideo/models/Model';
import { readSchema } from '../../../../nodes/SoraVideo/models/readers/readSchema';
import { readTable } from '../../../../nodes/SoraVideo/models/readers/readTable';
import { aimlApi } from '../../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../../nodes/SoraVideo/providers/evoLink';
import { aRequest, modelOf } from '../../fixtures';
import { mediaOf, schemaModels } from '../schemaModels';

const ofTable = (line: string, more: Partial<Model> = {}, id = 'a/model'): Model => ({ ...readTable(line, id), ...more });
const source = (url: string) => ({ source: 'url', url }) as const;

/** The body of a request that the model takes. */
function bodyOf(model: Model, changes: Partial<VideoRequest>, media?: PlacedMedia) {
	const request = aRequest({ model: model.id, ...changes });
	const fitted = fit(model, request, media ?? mediaOf(request));
	expect(fitted.problems).toEqual([]);
	return fitted.body;
}

const problemsOf = (model: Model, changes: Partial<VideoRequest>) => fit(model, aRequest({ model: model.id, ...changes })).problems;

describe("values in the model's own type and spelling", () => {
	it.each<[string, string, Partial<VideoRequest>, unknown]>([
		['seconds as a number', 'duration:5|10', { duration: '10' }, { duration: 10 }],
		['seconds with their unit', 'duration:5|10', { duration: '10s' }, { duration: 10 }],
		['seconds as text', "duration:'5'|'10'", { duration: 10 }, { duration: '10' }],
		['seconds as text with a unit', 'duration:4s|8s', { duration: 8 }, { duration: '8s' }],
		['seconds between limits', 'duration:3..15', { duration: '7' }, { duration: 7 }],
		['parts of seconds', 'duration:number2..15', { duration: 2.5 }, { duration: 2.5 }],
		['seconds that the model chooses', 'duration:-1|4..30', { duration: 'auto' }, { duration: -1 }],
		['seconds that the model chooses, as -1', 'duration:4|8|auto', { duration: -1 }, { duration: 'auto' }],
		['seconds that a range chooses', 'duration:-1..15', { duration: 'auto' }, { duration: -1 }],
		['720p in capitals', 'resolution:720P|1080P', { resolution: '720p' }, { resolution: '720P' }],
		['720p by number', 'resolution:720p|1080p', { resolution: '1080' }, { resolution: '1080p' }],
		['2K in small letters', 'resolution:768p|2k', { resolution: '2K' }, { resolution: '2k' }],
		['4k by its lines', 'resolution:2160p', { resolution: '4K' }, { resolution: '2160p' }],
		['a resolution called quality', 'quality:720p|1080p', { resolution: '1080p' }, { quality: '1080p' }],
		['a grade', 'quality:standard|high', { resolution: '1080p' }, { quality: 'high' }],
		['a mode', 'mode:std|pro', { resolution: '720p' }, { mode: 'std' }],
		['FLUX\' words', 'resolution:hd|fhd', { resolution: '1080p' }, { resolution: 'fhd' }],
		['a shape', 'ratio:16:9|9:16', { aspectRatio: '9:16' }, { ratio: '9:16' }],
		['a shape as the picture has it', 'aspect_ratio:adaptive|16:9', { aspectRatio: 'auto' }, { aspect_ratio: 'adaptive' }],
		['a shape by name', 'video_size:landscape_16_9|portrait_16_9', { aspectRatio: '9:16' }, { video_size: 'portrait_16_9' }],
		['sound as on', 'sound:on|off', { generateAudio: true }, { sound: 'on' }],
		['sound as off', 'sound:on|off', { generateAudio: false }, { sound: 'off' }],
		['sound as yes or no', 'generate_audio:bool', { generateAudio: false }, { generate_audio: false }],
		['what nobody limits', 'quality:text aspect_ratio:text', { resolution: '540P', aspectRatio: '7:5' }, { quality: '540P', aspect_ratio: '7:5' }],
		['size from shape and resolution', 'size:1280x720|720x1280|1792x1024', { aspectRatio: '16:9', resolution: '1080p' }, { size: '1792x1024' }],
	])('%s', (_name, line, changes, expected) => {
		expect(bodyOf(ofTable(`prompt!:text ${line}`), changes)).toEqual({ prompt: 'A cat playing piano', ...(expected as object) });
	});

	it.each<[string, string, unknown, unknown]>([
		['yes in text', 'loop:bool', 'true', true],
		['no', 'loop:bool', false, false],
		['a number in text', 'cfg:number0..1', '0.5', 0.5],
		['a whole number', 'fps:25|50', '50', 50],
		['a number that is listed as text', "factor:'1'|'2'", 2, '2'],
		['another case', 'style:Anime|Clay', 'anime', 'Anime'],
		['a list as JSON', 'shots:list1..6', '[{"prompt": "x"}]', [{ prompt: 'x' }]],
		['a list', 'shots:list', [1], [1]],
		['a single link for a list of them', 'masks:urls', 'https://x', ['https://x']],
		['an object as JSON', 'voice:json', '{"id": 7}', { id: 7 }],
		['a number for text', 'title:text', 7, '7'],
	])('Model Fields: %s', (_name, line, value, expected) => {
		const [name = ''] = line.split(':');
		expect(bodyOf(ofTable(`prompt!:text ${line}`), { modelFields: objectAt({ [name]: value }) })).toHaveProperty(name, expected);
	});

	it('a field in an object goes there, beside the others', () => {
		const model = ofTable('prompt!:text camera.type:simple|none camera.config.pan:-10..10');
		expect(bodyOf(model, { modelFields: { 'camera.type': 'simple', 'camera.config.pan': 3 } })).toEqual({
			prompt: 'A cat playing piano',
			camera: { type: 'simple', config: { pan: 3 } },
		});
	});
});

describe('only what the user set', () => {
	const line = 'prompt!:text duration=5:3..15 resolution:720p*|1080p generate_audio=true:bool seed:int loop=false:bool';

	it('is sent', () => {
		expect(bodyOf(ofTable(line), {})).toEqual({ prompt: 'A cat playing piano' });
	});

	it('what Model Fields holds of a field that was left alone is nothing', () => {
		expect(bodyOf(ofTable(line), { modelFields: { loop: null, gone: '', away: undefined } })).toEqual({ prompt: 'A cat playing piano' });
	});

	it('and what the model needs and can be only one thing, or has a default that it documents', () => {
		expect(bodyOf(ofTable('prompt!:text version!:v2 duration!=5:3..15 mode!:a|b*'), {})).toEqual({ prompt: 'A cat playing piano', version: 'v2', duration: 5, mode: 'b' });
	});
});

describe('problems', () => {
	it.each<[string, string, Partial<VideoRequest>, string]>([
		['a duration', 'duration:5|10', { duration: 4 }, 'a/model makes videos of 5 or 10 seconds, not 4: change Duration'],
		['a duration out of a row', 'duration:-1|4..30', { duration: 31 }, 'a/model makes videos of a whole number, 4 to 30 or -1 seconds, not 31: change Duration'],
		['a duration that the model can not choose', 'duration:4..30', { duration: 'auto' }, 'a/model makes videos of a whole number, 4 to 30 seconds, not auto: change Duration'],
		['a resolution', 'resolution:480p|720p', { resolution: '4k' }, 'a/model makes videos in 480p or 720p, not 4k: change Resolution'],
		['a shape', 'aspect_ratio:16:9|9:16', { aspectRatio: '1:1' }, 'a/model makes videos in 16:9 or 9:16, not 1:1: change Aspect Ratio'],
		['a size', 'size:1280x720|720x1280', { aspectRatio: '1:1', resolution: '720p' }, 'a/model makes videos in 16:9 or 9:16, not 1:1: change Aspect Ratio'],
		['a seed', 'seed:1..100', { seed: 101 }, 'a/model takes a whole number, 1 to 100 as Options > Seed, not 101: change it'],
		['a long prompt', 'seed:int', { prompt: 'x'.repeat(11) }, 'a/model takes text of at most 10 characters as Prompt, not xxxxxxxxxxx: change it'],
		['no duration', '', { duration: 5 }, 'a/model takes no duration: set Duration to Model Default (it takes Prompt)'],
		['no last frame', 'image_url:url', { lastFrame: source('https://x') }, 'a/model takes no image to end with: remove Options > Last Frame (it takes Prompt, Image Source)'],
		['no seed', 'duration:5|10', { seed: 7 }, 'a/model takes no seed: remove Options > Seed (it takes Prompt, Duration)'],
		['no such field', 'loop:bool', { modelFields: { lop: true } }, 'a/model has no field "lop": remove it from Model Fields (it has Loop)'],
		['a value of a field', 'style:anime|clay', { modelFields: { style: 'oil' } }, 'a/model takes anime or clay as Model Fields > Style, not oil: change it'],
		['a missing image', 'image_url!:url', {}, 'a/model needs an image to begin with: set Image Source'],
		['a missing video', 'video_url!:url', {}, 'a/model needs a video: give its link in Options > References, Kind Video'],
		['a missing sound', 'audio_url!:url', {}, 'a/model needs an audio file: give its link in Options > References, Kind Audio'],
		['a missing field', 'task!:a|b', {}, 'a/model needs Model Fields > Task: set it to a or b'],
		['a missing duration', 'duration!:5|10', {}, 'a/model needs Duration: set it to 5 or 10'],
		['too many references', 'reference_image_urls:urls..1', { references: [{ kind: 'image', ...source('a') }, { kind: 'image', ...source('b') }] }, 'a/model takes at most 1 in Options > References (images), not 2: leave some out'],
		['too few references', 'reference_image_urls!:urls2..4', { references: [{ kind: 'image', ...source('a') }] }, 'a/model needs at least 2 in Options > References (images), not 1: add some'],
		['half of an object', 'control.type:a|b control.value:int', { modelFields: { 'control.type': 'c' } }, 'a/model takes a or b as Model Fields > Control: Type, not c: change it'],
	])('%s', (_name, line, changes, problem) => {
		expect(problemsOf(ofTable(`prompt!:text..${problem.includes('10 characters') ? 10 : 99} ${line}`), changes)).toEqual([problem]);
	});

	it('what an object needs once anything in it is set', () => {
		const inner = { type: 'object', properties: { kind: { type: 'string' }, value: { type: 'integer' } }, required: ['kind', 'value'] };
		const model = readSchema({ properties: { prompt: { type: 'string' }, control: inner } }, 'a/model');
		if (!model) throw new Error('it describes an object');
		expect(problemsOf(model, {})).toEqual([]);
		expect(problemsOf(model, { modelFields: { 'control.kind': 'x' } })).toEqual(['a/model needs Model Fields > Control: Value: set it to a whole number']);
	});

	it('a missing picture is one problem, also where its list takes two', () => {
		expect(problemsOf(ofTable('prompt!:text image_urls!:urls1..2'), {})).toEqual(['a/model needs an image to begin with: set Image Source']);
	});

	it('an empty prompt is one where the model needs it, and where nothing else is set', () => {
		const prompt = 'the prompt is empty: describe the video in Prompt';
		expect(problemsOf(ofTable('prompt!:text image_url:url'), { prompt: ' ', firstFrame: source('https://x') })).toEqual([prompt]);
		expect(problemsOf(ofTable('prompt:text image_url:url duration:5|10'), { prompt: '', duration: 5 })).toEqual([prompt]);
		expect(problemsOf(ofTable('prompt:text image_url:url'), { prompt: '', firstFrame: source('https://x') })).toEqual([]);
		expect(problemsOf(ofTable('prompt:text shots:list'), { prompt: '', modelFields: { shots: '[1]' } })).toEqual([]);
		expect(problemsOf(ofTable('source_task_id!:text'), { prompt: '', modelFields: { source_task_id: 'x' } })).toEqual([]);
	});

	it('a sentence stays one where a model has 80 effects', () => {
		const effects = Array.from({ length: 80 }, (_, index) => `effect${index}`);
		const [problem = ''] = problemsOf(ofTable(`prompt!:text effect:${effects.join('|')}`), { modelFields: { effect: 'x' } });
		expect(problem).toContain('effect19 or others');
		expect(problem.length).toBeLessThan(300);
	});
});

describe('pictures, videos and sounds', () => {
	const media = { firstFrame: 'f', lastFrame: 'l', references: ['a', 'b', 'c'] };
	const all: Partial<VideoRequest> = {
		firstFrame: { source: 'binary', property: 'data' },
		lastFrame: source('l'),
		references: [{ kind: 'image', ...source('a') }, { kind: 'video', ...source('b') }, { kind: 'image', ...source('c') }],
	};

	it('go each where the model wants it, by the links that they got', () => {
		const model = ofTable('prompt!:text image_start:url image_end:url image_urls:urls video_urls:urls');
		expect(bodyOf(model, all, media)).toEqual({ prompt: 'A cat playing piano', image_start: 'f', image_end: 'l', image_urls: ['a', 'c'], video_urls: ['b'] });
	});

	it('of one list stand in their order: the first frame, the last, and what else there is', () => {
		expect(bodyOf(ofTable('prompt!:text image_urls:urls..2'), { firstFrame: source('f'), lastFrame: source('l') }, media)).toHaveProperty('image_urls', ['f', 'l']);
		const many = ofTable('prompt!:text image_urls:urls..7', {}, 'grok-image-to-video');
		expect(bodyOf(many, { firstFrame: source('f'), references: [{ kind: 'image', ...source('a') }] }, media)).toHaveProperty('image_urls', ['f', 'a']);
	});

	it('a model that needs references and takes no frame gets the picture as one, and says so', () => {
		const model = ofTable('prompt!:text image_urls!:urls1..9', {}, 'veo-reference-to-video');
		const fitted = fit(model, aRequest({ firstFrame: source('f') }), { ...media, references: [] });
		expect(fitted).toMatchObject({ problems: [], body: { image_urls: ['f'] } });
		expect(fitted.hints).toEqual([expect.stringContaining('takes images as references only')]);
		expect(problemsOf(ofTable('prompt!:text image_urls:urls', {}, 'veo-reference-to-video'), { firstFrame: source('f') })).toEqual([
			expect.stringContaining('takes no image to begin with'),
		]);
	});
});

describe('Additional Body', () => {
	const model = ofTable('prompt!:text image_url!:url duration:5|10 task!:a|b');

	it('wins over all, and what it holds is not judged', () => {
		const additionalBody = { duration: 99, image_url: 'x', task: 'c', prompt: 'other', extra: { deep: [1] } };
		expect(bodyOf(model, { duration: 3, additionalBody })).toEqual(additionalBody);
	});

	it('takes fields out by null, also what the provider adds', () => {
		const request = aRequest({ additionalBody: { image_url: null, task: null, model: null } });
		const { body, problems } = fit(model, request, undefined, { model: 'a/model', callback_url: 'x' });
		expect(problems).toEqual([]);
		expect(body).toEqual({ prompt: 'A cat playing piano', callback_url: 'x' });
		const other = aRequest({ additionalBody: { ...request.additionalBody, model: 'b', callback_url: 'y' } });
		expect(fit(model, other, undefined, { model: 'a/model', callback_url: 'x' }).body).toMatchObject({ model: 'b', callback_url: 'y' });
	});
});

describe('a model that nobody tells the fields of', () => {
	const unknown = ofTable('prompt:text duration:int quality:text image_urls:urls', { known: false });

	it('gets what was set by the usual names, unjudged, with a hint that says so', () => {
		const request = aRequest({ duration: '7', resolution: '999p', modelFields: { 'a.b': 1, loop: true } });
		const fitted = fit(unknown, request);
		expect(fitted.problems).toEqual([]);
		expect(fitted.body).toEqual({ prompt: 'A cat playing piano', duration: 7, quality: '999p', a: { b: 1 }, loop: true });
		expect(fitted.hints).toEqual([expect.stringContaining("What a/model takes isn't known")]);
	});

	it('is sent no name that would change what an object is', () => {
		const fitted = fit(unknown, aRequest({ modelFields: objectAt(JSON.parse('{"__proto__": 1, "a.__proto__.polluted": 1, "__proto__.polluted": 1}')) }));
		expect(fitted.body).toStrictEqual({ prompt: 'A cat playing piano' });
		expect({}).not.toHaveProperty('polluted');
	});

	it('refuses what has no usual name, and what is no time', () => {
		expect(problemsOf(unknown, { seed: 7 })).toEqual([expect.stringMatching(/no usual name for seed.*Additional Body/)]);
		expect(problemsOf(unknown, { duration: 'long' })).toEqual([expect.stringContaining('change Duration')]);
	});

	it("a known one has no such hint", () => {
		expect(fit(ofTable('prompt!:text'), aRequest()).hints).toEqual([]);
	});
});

describe("EvoLink's rules", () => {
	const problems = (id: string, changes: Partial<VideoRequest>) => problemsOf(modelOf(evoLink, id), changes);
	const body = (id: string, changes: Partial<VideoRequest>) => bodyOf(modelOf(evoLink, id), changes);
	const first = source('https://first');
	const last = source('https://last');
	const image = { kind: 'image', ...source('https://image') } as const;
	const video = { kind: 'video', ...source('https://video') } as const;

	it.each([
		['kling-o3-image-to-video', { image_start: 'https://first' }],
		['kling-v3-image-to-video', { image_start: 'https://first' }],
		['wan2.7-image-to-video', { image_start: 'https://first', generation_mode: 'first_frame' }],
		['wan3.0-image-to-video', { image_start: 'https://first' }],
		['minimax-h3-image-to-video', { image_start: 'https://first' }],
		['veo-3.1-generate-preview', { image_urls: ['https://first'], generation_type: 'FIRST&LAST' }],
		['seedance-2.0-image-to-video', { image_urls: ['https://first'] }],
		['kling-v3-motion-control', null],
	])('%s: the picture is the first frame, by its own field', (id, expected) => {
		if (expected === null) {
			expect(problems(id, { firstFrame: first })).toEqual([expect.stringContaining('needs a video'), expect.stringContaining('model_params.character_orientation')]);
			return;
		}
		expect(body(id, { firstFrame: first })).toEqual({ prompt: 'A cat playing piano', ...expected });
	});

	it('Veo is told which pictures come', () => {
		expect(body('veo-3.1-generate-preview', { firstFrame: first, lastFrame: last })).toMatchObject({ image_urls: ['https://first', 'https://last'], generation_type: 'FIRST&LAST' });
		expect(body('veo3.1-fast-beta', { references: [image] })).toMatchObject({ image_urls: ['https://image'], generation_type: 'REFERENCE', aspect_ratio: '16:9' });
		expect(problems('veo-3.1-generate-preview', { firstFrame: first, references: [image] })).toEqual([expect.stringMatching(/Image Source, or Options > References \(images\), not both/)]);
		expect(problems('veo-3.1-generate-preview', { references: [image], duration: 4 })).toEqual([expect.stringContaining('takes 8 as Duration')]);
		expect(body('veo-3.1-generate-preview', { firstFrame: first, modelFields: { generation_type: 'TEXT' } })).toMatchObject({ generation_type: 'TEXT' });
	});

	it('Wan 2.7 is told which way to begin', () => {
		expect(body('wan2.7-image-to-video', { firstFrame: first, lastFrame: last })).toMatchObject({ generation_mode: 'first_last_frame' });
		expect(body('wan2.7-image-to-video', { references: [video] })).toMatchObject({ generation_mode: 'video_continuation', video_urls: ['https://video'] });
		expect(problems('wan2.7-image-to-video', { firstFrame: first, references: [video] })).toEqual([expect.stringContaining('video_continuation')]);
	});

	it.each<[string, string, Partial<VideoRequest>, RegExp]>([
		['H3 needs one of two frames', 'minimax-h3-image-to-video', {}, /needs one of these: set Image Source or Options > Last Frame/],
		['Seedance 2.5 needs a reference', 'seedance-2.5-reference-to-video', {}, /needs one of these: set Options > References/],
		['Wan 2.7 takes five references', 'wan2.7-reference-video', { references: [image, image, image, video, video, video] }, /at most 5 of/],
		['Hailuo makes 6 s in 1080p', 'MiniMax-Hailuo-2.3', { resolution: '1080p', duration: 10 }, /with Resolution 1080p, MiniMax-Hailuo-2.3 takes 6 as Duration/],
		['a draft has 480p', 'seedance-2.5-text-to-video', { resolution: '1080p', modelFields: { draft: true } }, /takes 480p as Resolution/],
		['a search goes with the filter only', 'seedance-2.0-fast-text-to-video', { modelFields: { content_filter: false, 'model_params.web_search': true } }, /takes false as Model Fields > Web Search \(model_params.web_search\)/],
	])('%s', (_name, id, changes, problem) => {
		expect(problems(id, changes)).toEqual([expect.stringMatching(problem)]);
	});

	it('a draft says 480p by itself, and several shots need no prompt', () => {
		expect(body('seedance-2.5-text-to-video', { modelFields: { draft: true } })).toMatchObject({ draft: true, quality: '480p' });
		const shots = { 'model_params.multi_shot': true, 'model_params.shot_type': 'customize', 'model_params.multi_prompt': '[{"index": 1, "prompt": "x", "duration": "5"}]' };
		expect(body('kling-v3-text-to-video', { prompt: '', modelFields: shots })).toEqual({
			model_params: { multi_shot: true, shot_type: 'customize', multi_prompt: [{ index: 1, prompt: 'x', duration: '5' }] },
		});
	});
});

const models = ['aimlApi', 'evoLink', 'openRouter', 'kie'].flatMap((name) => schemaModels(name).flatMap(({ model }) => (model ? [model] : [])));

describe("a workflow that changes its model", () => {
	it("runs unchanged from AI/ML API's Kling to OpenRouter's Veo, with fields that both take", () => {
		const changes: Partial<VideoRequest> = { firstFrame: source('https://x'), duration: '8', generateAudio: true };
		const kling = models.find(({ id }) => id === 'klingai/video-v3-standard-image-to-video');
		const veo = models.find(({ id }) => id === 'google/veo-3.1-fast');
		if (!kling || !veo) throw new Error('both are known');
		expect(bodyOf(kling, changes)).toEqual({ prompt: 'A cat playing piano', image_url: 'https://x', duration: 8, generate_audio: true });
		expect(bodyOf(veo, changes)).toEqual({
			prompt: 'A cat playing piano',
			frame_images: [{ type: 'image_url', image_url: { url: 'https://x' }, frame_type: 'first_frame' }],
			duration: 8,
			generate_audio: true,
		});
		expect(problemsOf(veo, { ...changes, negativePrompt: 'blur' })).toEqual([expect.stringContaining('google/veo-3.1-fast takes no negative prompt: remove Options > Negative Prompt')]);
	});
});

describe('whatever is asked', () => {
	const text = fc.oneof(fc.string(), fc.constantFrom('16:9', '720p', '8s', 'auto', 'on', '[]', '{}', '__proto__'));
	const from = fc.oneof(fc.record({ source: fc.constant('url' as const), url: text }), fc.record({ source: fc.constant('binary' as const), property: text }));
	const references = fc.array(fc.tuple(from, fc.constantFrom('image' as const, 'video' as const, 'audio' as const)).map(([each, kind]) => ({ ...each, kind })), { maxLength: 4 });
	const names = [...new Set(models.flatMap(({ fields }) => fields.map(({ name }) => name)))];
	const name = fc.oneof(text, fc.constantFrom('__proto__', 'a.__proto__.b', ...names));
	const request = fc.record({
		prompt: text,
		firstFrame: fc.option(from),
		lastFrame: fc.option(from),
		references,
		aspectRatio: fc.option(text),
		resolution: fc.option(text),
		duration: fc.option(fc.oneof(text, fc.double(), fc.integer({ min: -1, max: 30 }))),
		generateAudio: fc.option(fc.boolean()),
		negativePrompt: fc.option(text),
		seed: fc.option(fc.double()),
		modelFields: fc.dictionary(name, fc.oneof(fc.jsonValue(), fc.boolean(), text)),
		additionalBody: fc.dictionary(name, fc.jsonValue()),
	});
	const anyModel = fc.constantFrom(...models, aimlApi.usualModel('a/b'), evoLink.usualModel('veo-9'));
	const runs = { seed: 20261126, numRuns: 1500 };

	it('there is a body and a list of clauses', () => {
		fc.assert(
			fc.property(anyModel, request, (model, changes) => {
				const asked = aRequest({ model: model.id, ...changes });
				const { body, problems, hints } = fit(model, asked, mediaOf(asked));
				expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
				for (const problem of problems) {
					expect(problem).not.toBe('');
					expect(problem.length).toBeLessThan(2000);
				}
				for (const hint of hints) expect(hint).toMatch(/\.$/);
				expect(JSON.stringify({}.constructor.prototype)).toBe('{}');
			}),
			runs,
		);
	});

	it('nothing that the user left alone is sent, but what the model needs or a rule makes of the rest', () => {
		fc.assert(
			fc.property(anyModel, request, (model, changes) => {
				const asked = aRequest({ model: model.id, ...changes, additionalBody: {} });
				const { body } = fit(model, asked, mediaOf(asked));
				const at = (path: readonly string[]) => path.reduce((each: unknown, key) => (typeof each === 'object' && each !== null ? Object.getOwnPropertyDescriptor(each, key)?.value : undefined), body);
				const kinds = asked.references.map(({ kind }) => kind);
				const isSet: Record<string, boolean> = {
					prompt: asked.prompt.trim() !== '',
					firstFrame: asked.firstFrame !== null,
					lastFrame: asked.lastFrame !== null,
					referenceImages: kinds.includes('image') || asked.firstFrame !== null,
					referenceVideos: kinds.includes('video'),
					referenceAudios: kinds.includes('audio'),
					aspectRatio: asked.aspectRatio !== null,
					resolution: asked.resolution !== null,
					size: asked.resolution !== null || asked.aspectRatio !== null,
					duration: asked.duration !== null,
					generateAudio: asked.generateAudio !== null,
					negativePrompt: asked.negativePrompt !== null,
					seed: asked.seed !== null,
				};
				const inRules = JSON.stringify(model.rules ?? []);
				for (const field of model.fields) {
					const set = field.name in asked.modelFields || (field.role !== null && isSet[field.role]);
					const shared = model.fields.some((other) => other !== field && other.path.join('.') === field.path.join('.') && isSet[other.role ?? '']);
					const needed = field.required || field.requiredIn !== undefined || [...(model.variants ?? [])].flat().some((each) => each.name === field.name && each.required);
					const ruled = inRules.includes(JSON.stringify(field.name)) || inRules.includes(JSON.stringify(field.role));
					if (!set && !shared && !needed && !ruled) expect([field.name, at(field.path)]).toEqual([field.name, undefined]);
				}
			}),
			runs,
		);
	});
});
