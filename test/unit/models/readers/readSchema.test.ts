import fc from 'fast-check';

import { fieldOf } from '../../../../nodes/SoraVideo/models/Model';
import type { Model } from '../../../../nodes/SoraVideo/models/Model';
import { offer, ownFields } from '../../../../nodes/SoraVideo/models/panel';
import { readOpenApi, readSchema } from '../../../../nodes/SoraVideo/models/readers/readSchema';
import { readFile } from '../schemaModels';
import { isObject, objectAt } from '../../../../nodes/SoraVideo/job/read';

/** A model of these properties. */
function of(properties: Record<string, unknown>, more: Record<string, unknown> = {}, id = 'a/model'): Model {
	const model = readSchema({ type: 'object', properties, ...more }, id);
	if (!model) throw new Error('it describes an object');
	return model;
}

/** `role=name` of each field that plays one, with `!` where it is needed. */
function rolesOf({ fields }: Model): string[] {
	return fields.filter(({ role }) => role !== null).map(({ role, name, required }) => `${role}${required ? '!' : ''}=${name}`);
}

const ownNames = (model: Model) => ownFields(model).map(({ name, required }) => `${name}${required ? '!' : ''}`);

describe('documents as providers serve them', () => {
	it.each<[string, string, string, string[], string[]]>([
		['aimlApi/luma__ray-2', 'luma/ray-2', '/v2/video/generations',
			['prompt!=prompt', 'resolution=resolution', 'aspectRatio=aspect_ratio', 'duration=duration', 'firstFrame=keyframes.frame0', 'lastFrame=keyframes.frame1'], ['loop']],
		['aimlApi/runway__act_two', 'runway/act_two', '/v2/video/generations',
			['firstFrame!=character', 'referenceVideos!=reference', 'size=frame_size', 'seed=seed'], ['body_control', 'expression_intensity']],
		['aimlApi/klingai__video-v2-6-pro-image-to-video', 'klingai/video-v2-6-pro-image-to-video', '/v2/video/generations',
			['prompt!=prompt', 'firstFrame!=image_url', 'lastFrame=tail_image_url', 'duration=duration', 'negativePrompt=negative_prompt', 'generateAudio=generate_audio'], []],
		['fal/fal-ai__kling-video__o1__reference-to-video', 'fal-ai/kling-video/o1/reference-to-video', '/fal-ai/kling-video/o1/reference-to-video',
			['prompt!=prompt', 'referenceImages=image_urls', 'duration=duration', 'aspectRatio=aspect_ratio'], ['elements']],
		['fal/fal-ai__veo3.1__image-to-video', 'fal-ai/veo3.1/image-to-video', '/fal-ai/veo3.1/image-to-video',
			['prompt!=prompt', 'aspectRatio=aspect_ratio', 'duration=duration', 'negativePrompt=negative_prompt', 'resolution=resolution', 'generateAudio=generate_audio', 'seed=seed', 'firstFrame!=image_url'], ['auto_fix']],
	])('%s', (file, id, path, roles, own) => {
		const model = readOpenApi(readFile(`raw/${file}`), id, path, { leaveOut: ['model'] });
		if (!model) throw new Error('it has a body');
		expect(rolesOf(model)).toEqual(roles);
		expect(ownNames(model)).toEqual(own);
	});

	it("Replicate: choices stand behind a reference, and fields in the order of `x-order`", () => {
		const answer = readFile('raw/replicate/lightricks__ltx-video');
		const document = objectAt(objectAt(answer.latest_version).openapi_schema);
		const schema = objectAt(objectAt(objectAt(document.components).schemas).Input);
		const model = readSchema(schema, 'lightricks/ltx-video', { root: document });
		expect(model?.fields.map(({ name }) => name)).toEqual(['prompt', 'negative_prompt', 'image', 'image_noise_scale', 'target_size', 'aspect_ratio', 'cfg', 'steps', 'length', 'model', 'seed']);
		expect(model?.fields.find(({ name }) => name === 'length')).toMatchObject({ type: 'integer', values: [97, 129, 161, 193, 225, 257], default: 97 });
		expect(model && offer(model, 'aspectRatio')?.byDefault).toBe('3:2');
	});
});

