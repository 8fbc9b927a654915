import { randomBytes } from 'node:crypto';
import { decodePart, hasKey, isRecord, jsonBody, text, type Problem } from './checks';
import { videoUrl } from './cdn';
import { answerStatus, createJob, fingerprintOf, spoil } from './desk';
import { callbackProblem } from './callbackPost';
import { serveCatalog } from './evoLinkCatalog';
import { handleFiles } from './evoLinkFiles';
import { checker, defaultDuration, listed, schemaOf } from './evoLinkModels';
import { brokenRule } from './evoLinkRules';
import { lookAt } from './images';
import type { Job } from './jobs';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';

// EvoLink as its pages and its clients show it.

const apiKey = 'sandbox-evolink-key';
const manner = { answerLimitMs: 10_000, retryDelaysMs: [1_000, 2_000, 4_000] };

const failures: Record<string, { code: string; message: string }> = {
	moderation: { code: 'content_policy_violation', message: 'Content policy violation. Please adjust your prompt and try again.' },
	internal: { code: 'service_error', message: 'The service failed while generating the video.' },
	cancelled: { code: 'request_cancelled', message: 'The request was cancelled.' },
	timeout: { code: 'generation_timeout', message: 'The video took too long to generate.' },
	image: { code: 'image_processing_error', message: 'The reference image could not be processed.' },
};

const words: Record<RefusalKind, { status: number; type: string; message: string }> = {
	'400': { status: 400, type: 'invalid_request_error', message: 'Invalid request parameters' },
	'401': { status: 401, type: 'authentication_error', message: 'Invalid or expired token' },
	'403credits': { status: 402, type: 'insufficient_quota_error', message: 'Insufficient quota. Please top up your account.' },
	'404': { status: 404, type: 'not_found_error', message: 'The requested resource does not exist' },
	'429': { status: 429, type: 'rate_limit_error', message: 'Too many requests, please try again later' },
	'500': { status: 500, type: 'internal_server_error', message: 'Internal server error' },
	'503': { status: 503, type: 'service_unavailable_error', message: 'Service temporarily unavailable' },
};

function refuse({ kind, message, field, code }: Refusal): Reply {
	const known = words[kind];
	// Codes of HTTP errors are numbers, those of tasks and of validation words .
	const error = { code: code ?? known.status, message: message ?? known.message, type: known.type, ...(field ? { param: field } : {}) };
	return { status: known.status, body: { error } };
}

function describe(problem: Problem): Reply {
	const messages = {
		missing: `${problem.field} is required`,
		unknown: `Unknown parameter: ${problem.field}`,
		type: `${problem.field} must be ${problem.expected}, got ${problem.received}`,
		enum: `${problem.field} must be one of ${problem.expected}, got ${problem.received}`,
		tooLong: `${problem.field} must be at most ${problem.expected} characters`,
		tooMany: `${problem.field} supports at most ${problem.expected} item`,
		format: `${problem.field} must be ${problem.expected}`,
	};
	return refuse({ kind: '400', code: 'invalid_parameters', field: problem.field, message: messages[problem.reason] });
}

function create(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'Invalid JSON body' });
	const name = text(body.model, '');
	if (!name) return describe({ field: 'model', reason: 'missing', expected: 'string', received: '' });
	const model = schemaOf(name);
	if (!model || world.settings.withdrawnModels.includes(name)) {
		return refuse({ kind: '404', code: 'model_not_found', field: 'model', message: `The model '${name}' does not exist or you do not have access to it` });
	}
	const refuseUnknown = model.isWhole && world.settings.evoLinkUnknownFields === 'refuse';
	const [problem] = checker.problems(body, model.schema, refuseUnknown);
	// Of a list it names the field, not the entry.
	if (problem) return describe({ ...problem, field: problem.field.replace(/\.\d+$/, '') });
	const broken = brokenRule(name, body);
	if (broken) return refuse({ kind: '400', code: 'invalid_parameters', ...broken });
	const callbackUrl = text(body.callback_url, '') || null;
	const why = callbackUrl === null ? null : callbackProblem(callbackUrl, world.settings.strictCallbacks);
	if (why) return refuse({ kind: '400', code: 'invalid_parameters', field: 'callback_url', message: why });
	for (const field of ['base_video_task_id', 'source_task_id']) {
		const base = text(body[field], '');
		if (!base || world.jobs.find(provider.id, base)?.status === 'completed') continue;
		return refuse({ kind: '400', code: 'invalid_parameters', field, message: `No completed task ${base}` });
	}
	const idempotencyKey = text(call.headers['idempotency-key'], '') || null;
	const known = world.settings.evoLinkIgnoresKeys
		? undefined
		: world.jobs.all.find((job) => job.idempotencyKey !== null && job.idempotencyKey === idempotencyKey);
	if (known) return replay(known, call, world);
	return createJob({ ...orderOf(name, body, callbackUrl, world), idempotencyKey }, call, world, provider, (job) => {
		if (callbackUrl) world.callbackPost.expect(job, { ...manner, url: callbackUrl, body: () => task(job, world, false) });
		return { status: 200, body: task(job, world) };
	});
}

/**
 * A create that has come before, by its key: the first one's answer again, as EvoLink's own client reads
 * it. Another body under the same key is the `idempotency_conflict` that the client knows.
 */
