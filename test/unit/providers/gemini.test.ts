import { findOwnerOfModel } from '../../../nodes/SoraVideo/providers';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { endedWithoutVideo } from '../../../nodes/SoraVideo/providers/endedWithoutVideo';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { gemini } from '../../../nodes/SoraVideo/providers/gemini';
import { aRequest, createBody, createRequest, httpFailure, imageLink, modelOf, problemsOf, read, readFailure } from '../fixtures';
import { awkwardIds } from './documentedModels';

const id = 'v1_ChdpbnRlcmFjdGlvbg';
const model = 'gemini-omni-1.2-flash';
const uri = 'https://generativelanguage.googleapis.com/v1beta/files/abc123:download?alt=media';
const image = { source: 'url', url: imageLink } as const;
const picture = { kind: 'image', ...image } as const;
const created = { id, status: 'queued', model, created: '2026-11-20T12:00:00Z', updated: '2026-11-20T12:00:00Z' };
const video = { type: 'video', mime_type: 'video/mp4', uri };
const output = (...content: object[]) => [{ type: 'model_output', content }];
const completed = { ...created, status: 'completed', steps: output(video), usage: { total_tokens: 46_346 } };
const taskOf = (body: unknown): unknown => Object(body).generation_config?.video_config?.task;

describe('Gemini create', () => {
	it('asks for a link, in the background, and for a callback', () => {
		const asked = { model, duration: 8, resolution: '4K', aspectRatio: '9:16', callbackUrl: 'https://n8n.example.com/webhook/1' };
		expect(createRequest(gemini, asked, imageLink)).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/v1beta/interactions',
			body: {
				model,
				background: true,
				webhook_config: { uris: ['https://n8n.example.com/webhook/1'] },
				input: [{ type: 'text', text: 'A cat playing piano' }, { type: 'image', uri: imageLink }],
				response_format: { type: 'video', delivery: 'uri', resolution: '4k', aspect_ratio: '9:16', duration: '8s' },
				generation_config: { video_config: { task: 'image_to_video' } },
			},
		});
	});

	it('sends data apart from its type', () => {
		const body = createBody(gemini, { model }, 'data:image/png;base64,AAAA');
		expect(body).toHaveProperty('input.1', { type: 'image', mime_type: 'image/png', data: 'AAAA' });
	});

	it('goes on from an earlier video', () => {
		const request = { model, remixOf: id, duration: 10 };
		const body = createBody(gemini, request);
		expect(body).toMatchObject({ previous_interaction_id: id, response_format: { duration: '10s' } });
		expect(taskOf(body)).toBe('extend');
		expect(problemsOf(gemini, aRequest(request))).toEqual([]);
		expect(problemsOf(gemini, aRequest({ ...request, duration: 11 }))).toEqual([expect.stringContaining('3s, 4s')]);
		const edit = { ...request, duration: 11, modelFields: { task: 'edit' } };
		expect(problemsOf(gemini, aRequest(edit))).toEqual([]);
		expect(taskOf(createBody(gemini, edit))).toBe('edit');
	});

	it.each<[string, Parameters<typeof aRequest>[0], string | null]>([
		['text alone', {}, null],
		['a first frame', { firstFrame: image, duration: 15 }, null],
		['both frames', { firstFrame: image, lastFrame: image, duration: 10 }, null],
		['both frames, too long', { firstFrame: image, lastFrame: image, duration: 11 }, 'Options > Last Frame'],
		['a last frame alone', { lastFrame: image }, 'Image Source'],
		['six references', { references: Array.from({ length: 6 }, () => picture) }, null],
		['seven references', { references: Array.from({ length: 7 }, () => picture) }, 'at most 6'],
		['a frame and a reference', { firstFrame: image, references: [picture] }, 'not both'],
		['a seed', { seed: 7 }, 'takes no seed'],
		['a negative prompt', { negativePrompt: 'dogs' }, 'takes no negative prompt'],
		['a choice of sound', { generateAudio: true }, 'takes no choice of sound'],
		['16 seconds', { duration: 16 }, 'not 16'],
		['a square', { aspectRatio: '1:1' }, 'not 1:1'],
		['a callback without TLS', { callbackUrl: 'http://n8n.example.com/' }, 'https'],
	])('%s', (_name, changes, problem) => {
		const problems = problemsOf(gemini, aRequest({ model, ...changes }));
		expect(problems).toEqual(problem === null ? [] : [expect.stringContaining(problem)]);
	});

	it('says what pictures are for', () => {
		const media = { firstFrame: null, lastFrame: null, references: [imageLink] };
		const request = aRequest({ model, references: [picture] });
		expect(taskOf(gemini.writeCreate(request, media, modelOf(gemini, model)).body)).toBe('reference_to_video');
		expect(taskOf(createBody(gemini, { model }))).toBeUndefined();
	});

	it('keeps the link though Additional Body has a format of its own', () => {
		const body = createBody(gemini, { model, additionalBody: { response_format: { duration: '5.5s' }, background: false } });
		expect(body).toMatchObject({ background: false, response_format: { type: 'video', delivery: 'uri', duration: '5.5s' } });
	});

	it('writes seconds in their spelling for a model that nobody told of', () => {
		expect(createBody(gemini, { model: 'gemini-omni-2-flash', duration: 20 })).toHaveProperty('response_format.duration', '20s');
	});
});

