import { randomBytes } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { part, videoOf } from './cdn';
import { decodePart, isRecord, jsonBody, text } from './checks';
import { answerStatus, createJob, spoilTransport } from './desk';
import { spoilDownload } from './downloadFaults';
import { isDownloadFaultKind } from './faults';
import { formProblem, inputParts, modelProblem, promptOf, secondsOf, taskOf, videoFormat } from './geminiRequest';
import { publicKeys, webhookHeaders } from './geminiWebhook';
import { decodeBase64, readPicture } from './images';
import type { Job } from './jobs';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';
import { untilEnded } from './untilEnded';
import { videoSize } from './videoSize';

// Gemini Omni over the Interactions API, as Google's pages and its own client have it, and as logs of public
// clients show its answers.

const apiKey = 'sandbox-gemini-key';
/** For 24 hours, with growing waits. The steps and the time to answer ("a few seconds") aren't documented. */
const manner = { answerLimitMs: 10_000, retryDelaysMs: Array.from({ length: 14 }, (_, n) => 10_000 * 2 ** n) };
const fileHours = 48;
/** What is larger is given as a file, whatever was asked for. */
const inlineBytes = 4_000_000;
const tokensPerSecond = 5_792;
const longestWaitSeconds = 600;

const models = ['gemini-omni-1.1-flash', 'gemini-omni-1.2-flash'];
/** Switched off: the previews of Veo on 2026-10-22, that of Omni on 2026-09-30. */
const goneModels = ['veo-3.1-generate-preview', 'veo-3.1-fast-generate-preview', 'veo-3.1-lite-generate-preview', 'gemini-omni-flash-preview'];
const otherModels = ['gemini-3.8-flash', 'gemini-3.1-flash-image', 'gemini-embedding-2'];

/** Beside failing in the usual way, Omni ends in words of its own; what it won't show for its content is "completed". */
const failures: Record<string, { status: string; message?: string }> = {
	moderation: { status: 'completed' },
	internal: { status: 'failed', message: 'The video could not be generated because of an internal error.' },
	cancelled: { status: 'cancelled' },
	incomplete: { status: 'incomplete' },
	budget: { status: 'budget_exceeded' },
};

