import fc from 'fast-check';

import { objectAt } from '../../../../nodes/SoraVideo/job/read';
import type { VideoRequest } from '../../../../nodes/SoraVideo/job/VideoRequest';
import { fit } from '../../../../nodes/SoraVideo/models/fitting/fit';
import type { Model } from '../../../../nodes/SoraVideo/models/Model';
import { fullestRequest, leastRequest, mediaOf, schemaModels, strictValidator } from '../schemaModels';
import type { SchemaModel } from '../schemaModels';

// Requests as users make them, right and wrong, for the models whose schemas are public: each has a problem
// that is named, or a body that the schema takes. OpenRouter's list doesn't tell which kinds of references a
// model takes, so its models aren't among them.

type Row = SchemaModel & { model: Model };
const hasModel = (row: SchemaModel): row is Row => row.model !== null;
const rows = ['aimlApi', 'evoLink', 'geminiOmni', 'fal', 'kie', 'replicate', 'wavespeed'].flatMap(schemaModels).filter(hasModel);
const validators = new Map<Row, ReturnType<typeof strictValidator>>();

function problemsOfBody(row: Row, body: unknown): unknown {
	const validate = validators.get(row) ?? strictValidator(row.schema);
	validators.set(row, validate);
	return validate(body) ? null : validate.errors?.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

const link = fc.constantFrom('https://example.com/a.png', 'https://example.com/b.mp4').map((url) => ({ source: 'url' as const, url }));
const kind = fc.constantFrom('image' as const, 'video' as const, 'audio' as const);

/** What a user may put into Model Fields: mostly what the field takes, in whatever type. */
function valueFor({ values = [], also = [], min = 0, max = 100, type }: Model['fields'][number]): fc.Arbitrary<unknown> {
	const taken = [...values, ...also];
	return fc.oneof(
		taken.length > 0 ? fc.constantFrom(...taken, ...taken.map(String)) : fc.integer({ min: Math.ceil(min), max: Math.max(Math.ceil(min), Math.floor(max)) }),
		type === 'boolean' ? fc.constantFrom<unknown>(true, 'false', 'on') : fc.constantFrom<unknown>('a text', 7, '7', 0.5, '', null, '[]', '["a"]'),
	);
}

function requestFor(row: Row): fc.Arbitrary<VideoRequest> {
	const { model } = row;
	const of = (role: string, ...usual: Array<string | number>) => {
		const values = model.fields.filter((field) => field.role === role).flatMap((field) => [...(field.values ?? []), ...(field.also ?? [])]);
		return fc.option(fc.constantFrom(...values.filter((value) => typeof value !== 'boolean'), ...usual));
	};
	const own = model.fields.filter(({ role, type }) => role === null && type !== 'object' && type !== 'array');
	const text = (value: string | number | null) => (value === null ? null : String(value));
	const references = fc.array(fc.tuple(link, kind).map(([from, what]) => ({ ...from, kind: what })), { maxLength: 3 });
	const changes: Array<fc.Arbitrary<Partial<VideoRequest>>> = [
		fc.constantFrom('', 'A paper boat on a calm lake', 'x'.repeat(3000)).map((prompt) => ({ prompt })),
		fc.option(link).map((firstFrame) => ({ firstFrame })),
		fc.option(link).map((lastFrame) => ({ lastFrame })),
		references.map((each) => ({ references: each })),
		of('aspectRatio', '16:9', '9:16', 'auto').map((value) => ({ aspectRatio: text(value) })),
		of('resolution', '720p', '1080', '4K').map((value) => ({ resolution: text(value) })),
		of('duration', 5, '8s', 'auto', 2.5, 90).map((duration) => ({ duration })),
		fc.option(fc.boolean()).map((generateAudio) => ({ generateAudio })),
		fc.option(fc.constant('blurry')).map((negativePrompt) => ({ negativePrompt })),
		fc.option(fc.constantFrom(7, 0, 2 ** 32)).map((seed) => ({ seed })),
		...own.map((field) => valueFor(field).map((value) => ({ modelFields: objectAt({ [field.name]: value }) }))),
	];
	// A good request first: one that is wrong in one thing says nothing of the others.
	return fc.tuple(fc.constantFrom(leastRequest, fullestRequest), fc.array(fc.oneof(...changes), { maxLength: 2 })).map(([make, all]) =>
		all.reduce<VideoRequest>((request, change) => ({ ...request, ...change, modelFields: { ...request.modelFields, ...change.modelFields } }), make(row)),
	);
}

const asked = fc.constantFrom(...rows).chain((row) => fc.tuple(fc.constant(row), requestFor(row)));
const runs = { seed: 20261126, numRuns: 700 };

it('a request has a problem that is named, or a body that its schema takes', () => {
	fc.assert(
		fc.property(asked, ([row, request]) => {
			const { problems } = fit(row.model, request);
			if (problems.length > 0) return;
			const body = row.write(request, mediaOf(request));
			const wrong = problemsOfBody(row, body);
			if (wrong !== null) throw new Error(`${row.id} doesn't take ${JSON.stringify(body)}: ${JSON.stringify(wrong)}`);
		}),
		runs,
	);
});

it('the same request is fitted in the same way, and is left as it was', () => {
	fc.assert(
		fc.property(asked, ([row, request]) => {
			const before = JSON.stringify(request);
			const first = JSON.stringify(fit(row.model, request, mediaOf(request)));
			if (JSON.stringify(fit(row.model, request, mediaOf(request))) !== first || JSON.stringify(request) !== before) throw new Error(first);
		}),
		{ ...runs, numRuns: 500 },
	);
});
