import { randomUUID } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { clip, videoUrl } from './cdn';
import { decodePart, isHttpUrl, isRecord, jsonBody, text } from './checks';
import { answerStatus, createJob, spoil } from './desk';
import { announceUpload, lifetimeOf, takeUpload } from './falFiles';
import { falModels, falPrices, listFalModels, refuseFalPath } from './falModels';
import { falKeySet, signFal } from './falSignature';
import { lookAt } from './images';
import type { Job } from './jobs';
import { schemaProblems, type SchemaProblem } from './schemaProblems';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';

// fal's queue, as its inference API, its pages on errors and webhooks, and its own client have it.

const apiKey = 'sandbox-fal-key-id:sandbox-fal-key-secret';
const userId = 'sandbox-fal-user';
/** A result lives for an hour, and for six minutes where it is large. Its webhook is tried for as long. */
const keptMs = { small: 3_600_000, large: 360_000 };
const largeBytes = 10_000;
const manner = {
	answerLimitMs: 15_000,
	retryDelaysMs: [5_000, 10_000, 20_000, 40_000, 80_000, ...Array.from({ length: 25 }, () => 120_000)],
	isFinal: (status: number) => status >= 300 && status < 400,
};
/** In a request's address, between its app and itself. */
const between = '/requests/';
const docsUrl = 'https://docs.fal.ai/errors#';

/** What the platform says: of the runner and the queue. */
const platform: Record<string, { status: number; detail: string; type: string }> = {
	timeout: { status: 504, detail: 'Request timed out', type: 'request_timeout' },
	runner: { status: 503, detail: 'Runner disconnected', type: 'runner_disconnected' },
	internal: { status: 500, detail: 'Internal server error', type: 'internal_error' },
	cancelled: { status: 499, detail: 'Client cancelled the request', type: 'client_cancelled' },
};
/** What a model says of itself, in the form of its errors. */
const said: Record<string, { status: number; field: string | null; msg: string; type: string }> = {
	moderation: { status: 422, field: 'prompt', msg: 'The content could not be processed because it was flagged by a content checker.', type: 'content_policy_violation' },
	image: { status: 422, field: 'image_url', msg: 'Failed to download the file. Please check if the URL is accessible and try again.', type: 'file_download_error' },
	downstream: { status: 500, field: null, msg: 'Downstream service error', type: 'downstream_service_error' },
};

/** Of requests that their model won't take: fal's queue takes them, and the model says so later. */
const inputProblems = new WeakMap<Job, SchemaProblem[]>();