describe('what schemas write in several ways', () => {
	it.each<[string, unknown, Record<string, unknown>]>([
		['a default in text', { type: 'integer', enum: [5, 10], default: '5' }, { type: 'integer', values: [5, 10], default: 5 }],
		['numbers as texts', { type: 'string', enum: ['5', '10'], default: 5 }, { type: 'string', values: ['5', '10'], default: '5' }],
		['numbers in text of a number', { type: 'integer', enum: ['5', '10'] }, { type: 'integer', values: [5, 10] }],
		['null among the types', { type: ['integer', 'null'], minimum: 3, maximum: 15 }, { type: 'integer', min: 3, max: 15 }],
		['null among the values', { enum: [5, null] }, { type: 'integer', values: [5] }],
		['anyOf with null', { anyOf: [{ type: 'integer', minimum: 3 }, { type: 'null' }], default: null }, { type: 'integer', min: 3 }],
		['anyOf with nullable', { anyOf: [{ type: 'integer', minimum: 3 }, { nullable: true }] }, { type: 'integer', min: 3 }],
		['a number or a word', { anyOf: [{ type: 'integer', minimum: 1, maximum: 15 }, { const: 'auto' }] }, { type: 'integer', min: 1, max: 15, also: ['auto'] }],
		['choices apart', { oneOf: [{ const: 4 }, { const: 8 }] }, { type: 'integer', values: [4, 8] }],
		['whole numbers by a step', { type: 'number', multipleOf: 1 }, { type: 'integer' }],
		['limits that are excluded', { type: 'integer', exclusiveMinimum: 2, exclusiveMaximum: 9 }, { type: 'integer', min: 3, max: 8 }],
		['no type', { default: 24 }, { type: 'integer', default: 24 }],
		['nothing', {}, { type: 'string' }],
	])('%s', (_name, schema, expected) => {
		expect(fieldOf(of({ duration: schema }), 'duration')).toMatchObject(expected);
	});

	it('a reference beside other words, in a document that refers to itself', () => {
		const document = { $defs: { Shape: { enum: ['16:9', '1:1'] }, Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, aspect_ratio: { allOf: [{ $ref: '#/$defs/Shape' }], default: '1:1', title: 'Shape' } } } } };
		const model = readSchema({ $ref: '#/$defs/Node' }, 'a', { root: document });
		expect(model && fieldOf(model, 'aspectRatio')).toMatchObject({ values: ['16:9', '1:1'], default: '1:1', title: 'Shape' });
	});

	it.each(['#/nowhere', 'https://example.com/schema.json', '#/properties/constructor'])('a reference that leads nowhere: %s', (reference) => {
		expect(of({ seed: { type: 'integer' }, other: { $ref: reference } }).fields.map(({ name }) => name)).toEqual(['seed', 'other']);
	});

	it('names that would change what an object is are left out', () => {
		const schema: unknown = JSON.parse('{"type": "object", "properties": {"__proto__": {"type": "string"}, "constructor": {"type": "string"}, "prompt": {"type": "string"}}}');
		expect(readSchema(schema, 'a')?.fields.map(({ name }) => name)).toEqual(['prompt']);
	});

	it('what is needed only within an object', () => {
		const inner = { type: 'object', properties: { x: { type: 'integer' }, y: { type: 'integer' } }, required: ['x'] };
		const model = of({ prompt: { type: 'string' }, always: inner, sometimes: inner }, { required: ['always'] });
		expect(model.fields.map(({ name, required, requiredIn }) => [name, required, requiredIn])).toEqual([
			['prompt', false, undefined],
			['always.x', true, undefined],
			['always.y', false, undefined],
			['sometimes.x', false, 'sometimes'],
			['sometimes.y', false, undefined],
		]);
	});

	it('several kinds of request: what each takes, and what all need', () => {
		const kind = (name: string, more: Record<string, unknown> = {}) => ({ properties: { prompt: { type: 'string' }, [name]: { type: 'string' }, ...more }, required: ['prompt', name], additionalProperties: false });
		const model = readSchema({ oneOf: [kind('image_url', { seed: { type: 'integer' } }), kind('video_url')] }, 'a');
		expect(model && rolesOf(model)).toEqual(['prompt!=prompt', 'firstFrame=image_url', 'seed=seed', 'referenceVideos=video_url']);
		expect(model?.variants?.map((fields) => rolesOf({ id: 'a', known: true, fields }))).toEqual([
			['prompt!=prompt', 'firstFrame!=image_url', 'seed=seed'],
			['prompt!=prompt', 'referenceVideos!=video_url'],
		]);
	});

	it('what is said of several fields together', () => {
		const properties = { image_url: { type: 'string' }, last_image_url: { type: 'string' }, a: { type: 'string' }, b: { type: 'string' } };
		const model = of(properties, {
			anyOf: [{ required: ['image_url'] }, { required: ['last_image_url'] }],
			not: { required: ['a', 'b'] },
			dependentRequired: { a: ['image_url'] },
		});
		expect(model.rules).toEqual([
			{ kind: 'atLeastOne', fields: ['image_url', 'last_image_url'] },
			{ kind: 'notTogether', groups: [['a'], ['b']] },
			{ kind: 'onlyWith', field: 'a', needs: 'image_url' },
		]);
	});
});

