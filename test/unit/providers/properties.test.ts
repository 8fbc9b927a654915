import fc from 'fast-check';

import { describeFailure } from '../../../nodes/SoraVideo/job/failure';
import { providers } from '../../../nodes/SoraVideo/providers';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';
import { aRequest, categories, jobKeys, modelOf, problemsOf, statuses } from '../fixtures';

const rows = providers.map((provider): [string, Provider] => [provider.id, provider]);
/** An id of the provider's form that ends as given. */
function jobIdOf({ checkJobId }: Pick<Provider, 'checkJobId'>, end: string): string {
	const beginnings = ['', 'fal-ai/veo3.1/requests/'];
	return (beginnings.find((beginning) => checkJobId(`${beginning}x`) === null) ?? '') + end;
}

const runs = { seed: 20261120, numRuns: 1000 };

const words = fc.constantFrom(
	'queued',
	'pending',
	'in_progress',
	'completed',
	'FAILED',
	'error',
	'cancelled',
	'request_cancelled',
	'content_policy_violation',
	'constructor',
	'__proto__',
	'14001095',
	'https://cdn.example/1.mp4',
	'video',
	'image',
	'2026-11-20T12:00:00Z',
	'Infinity',
	'1e999',
);
const numbers = fc.oneof(
	fc.constantFrom(0, -0, 1, 0.5, 100, -1, 14001095, 1757169743, 1757169743000, 8.64e12, 8.64e15, 1e308),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const value = fc.oneof(words, numbers, fc.string(), fc.jsonValue(), fc.constant(null), fc.boolean());

/** Fields that the documents name, holding anything, to any depth that they nest. */
function fields(names: string[], inner: fc.Arbitrary<unknown>) {
	return fc.record(Object.fromEntries(names.map((name) => [name, inner])), { requiredKeys: [] });
}

const error = fc.oneof(value, fields(['code', 'name', 'message', 'error_message', 'type'], value));
const content = fc.oneof(value, fields(['type', 'url'], value));
const output = fc.oneof(value, fields(['content'], fc.oneof(value, fc.array(content))));
const inner = fc.oneof(
	value,
	error,
	fields(['url', 'usage', 'code', 'message', 'error_code', 'file_url'], value),
	fc.array(fc.oneof(value, output, fields(['url', 'video_url'], value))),
);
const jobLike = fields(
	[
		'id',
		'generation_id',
		'task_id',
		'status',
		'model',
		'progress',
		'created',
		'created_at',
		'results',
		'result_data',
		'output',
		'video',
		'url',
		'urls',
		'unsigned_urls',
		'data',
		'metadata',
		'error',
		'usage',
		'meta',
		'message',
		'title',
		'msg',
		'code',
	],
	inner,
);
const plausible = fc.record(
	{
		id: fc.constantFrom('task-unified-1', 'video_1:openai/sora-2-t2v', 7),
		status: words,
		created: numbers,
		created_at: numbers,
		results: fc.array(words),
		video: fields(['url'], words),
		output: fc.array(fields(['content'], fc.array(fields(['type', 'url'], words)))),
		error,
		progress: value,
	},
	{ requiredKeys: ['id', 'status'] },
);
const body = fc.oneof(fc.jsonValue(), jobLike, plausible);
const text = fc.oneof(fc.string(), words);
const known = fc.record(
	{ id: text, model: text, createdAt: fc.constant('2026-11-20T12:00:00.000Z') },
	{ requiredKeys: [] },
);

/** Quicker than Jest's, which would take most of the time. */
function check(holds: boolean, what: string, value: unknown): void {
	if (!holds) throw new Error(`Not so: ${what}, of ${JSON.stringify(value)}`);
}

function hasKeys(value: object, keys: readonly string[]): boolean {
	return Object.keys(value).sort().join() === [...keys].sort().join();
}

describe.each(rows)('%s, whatever comes', (_name, provider) => {
	it('readJob gives null or exactly the item that the README shows', () => {
		fc.assert(
			fc.property(body, known, (received, knownOfJob) => {
				const job = provider.readJob(received, knownOfJob);
				if (job === null) return;
				check(hasKeys(job, jobKeys), 'its keys', job);
				check(job.provider === provider.id && typeof job.id === 'string' && job.id.trim() !== '', 'it has an id', job);
				check(statuses.includes(job.status), 'its status is one of the five', job);
				check([job.model, job.rawStatus].every((field) => field === null || typeof field === 'string'), 'texts', job);
				check(job.progress === null || (job.progress >= 0 && job.progress <= 100), 'percent', job);
				check(job.videoUrls.every((url) => /^https?:\/\//i.test(url)) && job.videoUrl === (job.videoUrls[0] ?? null), 'links', job);
				check([job.createdAt, job.expiresAt].every((time) => time === null || new Date(time).toISOString() === time), 'times', job);
				check(job.usage === null || (typeof job.usage === 'object' && !Array.isArray(job.usage)), 'usage is an object', job);
				check((job.failure !== null) === (job.status === 'failed' || job.status === 'cancelled'), 'a failure where it failed', job);
				const { failure } = job;
				if (failure === null) return;
				check(hasKeys(failure, ['category', 'code', 'message', 'retryable']), "the failure's keys", job);
				check(categories.includes(failure.category) && typeof failure.retryable === 'boolean', 'its category', job);
				check(typeof failure.code === 'string' && failure.code !== '', 'its code', job);
				check([provider.displayName, job.id].every((part) => failure.message.includes(part)) && failure.message.endsWith('.'), 'its sentence', job);
			}),
			runs,
		);
	});

	it('reading the same body again gives the same, and leaves the body alone', () => {
		fc.assert(
			fc.property(plausible, known, (received, knownOfJob) => {
				fc.pre(Math.abs(received.created ?? 0) < 8e15);
				const before = JSON.stringify(received);
				const first = provider.readJob(received, knownOfJob);
				expect(provider.readJob(received, knownOfJob)).toEqual(first);
				expect(JSON.stringify(received)).toBe(before);
			}),
			{ ...runs, numRuns: 500 },
		);
	});

	it('readError never throws and gives text or null', () => {
		fc.assert(
			fc.property(fc.oneof(body, text), fc.integer({ min: 100, max: 599 }), (received, status) => {
				const { code, message, category } = provider.readError(received, status);
				for (const field of [code, message]) {
					if (field !== null) expect(typeof field).toBe('string');
				}
				if (category !== undefined) expect(categories).toContain(category);
				const failure = describeFailure('subject', { code, message, category }, status);
				expect(categories).toContain(failure.category);
			}),
			runs,
		);
	});

	it('checkRequest never throws and gives texts', () => {
		const source = fc.oneof(
			fc.record({ source: fc.constant('url' as const), url: fc.oneof(text, fc.webUrl()) }),
			fc.record({ source: fc.constant('binary' as const), property: text }),
		);
		const request = fc.record({
			model: fc.oneof(text, fc.constantFrom('some-model', ...provider.models.map(({ id }) => id))),
			prompt: text,
			firstFrame: fc.option(source),
			lastFrame: fc.option(source),
			references: fc.array(fc.tuple(source, fc.constantFrom('image' as const, 'video' as const, 'audio' as const)).map(([from, kind]) => ({ ...from, kind })), { maxLength: 3 }),
			aspectRatio: fc.option(fc.oneof(text, fc.constantFrom('16:9', '9:16'))),
			resolution: fc.option(fc.oneof(text, fc.constantFrom('720p', '1080p'))),
			duration: fc.option(fc.oneof(text, fc.double(), fc.constantFrom(4, '8s', 'auto'))),
			generateAudio: fc.option(fc.boolean()),
			negativePrompt: fc.option(text),
			seed: fc.option(fc.double()),
			modelFields: fc.dictionary(text, fc.jsonValue()),
			remixOf: fc.option(text),
			callbackUrl: fc.option(fc.oneof(text, fc.webUrl())),
			additionalBody: fc.dictionary(text, fc.jsonValue()),
		});
		fc.assert(
			fc.property(request, (asked) => {
				for (const problem of problemsOf(provider, asked)) {
					expect(typeof problem).toBe('string');
					expect(problem).not.toBe('');
				}
			}),
			{ ...runs, numRuns: 500 },
		);
	});

	it('checkJobId never throws', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (id) => {
				const problem = provider.checkJobId(id);
				if (problem !== null) expect(problem).not.toBe('');
			}),
			runs,
		);
	});

	it('a status request for any id of its form names that id and nothing else', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
				const { path } = provider.writeStatus(jobIdOf(provider, id));
				const known = provider.writeStatus(jobIdOf(provider, 'KNOWN')).path;
				expect(path).toBe(known.replace('KNOWN', () => encodeURIComponent(id)));
			}),
			runs,
		);
	});

	it.each([
		['a dot', '.'],
		['two dots, which climb in a URL', '..'],
		['half a surrogate pair, which can not be encoded', '\ud800'],
	])('an id that can not stand in a URL is refused, or asked for all the same: %s', (_case, part) => {
		const id = jobIdOf(provider, part);
		if (provider.checkJobId(id) !== null) return;
		const { path } = provider.writeStatus(id);
		const { pathname, search } = new URL(path, 'https://provider.example');
		expect(pathname + search).toBe(path);
	});

	it('half a surrogate pair in an id, a link or a token of an answer throws nowhere', () => {
		const half = 'a/\ud800';
		const request = aRequest({ model: half, callbackUrl: `https://n8n.example/${half}`, remixOf: half });
		const create = provider.writeCreate(request, { firstFrame: null, lastFrame: null, references: [] }, modelOf(provider, half));
		provider.modelSource?.request(half);
		provider.prices?.request(create, half);
		provider.modelList?.readNext?.({ nextPageToken: half, next_cursor: half, has_more: true, next: half, data: [], models: [] });
		const id = jobIdOf(provider, '\ud800');
		const paths = [create, provider.writeStatus(id), provider.result?.write(id), provider.cancel?.write(id), provider.writeContent?.(id, 0)];
		for (const request of paths) expect(/\p{Surrogate}/u.test(request?.path ?? '')).toBe(false);
	});

	it('an estimate is a finite number or null', () => {
		fc.assert(
			fc.property(fc.oneof(body, fields(['task_info'], fields(['estimated_time'], value))), (received) => {
				const seconds = provider.readEstimate?.(received) ?? null;
				if (seconds !== null) expect(Number.isFinite(seconds)).toBe(true);
			}),
			{ ...runs, numRuns: 500 },
		);
	});

	it('an upload answer of any form gives a link or null', () => {
		fc.assert(
			fc.property(fc.oneof(body, fields(['data'], fields(['file_url'], value))), (received) => {
				const link = provider.upload?.readLink(received) ?? null;
				if (link !== null) expect(link).toMatch(/^https?:\/\//i);
			}),
			{ ...runs, numRuns: 500 },
		);
	});

	it('a callback of any form gives null, or a claim of a job that has an id', () => {
		const type = fc.constantFrom('video.completed', 'video.generation.failed', 'video.generation.x', 7, null);
		const event = fc.record({ type, data: body }, { requiredKeys: [] });
		fc.assert(
			fc.property(fc.oneof(body, event), (received) => {
				const claim = provider.callbacks?.read(received) ?? null;
				if (claim === null) return;
				expect(claim.jobId.trim()).not.toBe('');
				expect(statuses).toContain(claim.status);
				if (claim.job !== null) expect(claim.job).toMatchObject({ id: claim.jobId, status: claim.status });
			}),
			runs,
		);
	});

	it('a callback with long rows of blanks is looked through once', () => {
		const blanks = `${' '.repeat(500_000)}x`;
		const job = { id: 'a', task_id: 'a', status: blanks, state: blanks, type: blanks, progress: blanks, created_at: blanks, message: blanks };
		for (const body of [job, { ...job, data: job, payload: job }]) {
			provider.callbacks?.read(body, 'model');
			provider.readJob(body, {});
			provider.readError(body, 400);
		}
	});

	it('a model list of any form gives null, or models that have ids', () => {
		const limits = fields(['id', 'name', 'supported_durations', 'supported_resolutions', 'supported_aspect_ratios'], value);
		const list = fields(['data'], fc.array(fc.oneof(value, limits)));
		fc.assert(
			fc.property(fc.oneof(body, list), (received) => {
				for (const model of provider.modelList?.read(received) ?? []) expect(model.id.trim()).not.toBe('');
			}),
			runs,
		);
	});

	it('a base URL of any form is completed once', () => {
		fc.assert(
			fc.property(fc.oneof(text, fc.webUrl({ withQueryParameters: false })), (url) => {
				const once = provider.completeBaseUrl?.(url) ?? url;
				expect(provider.completeBaseUrl?.(once) ?? once).toBe(once);
			}),
			runs,
		);
	});
});
