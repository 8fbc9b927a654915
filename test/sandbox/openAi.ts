import { randomBytes } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { localFile, part, videoOf, videoUrl } from './cdn';
import { decodePart, findProblems, hasKey, isRecord, jsonBody, text, type Problem, type Rules } from './checks';
import { answerStatus, createJob, spoilTransport } from './desk';
import { spoilDownload } from './downloadFaults';
import { isDownloadFaultKind } from './faults';
import { lookAt, readPicture } from './images';
import type { Job, JobOrder } from './jobs';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';
import { signedHeaders, standardSigner } from './webhookSignature';

// OpenAI's Videos API, and so the gateways that copy it, as OpenAI's guide and SDK and the gateways' own pages have it.

const apiKey = 'sandbox-openai-key';
const webhookSecret = `whsec_${Buffer.from('sandbox-openai-webhook-secret').toString('base64')}`;
/** Hooks that fail are tried for 72 hours, with growing waits. The steps aren't documented. */
const webhookManner = { answerLimitMs: 10_000, retryDelaysMs: Array.from({ length: 15 }, (_, n) => 5_000 * 2 ** n) };
const smallSizes = ['720x1280', '1280x720'];
const largeSizes = [...smallSizes, '1024x1792', '1792x1024', '1080x1920', '1920x1080'];

function fields(sizes: string[]): Rules {
	return {
		model: { kind: 'string' },
		prompt: { kind: 'string', required: true },
		seconds: { kind: 'oneOf', values: ['4', '8', '12', '16', '20'] },
		size: { kind: 'oneOf', values: sizes },
	};
}

const models: Record<string, Rules> = { 'sora-2': fields(smallSizes), 'sora-2-pro': fields(largeSizes) };
const freeModel = 'veo-3.1';

const failures: Record<string, { code: string; message: string }> = {
	moderation: { code: 'moderation_blocked', message: 'Your request was blocked by our moderation system.' },
	internal: { code: 'video_generation_failed', message: 'An internal error occurred while generating the video.' },
	imageSize: { code: 'invalid_image', message: 'Inpaint image must match the requested width and height' },
};