function replay(job: Job, call: Call, world: World): Reply {
	const fingerprint = fingerprintOf(call, provider);
	if (job.fingerprint !== fingerprint) {
		return { status: 409, body: { error: { code: 'idempotency_conflict', type: 'invalid_request_error', message: 'The idempotency key was used with another request' } } };
	}
	const fault = world.faults.take('create', provider.id, job.prompt, job.prompt);
	world.creates.push({ at: world.clock.now(), provider: provider.id, fingerprint, prompt: job.prompt, jobId: job.id, fault: fault?.kind ?? null });
	return spoil(fault, { status: 200, headers: { 'idempotency-replayed': 'true' }, body: task(job, world, true) }, provider, world);
}

function orderOf(name: string, body: Record<string, unknown>, callbackUrl: string | null, world: World) {
	const large = body.quality === '1080p' || body.quality === 'high';
	const tall = body.aspect_ratio === '9:16';
	const pictures: unknown[] = [body.image_start, body.image_end, body.image_urls].flat();
	return {
		id: `task-unified-${Math.floor(world.clock.now() / 1000)}-${randomBytes(5).toString('hex').slice(0, 8)}`,
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size: large ? (tall ? '1024x1792' : '1792x1024') : tall ? '720x1280' : '1280x720',
		duration: typeof body.duration === 'number' && body.duration > 0 ? body.duration : defaultDuration(name),
		failure: pictures.some((url) => typeof url === 'string' && isUnusable(url, world)) ? 'image' : null,
		linkHours: 24,
		callbackUrl,
	};
}

function isUnusable(url: string, world: World): boolean {
	const sight = lookAt(url, world);
	if (sight.seen !== 'picture') return sight.seen === 'nothing';
	return sight.picture.mime === 'image/gif' || sight.picture.bytes > 10 * 1024 * 1024;
}

/** One body for create and for query (and, word for word, for the callback). */
export function task(job: Job, world: World, isNew = job.asks === 0): Record<string, unknown> {
	const status = job.scriptedState ?? { queued: 'pending', processing: 'processing', completed: 'completed', failed: 'failed' }[job.status];
	return {
		created: Math.floor(job.createdAt / 1000),
		id: job.id,
		model: job.model,
		object: 'video.generation.task',
		progress: isNew ? 0 : job.status === 'completed' ? 100 : Math.min(99, Math.floor(job.fraction * 100)),
		status: isNew ? 'pending' : status,
		task_info: { can_cancel: isNew, estimated_time: Math.ceil(job.runSeconds), video_duration: job.duration },
		type: 'video',
		usage: { billing_rule: 'per_call', credits_reserved: 5.76 * job.duration, user_group: 'default' },
		...(!isNew && job.status === 'completed' ? { results: [videoUrl(job, world)] } : {}),
		...(!isNew && job.failure ? { error: { ...(failures[job.failure] ?? failures.internal), type: 'task_error' } } : {}),
	};
}

function query(id: string, world: World): Reply {
	if (!/^task-unified-/.test(id)) {
		return refuse({ kind: '400', code: 'invalid_task_id', field: 'task_id', message: 'Invalid task ID: it must start with task-unified-' });
	}
	const job = world.jobs.find(provider.id, id);
	if (!job) return refuse({ kind: '404', code: 'task_not_found', field: 'task_id', message: `Task ${id} does not exist` });
	return answerStatus(job, world, provider, (asked) => ({ status: 200, body: task(asked, world) }));
}

function credits(): Reply {
	const token = { remaining_credits: 512.5, unlimited_credits: false, used_credits: 87.5 };
	return { status: 200, body: { data: { token, user: { remaining_credits: 1024, used_credits: 176 } }, message: '', success: true } };
}

/** Not of video: the list is of everything that the key may use, and nothing says which makes what. */
const otherModels = ['gpt-4o', 'gpt-image-1.5', 'wan2.5-text-to-image', 'doubao-seedream-4.5', 'gemini-3-pro-image-preview', 'suno-v5'];

function listModels({ settings }: World): Reply {
	const data = [...listed, ...otherModels]
		.filter((id) => !settings.withdrawnModels.includes(id))
		.map((id) => ({ id, object: 'model', created: 1_757_000_000, owned_by: 'evolink' }));
	return { status: 200, body: { object: 'list', data } };
}

export const provider: Provider = {
	id: 'evoLink',
	bases: [{ name: 'evoLink', prefix: '/evolink' }, { name: 'evoLinkFiles', prefix: '/evolink-files' }],
	apiKey,
	failures: Object.keys(failures),
	refuse,
	handle(call, world) {
		const isAllowed = hasKey(call.headers.authorization, apiKey);
		if (call.base === 'evoLinkFiles') return handleFiles(call, world, isAllowed);
		const catalog = serveCatalog(call);
		if (catalog) return catalog;
		if (!isAllowed) return refuse({ kind: '401' });
		const route = `${call.method} ${call.path}`;
		const id = /^GET \/v1\/tasks\/([^/]+)$/.exec(route)?.[1];
		if (id) return query(decodePart(id), world);
		if (route === 'POST /v1/videos/generations') return create(call, world);
		if (route === 'GET /v1/credits') return credits();
		if (route !== 'GET /v1/models') return refuse({ kind: '404' });
		return listModels(world);
	},
};
