import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import type { Model } from '../../../nodes/SoraVideo/models/Model';
import { offer, ownFields } from '../../../nodes/SoraVideo/models/panel';
import { replicate } from '../../../nodes/SoraVideo/providers/replicate';
import { documentsIn } from '../../sandbox/modelSchemas';
import { aRequest, aVideoJob, createRequest, httpFailure, imageLink, problemsOf, read, readFailure } from '../fixtures';
import { awkwardIds } from './documentedModels';

const id = 'rrr4z55ocneqzikepnug6xezpe';
const version = '5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa';
const video = 'https://replicate.delivery/xezq/1.mp4';
const urls = { get: `https://api.replicate.com/v1/predictions/${id}`, cancel: `https://api.replicate.com/v1/predictions/${id}/cancel`, web: `https://replicate.com/p/${id}` };

/** The reference's answers. */
const created = { id, model: 'google/veo-3.1', version: 'hidden', input: { prompt: 'a cat', image: 'https://example.com/a.png' }, logs: '', output: null, data_removed: false, error: null, source: 'api', status: 'starting', created_at: '2026-11-20T12:00:00.000Z', urls };
const completed = { ...created, status: 'succeeded', output: video, completed_at: '2026-11-20T12:01:00.000Z', metrics: { predict_time: 54.2, total_time: 60 } };

function bodyOf(model: string, changes: Partial<VideoRequest> = {}, known?: Model) {
	const { path, body } = replicate.writeCreate(aRequest({ model, ...changes }), { firstFrame: null, lastFrame: null, references: [] }, known ?? replicate.usualModel(model));
	return { path, body };
}

describe('Replicate create', () => {
	it('is the example of the reference', () => {
		const asked = { model: 'google/veo-3.1', duration: 8, resolution: '720p', aspectRatio: '9:16', callbackUrl: 'https://n8n.example.com/webhook/1' };
		expect(createRequest(replicate, asked, imageLink)).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/models/google/veo-3.1/predictions',
			body: {
				input: { prompt: 'A cat playing piano', duration: 8, resolution: '720p', aspect_ratio: '9:16', image: imageLink },
				webhook: 'https://n8n.example.com/webhook/1',
				webhook_events_filter: ['completed'],
			},
		});
	});

	it.each([
		['an official model', 'google/veo-3.1', '/models/google/veo-3.1/predictions', undefined],
		['a version of a model', `lightricks/ltx-video:${version}`, '/predictions', version],
		['a version alone', version, '/predictions', version],
		['a name that a path would misread', 'a b/c?d', '/models/a%20b/c%3Fd/predictions', undefined],
	])('%s: %s', (_name, model, path, sent) => {
		expect(bodyOf(model)).toStrictEqual({ path, body: { ...(sent && { version: sent }), input: { prompt: 'A cat playing piano' } } });
	});

	it('a model of the community is asked for by its newest version, and one that Replicate runs by its name', () => {
		const told = Object(documentsIn('replicate')['lightricks__ltx-video']);
		const model = (more: object) => replicate.modelSource?.read({ ...told, ...more }, 'lightricks/ltx-video') ?? undefined;
		const newest = String(Object(told.latest_version).id);
		expect(bodyOf('lightricks/ltx-video', {}, model({ is_official: false }))).toMatchObject({ path: '/predictions', body: { version: newest } });
		for (const isOfficial of [{ is_official: true }, { is_official: undefined }]) {
			expect(bodyOf('lightricks/ltx-video', {}, model(isOfficial)).path).toBe('/models/lightricks/ltx-video/predictions');
		}
		expect(bodyOf(`lightricks/ltx-video:${version}`, {}, model({ is_official: false })).body).toHaveProperty('version', version);
	});

	it('additional fields go to the input, or beside it, and null takes one out', () => {
		const additionalBody = { seed: 7, aspect_ratio: null, stream: false, webhook_events_filter: ['start', 'completed'] };
		expect(bodyOf('a/b', { aspectRatio: '16:9', additionalBody }).body).toStrictEqual({
			input: { prompt: 'A cat playing piano', seed: 7 },
			stream: false,
			webhook_events_filter: ['start', 'completed'],
		});
	});

	it('remixes nothing', () => {
		expect(problemsOf(replicate, aRequest({ remixOf: id })).join()).toContain("Replicate can't remix");
	});

	it.each([
		['https://n8n.example.com/webhook/1', 0],
		[`https://n8n.example.com/webhook/${'1'.repeat(5_000)}`, 0],
		['http://n8n.example.com/webhook/1', 1],
		['https://localhost/webhook/1', 1],
	])('callback URL %s has %i problems', (url, count) => {
		expect(replicate.callbacks?.checkUrl?.(url)).toHaveLength(count);
	});
});

