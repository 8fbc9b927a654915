import { describeFailure } from '../../../nodes/SoraVideo/job/failure';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { endedWithoutVideo } from '../../../nodes/SoraVideo/providers/endedWithoutVideo';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { findJob } from '../../../nodes/SoraVideo/providers/findJob';
import { openAi } from '../../../nodes/SoraVideo/providers/openAi';
import { openRouter } from '../../../nodes/SoraVideo/providers/openRouter';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';
import { read, readFailure } from '../fixtures';

// What public bug reports, gateways' code and clients' readers show that servers answer.

const providers: ReadonlyArray<[string, Provider]> = [aimlApi, evoLink, vtrix, openAi, openRouter].map((provider) => [provider.id, provider]);
const link = 'https://cdn.example/videos/1.mp4';
const other = 'https://cdn.example/videos/2.mp4';

describe.each(providers)('%s: ids', (_id, provider) => {
	it.each<[string, unknown, string]>([
		['Kie', { data: { taskId: 't_1' } }, 't_1'],
		['APIMART', { code: 200, data: [{ status: 'submitted', task_id: 'task_01K8' }] }, 'task_01K8'],
		['a whole number', { id: 7 }, '7'],
		['a long number, as parseJson keeps it', { id: '4326796003218200779' }, '4326796003218200779'],
		['new-api: the row of its database is none', { code: 'success', message: '', data: { id: 12, task_id: 'task_a', status: 'NOT_START' } }, 'task_a'],
		['one-hub, of Kling: the id of the request is none', { code: 0, message: 'SUCCEED', request_id: 'r', data: { task_id: '84321', task_status: 'submitted' } }, '84321'],
		['DashScope', { output: { task_id: 'd-1', task_status: 'PENDING' }, request_id: 'r' }, 'd-1'],
		['new-api, of Suno', { code: 'success', message: '', data: 'task_abc123' }, 'task_abc123'],
		['Respect nodes', { video_id: 'v-1', status: 'queued' }, 'v-1'],
		['WaveSpeed', { code: 200, message: 'success', data: { id: 'w-1', status: 'created', urls: { get: 'https://api.wavespeed.ai/x' } } }, 'w-1'],
		['a client of Ark', { result: { task: { id: 'n' }, task_id: 'r-1' } }, 'r-1'],
	])('%s', (_name, body, id) => {
		const job = read(provider, body);
		expect(job).toMatchObject({ id, failure: null, videoUrls: [] });
		expect(['queued', 'processing']).toContain(job.status);
	});

	it.each<[string, unknown]>([
		['requestId', { requestId: 'r-1' }],
		['request_id beside an error', { request_id: 'r-1', error: { message: 'no' } }],
		['request_id beside a code', { request_id: 'r-1', code: 'InvalidParameter', message: 'no' }],
		['x-request-id', { 'x-request-id': 'r-1' }],
		['the id of an error', { error: { id: 'e-1', message: 'no' } }],
		['a list of models', { object: 'list', data: [{ id: 'sora-2' }] }],
		['zero', { id: 0 }],
		['a fraction', { id: 1.5 }],
		['a truth', { id: true }],
		['a sentence as data', { code: 'success', data: 'Task was submitted' }],
	])('%s is none', (_name, body) => {
		expect(provider.readJob(body, {})).toBeNull();
	});
});

describe('a request_id that stands alone', () => {
	const alone: Array<[string, object]> = [
		['xAI', { request_id: '764cabcf-b745-4b3e-ae38-1200304cf45b' }],
		['fal', { request_id: '764cabcf-b745-4b3e-ae38-1200304cf45b', status: 'IN_QUEUE', response_url: 'https://queue.fal.run/x', queue_position: 0 }],
	];

	it.each(alone)("%s: is the job's at what copies OpenAI's API and resells theirs", (_name, body) => {
		expect(read(openAi, body).id).toBe('764cabcf-b745-4b3e-ae38-1200304cf45b');
	});

	it.each([aimlApi, evoLink, vtrix, openRouter])("is the request's elsewhere ($id)", (provider) => {
		expect(provider.readJob(alone[0]?.[1], {})).toBeNull();
	});
});

