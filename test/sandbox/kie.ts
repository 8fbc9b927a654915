import { randomBytes, randomUUID } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { videoUrl } from './cdn';
import { hasKey, isHttpUrl, isRecord, jsonBody, text } from './checks';
import { answerStatus, createJob } from './desk';
import { lookAt } from './images';
import type { Job, JobOrder } from './jobs';
import { handleKieFiles } from './kieFiles';
import { callbackOf, kieFailures, recordOf, signKie, type Family } from './kieRecords';
import { readSchemas, schemaProblems, schemasIn, type Schema, type SchemaProblem } from './schemaProblems';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';

// Kie's market and its own paths for Veo, Runway and Aleph, as its pages have them.

const apiKey = 'sandbox-kie-key';
const webhookKey = 'sandbox-kie-webhook-key';
/** How often Kie calls again is not documented; here it is as often as in the others' documents. */
const manner = { answerLimitMs: 15_000, retryDelaysMs: [5_000, 30_000, 120_000] };
const createWindowMs = 10_000;

const file = readSchemas('kie.json');

/** Its page lists the prompts of single shots as required, and says that they count with several shots only. */
function mended(id: string, schema: Schema): Schema {
	if (id !== 'kling-3.0/video' || !Array.isArray(schema.required)) return schema;
	return { ...schema, required: schema.required.filter((name: unknown) => name !== 'multi_prompt') };
}

/** The schemas of `input`, by model. */
export const kieSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(Object.entries(schemasIn(file, 'models')).map(([id, schema]) => [id, mended(id, schema)]));

/** The schemas of the whole body, by path. */
const ownPaths = Object.fromEntries(
	Object.entries(schemasIn(file, 'ownPaths')).flatMap(([path, { schema }]): Array<[string, Schema]> => (isRecord(schema) ? [[path, schema]] : [])),
);

const words: Record<RefusalKind, { code: number; msg: string }> = {
	'400': { code: 400, msg: 'Bad Request' },
	'401': { code: 401, msg: 'You do not have access permissions' },
	'403credits': { code: 402, msg: "Credits insufficient : Your current balance isn't enough to run this request. Please top up to continue." },
	'404': { code: 404, msg: 'Not Found' },
	'429': { code: 429, msg: 'Your call frequency is too high. Please try again later.' },
	'500': { code: 500, msg: 'Server Error - An unexpected error occurred while processing the request' },
	'503': { code: 503, msg: 'Service Unavailable' },
};

/** In HTTP a success, with the refusal in the body, unless the settings make it both. */
function say(code: number, msg: string, world: World): Reply {
	return { status: world.settings.kieHttpErrors ? code : 200, body: { code, msg, data: null } };
}

function refuse({ kind, message }: Refusal, world: World): Reply {
	const { code, msg } = words[kind];
	// 503 is no code of Kie's: what answers so stands before it.
	if (kind === '503') return { status: 503, headers: { 'content-type': 'text/plain' }, body: msg };
	return say(code, message ?? msg, world);
}

function succeed(data: unknown): Reply {
	return { status: 200, body: { code: 200, msg: 'success', data } };
}

function describe({ path, keyword }: SchemaProblem): string {
	const field = path.join('.') || 'input';
	const known: Record<string, string> = {
		required: `${field} is required`,
		unknown: `${field} is not a parameter of this model`,
		enum: `${field} is not within the range of allowed options`,
		maximum: `${field} is not within the range of allowed options`,
		minimum: `${field} is not within the range of allowed options`,
	};
	return known[keyword] ?? `${field} is invalid (${keyword})`;
}

function refuseFields(problems: SchemaProblem[], world: World): Reply {
	return say(world.settings.kieFieldCode, problems.map(describe).join('; '), world);
}

/** Links to pictures that this server ought to hold, and doesn't. */
function canBeRead(input: Record<string, unknown>, world: World): boolean {
	const links = Object.entries(input)
		.filter(([name]) => /image|frame/i.test(name) && /urls?$/i.test(name))
		.flatMap(([, value]): unknown[] => (Array.isArray(value) ? value : [value]));
	return links.every((link) => typeof link !== 'string' || !isHttpUrl(link) || lookAt(link, world).seen !== 'nothing');
}