describe('Replicate status and cancel requests', () => {
	it.each([['sample', id, id] as const, ...awkwardIds])('%s', (_name, jobId, encoded) => {
		expect(replicate.writeStatus(jobId)).toStrictEqual({ method: 'GET', base: 'baseUrl', path: `/predictions/${encoded}` });
		expect(replicate.cancel?.write(jobId)).toStrictEqual({ method: 'POST', base: 'baseUrl', path: `/predictions/${encoded}/cancel` });
	});

	it.each([
		['canceled', 200, 'cancelled'],
		['aborted', 200, 'cancelled'],
		['starting', 200, 'requested'],
		['processing', 200, 'requested'],
		['succeeded', 200, 'ended'],
		['failed', 200, 'ended'],
		['succeeded', 404, 'unknownJob'],
		['canceled', 500, null],
	])('%s with HTTP %i is %s', (status, httpStatus, answer) => {
		expect(replicate.cancel?.read({ ...created, status }, httpStatus)).toBe(answer);
	});

	it('an answer that is no job says nothing', () => {
		expect(replicate.cancel?.read('<html>', 200)).toBeNull();
	});
});

describe('Replicate readJob', () => {
	it('reads the answer to a create', () => {
		expect(read(replicate, created)).toStrictEqual(aVideoJob({
			provider: 'replicate',
			id,
			model: 'google/veo-3.1',
			status: 'queued',
			rawStatus: 'starting',
			createdAt: '2026-11-20T12:00:00.000Z',
		}));
	});

	it.each([
		['a link', video, [video]],
		['a list', [video, 'https://replicate.delivery/xezq/2.mp4'], [video, 'https://replicate.delivery/xezq/2.mp4']],
		['a video beside a picture', ['https://replicate.delivery/xezq/1.png', video], [video]],
		['an object', { video, cover: 'https://replicate.delivery/xezq/1.png' }, [video]],
	])('reads a completed job whose output is %s', (_name, output, videoUrls) => {
		expect(read(replicate, { ...completed, output })).toMatchObject({
			status: 'completed',
			progress: 100,
			videoUrls,
			expiresAt: '2026-11-20T13:00:00.000Z',
			usage: { predict_time: 54.2, total_time: 60 },
			costUsd: null,
			failure: null,
		});
	});

	it.each([
		['starting', 'queued'],
		['processing', 'processing'],
		['succeeded', 'completed'],
		['failed', 'failed'],
		['canceled', 'cancelled'],
		['aborted', 'cancelled'],
		['no such word', 'processing'],
	])('status %s is %s', (raw, status) => {
		expect(read(replicate, { ...created, status: raw })).toMatchObject({ status, rawStatus: raw });
	});

	it.each([
		['The input or output was flagged as sensitive. Please try again with different inputs. (E005)', 'E005', 'moderation', false],
		['NSFW content detected in all outputs', 'unknown', 'moderation', false],
		['Prediction failed for an unknown reason. It might have run out of memory? (exit code -9)', 'unknown', 'provider', true],
		['Something went wrong (E1001)', 'E1001', 'provider', true],
		['Could not read the input image.', 'unknown', 'invalidInput', false],
		['list index out of range', 'unknown', 'unknown', false],
	])('"%s": %s, %s', (error, code, category, retryable) => {
		const failure = readFailure(replicate, { ...created, status: 'failed', error });
		expect(failure).toMatchObject({ code, category, retryable });
		expect(failure.message).toContain(`Replicate job ${id} failed (`);
		expect(failure.message.match(/E\d+/g) ?? []).toHaveLength(code === 'unknown' ? 0 : 1);
	});

	it('says of an aborted job why', () => {
		const failure = readFailure(replicate, { ...created, status: 'aborted' });
		expect(failure).toMatchObject({ category: 'cancelled', message: expect.stringContaining('its deadline came before it began to run') });
	});

	it('a video that was removed has expired: it was there, and was paid for', () => {
		const job = read(replicate, { ...completed, output: null, input: {}, data_removed: true });
		expect(job).toMatchObject({ status: 'failed', videoUrls: [], expiresAt: null, failure: { code: 'result_gone', category: 'provider', retryable: false } });
		expect(job.failure?.message).toMatch(/was paid for.*removed its video.*expired/);
		expect(read(replicate, { ...completed, output: null })).toMatchObject({ status: 'completed', failure: null });
		expect(read(replicate, { ...completed, data_removed: true })).toMatchObject({ status: 'completed', videoUrls: [video] });
	});

	it.each([[{ detail: 'Not found', status: 404 }], [{ results: [] }], [null], ['x'], [[completed]]])('finds no job in %j', (body) => {
		expect(replicate.readJob(body, {})).toBeNull();
	});
});