const words: Record<RefusalKind, { code: number; status: string; message: string }> = {
	'400': { code: 400, status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' },
	'401': { code: 400, status: 'INVALID_ARGUMENT', message: 'API key not valid. Please pass a valid API key.' },
	'403credits': { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.' },
	'404': { code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.' },
	'429': { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Resource has been exhausted (e.g. check quota).' },
	'500': { code: 500, status: 'INTERNAL', message: 'Internal error encountered.' },
	'503': { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded. Please try again later.' },
};

function refuse({ kind, message }: Refusal, world: World): Reply {
	const { code, status, message: usual } = words[kind];
	const details = kind === '401' ? [keyDetail] : kind === '429' ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${world.faults.retryAfter ?? 37}s` }] : [];
	return { status: code, body: { error: { code, message: message ?? usual, status, ...(details.length > 0 ? { details } : {}) } } };
}

const keyDetail = {
	'@type': 'type.googleapis.com/google.rpc.ErrorInfo',
	reason: 'API_KEY_INVALID',
	domain: 'googleapis.com',
	metadata: { service: 'generativelanguage.googleapis.com' },
};

/** The Interactions API's own form: its code is a word. */
function refuseRequest(message: string, status = 400): Reply {
	return { status, body: { error: { message, code: 'invalid_request' } } };
}

function refuseMissingKey(): Reply {
	const message = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
	return { status: 403, body: { error: { code: 403, message, status: 'PERMISSION_DENIED' } } };
}

function refuseModel(name: string, world: World): Reply {
	const isGone = goneModels.includes(name) || world.settings.withdrawnModels.includes(name);
	const message = isGone
		? `This model models/${name} is no longer available. Please update your code to use a newer model for the latest features and improvements.`
		: `models/${name} is not found for API version v1beta, or is not supported.`;
	return refuse({ kind: '404', message }, world);
}

function serves(name: string, { settings }: World): boolean {
	return models.includes(name) && !settings.withdrawnModels.includes(name);
}

async function create(call: Call, world: World): Promise<Reply> {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuseRequest('Invalid JSON payload received.');
	const name = text(body.model, '').replace(/^models\//, '');
	if (!name) return refuseRequest("Missing required parameter 'model'.");
	if (!serves(name, world)) return refuseModel(name, world);
	const wrong = formProblem(name, { ...body, model: name }) ?? switchesProblem(body) ?? webhookProblem(body, world) ?? mediaProblem(body, world);
	if (wrong) return refuseRequest(wrong);
	const previous = previousOf(body, world);
	if (previous === undefined) return refuseRequest(`Invalid interaction name: interactions/${text(body.previous_interaction_id, '')}`);
	const unmade = modelProblem(name, body, previous);
	if (unmade) return refuseRequest(unmade);
	const order = orderOf(name, body, previous);
	const reply = createJob(order, call, world, provider, (job) => {
		for (const url of webhooksOf(body)) world.callbackPost.expect(job, { ...manner, url, body: () => event(job, world), headers: webhookHeaders(url) });
		return { status: 200, body: interaction(job, world) };
	});
	const job = isRecord(reply.body) ? world.jobs.find(provider.id, text(reply.body.id, '')) : undefined;
	if (body.background === true || !job || reply.status !== 200) return reply;
	// Without `background` the request stays open for the whole generation.
	await untilEnded(job, longestWaitSeconds, world);
	return { ...reply, body: interaction(job, world) };
}

function switchesProblem(body: Record<string, unknown>): string | null {
	if (body.stream === true) return 'sandbox: answers are not streamed here';
	return body.background === true && body.store === false ? 'background=true requires store=true.' : null;
}

function webhooksOf({ webhook_config: config }: Record<string, unknown>): string[] {
	return isRecord(config) && Array.isArray(config.uris) ? config.uris.filter((uri) => typeof uri === 'string') : [];
}

function webhookProblem(body: Record<string, unknown>, world: World): string | null {
	if (body.webhook_config === undefined) return null;
	if (body.background !== true) return 'webhook_config requires background=true.';
	const why = webhooksOf(body).map((url) => callbackProblem(url, world.settings.strictCallbacks)).find((problem) => problem !== null);
	return why ? why.replace('callback_url', 'webhook_config.uris') : null;
}

/** Pictures must be ones; videos are given as data or from the Files API, and not by a link of the web. */
function mediaProblem(body: Record<string, unknown>, world: World): string | null {
	for (const part of inputParts(body).filter(isRecord)) {
		if (part.type === 'image' && typeof part.data === 'string' && !readPicture(decodeBase64(part.data))) return 'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting';
		const uri = text(part.uri, '');
		if (part.type === 'video' && /^https?:/.test(uri) && !uri.startsWith(`${world.url}/gemini/`)) return 'Invalid or unsupported file uri: videos are taken as data, or from the Files API.';
	}
	return null;
}

/** Null: none was named. Undefined: the named one can't be gone on from. */
function previousOf(body: Record<string, unknown>, world: World): Job | null | undefined {
	if (body.previous_interaction_id === undefined) return null;
	const job = stored(text(body.previous_interaction_id, ''), world);
	return job?.status === 'completed' ? job : undefined;
}

function stored(id: string, world: World): Job | undefined {
	const job = world.jobs.find(provider.id, id);
	return isRecord(job?.body) && job.body.store === false ? undefined : job;
}

function orderOf(name: string, body: Record<string, unknown>, previous: Job | null) {
	const isExtension = taskOf(body) === 'extend';
	return {
		id: `v1_${randomBytes(30).toString('base64url')}`,
		provider: provider.id,
		model: name,
		prompt: promptOf(body),
		body,
		size: videoSize(videoFormat(body)),
		duration: secondsOf(body) + (isExtension && previous ? previous.duration : 0),
		linkHours: fileHours,
		callbackUrl: webhooksOf(body)[0] ?? null,
	};
}

function statusOf(job: Job): string {
	if (job.scriptedState !== null) return job.scriptedState;
	if (job.failure) return (failures[job.failure] ?? failures.internal)?.status ?? 'failed';
	return { queued: 'queued', processing: 'in_progress', completed: 'completed', failed: 'failed' }[job.status];
}

function fileId(job: Job): string {
	return job.token.slice(0, 12);
}

function fileUri(job: Job, world: World): string {
	return `${world.url}/gemini/v1beta/files/${fileId(job)}:download?alt=media`;
}

function videoContent(job: Job, world: World): Record<string, unknown> {
	const file = videoOf(job, world);
	const isInline = isRecord(job.body) && videoFormat(job.body).delivery !== 'uri' && file.length <= inlineBytes;
	const bytes = () => (Buffer.isBuffer(file) ? file : Buffer.concat([...file.read(0, file.length)]));
	return { type: 'video', mime_type: 'video/mp4', ...(isInline ? { data: bytes().toString('base64') } : { uri: fileUri(job, world) }) };
}

/** The video is told among the steps; `output_video` is what Google's client makes of them. */
function interaction(job: Job, world: World): Record<string, unknown> {
	const status = statusOf(job);
	const hasVideo = job.status === 'completed';
	const isRefused = job.failure === 'moderation';
	const content = hasVideo ? [videoContent(job, world)] : isRefused ? [{ type: 'text', text: "I can't create that video. Please try another prompt." }] : [];
	const failure = status === 'failed' && job.failure ? failures[job.failure] : undefined;
	return {
		id: job.id,
		status,
		model: job.model,
		created: new Date(job.createdAt).toISOString(),
		updated: new Date(job.endedAt ?? world.clock.now()).toISOString(),
		...(content.length > 0 ? { steps: [{ type: 'model_output', content }], usage: usageOf(job, hasVideo) } : {}),
		...(failure?.message ? { errors: [{ code: 'internal', message: failure.message }] } : {}),
		...(isRecord(job.body) && typeof job.body.previous_interaction_id === 'string' ? { previous_interaction_id: job.body.previous_interaction_id } : {}),
	};
}

function usageOf(job: Job, hasVideo: boolean): Record<string, unknown> {
	const input = 10;
	const output = hasVideo ? Math.round(tokensPerSecond * job.duration) : 12;
	return { total_tokens: input + output, total_input_tokens: input, total_output_tokens: output, output_tokens_by_modality: [{ modality: hasVideo ? 'video' : 'text', tokens: output }] };
}

/** A pointer to what happened. The catalogue of events has none for budgets and incomplete answers. */
function event(job: Job, world: World): Record<string, unknown> | undefined {
	const status = statusOf(job);
	if (!['completed', 'failed', 'cancelled'].includes(status)) return undefined;
	const error = status === 'failed' ? { error_code: 'internal', error_message: failures.internal?.message } : {};
	return { type: `interaction.${status}`, version: 'v1', timestamp: new Date(world.clock.now()).toISOString(), data: { id: job.id, ...error } };
}

function handleInteraction(method: string, id: string, verb: string, world: World): Reply {
	const job = stored(id, world);
	if (!job) return refuseRequest(`Invalid interaction name: interactions/${id}`);
	if (method === 'GET' && !verb) return answerStatus(job, world, provider, (asked) => ({ status: 200, body: interaction(asked, world) }));
	if (method === 'DELETE' && !verb) {
		world.jobs.all.splice(world.jobs.all.indexOf(job), 1);
		return { status: 200, body: {} };
	}
	if (method !== 'POST' || verb !== '/cancel') return refuse({ kind: '404' }, world);
	if (job.hasEnded) return refuseRequest(`Interaction ${id} has already ended and can't be cancelled.`);
	if (!isRecord(job.body) || job.body.background !== true) return refuseRequest('Only background interactions can be cancelled.');
	job.cancel();
	return { status: 200, body: interaction(job, world) };
}

function handleFile(id: string, isDownload: boolean, call: Call, world: World): Reply {
	const job = world.jobs.all.find((each) => each.provider === provider.id && fileId(each) === id && each.status === 'completed' && !each.linkExpired);
	if (!job) return { status: 403, body: { error: { code: 403, message: `You do not have permission to access the File ${id} or it may not exist.`, status: 'PERMISSION_DENIED' } } };
	const file = videoOf(job, world);
	if (!isDownload) return { status: 200, body: describeFile(job, file.length, world) };
	if (call.query.get('alt') !== 'media') return refuse({ kind: '400', message: 'Downloads need alt=media.' }, world);
	const reply: Reply = { status: 200, headers: { 'content-type': 'video/mp4' }, body: part(file, 0, file.length) };
	const fault = world.faults.take('download', job.provider, job.prompt, job.id);
	if (fault && isDownloadFaultKind(fault.kind)) return spoilDownload(fault.kind, job, call, world);
	return fault ? spoilTransport(fault, reply, world) : reply;
}

function describeFile(job: Job, bytes: number, world: World): Record<string, unknown> {
	const time = (ms: number) => new Date(ms).toISOString();
	const ended = job.endedAt ?? world.clock.now();
	return {
		name: `files/${fileId(job)}`,
		mimeType: 'video/mp4',
		sizeBytes: String(bytes),
		createTime: time(ended),
		updateTime: time(ended),
		expirationTime: time(ended + fileHours * 3_600_000),
		uri: `${world.url}/gemini/v1beta/files/${fileId(job)}`,
		downloadUri: fileUri(job, world),
		state: 'ACTIVE',
		source: 'GENERATED',
	};
}

function listModels(call: Call, world: World): Reply {
	const all = [...otherModels, ...models].filter((name) => !world.settings.withdrawnModels.includes(name));
	const start = Number(call.query.get('pageToken') ?? 0);
	const size = Number(call.query.get('pageSize') ?? 50);
	const listed = all.slice(start, start + size).map((name) => ({
		name: `models/${name}`,
		version: '001',
		displayName: name,
		description: `${name}, as the sandbox has it.`,
		inputTokenLimit: 131_072,
		outputTokenLimit: 57_920,
		supportedGenerationMethods: models.includes(name) ? [] : ['generateContent', 'countTokens'],
	}));
	return { status: 200, body: { models: listed, ...(start + size < all.length ? { nextPageToken: String(start + size) } : {}) } };
}

/** The ways of other models, which Omni doesn't go and Veo no longer goes. */
function handleModelCall(name: string, method: string, world: World): Reply {
	if (!serves(name, world)) return refuseModel(name, world);
	if (method === 'generateContent') return refuse({ kind: '400', message: 'This model only supports Interactions API.' }, world);
	return refuseModel(`${name}:${method}`, world);
}

export const provider: Provider = {
	id: 'gemini',
	bases: [{ name: 'gemini', prefix: '/gemini' }],
	apiKey,
	keyHeader: 'x-goog-api-key',
	failures: Object.keys(failures),
	refuse,
	async handle(call, world) {
		const route = `${call.method} ${call.path}`;
		if (route === 'GET /.well-known/jwks.json') return { status: 200, body: publicKeys() };
		// A key in the URL would do as well there, and end up in everybody's logs.
		const key = call.headers['x-goog-api-key'];
		if (key === undefined) return refuseMissingKey();
		if (key !== apiKey) return refuse({ kind: '401' }, world);
		if (call.headers.authorization !== undefined) return refuseRequest('Multiple authentication credentials received. Please pass only one.');
		if (route === 'POST /v1beta/interactions') return await create(call, world);
		if (route === 'GET /v1beta/models') return listModels(call, world);
		const [, id = '', verb = ''] = /^\/v1beta\/interactions\/([^/]+)(\/cancel)?$/.exec(call.path) ?? [];
		if (id) return handleInteraction(call.method, decodePart(id), verb, world);
		const [, file = '', isDownload] = /^GET \/v1beta\/files\/([^/:]+)(:download)?$/.exec(route) ?? [];
		if (file) return handleFile(file, Boolean(isDownload), call, world);
		const [, model = '', method = ''] = /^POST \/v1beta\/models\/([^/:]+):(\w+)$/.exec(route) ?? [];
		return model ? handleModelCall(model, method, world) : refuse({ kind: '404' }, world);
	},
};