const words: Record<RefusalKind, { status: number; detail: string; type?: string }> = {
	'400': { status: 400, detail: 'Bad request', type: 'bad_request' },
	'401': { status: 401, detail: 'invalid key credentials' },
	'403credits': { status: 403, detail: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.' },
	'404': { status: 404, detail: 'Not found' },
	'429': { status: 429, detail: 'Too many requests', type: 'concurrent_requests_limit' },
	'500': { status: 500, detail: 'Internal server error', type: 'internal_error' },
	'503': { status: 503, detail: 'No runner could be allocated to handle the request', type: 'runner_scheduling_failure' },
};

function refuse({ kind, message }: Refusal): Reply {
	const { status, detail, type } = words[kind];
	return {
		status,
		...(type === undefined ? {} : { headers: { 'x-fal-error-type': type } }),
		body: { detail: message ?? detail, ...(type === undefined ? {} : { error_type: type }) },
	};
}

/** Pydantic's words, which fal's models pass on. */
function detailOf({ path, keyword, params, value }: SchemaProblem): Record<string, unknown> {
	const known: Record<string, [type: string, msg: string]> = {
		required: ['missing', 'Field required'],
		unknown: ['extra_forbidden', 'Extra inputs are not permitted'],
		enum: ['literal_error', `Input should be ${(Array.isArray(params.allowedValues) ? params.allowedValues : []).map((each) => (typeof each === 'string' ? `'${each}'` : String(each))).join(', ')}`],
		type: [`${String(params.type)}_type`, `Input should be a valid ${String(params.type)}`],
		maxLength: ['string_too_long', `String should have at most ${String(params.limit)} characters`],
		minLength: ['string_too_short', `String should have at least ${String(params.limit)} characters`],
		maximum: ['less_than_equal', `Input should be less than or equal to ${String(params.limit)}`],
		minimum: ['greater_than_equal', `Input should be greater than or equal to ${String(params.limit)}`],
		maxItems: ['too_long', `List should have at most ${String(params.limit)} items`],
		minItems: ['too_short', `List should have at least ${String(params.limit)} items`],
		format: ['url_parsing', 'Input should be a valid URL'],
	};
	const [type, msg] = known[keyword] ?? ['value_error', 'Value error'];
	return { loc: ['body', ...path], msg, type, url: `${docsUrl}${type}`, input: value };
}

interface Answer {
	status: number;
	headers?: Record<string, string>;
	body: unknown;
}

/** What the model of a request that has ended answered, as its result and its webhook tell it. */
function answerOf(job: Job, world: World): Answer {
	const outage = job.failure === null ? undefined : platform[job.failure];
	if (outage) return { status: outage.status, headers: { 'x-fal-error-type': outage.type }, body: { detail: outage.detail, error_type: outage.type } };
	const problems = inputProblems.get(job);
	if (job.failure === 'input' && problems) return { status: 422, headers: { 'x-fal-retryable': 'false' }, body: { detail: problems.map(detailOf) } };
	if (job.failure !== null) {
		const { status, field, msg, type } = said[job.failure] ?? { status: 500, field: null, msg: 'Internal server error', type: 'internal_server_error' };
		return { status, headers: { 'x-fal-retryable': 'false' }, body: { detail: [{ loc: field === null ? ['body'] : ['body', field], msg, type, url: `${docsUrl}${type}`, input: job.body }] } };
	}
	const seed = isRecord(job.body) && typeof job.body.seed === 'number' ? job.body.seed : 7;
	const output = { video: { url: videoUrl(job, world), content_type: 'video/mp4', file_name: 'output.mp4', file_size: clip(job).length }, seed };
	const missing = world.settings.falResultBytes - JSON.stringify(output).length;
	return { status: 200, headers: { 'x-fal-billable-units': String(job.duration) }, body: missing > 0 ? { ...output, actual_prompt: 'a'.repeat(missing) } : output };
}

function lifetimeOfResult(job: Job, world: World): number {
	return Buffer.byteLength(JSON.stringify(answerOf(job, world).body)) >= largeBytes ? keptMs.large : keptMs.small;
}

function isForgotten(job: Job, world: World): boolean {
	return job.endedAt !== null && world.clock.now() > job.endedAt + lifetimeOfResult(job, world);
}

/** Owner and app: the endpoint's own path below them isn't part of a request's address. */
function appOf(endpoint: string): string {
	return endpoint.split('/').slice(0, 2).join('/');
}

/** A job's id here is what leads to it: its app, and the request in it. */
function requestOf({ id }: Job): string {
	return id.slice(id.indexOf(between) + between.length);
}

function linksOf(job: Job, world: World): Record<string, string> {
	const response = `${world.url}/fal/${appOf(job.model)}${between}${encodeURIComponent(requestOf(job))}`;
	return { response_url: response, status_url: `${response}/status`, cancel_url: `${response}/cancel` };
}

function webhook(job: Job, world: World): Record<string, unknown> {
	const { status, body } = answerOf(job, world);
	const ids = { request_id: requestOf(job), gateway_request_id: requestOf(job) };
	return status === 200 ? { ...ids, status: 'OK', payload: body } : { ...ids, status: 'ERROR', error: `Invalid status code: ${status}`, payload: body };
}

function webhookHeaders(raw: string, job: Job): Record<string, string> {
	// The receiver's time, not the sandbox clock's, which tests move.
	const timestamp = String(Math.floor(Date.now() / 1000));
	return {
		'x-fal-webhook-request-id': requestOf(job),
		'x-fal-webhook-user-id': userId,
		'x-fal-webhook-timestamp': timestamp,
		'x-fal-webhook-signature': signFal({ requestId: requestOf(job), userId, timestamp, raw }),
	};
}

function canBeRead(body: Record<string, unknown>, world: World): boolean {
	const links = Object.entries(body)
		.filter(([name]) => /image|frame/.test(name) && /_urls?$/.test(name))
		.flatMap(([, value]): unknown[] => (Array.isArray(value) ? value : [value]));
	return links.every((link) => typeof link !== 'string' || lookAt(link, world).seen !== 'nothing');
}

function sizeOf({ resolution, aspect_ratio: ratio }: Record<string, unknown>): string {
	const [long, short] = text(resolution, '').toLowerCase() === '1080p' ? [1792, 1024] : [1280, 720];
	return ratio === '9:16' ? `${short}x${long}` : `${long}x${short}`;
}

function submit(endpoint: string, call: Call, world: World): Reply {
	const model = Object.hasOwn(falModels, endpoint) ? falModels[endpoint] : undefined;
	if (!model || world.settings.withdrawnModels.includes(endpoint)) return refuse({ kind: '404', message: `Path /${endpoint} not found` });
	const stranger = [...call.query.keys()].find((name) => name !== 'fal_webhook' && name !== 'fal_max_queue_length');
	if (stranger) return refuse({ kind: '400', message: `Unknown query parameter ${stranger}` });
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'Invalid JSON body' });
	const longest = Number(call.query.get('fal_max_queue_length') ?? Infinity);
	const waiting = world.jobs.all.filter((job) => job.provider === provider.id && job.status === 'queued').length;
	if (waiting > longest) return refuse({ kind: '429', message: 'Queue is full' });
	const callbackUrl = call.query.get('fal_webhook');
	if (callbackUrl !== null && !isHttpUrl(callbackUrl)) return refuse({ kind: '400', message: 'fal_webhook must be a valid URL' });
	const problems = schemaProblems(model.input, body);
	const seconds = lifetimeOf(call.headers['x-fal-object-lifecycle-preference']);
	const order = {
		id: `${appOf(endpoint)}${between}${randomUUID()}`,
		provider: provider.id,
		model: endpoint,
		prompt: text(body.prompt, ''),
		body,
		size: sizeOf(body),
		duration: Number.parseInt(String(body.duration ?? ''), 10) || 5,
		failure: problems.length > 0 ? 'input' : canBeRead(body, world) ? null : 'image',
		...(seconds === null ? {} : { linkHours: seconds / 3600 }),
		callbackUrl,
	};
	return createJob(order, call, world, provider, (job) => {
		if (problems.length > 0) inputProblems.set(job, problems);
		// To a private address fal delivers nothing, and says nothing about it here.
		if (callbackUrl !== null && callbackProblem(callbackUrl, world.settings.strictCallbacks) === null) {
			world.callbackPost.expect(job, {
				...manner,
				url: callbackUrl,
				body: () => webhook(job, world),
				headers: (content) => webhookHeaders(content, job),
				givesUpAfterMs: () => lifetimeOfResult(job, world),
			});
		}
		return {
			status: 200,
			headers: { 'x-fal-request-id': requestOf(job) },
			body: { status: 'IN_QUEUE', request_id: requestOf(job), gateway_request_id: requestOf(job), ...linksOf(job, world), logs: null, metrics: {}, queue_position: 0 },
		};
	});
}