const words: Record<RefusalKind, { status: number; type: string; code: string | null; message: string }> = {
	'400': { status: 400, type: 'invalid_request_error', code: null, message: 'Invalid request' },
	'401': { status: 401, type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided' },
	'403credits': { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota, please check your plan and billing details.' },
	'404': { status: 404, type: 'invalid_request_error', code: null, message: 'Not found' },
	'429': { status: 429, type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached' },
	'500': { status: 500, type: 'server_error', code: null, message: 'The server had an error while processing your request' },
	'503': { status: 503, type: 'server_error', code: null, message: 'The engine is currently overloaded, please try again later' },
};

function refuse({ kind, message, field, code }: Refusal): Reply {
	const known = words[kind];
	const error = { message: message ?? known.message, type: known.type, param: field ?? null, code: code ?? known.code };
	return { status: known.status, body: { error } };
}

function describe(problem: Problem): Reply {
	const { field, reason, expected, received } = problem;
	const said: Partial<Record<Problem['reason'], [string, string]>> = {
		missing: ['missing_required_parameter', `Missing required parameter: '${field}'.`],
		unknown: ['unknown_parameter', `Unknown parameter: '${field}'.`],
		type: ['invalid_type', `Invalid type for '${field}': expected ${expected}, but got ${received} instead.`],
	};
	const [code, message] = said[reason] ?? ['invalid_value', `Invalid value: ${received}. Supported values are: ${expected}.`];
	return refuse({ kind: '400', field, code, message });
}

interface Order {
	fields: Record<string, unknown>;
	/** The picture's size, where one was sent that can be read. */
	pictureSize: string | null;
}

/** A picture may come as a file, or, in brackets, as OpenAI's JSON has it. */
async function readForm(call: Call, type: string, world: World): Promise<Order> {
	const form = await new Response(new Uint8Array(call.raw), { headers: { 'content-type': type } }).formData();
	const found: Order = { fields: {}, pictureSize: null };
	const link = form.get('input_reference[image_url]');
	const file = form.get('input_reference');
	form.forEach((value, key) => {
		if (key !== 'input_reference' && key !== 'input_reference[image_url]') found.fields[key] = value;
	});
	if (link !== null && file !== null) throw new TypeError('input_reference was given twice');
	if (typeof link === 'string') return { ...found, pictureSize: sizeBehind(link, world) };
	if (file === null) return found;
	if (typeof file === 'string') throw new TypeError('input_reference must be a file');
	const picture = readPicture(Buffer.from(await file.arrayBuffer()));
	if (!picture) throw new TypeError('input_reference is not an image');
	return { ...found, pictureSize: picture.size };
}

function readJson(call: Call, type: string, world: World): Order {
	const body = jsonBody(call.raw, type);
	if (!isRecord(body)) throw new TypeError('We could not parse the JSON body of your request.');
	const { input_reference: reference, ...rest } = body;
	if (reference === undefined) return { fields: rest, pictureSize: null };
	const url = isRecord(reference) ? reference.image_url : undefined;
	if (typeof url !== 'string') throw new TypeError('input_reference must hold file_id or image_url');
	return { fields: rest, pictureSize: sizeBehind(url, world) };
}

function sizeBehind(url: string, world: World): string | null {
	const sight = lookAt(url, world);
	if (sight.seen === 'nothing') throw new TypeError(`input_reference: ${sight.why}`);
	return sight.seen === 'picture' ? sight.picture.size : null;
}

async function create(call: Call, world: World): Promise<Reply> {
	const type = call.headers['content-type'] ?? '';
	let order: Order;
	try {
		order = type.startsWith('multipart/form-data') ? await readForm(call, type, world) : readJson(call, type, world);
	} catch (error) {
		return refuse({ kind: '400', message: error instanceof TypeError ? error.message : 'Malformed body' });
	}
	const body = order.fields;
	const name = text(body.model, 'sora-2');
	const rules = models[name];
	if ((!rules && name !== freeModel) || world.settings.withdrawnModels.includes(name)) {
		return refuse({ kind: '404', field: 'model', code: 'model_not_found', message: `The model '${name}' does not exist or you do not have access to it.` });
	}
	const [problem] = rules ? findProblems(body, rules) : findProblems({ prompt: body.prompt }, { prompt: { kind: 'string', required: true } });
	if (problem) return describe(problem);
	const size = text(body.size, '720x1280');
	const job = {
		id: newId(),
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size,
		duration: Number(text(body.seconds, '4')),
		failure: order.pictureSize !== null && order.pictureSize !== size ? 'imageSize' : null,
		linkHours: 1,
	};
	return accept(job, call, world);
}

function accept(order: JobOrder, call: Call, world: World): Reply {
	const { openAiGateway, openAiWebhook, strictCallbacks } = world.settings;
	return createJob(order, call, world, provider, (created) => {
		if (openAiWebhook) {
			const problem = callbackProblem(openAiWebhook.url, strictCallbacks);
			if (problem) throw new Error(`settings.openAiWebhook: ${problem}`);
			world.callbackPost.expect(created, { ...webhookManner, ...webhook(openAiWebhook, created, world) });
		}
		return { status: openAiGateway ? 201 : 200, body: video(created, world) };
	});
}

function webhook({ url, secret }: { url: string; secret: string }, job: Job, world: World) {
	const eventId = `evt_${randomBytes(16).toString('hex')}`;
	const signed = signedHeaders(standardSigner(secret), `wh_${randomBytes(16).toString('hex')}`);
	return {
		url,
		body: () => ({ id: eventId, object: 'event', created_at: Math.floor(world.clock.now() / 1000), type: `video.${job.status}`, data: { id: job.id } }),
		headers: (content: string) => ({ 'user-agent': 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)', ...signed(content) }),
	};
}

/** A new video from a finished one: same model, size and length, another prompt. */
async function remix(id: string, call: Call, world: World): Promise<Reply> {
	const type = call.headers['content-type'] ?? '';
	const body = type.startsWith('multipart/form-data') ? (await readForm(call, type, world)).fields : jsonBody(call.raw, type);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'We could not parse the JSON body of your request.' });
	const [problem] = findProblems(body, { prompt: { kind: 'string', required: true } });
	if (problem) return describe(problem);
	const source = world.jobs.find(provider.id, id);
	if (!source) return refuse({ kind: '404', message: `Video with id '${id}' not found.` });
	if (source.status !== 'completed') return refuse({ kind: '400', message: 'Only completed videos can be remixed.' });
	const { model, size, duration } = source;
	const prompt = text(body.prompt, '');
	return accept({ id: newId(), provider: provider.id, model, prompt, body: { ...body, remixed_from_video_id: id }, size, duration, linkHours: 1 }, call, world);
}

function newId(): string {
	return `video_${randomBytes(24).toString('hex')}`;
}

function remove(job: Job, world: World): Reply {
	if (!job.hasEnded) return refuse({ kind: '400', message: 'Only completed or failed videos can be deleted.' });
	world.jobs.all.splice(world.jobs.all.indexOf(job), 1);
	return { status: 200, body: { id: job.id, object: 'video.deleted', deleted: true } };
}

function list(call: Call, world: World): Reply {
	const { query } = call;
	const all = world.jobs.all.filter((job) => job.provider === provider.id);
	if (query.get('order') !== 'asc') all.reverse();
	const after = query.get('after');
	const rest = after === null ? all : all.slice(all.findIndex(({ id }) => id === after) + 1);
	const data = rest.slice(0, Number(query.get('limit') ?? 20)).map((job) => video(job, world));
	return { status: 200, body: { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: data.length < rest.length } };
}

/** As the gateway "new-api" and its kin tell a job: other words, a link, an error that is a text. */
function gatewayVideo(job: Job, world: World): Record<string, unknown> {
	const status = { queued: 'queued', processing: 'processing', completed: 'succeeded', failed: 'failed' }[job.status];
	const failure = job.failure ? (failures[job.failure] ?? failures.internal) : null;
	return {
		id: job.id,
		object: 'video',
		model: job.model,
		status: job.scriptedState ?? status,
		progress: Math.floor(job.fraction * 100),
		created_at: Math.floor(job.createdAt / 1000),
		...(job.status === 'completed' ? { url: videoUrl(job, world) } : {}),
		...(failure ? { error: `${failure.code}: ${failure.message}` } : {}),
	};
}

function video(job: Job, world: World): Record<string, unknown> {
	if (world.settings.openAiGateway) return gatewayVideo(job, world);
	const status = { queued: 'queued', processing: 'in_progress', completed: 'completed', failed: 'failed' }[job.status];
	const endedAt = job.endedAt === null ? null : Math.floor(job.endedAt / 1000);
	return {
		id: job.id,
		object: 'video',
		model: job.model,
		status: job.scriptedState ?? status,
		progress: Math.floor(job.fraction * 100),
		created_at: Math.floor(job.createdAt / 1000),
		completed_at: job.status === 'completed' ? endedAt : null,
		expires_at: job.status === 'completed' && endedAt !== null ? endedAt + 3600 : null,
		size: job.size,
		seconds: String(job.duration),
		prompt: job.prompt,
		remixed_from_video_id: isRecord(job.body) ? (job.body.remixed_from_video_id ?? null) : null,
		error: job.failure ? (failures[job.failure] ?? failures.internal) : null,
	};
}

function content(job: Job, call: Call, world: World): Reply {
	if (job.status !== 'completed') {
		return refuse({ kind: '404', message: 'Video is not ready yet, use GET /v1/videos/{video_id} to check status.' });
	}
	if (job.linkExpired) return refuse({ kind: '404', message: 'The video has expired.' });
	const variant = call.query.get('variant') ?? 'video';
	if (variant !== 'video') {
		const picture = localFile(`/cdn/images/${job.size}.jpg`, world);
		return picture ? { status: 200, headers: { 'content-type': picture.mime }, body: picture.content } : refuse({ kind: '404' });
	}
	const file = videoOf(job, world);
	const reply = { status: 200, headers: { 'content-type': 'video/mp4' }, body: part(file, 0, file.length) };
	const fault = world.faults.take('download', job.provider, job.prompt, job.id);
	if (fault && isDownloadFaultKind(fault.kind)) return spoilDownload(fault.kind, job, call, world);
	return fault ? spoilTransport(fault, reply, world) : reply;
}

export const provider: Provider & { webhookSecret: string } = {
	id: 'openAi',
	bases: [{ name: 'openAi', prefix: '/openai' }],
	apiKey,
	failures: Object.keys(failures),
	refuse,
	webhookSecret,
	async handle(call, world) {
		if (!hasKey(call.headers.authorization, apiKey)) return refuse({ kind: '401' });
		// Gateways count their versions themselves.
		const path = call.path.replace(world.settings.openAiGateway ? /^\/v\d+/ : /^\/v1/, '');
		const route = `${call.method} ${path === call.path ? '/' : path}`;
		if (route === 'POST /videos') return await create(call, world);
		if (route === 'GET /videos') return list(call, world);
		if (route === 'GET /models') {
			const data = [...Object.keys(models), freeModel].filter((id) => !world.settings.withdrawnModels.includes(id)).map((id) => ({ id, object: 'model', created: 1_757_000_000, owned_by: 'system' }));
			return { status: 200, body: { object: 'list', data } };
		}
		const [, method, part = '', what] = /^(GET|POST|DELETE) \/videos\/([^/]+)(\/content|\/remix)?$/.exec(route) ?? [];
		const id = decodePart(part);
		if (method === 'POST' && what === '/remix') return await remix(id, call, world);
		if (!part || method === 'POST' || what === '/remix') return refuse({ kind: '404', message: `Invalid URL (${call.method} ${call.path})` });
		const job = world.jobs.find(provider.id, id);
		if (!job) return refuse({ kind: '404', message: `Video with id '${id}' not found.` });
		if (what) return method === 'GET' ? content(job, call, world) : refuse({ kind: '404' });
		if (method === 'DELETE') return remove(job, world);
		return answerStatus(job, world, provider, (asked) => ({ status: 200, body: video(asked, world) }));
	},
};