describe('Gemini job', () => {
	it.each([
		['queued', 'queued'],
		['in_progress', 'processing'],
		['requires_action', 'processing'],
		['completed', 'completed'],
		['failed', 'failed'],
		['cancelled', 'cancelled'],
		['incomplete', 'failed'],
		['budget_exceeded', 'failed'],
	])('%s is %s', (status, expected) => {
		expect(read(gemini, { ...completed, status })).toMatchObject({ id, model, status: expected, rawStatus: status });
	});

	it('has its video among the steps, for two days', () => {
		expect(read(gemini, completed)).toMatchObject({
			videoUrl: uri,
			videoUrls: [uri],
			expiresAt: '2026-11-22T12:00:00.000Z',
			createdAt: '2026-11-20T12:00:00.000Z',
			usage: { total_tokens: 46_346 },
			failure: null,
		});
		expect(read(gemini, [completed]).videoUrl).toBe(uri);
		expect(read(gemini, { ...completed, steps: undefined, output_video: video }).videoUrl).toBe(uri);
	});

	it.each([
		['https://generativelanguage.googleapis.com/v1beta/files/abc123', uri],
		['https://generativelanguage.googleapis.com/v1beta/files/abc123:download', uri],
		['https://storage.googleapis.com/files/abc123.mp4', 'https://storage.googleapis.com/files/abc123.mp4'],
	])('is the file itself, and not what the Files API says of it: %s', (told, link) => {
		const job = read(gemini, { ...completed, steps: output({ ...video, uri: told }) });
		expect(job).toMatchObject({ videoUrl: link, videoUrls: [link] });
	});

	it('is found behind any number of thoughts, which are no words to the user', () => {
		const thoughts = Array.from({ length: 150 }, () => ({ type: 'thought', content: [{ type: 'text', text: "I can't create dogs" }] }));
		expect(read(gemini, { ...completed, steps: [...thoughts, ...completed.steps] }).videoUrls).toEqual([uri]);
		const without = { ...completed, steps: thoughts };
		expect(endedWithoutVideo(gemini, read(gemini, without), without)?.failure).toMatchObject({ code: 'no_video', category: 'unknown' });
	});

	it('is not what was put in', () => {
		const input = { type: 'user_input', content: [{ type: 'video', uri: 'https://example.com/in.mp4' }, { type: 'text', text: "I can't create" }] };
		expect(read(gemini, { ...completed, steps: [input, ...completed.steps] }).videoUrls).toEqual([uri]);
		const without = { ...completed, steps: [input] };
		expect(endedWithoutVideo(gemini, read(gemini, without), without)?.failure).toMatchObject({ code: 'no_video', category: 'unknown' });
	});

	it.each([
		["I can't create that video. Please try another prompt.", 'moderation'],
		['I’m not able to generate videos of real people.', 'moderation'],
		['Which of the two cats do you mean?', 'unknown'],
	])('that ends with words has failed: %s', (text, category) => {
		const body = { ...completed, steps: output({ type: 'text', text }) };
		const job = endedWithoutVideo(gemini, read(gemini, body), body);
		expect(job).toMatchObject({ status: 'failed', failure: { category, message: expect.stringContaining(text.slice(0, -1)) } });
	});

	it('says why it failed', () => {
		const failed = { ...created, status: 'failed', errors: [{ code: 'internal', message: 'An internal error.' }] };
		expect(readFailure(gemini, failed)).toMatchObject({ code: 'internal', category: 'provider', message: expect.stringContaining('An internal error') });
		expect(readFailure(gemini, { ...created, status: 'budget_exceeded' })).toMatchObject({ category: 'quota', message: expect.stringContaining('budget') });
		expect(readFailure(gemini, { ...created, status: 'incomplete' }).message).toContain('incomplete');
	});

	it.each(awkwardIds)('is asked for by its id: %s', (_name, awkward, encoded) => {
		expect(gemini.writeStatus(awkward)).toEqual({ method: 'GET', base: 'baseUrl', path: `/v1beta/interactions/${encoded}` });
	});
});