function wordOf(job: Job): string {
	return job.scriptedState ?? { queued: 'IN_QUEUE', processing: 'IN_PROGRESS', completed: 'COMPLETED', failed: 'COMPLETED' }[job.status];
}

function tellStatus(job: Job, call: Call, world: World): Reply {
	const outage = job.failure === null ? undefined : platform[job.failure];
	const status = job.hasEnded ? answerOf(job, world).status : 200;
	const trouble = outage ? { error: outage.detail, error_type: outage.type } : status !== 200 && world.settings.falTellsModelErrors ? { error: `Invalid status code: ${status}`, error_type: 'bad_request' } : {};
	const logs = call.query.get('logs') === '1' ? { logs: [{ message: 'Generating', level: 'INFO', source: 'USER', timestamp: new Date(job.createdAt).toISOString() }] } : {};
	return {
		status: job.hasEnded ? 200 : 202,
		headers: { 'x-fal-request-id': requestOf(job) },
		body: {
			status: wordOf(job),
			request_id: requestOf(job),
			...linksOf(job, world),
			...(job.status === 'queued' ? { queue_position: 0 } : {}),
			...logs,
			...(job.hasEnded ? { metrics: { inference_time: job.runSeconds }, ...trouble } : {}),
		},
	};
}

const notFound: Reply = { status: 404, body: { status: 'NOT_FOUND' } };