const link = { type: 'string', format: 'uri' };
const links = (maxItems?: number) => ({ type: 'array', items: link, ...(maxItems !== undefined && { maxItems }) });

describe('roles', () => {
	it.each<[string, Record<string, unknown>, string, string[]]>([
		['its own field goes before a list', { image_start: link, image_urls: links() }, 'kling-v3', ['firstFrame=image_start', 'referenceImages=image_urls']],
		['a list of one', { image_urls: links(1) }, 'happyhorse-image-to-video', ['firstFrame=image_urls']],
		['a list of two', { image_urls: links(2) }, 'seedance-image-to-video', ['firstFrame=image_urls', 'lastFrame=image_urls']],
		['a list of many', { image_urls: links(7) }, 'grok-image-to-video', ['firstFrame=image_urls', 'referenceImages=image_urls']],
		['a list of a model of references', { image_urls: links(7) }, 'grok-reference-to-video', ['referenceImages=image_urls']],
		['a list beside a video that is edited', { image_urls: links(4), video_url: link }, 'kling-o9', ['referenceImages=image_urls', 'referenceVideos=video_url']],
		['a tail is a last frame', { image_url: link, tail_image_url: link }, 'kling', ['firstFrame=image_url', 'lastFrame=tail_image_url']],
		['words in one, as Kie writes them', { imageUrl: link, aspectRatio: { enum: ['16:9'] } }, 'runway', ['firstFrame=imageUrl', 'aspectRatio=aspectRatio']],
		['sound as on or off', { sound: { enum: ['on', 'off'] } }, 'kling', ['generateAudio=sound']],
		['sound as a choice of sounds is none', { sound: { enum: ['rain', 'wind', 'sea'] } }, 'a', []],
		['audio that is a sound', { audio: link }, 'a', ['referenceAudios=audio']],
		['audio that is a switch', { audio: { type: 'boolean' } }, 'vidu', ['generateAudio=audio']],
		['quality of resolutions', { quality: { enum: ['480p', '4k'] } }, 'a', ['resolution=quality']],
		['quality of grades', { quality: { enum: ['standard', 'high'] } }, 'sora', ['resolution=quality']],
		['quality of something else', { quality: { enum: ['draft', 'final'] } }, 'a', []],
		['mode of resolutions', { mode: { enum: ['std', 'pro', '4K'] } }, 'kling', ['resolution=mode']],
		['mode of something else', { mode: { enum: ['fun', 'normal', 'spicy'] } }, 'grok', []],
		['sizes', { size: { enum: ['1280*720', '720*1280'] } }, 'wan', ['size=size']],
		['sizes beside a resolution', { size: { enum: ['1280x720'] }, resolution: { enum: ['720p'] } }, 'a', ['resolution=resolution']],
		['shapes by name', { video_size: { enum: ['auto', 'landscape_16_9', 'square'] } }, 'ltx', ['aspectRatio=video_size']],
		['an envelope', { response_format: { type: 'object', properties: { duration: { type: 'string', pattern: '^\\d+s$' } } } }, 'gemini', ['duration=response_format.duration']],
		['another object', { voice: { type: 'object', properties: { duration: { type: 'string' } } } }, 'a', []],
	])('%s', (_name, properties, id, roles) => {
		expect(rolesOf(of(properties, {}, id))).toEqual(roles);
	});

	it('what is needed goes before what is not', () => {
		const properties = { video_urls: links(), video_url: link };
		expect(rolesOf(of(properties))).toEqual(['referenceVideos=video_urls']);
		expect(rolesOf(of(properties, { required: ['video_url'] }))).toEqual(['referenceVideos!=video_url']);
	});

	it.each<[string, unknown, unknown]>([
		['alone', link, { inList: false }],
		['one or several', { anyOf: [link, links()] }, { inList: false }],
		['in an object', { type: 'object', properties: { url: link }, required: ['url'] }, { inList: false, entry: { url: '{value}' } }],
		['in an object that says what it is', { oneOf: [{ properties: { type: { enum: ['video'] }, url: link } }, { properties: { type: { enum: ['image'] }, url: link } }] }, { inList: false, entry: { type: 'image', url: '{value}' } }],
		['deep in a list', { type: 'array', items: { properties: { type: { enum: ['image_url', 'video_url'] }, image_url: { properties: { url: link } } } } }, { inList: true, entry: { type: 'image_url', image_url: { url: '{value}' } } }],
		['in an object that needs more', { type: 'object', properties: { url: link, weight: { type: 'number' } }, required: ['url', 'weight'] }, undefined],
		['a choice of files', { type: 'string', enum: ['a.png'] }, undefined],
	])('a picture %s', (_name, schema, form) => {
		expect(fieldOf(of({ image: schema }), 'firstFrame')?.form).toEqual(form);
	});

	it('a field that tells what comes', () => {
		const model = of({ imageUrls: links(3), generationType: { enum: ['TEXT_2_VIDEO', 'FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO'] } }, {}, 'veo3');
		expect(rolesOf(model)).toEqual(['firstFrame=imageUrls', 'lastFrame=imageUrls', 'referenceImages=imageUrls']);
		expect(model.rules).toContainEqual({
			kind: 'tells',
			field: 'generationType',
			cases: [
				{ roles: ['referenceImages'], value: 'REFERENCE_2_VIDEO' },
				{ roles: ['lastFrame'], value: 'FIRST_AND_LAST_FRAMES_2_VIDEO' },
				{ roles: ['firstFrame'], value: 'FIRST_AND_LAST_FRAMES_2_VIDEO' },
			],
		});
	});
});

