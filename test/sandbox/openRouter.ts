import { createHmac, randomBytes } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { part, videoOf, videoUrl } from './cdn';
import { decodePart, findProblems, hasKey, isRecord, jsonBody, text, type Problem, type Rules } from './checks';
import { answerStatus, createJob, spoilTransport } from './desk';
import { spoilDownload } from './downloadFaults';
import { isDownloadFaultKind } from './faults';
import { lookAt } from './images';
import type { Job } from './jobs';
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
	prompt: { kind: 'string', required: true },
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
	session_id: { kind: 'string', max: 256 },
	trace: { kind: 'object' },
	user: { kind: 'string' },
};

interface Model {
	name: string;
	durations: number[];
	resolutions: string[];
	ratios: string[];
	frames: string[];
}

const models: Record<string, Model> = {
	'google/veo-3.1': { name: 'Google: Veo 3.1', durations: [4, 6, 8], resolutions: ['720p', '1080p'], ratios: ['16:9', '9:16'], frames: ['first_frame', 'last_frame'] },
	'bytedance/seedance-2.0-fast': {
		name: 'ByteDance Seed: Seedance 2.0 Fast',
		durations: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
		resolutions: ['480p', '720p'],
		ratios: ratios.slice(0, 5),
		frames: ['first_frame', 'last_frame'],
	},
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

/** `{type: "image_url", image_url: {url}}`, and for frames which of the two ends it is. */
function imageProblems(field: string, value: unknown, isFrame: boolean): Problem[] {
	return (Array.isArray(value) ? value : []).flatMap((entry: unknown, index): Problem[] => {
		const at = `${field}.${index}`;
		const wrong = (name: string, expected: string, received: unknown): Problem[] => [
			{ field: `${at}.${name}`, reason: 'enum', expected, received: String(received) },
		];
		if (!isRecord(entry)) return wrong('', 'an object', entry);
		const url = isRecord(entry.image_url) ? entry.image_url.url : undefined;
		if (entry.type !== 'image_url') return wrong('type', 'image_url', entry.type);
		if (typeof url !== 'string' || !/^(https?:\/\/|data:image\/)/i.test(url)) return wrong('image_url', 'an object with the url of an image', url);
		if (!isFrame) return [];
		return entry.frame_type === 'first_frame' || entry.frame_type === 'last_frame' ? [] : wrong('frame_type', 'first_frame | last_frame', entry.frame_type);
	});
}

function create(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'Invalid JSON in request body' });
	const problems = [...findProblems(body, rules), ...imageProblems('frame_images', body.frame_images, true), ...imageProblems('input_references', body.input_references, false)];
	if (problems.length > 0) return refuseForm(problems);
	const name = text(body.model, '');
	const model = models[name];
	if (!model || world.settings.withdrawnModels.includes(name)) return refuse({ kind: '404', message: `Model ${name} not found` });
	const limit = modelProblem(name, model, body);
	if (limit) return refuse({ kind: '400', message: limit });
	const callbackUrl = text(body.callback_url, '') || null;
	const why = callbackUrl === null ? null : callbackProblem(callbackUrl, world.settings.strictCallbacks);
	if (why) return refuse({ kind: '400', message: why });
	const order = {
		id: `gen-vid-${Math.floor(world.clock.now() / 1000)}-${randomBytes(10).toString('hex')}`,
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size: text(body.size, '') || sizeOf(body),
		duration: typeof body.duration === 'number' ? body.duration : (model.durations[0] ?? 4),
		failure: framesCanBeRead(body.frame_images, world) ? null : 'image',
		linkHours: 24,
		callbackUrl,
	};
	return createJob(order, call, world, provider, (job) => {
		if (callbackUrl) world.callbackPost.expect(job, { ...manner, url: callbackUrl, body: () => event(job, world), headers: (content) => headersOf(content, job, world) });
		return { status: 202, body: { id: job.id, polling_url: `/api/v1/videos/${job.id}`, status: 'pending' } };
	});
}

function modelProblem(name: string, model: Model, body: Record<string, unknown>): string | null {
	const said: Array<[field: string, taken: ReadonlyArray<string | number>]> = [
		['duration', model.durations],
		['resolution', model.resolutions],
		['aspect_ratio', model.ratios],
	];
	const wrong = said.find(([field, taken]) => body[field] !== undefined && !taken.some((value) => value === body[field]));
	return wrong ? `${name} does not support ${wrong[0]} ${String(body[wrong[0]])}. Supported: ${wrong[1].join(', ')}` : null;
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

/** What both the answer to a question and the callback tell. */
function told(job: Job, world: World): Record<string, unknown> {
	const isDone = job.status === 'completed';
	return {
		id: job.id,
		status: statusOf(job),
		...(job.hasEnded ? { generation_id: `gen-${job.token}` } : {}),
		...(isDone ? { unsigned_urls: [`${world.url}/openrouter/api/v1/videos/${job.id}/content?index=0`] } : {}),
		...(isDone ? { usage: { cost: Number((job.duration * 0.04).toFixed(4)), is_byok: false } } : {}),
		...(job.failure ? { error: failures[job.failure] ?? failures.internal } : {}),
	};
}

function answer(job: Job, world: World): Record<string, unknown> {
	const signed = job.status === 'completed' && world.settings.openRouterSignedUrls;
	return { ...told(job, world), polling_url: `/api/v1/videos/${job.id}`, ...(signed ? { urls: [videoUrl(job, world)] } : {}) };
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

function listModels(world: World): Reply {
	const data = Object.entries(models)
		.filter(([id]) => !world.settings.withdrawnModels.includes(id))
		.map(([id, model]) => ({
			id,
			canonical_slug: id,
			name: model.name,
			description: `${model.name}, as the sandbox has it.`,
			created: 1_770_000_000,
			hugging_face_id: null,
			creativity: null,
			generate_audio: true,
			seed: true,
			upscale_factor: null,
			supported_aspect_ratios: model.ratios,
			supported_durations: model.durations,
			supported_frame_images: model.frames,
			supported_resolutions: model.resolutions,
			supported_sizes: null,
			pricing_skus: { duration_seconds: '0.04' },
			allowed_passthrough_parameters: [],
		}));
	return { status: 200, body: { data } };
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
