import { createHmac, randomBytes } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { part, videoOf, videoUrl } from './cdn';
import { decodePart, findProblems, hasKey, isRecord, jsonBody, text, type Problem, type Rules } from './checks';
import { answerStatus, createJob, spoilTransport } from './desk';
import { spoilDownload } from './downloadFaults';
import { isDownloadFaultKind } from './faults';
import { lookAt } from './images';
import type { Job } from './jobs';
import { costOf, findModel, limitProblem, listModels } from './openRouterModels';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';

// OpenRouter's video API, as its reference, its guide to callbacks and its own SDK have it.

const apiKey = 'sandbox-openrouter-key';
const webhookSecret = 'sandbox-openrouter-webhook-secret';
/** Neither the time to answer nor the tries are documented. */
const manner = { answerLimitMs: 10_000, retryDelaysMs: [5_000, 30_000, 120_000] };

const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'];
const resolutions = ['360p', '480p', '720p', '768p', '1080p', '1K', '2K', '4K'];

/** Every field of the reference. OpenRouter ignores others; here one more is a client's mistake. */
const rules: Rules = {
	model: { kind: 'string', required: true },
	prompt: { kind: 'string' },
	duration: { kind: 'integer' },
	resolution: { kind: 'oneOf', values: resolutions },
	aspect_ratio: { kind: 'oneOf', values: ratios },
	size: { kind: 'string', pattern: /^\d+x\d+$/ },
	seed: { kind: 'integer' },
	generate_audio: { kind: 'boolean' },
	frame_images: { kind: 'list' },
	input_references: { kind: 'list' },
	callback_url: { kind: 'string' },
	previous_job_id: { kind: 'string' },
	provider: { kind: 'object' },
	creativity: { kind: 'number' },
	upscale_factor: { kind: 'number' },
	session_id: { kind: 'string', max: 256 },
	trace: { kind: 'object' },
	user: { kind: 'string' },
};

const failures: Record<string, string> = {
	moderation: 'The request was blocked by the content policy of the provider.',
	internal: 'Internal error of the provider while generating the video.',
	cancelled: 'The job was cancelled.',
	expired: 'The job expired before it was done.',
	image: 'The first frame could not be read.',
};