describe('an id beside an error', () => {
	it.each([409, 500])("HTTP %i: one that is called a request's is none", (status) => {
		expect(findJob(openAi, status, { id: 'req_011CQ', error: { message: 'Internal' } }, {})).toBeNull();
	});

	const conflict = { error: { code: 'conflict', message: 'already being processed' }, id: 'video_123' };

	it.each([200, 202, 408, 409, 425, 499, 500, 502, 503, 504, 524])('HTTP %i: its job is known', (status) => {
		expect(findJob(openAi, status, conflict, { model: 'sora-2' })).toMatchObject({ id: 'video_123', model: 'sora-2', failure: null });
	});

	it.each([400, 401, 403, 404, 422, 429])('HTTP %i refuses: only the documented field counts', (status) => {
		expect(findJob(openAi, status, conflict, {})?.id).toBe('video_123');
		expect(findJob(openAi, status, { data: { task_id: 't-1' }, error: { message: 'no' } }, {})).toBeNull();
		expect(findJob(aimlApi, status, { generation_id: 'g-1', message: 'no' }, {})?.id).toBe('g-1');
		expect(findJob(evoLink, status, { generation_id: 'g-1', message: 'no' }, {})).toBeNull();
	});

	it.each([409, 500])('HTTP %i: every place counts, but that of a request', (status) => {
		expect(findJob(openAi, status, { code: 'x', message: 'no', data: { task_id: 't-1' } }, {})?.id).toBe('t-1');
		expect(findJob(openAi, status, { request_id: 'r-1', error: { message: 'no' } }, {})).toBeNull();
	});

	it('an answer that was cut off', () => {
		expect(findJob(openAi, 200, '{"id":"video_123","status":"queued","mod', {})).toMatchObject({ id: 'video_123', status: 'queued' });
		expect(findJob(openAi, 502, '<html>, "id":"video_123", </html>', {})).toBeNull();
	});

	it.each([301, 302, 307])('a redirect (%i) holds none', (status) => {
		expect(findJob(openAi, status, conflict, {})).toBeNull();
	});
});