describe('Replicate errors', () => {
	const invalid = (field: string, description: string) => ({
		detail: `- ${field}: ${description}\n`,
		status: 422,
		title: 'Input validation failed',
		invalid_fields: [{ type: 'enum', field, description }],
	});

	it.each([
		[401, { title: 'Unauthenticated', detail: 'You did not pass an authentication token', status: 401 }, 'invalidInput', 'did not pass'],
		[402, { title: 'Insufficient credit', detail: 'You have insufficient credit to run this model.', status: 402 }, 'quota', 'insufficient credit'],
		[404, { detail: 'The requested resource could not be found.', status: 404 }, 'invalidInput', 'could not be found'],
		[422, { title: 'Invalid version or not permitted', detail: "The specified version does not exist (or perhaps you don't have permission to use it?)", status: 422 }, 'invalidInput', 'choose another one in Model'],
		[422, invalid('input.duration', 'duration must be one of the following: 4, 6, 8'), 'invalidInput', 'input.duration: duration must be one of'],
		[422, invalid('', 'input is required'), 'invalidInput', '(HTTP 422, input is required)'],
		[429, { detail: 'Request was throttled. Your rate limit resets in ~30s.' }, 'rateLimit', 'throttled'],
		[500, { detail: 'Internal server error', status: 500 }, 'provider', 'Internal server error'],
	])('HTTP %i with %j', (status, body, category, said) => {
		const failure = httpFailure(replicate, body, status);
		expect(failure).toMatchObject({ code: `http_${status}`, category });
		expect(failure.message).toContain(said);
		expect(failure.message).not.toContain('\n');
	});
});

describe('Replicate callbacks', () => {
	it('tell the job, read as an answer is', () => {
		for (const body of [completed, { ...created, status: 'failed', error: 'No' }, { ...created, status: 'canceled' }]) {
			const claim = replicate.callbacks?.read(body);
			expect(claim?.job).toStrictEqual(read(replicate, body));
			expect(claim).toMatchObject({ jobId: id, status: claim?.job?.status });
		}
	});

	it.each([[{ id }], [{ type: 'video.completed', data: { id } }], [null], ['x'], [{ status: 'succeeded' }]])('%j is none', (body) => {
		expect(replicate.callbacks?.read(body)).toBeNull();
	});

	it('are signed with a secret that the key gets', () => {
		const scheme = replicate.callbacks?.scheme;
		const from = scheme?.kind === 'hmac' ? scheme.secretFrom : undefined;
		expect(from?.request).toStrictEqual({ method: 'GET', base: 'baseUrl', path: '/webhooks/default/secret' });
		expect(from?.read({ key: 'whsec_c2VjcmV0' })).toBe('whsec_c2VjcmV0');
		expect(from?.read({ detail: 'No' })).toBeNull();
	});
});