describe('whatever comes', () => {
	const runs = { seed: 20261126, numRuns: 500 };
	const word = fc.constantFrom('object', 'array', 'string', 'integer', 'null', 'image_url', 'prompt', 'duration', 'quality', '720p', '16:9', 'on', '#', '#/properties/a', '__proto__', 'size', '5');
	const { schema } = fc.letrec((tie) => ({
		schema: fc.oneof(
			{ depthSize: 'small', withCrossShrink: true },
			fc.jsonValue(),
			fc.record(
				{
					type: fc.oneof(word, fc.array(word)),
					properties: fc.dictionary(word, tie('schema'), { maxKeys: 4 }),
					required: fc.oneof(fc.array(word), fc.jsonValue()),
					items: tie('schema'),
					anyOf: fc.oneof(fc.array(tie('schema'), { maxLength: 3 }), fc.jsonValue()),
					oneOf: fc.array(tie('schema'), { maxLength: 3 }),
					allOf: fc.array(tie('schema'), { maxLength: 2 }),
					enum: fc.oneof(fc.array(fc.oneof(word, fc.integer(), fc.constant(null))), fc.jsonValue()),
					default: fc.oneof(word, fc.jsonValue()),
					minimum: fc.oneof(fc.double(), word),
					maxItems: fc.oneof(fc.integer(), word),
					nullable: fc.boolean(),
					$ref: word,
					not: tie('schema'),
				},
				{ requiredKeys: [] },
			),
		),
	}));

	it('is read as a model, or as none', () => {
		fc.assert(
			fc.property(schema, (any) => {
				const model = readSchema(any, 'any');
				if (model === null) return;
				for (const field of [...model.fields, ...(model.variants ?? []).flat()]) {
					expect(field.path.length).toBeGreaterThan(0);
					expect(field.name).toBe(field.path.join('.'));
				}
				expect(new Set(ownFields(model).map(({ name }) => name)).size).toBe(ownFields(model).length);
				for (const role of ['aspectRatio', 'resolution', 'duration'] as const) offer(model, role);
			}),
			runs,
		);
	});

	it('a document of any form has a body, or none', () => {
		const document = fc.oneof(fc.jsonValue(), fc.record({ paths: fc.dictionary(fc.string(), fc.record({ post: fc.oneof(fc.jsonValue(), fc.record({ requestBody: fc.record({ content: fc.dictionary(fc.string(), fc.record({ schema })) }) })) })) }));
		fc.assert(
			fc.property(document, (any) => {
				const model = readOpenApi(any, 'any', '/v2/video/generations');
				expect(model === null || model.known).toBe(true);
			}),
			{ ...runs, numRuns: 200 },
		);
	});

	it('a schema that refers to itself in every way comes to an end', () => {
		const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
		const self = { $ref: '#' };
		const any = { type: 'object', properties: Object.fromEntries(names.map((name) => [name, self])), allOf: [self, self], anyOf: [self, self, self], oneOf: [self, self] };
		expect(readSchema(any, 'any')?.fields.length).toBeGreaterThan(0);
	});

	it('a schema of any depth comes to an end', () => {
		const deep = (key: string) => JSON.parse(`${`{"type":"object","${key}":`.repeat(20_000)}{}${'}'.repeat(20_000)}`) as unknown;
		for (const key of ['items', 'not']) expect(readSchema(deep(key), 'any')).toBeNull();
		const nested: unknown = JSON.parse(`${'{"properties":{"a":'.repeat(20_000)}{}${'}}'.repeat(20_000)}`);
		const model = readSchema(nested, 'any');
		expect(isObject(nested) && model?.fields).toHaveLength(1);
	});
});