describe.each(providers)('%s: links', (_id, provider) => {
	it.each<[string, object, string[]]>([
		['outputs.video_url (Together)', { outputs: { video_url: link } }, [link]],
		['output.video_url', { output: { video_url: link } }, [link]],
		['output.videos[].url', { output: { videos: [{ url: link }, { url: other }] } }, [link, other]],
		['data[].url (Dynamo, vLLM-omni, LocalAI)', { data: [{ url: link }] }, [link]],
		['videos[].url (Bifrost)', { videos: [{ type: 'url', url: link, content_type: 'video/mp4' }] }, [link]],
		['result.video_url', { result: { video_url: link } }, [link]],
		['result.videos[].url as a list (APIMART)', { result: { videos: [{ url: [link], expires_at: 1 }] } }, [link]],
		['video.url', { video: { url: link } }, [link]],
		['video as a list', { video: [{ url: link }, { url: other }] }, [link, other]],
		['video as text', { video: link }, [link]],
		['content.video_url (Ark)', { content: { video_url: link, last_frame_url: 'https://cdn.example/1.png' } }, [link]],
		['metadata.video_url', { metadata: { video_url: link } }, [link]],
		['metadata.url (new-api)', { metadata: { url: link } }, [link]],
		['result_url (new-api)', { result_url: link }, [link]],
		['fail_reason, as new-api had it before', { code: 'success', data: { fail_reason: link, progress: '100%' } }, [link]],
		['output_url', { output_url: link }, [link]],
		['content_url', { content_url: link }, [link]],
		['task_result.videos[].url (Kling)', { task_result: { videos: [{ id: '1', url: link }] } }, [link]],
		['results.videos[].url (SiliconFlow)', { results: { videos: [{ url: link }] } }, [link]],
		['files[].file_url (PoYo)', { files: [{ file_type: 'image', file_url: 'https://cdn.example/c' }, { file_type: 'video', file_url: link }] }, [link]],
		['creations[].url (Vidu)', { creations: [{ id: '1', url: link, cover_url: 'https://cdn.example/c.jpg' }] }, [link]],
		['generatedSamples[].video.uri (Google)', { response: { generateVideoResponse: { generatedSamples: [{ video: { uri: link } }] } } }, [link]],
		['output as a list (Replicate)', { output: [link], urls: { get: 'https://api.replicate.com/v1/predictions/1' } }, [link]],
		['blanks around it', { video_url: ` \n${link} ` }, [link]],
		['the same one twice', { videos: [{ url: link }, { url: link }] }, [link]],
		['files of other kinds beside it are none', { output: ['https://cdn.example/frames.zip', 'https://cdn.example/1.m4a', 'https://cdn.example/1.bmp', link] }, [link]],
		['a picture beside it is none', { data: [{ url: 'https://cdn.example/cover.jpg' }, { url: link }] }, [link]],
		['none', { video_url: '', url: null, videos: [] }, []],
		['not a link', { video_url: 'pending', content: 'a/b', url: 'ftp://x/1.mp4' }, []],
		['where to ask is none', { status_url: link, polling_url: link, urls: { get: link, cancel: link } }, []],
		['what was asked is none', { input: { video_url: link }, image_url: link }, []],
	])('%s', (_name, fields, videoUrls) => {
		const job = read(provider, { id: 'a', status: 'completed', ...fields }, { baseUrl: 'https://api.example/v1' });
		expect(job).toMatchObject({ videoUrls, videoUrl: videoUrls[0] ?? null });
	});

	it.each([
		['/generated-videos/1.mp4', 'https://api.example/generated-videos/1.mp4'],
		['videos/1.mp4', 'https://api.example/v1/videos/1.mp4'],
		['//cdn.example/1.mp4', 'https://cdn.example/1.mp4'],
	])('a relative one: %s', (url, whole) => {
		const body = { id: 'a', status: 'completed', url };
		expect(read(provider, body, { baseUrl: 'https://api.example/v1' }).videoUrls).toEqual([whole]);
		expect(read(provider, body, { baseUrl: 'https://api.example/v1?api-version=preview' }).videoUrls).toEqual([whole]);
		expect(read(provider, body).videoUrls).toEqual([]);
	});

	it('one that is there before the ending is not told yet', () => {
		expect(read(provider, { id: 'a', status: 'processing', video_url: link }).videoUrls).toEqual([]);
	});
});

describe('links on the API itself', () => {
	const own = 'https://api.example/v1/videos/a/content';

	it.each([openAi, openRouter])('where the API serves the video to its key only, the key is used ($id)', (provider) => {
		const job = read(provider, { id: 'a', status: 'completed', metadata: { url: own } }, { baseUrl: 'https://api.example/v1' });
		expect(job.videoUrls).toEqual([]);
		expect(endedWithoutVideo(provider, job, {})).toBeNull();
	});

	it('the same path elsewhere, and another path here, are links', () => {
		const elsewhere = 'https://files.example/v1/videos/a/content';
		const here = 'https://api.example/files/a.mp4';
		const body = { id: 'a', status: 'completed', videos: [own, elsewhere, here].map((url) => ({ url })) };
		expect(read(openAi, body, { baseUrl: 'https://api.example/v1' }).videoUrls).toEqual([elsewhere, here]);
	});
});