function tellResult(job: Job, world: World): Reply {
	// Counted apart from the faults of its status, which is another request.
	const fault = world.faults.take('status', provider.id, job.prompt, `${job.id} result`);
	if (!job.hasEnded) return spoil(fault, refuse({ kind: '400', message: 'Request is still in progress' }), provider, world);
	const { status, headers, body } = answerOf(job, world);
	return spoil(fault, isForgotten(job, world) ? notFound : { status, headers: { ...headers, 'x-fal-request-id': requestOf(job) }, body }, provider, world);
}

function cancel(job: Job, world: World): Reply {
	if (job.hasEnded) return { status: 400, body: { status: 'ALREADY_COMPLETED' } };
	const wasQueued = job.status === 'queued';
	if (wasQueued || world.settings.falStopsWhenAsked) job.cancel();
	return wasQueued ? { status: 200, body: { status: 'OK' } } : { status: 202, body: { status: 'CANCELLATION_REQUESTED' } };
}

function handleQueue(call: Call, world: World): Reply {
	if (call.headers.authorization?.startsWith('Bearer ')) return refuse({ kind: '401', message: 'bearer: unable to decode issuer' });
	if (call.headers.authorization !== `Key ${apiKey}`) return refuse({ kind: '401' });
	const [, app = '', id = '', verb] = /^\/([^/]+\/[^/]+)\/requests\/([^/]+?)(?:\/(status|cancel))?$/.exec(call.path) ?? [];
	const route = `${call.method} ${id ? (verb ?? 'result') : ''}`;
	if (!id && call.method === 'POST') return submit(decodePart(call.path.slice(1)), call, world);
	const wanted = ['GET status', 'GET result', 'PUT cancel'];
	if (!wanted.includes(route)) return refuse({ kind: '404', message: `Path ${call.path} not found` });
	const job = world.jobs.find(provider.id, `${decodePart(app)}${between}${decodePart(id)}`);
	if (!job) return notFound;
	if (isForgotten(job, world) && world.settings.falForgets === 'request') return notFound;
	if (route === 'PUT cancel') return cancel(job, world);
	return route === 'GET result' ? tellResult(job, world) : answerStatus(job, world, provider, (asked) => tellStatus(asked, call, world));
}

export const provider: Provider = {
	id: 'fal',
	bases: [
		{ name: 'fal', prefix: '/fal' },
		{ name: 'falApi', prefix: '/fal-api' },
		{ name: 'falFiles', prefix: '/fal-files' },
		{ name: 'falMedia', prefix: '/fal-media' },
	],
	apiKey,
	failures: [...Object.keys(platform), ...Object.keys(said)],
	refuse,
	handle(call, world) {
		const route = `${call.method} ${call.path}`;
		const isAllowed = call.headers.authorization === `Key ${apiKey}`;
		if (call.base === 'fal') return handleQueue(call, world);
		if (call.base === 'falMedia') return takeUpload(call, world);
		if (call.base === 'falApi') {
			if (route === 'GET /v1/models') return listFalModels(call, world);
			return route === 'GET /v1/models/pricing' ? falPrices(call, world, isAllowed) : refuseFalPath();
		}
		if (route === 'GET /.well-known/jwks.json') return { status: 200, body: falKeySet() };
		if (route !== 'POST /storage/upload/initiate') return refuse({ kind: '404' });
		return isAllowed ? announceUpload(call, world) : refuse({ kind: '401' });
	},
};