/** Inline data is nowhere among what Kie's pages take. */
function inlineProblems(input: Record<string, unknown>): SchemaProblem[] {
	return Object.entries(input)
		.filter(([, value]) => (Array.isArray(value) ? value : [value]).some((each) => typeof each === 'string' && /^data:/i.test(each)))
		.map(([name, value]) => ({ path: [name], keyword: 'format', params: {}, value }));
}

function sizeOf(input: Record<string, unknown>): string {
	const [long, short] = /1080/.test(text(input.resolution ?? input.quality, '')) ? [1792, 1024] : [1280, 720];
	return (input.aspect_ratio ?? input.aspectRatio) === '9:16' ? `${short}x${long}` : `${long}x${short}`;
}

const idForms: Record<Family, () => string> = {
	market: () => randomBytes(16).toString('hex'),
	veo: () => `veo_task_${randomBytes(8).toString('hex')}`,
	runway: randomUUID,
	aleph: randomUUID,
};

interface Asked {
	family: Family;
	model: string;
	body: Record<string, unknown>;
	/** The fields of the video: the whole body, or its `input`. */
	input: Record<string, unknown>;
}

function start({ family, model, body, input }: Asked, call: Call, world: World): Reply {
	const callbackUrl = text(body.callBackUrl, '') || null;
	const why = callbackUrl === null ? null : callbackProblem(callbackUrl, world.settings.strictCallbacks);
	if (why) return say(422, why.replace('callback_url', 'callBackUrl'), world);
	const order: JobOrder = {
		id: idForms[family](),
		provider: provider.id,
		model,
		prompt: text(input.prompt, ''),
		body,
		size: sizeOf(input),
		duration: Number.parseInt(String(input.duration ?? ''), 10) || (family === 'veo' ? 8 : 5),
		failure: canBeRead(input, world) ? null : 'image',
		// One page says 14 days, another 24 hours; for Runway all say 14 days.
		linkHours: family === 'runway' || family === 'aleph' ? 14 * 24 : 24,
		callbackUrl,
	};
	return createJob(order, call, world, provider, (job) => {
		families.set(job, family);
		if (callbackUrl) {
			world.callbackPost.expect(job, { ...manner, url: callbackUrl, body: () => callbackOf(family, job, world), headers: () => headersOf(job, world) });
		}
		return succeed({ taskId: job.id });
	});
}

const families = new WeakMap<Job, Family>();

function headersOf(job: Job, world: World): Record<string, string> {
	const { kieWebhookKey } = world.settings;
	// The receiver's time, not the sandbox clock's, which tests move.
	const timestamp = String(Math.floor(Date.now() / 1000));
	return kieWebhookKey === null ? {} : { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signKie(kieWebhookKey, job.id, timestamp) };
}

const marketFields = ['model', 'callBackUrl', 'progressCallBackUrl', 'input'];

function createTask(body: Record<string, unknown>, call: Call, world: World): Reply {
	const stranger = Object.keys(body).find((name) => !marketFields.includes(name));
	if (stranger) return say(422, `${stranger} is not a parameter`, world);
	const model = text(body.model, '');
	const schema = Object.hasOwn(kieSchemas, model) ? kieSchemas[model] : undefined;
	if (!schema || world.settings.withdrawnModels.includes(model)) return say(422, 'The model name you specified is not supported. Please verify it is correct.', world);
	const { input } = body;
	if (!isRecord(input)) return say(422, 'input is required', world);
	const problems = [...schemaProblems(schema, input), ...inlineProblems(input)];
	return problems.length > 0 ? refuseFields(problems, world) : start({ family: 'market', model, body, input }, call, world);
}

/** In words only: 5 or 10 seconds, in 720p or 1080p, but not 10 of 1080p. */
function runwayProblem({ duration, quality }: Record<string, unknown>): string | null {
	if (duration !== 5 && duration !== 10) return 'duration is not within the range of allowed options';
	if (quality !== '720p' && quality !== '1080p') return 'quality is not within the range of allowed options';
	return duration === 10 && quality === '1080p' ? 'quality 1080p is not available for duration 10' : null;
}