describe.each(providers)('%s: reasons', (_id, provider) => {
	it.each<[string, object, string, string]>([
		['fail_reason', { id: 'video_123', status: 'failed', fail_reason: 'Content policy violation: prompt rejected' }, 'Content policy violation: prompt rejected', 'moderation'],
		['new-api', { code: 'success', data: { task_id: 't', status: 'FAILURE', fail_reason: 'out of memory', url: null } }, 'out of memory', 'unknown'],
		['message', { id: 'a', status: 'failed', message: 'Generation timeout' }, 'Generation timeout', 'provider'],
		['failure_reason', { id: 'a', status: 'failed', failure_reason: 'nsfw content' }, 'nsfw content', 'moderation'],
		['error_message (PoYo)', { data: { task_id: 'a', status: 'failed', error_message: 'insufficient credits' } }, 'insufficient credits', 'quota'],
		['status_message', { id: 'a', status: 'failed', status_message: 'image is not supported' }, 'image is not supported', 'invalidInput'],
		['task_status_msg (Kling)', { code: 0, message: 'SUCCEED', data: { task_id: 'a', task_status: 'failed', task_status_msg: 'Failure to pass the risk control system' } }, 'Failure to pass the risk control system', 'moderation'],
		['failMsg (Kie)', { code: 200, msg: 'success', data: { taskId: 'a', state: 'fail', failCode: '501', failMsg: 'server busy' } }, 'server busy', 'provider'],
		['base_resp (MiniMax)', { task_id: 'a', status: 'Fail', base_resp: { status_code: 1026, status_msg: 'video description involves sensitive content' } }, 'sensitive content', 'moderation'],
		['an error as text', { id: 'a', status: 'failed', error: 'prompt was flagged: violates policy' }, 'violates policy', 'moderation'],
		['errors as a list', { id: 'a', status: 'failed', errors: [{ message: 'one' }, 'two'] }, 'one; two', 'unknown'],
		['JSON inside a text (new-api)', { id: 'a', status: 'failed', error: { message: '{"error":{"message":"The upstream said no","code":"x"}}' } }, 'The upstream said no', 'provider'],
		['Ark', { id: 'a', status: 'failed', error: { code: 'OutputVideoSensitiveContentDetected', message: 'no' } }, 'OutputVideoSensitiveContentDetected', 'moderation'],
		['failureCode (Runway)', { id: 'a', status: 'FAILED', failure: 'no', failureCode: 'SAFETY.INPUT.TEXT' }, 'SAFETY.INPUT.TEXT', 'moderation'],
		['Bifrost', { id: 'a', status: 'failed', content_filter: { filtered_count: 1, reasons: ['people'] } }, 'people', 'moderation'],
		['the word itself', { id: 'a', status: 'nsfw' }, 'nsfw', 'moderation'],
		['the word of Black Forest Labs', { id: 'a', status: 'Content Moderated' }, 'Content Moderated', 'moderation'],
	])('%s', (_name, body, said, category) => {
		const failure = readFailure(provider, body);
		expect(failure.message).toContain(said);
		expect(failure.category).toBe(category);
	});

	it.each<[string, unknown, number, string, string]>([
		['FastAPI, a list', { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }] }, 422, 'body.prompt: Field required', 'invalidInput'],
		['FastAPI, text', { detail: 'Model is overloaded' }, 503, 'Model is overloaded', 'provider'],
		['at HTTP 200', { error: { message: 'quota' } }, 200, 'quota', 'quota'],
		['new-api', { code: 'insufficient_user_quota', message: '预扣费额度失败, 用户剩余额度: ¥0.05', data: null }, 403, '预扣费额度失败', 'quota'],
		['Google', { error: { code: 400, status: 'INVALID_ARGUMENT', message: "words that violate Google's Responsible AI practices" } }, 400, 'Responsible AI practices', 'moderation'],
		['审核', { error: { message: '内容审核不通过' } }, 400, '内容审核不通过', 'moderation'],
		['Azure', { error: { code: 'content_filter', message: 'The response was filtered' } }, 400, 'content_filter', 'moderation'],
		['Ark, input', { error: { code: 'InputTextSensitiveContentDetected', message: 'no' } }, 400, 'InputTextSensitiveContentDetected', 'moderation'],
		['DashScope', { code: 'DataInspectionFailed', message: 'no', request_id: 'r' }, 400, 'DataInspectionFailed', 'moderation'],
		['Ark, an empty account', { error: { code: 'AccountOverdueError', message: 'no' } }, 403, 'AccountOverdueError', 'quota'],
		['余额', { error: { message: '用户余额不足' } }, 403, '用户余额不足', 'quota'],
	])('a refusal: %s', (_name, body, status, said, category) => {
		const failure = describeFailure('X refused', provider.readError(body, status), status);
		expect(failure.message).toContain(said);
		expect(failure.category).toBe(category);
	});

	it('a success in the envelope is no reason', () => {
		const failure = readFailure(provider, { code: 200, message: 'success', data: { task_id: 'a', status: 'failed' } });
		expect(failure).toMatchObject({ code: 'unknown', category: 'unknown' });
		expect(failure.message).not.toContain('success');
	});
});