describe('Replicate uploads', () => {
	it('go to its file store, whose link is for its models', () => {
		expect(replicate.upload?.write('AAAA', 'image/png', 'a.png', 'hash')).toStrictEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/files',
			form: { fields: {}, file: { field: 'content', fileName: 'a.png', mimeType: 'image/png', base64: 'AAAA' } },
		});
		const link = 'https://api.replicate.com/v1/files/a';
		expect(replicate.upload?.readLink({ id: 'a', urls: { get: link } })).toBe(link);
		expect(replicate.upload?.readLink({ detail: 'No' })).toBeNull();
	});
});

describe('Replicate models', () => {
	const raw = ['lightricks__ltx-video', 'luma__ray', 'minimax__video-01'].map((name): Record<string, unknown> => documentsIn('replicate')[name] ?? {});

	it('have their page, and the versions theirs', () => {
		const path = (model: string) => Object(replicate.modelSource?.request(model)).path;
		expect(path('google/veo-3.1')).toBe('/models/google/veo-3.1');
		expect(path(`lightricks/ltx-video:${version}`)).toBe(`/models/lightricks/ltx-video/versions/${version}`);
	});

	it('are read from whole answers: what refers to an enumeration offers its values', () => {
		const models = raw.map((told) => replicate.modelSource?.read(told, `${String(told.owner)}/${String(told.name)}`));
		expect(models.map((model) => model?.known)).toEqual([true, true, true]);
		const [ltx, ray, minimax] = models;
		expect(ltx && offer(ltx, 'aspectRatio')?.values).toContain('16:9');
		expect(ltx && ownFields(ltx).map(({ name }) => name)).toContain('cfg');
		expect(ray?.fields.find(({ role }) => role === 'prompt')?.required).toBe(true);
		expect(minimax?.fields.find(({ role }) => role === 'firstFrame')?.name).toBe('first_frame_image');
	});

	it('of a version are read from its own page', () => {
		const { latest_version: latest } = raw[0] ?? {};
		const model = replicate.modelSource?.read(latest, `lightricks/ltx-video:${version}`);
		expect(model?.fields.length).toBeGreaterThan(5);
		expect(model?.aliases).toBeUndefined();
	});

	it('stand in two collections, one after the other', () => {
		const { modelList } = replicate;
		expect(modelList?.request).toMatchObject({ path: '/collections/text-to-video' });
		expect(modelList?.readNext?.({ slug: 'text-to-video' })).toMatchObject({ path: '/collections/image-to-video' });
		for (const last of [{ slug: 'image-to-video' }, {}, null]) expect(modelList?.readNext?.(last)).toBeNull();
		const listed = modelList?.read({ models: [...raw, { name: 'no owner' }, null, { owner: 'a', name: 'b', latest_version: null }] });
		expect(listed?.map((entry) => [entry.id, entry.model !== undefined])).toEqual([
			['lightricks/ltx-video', true],
			['luma/ray', true],
			['minimax/video-01', true],
			['a/b', false],
		]);
		expect(listed?.[1]?.docsUrl).toBe('https://replicate.com/luma/ray');
	});

	it.each([[null], [{}], [{ models: {} }], ['list']])('%j is no list', (body) => {
		expect(replicate.modelList?.read(body)).toBeNull();
	});

	it.each([[null], [{}], [{ latest_version: null }], [{ latest_version: { openapi_schema: {} } }], ['x']])('%j tells no model', (body) => {
		expect(replicate.modelSource?.read(body, 'a/b')).toBeNull();
	});
});