const words: Record<RefusalKind, { code: number; message: string }> = {
	'400': { code: 400, message: 'Invalid request parameters' },
	'401': { code: 401, message: 'User not found.' },
	'403credits': { code: 402, message: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits' },
	'404': { code: 404, message: 'Resource not found' },
	'429': { code: 429, message: 'Rate limit exceeded' },
	'500': { code: 500, message: 'Internal Server Error' },
	'503': { code: 503, message: 'Service temporarily unavailable' },
};

function refuse({ kind, message }: Refusal): Reply {
	const known = words[kind];
	return { status: known.code, body: { error: { code: known.code, message: message ?? known.message }, user_id: 'user_sandbox' } };
}

/** Its checks of the form of a body tell their problems as JSON inside the message. */
function refuseForm(problems: Problem[]): Reply {
	const issues = problems.map(({ field, reason, expected, received }) => ({
		code: reason,
		path: field.split('.'),
		message: reason === 'missing' ? 'Required' : reason === 'unknown' ? `Unrecognized key: ${field}` : `Expected ${expected}, received ${received}`,
	}));
	return { status: 400, body: { success: false, error: { name: 'ZodError', message: JSON.stringify(issues, null, 2) } } };
}

/** `{type: "image_url", image_url: {url}}`; a frame says which of the two ends it is, a reference may be a video or a sound. */
function fileProblems(field: string, value: unknown, types: readonly string[]): Problem[] {
	return (Array.isArray(value) ? value : []).flatMap((entry: unknown, index): Problem[] => {
		const at = `${field}.${index}`;
		const wrong = (name: string, expected: string, received: unknown): Problem[] => [
			{ field: `${at}.${name}`, reason: 'enum', expected, received: String(received) },
		];
		if (!isRecord(entry)) return wrong('', 'an object', entry);
		const type = types.find((known) => known === entry.type);
		if (!type) return wrong('type', types.join(' | '), entry.type);
		const file = entry[type];
		const url = isRecord(file) ? file.url : undefined;
		if (typeof url !== 'string' || !/^(https?:\/\/|data:)/i.test(url)) return wrong(type, 'an object with a url', url);
		if (field !== 'frame_images') return [];
		return entry.frame_type === 'first_frame' || entry.frame_type === 'last_frame' ? [] : wrong('frame_type', 'first_frame | last_frame', entry.frame_type);
	});
}

/** There must be something to make a video of. */
function promptProblems(body: Record<string, unknown>): Problem[] {
	const files = [body.frame_images, body.input_references].some((list) => Array.isArray(list) && list.length > 0);
	return files || text(body.prompt, '') !== '' ? [] : [{ field: 'prompt', reason: 'missing', expected: 'string', received: 'undefined' }];
}

function formProblems(body: Record<string, unknown>): Problem[] {
	return [
		...findProblems(body, rules),
		...promptProblems(body),
		...fileProblems('frame_images', body.frame_images, ['image_url']),
		...fileProblems('input_references', body.input_references, ['image_url', 'video_url', 'audio_url']),
	];
}

function create(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'Invalid JSON in request body' });
	const problems = formProblems(body);
	if (problems.length > 0) return refuseForm(problems);
	const name = text(body.model, '');
	const model = findModel(name);
	if (!model || world.settings.withdrawnModels.includes(model.id)) return refuse({ kind: '404', message: `Model ${name} not found` });
	const limit = limitProblem(model, body);
	if (limit) return refuse({ kind: '400', message: limit });
	const callbackUrl = text(body.callback_url, '') || null;
	const why = callbackUrl === null ? null : callbackProblem(callbackUrl, world.settings.strictCallbacks);
	if (why) return refuse({ kind: '400', message: why });
	const order = {
		id: randomBytes(15).toString('base64url'),
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size: text(body.size, '') || sizeOf(body),
		duration: typeof body.duration === 'number' ? body.duration : (model.supported_durations?.[0] ?? 4),
		failure: framesCanBeRead(body.frame_images, world) ? null : 'image',
		linkHours: 24,
		callbackUrl,
	};
	return createJob(order, call, world, provider, (job) => {
		if (callbackUrl) world.callbackPost.expect(job, { ...manner, url: callbackUrl, body: () => event(job, world), headers: (content) => headersOf(content, job, world) });
		return { status: 202, body: { id: job.id, polling_url: pollingUrl(job, world), status: 'pending' } };
	});
}

function sizeOf({ resolution, aspect_ratio: ratio }: Record<string, unknown>): string {
	const [long, short] = resolution === '1080p' ? [1920, 1080] : [1280, 720];
	return ratio === '9:16' ? `${short}x${long}` : `${long}x${short}`;
}

function framesCanBeRead(frames: unknown, world: World): boolean {
	return (Array.isArray(frames) ? frames : []).every((frame: unknown) => {
		const url = isRecord(frame) && isRecord(frame.image_url) ? text(frame.image_url.url, '') : '';
		return lookAt(url, world).seen !== 'nothing';
	});
}

function statusOf(job: Job): string {
	if (job.scriptedState !== null) return job.scriptedState;
	if (job.failure === 'cancelled' || job.failure === 'expired') return job.failure;
	return { queued: 'pending', processing: 'in_progress', completed: 'completed', failed: 'failed' }[job.status];
}

/** Its pages show a path, its answers are whole. */
function pollingUrl(job: Job, world: World): string {
	return `${world.url}/openrouter/api/v1/videos/${job.id}`;
}

/** What both the answer to a question and the callback tell. */
function told(job: Job, world: World): Record<string, unknown> {
	const isDone = job.status === 'completed';
	const model = findModel(job.model);
	const cost = model ? costOf(model, isRecord(job.body) ? job.body : {}, job.duration) : null;
	return {
		id: job.id,
		status: statusOf(job),
		...(job.hasEnded ? { generation_id: `gen-${job.token}` } : {}),
		...(isDone ? { unsigned_urls: [`${world.url}/openrouter/api/v1/videos/${job.id}/content?index=0`] } : {}),
		...(isDone && cost !== null ? { usage: { cost, is_byok: false } } : {}),
		...(job.failure ? { error: failures[job.failure] ?? failures.internal } : {}),
	};
}