function veoProblem({ model, generationType, imageUrls, duration }: Record<string, unknown>): string | null {
	const images = Array.isArray(imageUrls) ? imageUrls.length : 0;
	if (generationType !== 'REFERENCE_2_VIDEO') {
		if (images > 2) return 'imageUrls supports at most 2 images';
		return generationType === 'FIRST_AND_LAST_FRAMES_2_VIDEO' && images === 0 ? 'imageUrls is required' : null;
	}
	if (model === 'veo3') return 'REFERENCE_2_VIDEO supports veo3_fast and veo3_lite only';
	if (images < 1 || images > 3) return 'imageUrls requires 1 to 3 images';
	return duration === undefined || duration === 8 ? null : 'REFERENCE_2_VIDEO supports a duration of 8 seconds only';
}

function createOwn(family: Exclude<Family, 'market'>, body: Record<string, unknown>, call: Call, world: World): Reply {
	const schema = ownPaths[`/api/v1/${family}/generate`] ?? {};
	const problems = [...schemaProblems(schema, body), ...inlineProblems(body)];
	if (problems.length > 0) return refuseFields(problems, world);
	const why = family === 'runway' ? runwayProblem(body) : family === 'veo' ? veoProblem(body) : null;
	if (why) return say(world.settings.kieFieldCode, why, world);
	const model = family === 'veo' ? text(body.model, 'veo3_fast') : family;
	if (world.settings.withdrawnModels.includes(model)) return say(505, 'Feature Disabled - The requested feature is currently disabled', world);
	return start({ family, model, body, input: body }, call, world);
}

const asks: Record<string, Family> = {
	'GET /api/v1/jobs/recordInfo': 'market',
	'GET /api/v1/veo/record-info': 'veo',
	'GET /api/v1/runway/record-detail': 'runway',
	'GET /api/v1/aleph/record-info': 'aleph',
};

function tell(family: Family, call: Call, world: World): Reply {
	const id = call.query.get('taskId');
	if (!id) return say(400, 'taskId parameter is required', world);
	const job = world.jobs.find(provider.id, id);
	const isKnown = job && families.get(job) === family && world.clock.now() >= job.createdAt + world.settings.kieRecordDelay * 1000;
	if (!isKnown) return say(422, 'recordInfo is null', world);
	return answerStatus(job, world, provider, (asked) => succeed(recordOf(family, asked, world)));
}

/** For links of Kie's own only; good for 20 minutes, which the sandbox doesn't keep. */
function downloadLink(body: Record<string, unknown>, world: World): Reply {
	const url = text(body.url, '');
	const job = world.jobs.all.find((each) => each.provider === provider.id && videoUrl(each, world) === url);
	return job ? succeed(url) : say(422, 'The URL is invalid: external file URLs are not supported', world);
}

function handleApi(call: Call, world: World): Reply {
	const route = `${call.method} ${call.path}`;
	if (route === 'GET /api/v1/chat/credit') return succeed(100);
	const family = asks[route];
	if (family) return tell(family, call, world);
	const own = /^POST \/api\/v1\/(veo|runway|aleph)\/generate$/.exec(route)?.[1];
	const isKnown = own !== undefined || route === 'POST /api/v1/jobs/createTask' || route === 'POST /api/v1/common/download-url';
	if (!isKnown) return say(404, 'Not Found', world);
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return say(400, 'Invalid JSON body', world);
	if (own === 'veo' || own === 'runway' || own === 'aleph') return createOwn(own, body, call, world);
	return route.endsWith('createTask') ? createTask(body, call, world) : downloadLink(body, world);
}

export const provider: Provider & { webhookSecret: string } = {
	id: 'kie',
	bases: [{ name: 'kie', prefix: '/kie' }, { name: 'kieFiles', prefix: '/kie-files' }],
	apiKey,
	webhookSecret: webhookKey,
	failures: Object.keys(kieFailures),
	refuse,
	isTooFast({ clock, jobs, settings }) {
		const since = clock.now() - createWindowMs;
		const made = jobs.all.filter((job) => job.provider === provider.id && job.createdAt > since).length;
		return settings.kieCreateLimit > 0 && made >= settings.kieCreateLimit;
	},
	handle(call, world) {
		const isAllowed = hasKey(call.headers.authorization, apiKey);
		if (call.base === 'kieFiles') return handleKieFiles(call, world, isAllowed);
		return isAllowed ? handleApi(call, world) : refuse({ kind: '401' }, world);
	},
};