describe.each(providers)('%s: words', (_id, provider) => {
	const status = (word: string) => read(provider, { id: 'a', status: word, url: link }).status;

	it.each(['complete', 'ready', 'done', 'TASK_STATUS_SUCCEED', 'video_generation_completed', 'JOB_STATE_SUCCEEDED', '生成成功', 'Success'])('%s: completed', (word) => {
		expect(status(word)).toBe('completed');
	});

	it.each(['errored', 'rejected', 'moderated', 'nsfw', 'terminated', 'timed_out', 'Request Moderated', '生成失败', '审核不通过'])('%s: failed', (word) => {
		expect(status(word)).toBe('failed');
	});

	it.each(['canceled_by_user', '已取消'])('%s: cancelled', (word) => {
		expect(status(word)).toBe('cancelled');
	});

	it.each(['not_completed', 'completing', 'unfinished', 'error_checking', 'success_pending', '', 'constructor'])('"%s" ends nothing', (word) => {
		expect(['queued', 'processing']).toContain(status(word));
	});

	it('a success of the envelope is not the video\'s', () => {
		expect(read(provider, { status: 'success', data: { task_id: 'a', status: 'processing' } }).status).toBe('processing');
		expect(read(provider, { status: 'success', data: { task_id: 'a' } }).status).toBe('processing');
		expect(provider.readJob({ status: 'success', data: null }, { id: 'a' })).toBeNull();
		expect(read(provider, { status: 'success', data: { video_url: link } }, { id: 'a' })).toMatchObject({ id: 'a', status: 'completed', videoUrl: link });
	});
});

describe('completed, and no video', () => {
	it.each<[string, Provider, object, object | null]>([
		['with a reason', evoLink, { error: { code: 'content_policy_violation' } }, { code: 'content_policy_violation', category: 'moderation' }],
		['with a reason, at an API that serves its videos itself', openAi, { error: { code: 'content_policy_violation' } }, { category: 'moderation' }],
		['filtered (Bifrost)', openAi, { videos: [], content_filter: { filtered_count: 1, reasons: ['violence'] } }, { category: 'moderation' }],
		['filtered (Google)', openAi, { response: { raiMediaFilteredReasons: ['a person was shown'] } }, { category: 'moderation' }],
		['an empty list', evoLink, { results: [] }, { code: 'no_video', category: 'unknown', retryable: false }],
		['nothing at all', aimlApi, {}, { code: 'no_video' }],
		['a mere remark', vtrix, { message: 'done' }, { code: 'no_video' }],
		['at an API that serves its videos itself', openAi, {}, null],
		['its link where others have the reason', openAi, { data: { fail_reason: link } }, null],
		['and a link', evoLink, { results: [link], error: { code: 'content_policy_violation' } }, null],
	])('%s', (_name, provider, fields, failure) => {
		const body = { id: 'a', status: 'completed', ...fields };
		const ended = endedWithoutVideo(provider, read(provider, body), body);
		if (failure === null) expect(ended).toBeNull();
		else expect(ended).toMatchObject({ id: 'a', status: 'failed', rawStatus: 'completed', failure });
		if (ended) expect(ended.failure?.message).toMatch(new RegExp(`^${provider.displayName} job a is completed, but its answer has no link to a video.*[^.]\\.$`));
	});

	it.each(['processing', 'failed', 'cancelled'])('%s is another matter', (status) => {
		expect(endedWithoutVideo(evoLink, read(evoLink, { id: 'a', status }), { id: 'a', status })).toBeNull();
	});
});

it('costs are told only where the provider says they are USD', () => {
	const body = { id: 'a', status: 'completed', usage: { cost: 0.4 } };
	expect([openRouter, vtrix, openAi, evoLink, aimlApi].map((provider) => read(provider, body).costUsd)).toEqual([0.4, 0.4, null, null, null]);
});

it.each([['45%', 45], ['100%', 100], [45, 45], [99.6, 100], ['n/a', null]])('progress %j is %j', (progress, percent) => {
	expect(read(openAi, { id: 'a', status: 'processing', progress }).progress).toBe(percent);
});