describe('Gemini errors', () => {
	const error = (code: number, status: string, message: string, ...details: object[]) => ({ error: { code, status, message, details } });
	const badKey = error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', { reason: 'API_KEY_INVALID' });

	it('a bad key is one, though it comes as a 400, in a list or not', () => {
		expect(gemini.statusOf?.(badKey, 400)).toBe(401);
		expect(gemini.statusOf?.([badKey], 400)).toBe(401);
		expect(gemini.statusOf?.(error(400, 'INVALID_ARGUMENT', 'x'), 400)).toBe(400);
		expect(gemini.statusOf?.({}, 403)).toBe(403);
		expect(httpFailure(gemini, [badKey], 401)).toMatchObject({ code: 'API_KEY_INVALID', category: 'invalidInput' });
	});

	it('an empty account is no rate limit', () => {
		const spent = error(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.');
		const busy = error(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted.', { retryDelay: '37s' });
		expect(httpFailure(gemini, spent, 429)).toMatchObject({ category: 'quota', retryable: false });
		expect(httpFailure(gemini, busy, 429)).toMatchObject({ code: 'RESOURCE_EXHAUSTED', category: 'rateLimit' });
		expect([busy, [busy], spent, 'x'].map((body) => gemini.readRetryAfter?.(body))).toEqual([37, 37, null, null]);
	});

	it('the API has a form of its own', () => {
		expect(httpFailure(gemini, { error: { code: 'invalid_request', message: 'Unknown parameter.' } }, 400)).toMatchObject({ code: 'invalid_request', category: 'invalidInput' });
	});
});

it('Gemini cancels', () => {
	const refusal = (message: string) => ({ error: { code: 'invalid_request', message } });
	expect(gemini.cancel?.write(id)).toEqual({ method: 'POST', base: 'baseUrl', path: `/v1beta/interactions/${id}/cancel` });
	const answers: Array<[unknown, number]> = [
		[{ ...created, status: 'cancelled' }, 200],
		[created, 200],
		[refusal(`Interaction ${id} has already ended and can't be cancelled.`), 400],
		[refusal(`Invalid interaction name: interactions/${id}`), 400],
		[refusal('Only background interactions can be cancelled.'), 400],
		[{}, 500],
	];
	expect(answers.map(([body, status]) => gemini.cancel?.read(body, status))).toEqual(['cancelled', 'requested', 'ended', 'unknownJob', null, null]);
});

it('Gemini tells only that something ended', () => {
	const event = (type: string) => gemini.callbacks?.read({ type, version: 'v1', timestamp: '2026-11-20T12:01:00Z', data: { id } });
	expect(event('interaction.completed')).toEqual({ jobId: id, status: 'completed', job: null });
	expect(event('interaction.failed')?.status).toBe('failed');
	expect(event('interaction.cancelled')?.status).toBe('cancelled');
	expect(event('interaction.requires_action')).toBeNull();
	expect(gemini.callbacks?.read({ type: 'interaction.completed', data: {} })).toBeNull();
	expect(gemini.callbacks?.read('x')).toBeNull();
});

it('Gemini lists its video models page by page', () => {
	const page = { models: ['gemini-3.8-flash', 'gemini-omni-1.2-flash', 'veo-4', 'gemini-embedding-2'].map((name) => ({ name: `models/${name}`, displayName: name })), nextPageToken: 'a b' };
	expect(gemini.modelList?.read(page)).toEqual([{ id: 'gemini-omni-1.2-flash', about: null }, { id: 'veo-4', about: null }]);
	expect(gemini.modelList?.read({ error: {} })).toBeNull();
	expect(gemini.modelList?.readNext?.(page)).toMatchObject({ path: '/v1beta/models?pageSize=1000&pageToken=a%20b' });
	expect(gemini.modelList?.readNext?.({ models: [] })).toBeNull();
});

it("Google's own models are nobody else's there, and not Google's alone elsewhere", () => {
	expect(evoLink.models.map(({ id: known }) => known)).toContain('veo-3.1-generate-preview');
	expect(findOwnerOfModel('veo-3.1-generate-preview', gemini)).toBeUndefined();
	expect(findOwnerOfModel('sora-2-preview', gemini)).toBe(evoLink);
	expect(findOwnerOfModel(model, aimlApi)).toBeUndefined();
});