function answer(job: Job, world: World): Record<string, unknown> {
	const signed = job.status === 'completed' && world.settings.openRouterSignedUrls;
	return { ...told(job, world), polling_url: pollingUrl(job, world), ...(signed ? { urls: [videoUrl(job, world)] } : {}) };
}

function event(job: Job, world: World): Record<string, unknown> {
	return { type: `video.generation.${statusOf(job)}`, created_at: new Date(world.clock.now()).toISOString(), data: { ...told(job, world), model: job.model } };
}

function headersOf(content: string, job: Job, world: World): Record<string, string> {
	const { openRouterSecret } = world.settings;
	// The receiver's time, not the sandbox clock's, which tests move.
	const timestamp = Math.floor(Date.now() / 1000);
	const signature = openRouterSecret === null ? null : createHmac('sha256', openRouterSecret).update(`${timestamp},${content}`).digest('hex');
	return {
		'x-openrouter-idempotency-key': `${job.id}-${statusOf(job)}`,
		...(signature === null ? {} : { 'x-openrouter-signature': `t=${timestamp},v1=${signature}` }),
	};
}

function content(job: Job, call: Call, world: World): Reply {
	const gone = (code: number, message: string): Reply => ({ status: code, body: { error: { code, message } } });
	if (job.status !== 'completed') return gone(409, 'The video is not ready yet');
	if (job.linkExpired) return gone(410, 'The video is no longer available');
	if ((call.query.get('index') ?? '0') !== '0') return refuse({ kind: '404', message: 'No video at this index' });
	const file = videoOf(job, world);
	const reply: Reply = { status: 200, headers: { 'content-type': 'video/mp4' }, body: part(file, 0, file.length), claimedLength: null };
	const fault = world.faults.take('download', job.provider, job.prompt, job.id);
	if (fault && isDownloadFaultKind(fault.kind)) return spoilDownload(fault.kind, job, call, world);
	return fault ? spoilTransport(fault, reply, world) : reply;
}

function keyInfo(): Reply {
	const spent = { usage: 25.5, usage_daily: 1, usage_weekly: 5, usage_monthly: 25.5, byok_usage: 0, byok_usage_daily: 0, byok_usage_weekly: 0, byok_usage_monthly: 0 };
	const limits = { limit: 100, limit_remaining: 74.5, limit_reset: 'monthly', include_byok_in_limit: false, rate_limit: { interval: '1h', requests: 1000, note: 'This field is deprecated and safe to ignore.' } };
	const kind = { is_free_tier: false, is_management_key: false, is_provisioning_key: false, creator_user_id: 'user_sandbox', expires_at: null };
	return { status: 200, body: { data: { label: 'sk-or-v1-san...box', ...spent, ...limits, ...kind } } };
}

export const provider: Provider & { webhookSecret: string } = {
	id: 'openRouter',
	bases: [{ name: 'openRouter', prefix: '/openrouter' }],
	apiKey,
	webhookSecret,
	failures: Object.keys(failures),
	refuse,
	handle(call, world) {
		const route = `${call.method} ${call.path}`;
		// Its answers, by the SDK, know no 401.
		if (route === 'GET /api/v1/videos/models') return listModels(world);
		if (!hasKey(call.headers.authorization, apiKey)) return refuse({ kind: '401' });
		if (route === 'POST /api/v1/videos') return create(call, world);
		if (route === 'GET /api/v1/key') return keyInfo();
		const [, part = '', wantsContent] = /^GET \/api\/v1\/videos\/([^/]+)(\/content)?$/.exec(route) ?? [];
		if (!part) return refuse({ kind: '404' });
		const id = decodePart(part);
		const job = world.jobs.find(provider.id, id);
		if (!job) return refuse({ kind: '404', message: `Video job ${id} not found` });
		return wantsContent ? content(job, call, world) : answerStatus(job, world, provider, (asked) => ({ status: 200, body: answer(asked, world) }));
	},
};
