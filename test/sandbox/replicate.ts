import { randomBytes } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { videoUrl } from './cdn';
import { decodePart, hasKey, isRecord, jsonBody, text, type Problem } from './checks';
import { answerStatus, createJob } from './desk';
import { lookAt } from './images';
import type { Job } from './jobs';
import { SchemaChecker, type JsonSchema } from './modelSchemas';
import { handleFiles, readableLink } from './replicateFiles';
import { modelBody, replicateModels, takesAnImage, type ReplicateModel } from './replicateModels';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';
import { untilEnded } from './untilEnded';
import { videoSize } from './videoSize';
import { signedHeaders, standardSigner } from './webhookSignature';

// Replicate's HTTP API, as its OpenAPI document, its pages and its own client have it. The words of refusals
// are those that public logs of its clients show.

const apiKey = 'sandbox-replicate-key';
const webhookSecret = `whsec_${Buffer.from('sandbox-replicate-webhook-secret').toString('base64')}`;
/** "A few times"; neither the steps nor the time to answer are documented. */
const manner = { answerLimitMs: 10_000, retryDelaysMs: [5_000, 15_000, 45_000] };
/** Input, output, files and logs are removed then. */
const keptHours = 1;
const longestWaitSeconds = 60;
const pageSize = 10;
const webhookEvents = ['start', 'output', 'logs', 'completed'];

const failures: Record<string, string> = {
	moderation: 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
	internal: 'Prediction failed for an unknown reason. It might have run out of memory? (exit code -9)',
	input: 'Could not read the input image.',
	cancelled: '',
	aborted: '',
};

const checker = new SchemaChecker({ isUri: (value) => /^(https?:\/\/\S+|data:[^,]*,)/i.test(value), uriIs: 'uri' });

/** What stands beside the input. Unknown fields of the input itself Replicate drops; here they are a client's mistake. */
function bodySchema(input: JsonSchema, isVersioned: boolean): JsonSchema {
	const own = {
		input,
		stream: { type: 'boolean' },
		webhook: { type: 'string' },
		webhook_events_filter: { type: 'array', items: { type: 'string', enum: webhookEvents } },
	};
	return isVersioned
		? { type: 'object', required: ['version', 'input'], properties: { version: { type: 'string' }, ...own } }
		: { type: 'object', required: ['input'], properties: own };
}

const bodySchemas = new Map(
	Object.values(replicateModels).map((model) => [model.id, { official: bodySchema(model.input, false), versioned: bodySchema(model.input, true) }]),
);
const anyInput = bodySchema({ type: 'object' }, true);

const words: Record<RefusalKind, { status: number; title?: string; detail: string }> = {
	'400': { status: 422, title: 'Input validation failed', detail: 'Invalid input' },
	'401': { status: 401, title: 'Unauthenticated', detail: 'You did not pass an authentication token' },
	'403credits': {
		status: 402,
		title: 'Insufficient credit',
		detail: 'You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase credit. Once you purchase credit, please wait a few minutes before trying again.',
	},
	'404': { status: 404, detail: 'The requested resource could not be found.' },
	'429': { status: 429, detail: 'Request was throttled. Your rate limit resets in ~30s.' },
	'500': { status: 500, detail: 'Internal server error' },
	'503': { status: 503, detail: 'Service unavailable' },
};

function refuse({ kind, message, field }: Refusal): Reply {
	const { status, title, detail } = words[kind];
	if (kind === '400') return refuseFields([{ type: 'invalid', field: field ? `input.${field}` : '', description: message ?? detail }]);
	return { status, body: { ...(title ? { title } : {}), detail: message ?? detail, ...(kind === '429' ? {} : { status }) } };
}

interface InvalidField {
	type: string;
	field: string;
	description: string;
}

function refuseFields(fields: InvalidField[]): Reply {
	const detail = fields.map(({ field, description }) => `- ${field ? `${field}: ` : ''}${description}\n`).join('');
	return { status: 422, body: { detail, status: 422, title: 'Input validation failed', invalid_fields: fields } };
}

/** In the words of the checker that Replicate uses. */
function invalidField({ field, reason, expected, received }: Problem): InvalidField {
	const parent = field.split('.').slice(0, -1).join('.');
	const name = field.split('.').at(-1) ?? '';
	switch (reason) {
		case 'missing':
			return { type: 'required', field: parent, description: `${name} is required` };
		case 'unknown':
			return { type: 'additional_property_not_allowed', field: parent, description: `Additional property ${name} is not allowed` };
		case 'type':
			return { type: 'invalid_type', field, description: `Invalid type. Expected: ${expected}, given: ${received}` };
		case 'enum':
			return { type: 'enum', field, description: `${name} must be one of the following: ${expected.replaceAll("'", '"').replaceAll(' | ', ', ')}` };
		default: {
			const [, bound, limit] = /^at (least|most) (\S+)$/.exec(expected) ?? [];
			if (!bound) return { type: 'format', field, description: `Does not match format '${expected}'` };
			return bound === 'least'
				? { type: 'number_gte', field, description: `Must be greater than or equal to ${limit}` }
				: { type: 'number_lte', field, description: `Must be less than or equal to ${limit}` };
		}
	}
}

/** By `owner/name` where it is official, by a version's id, or by both. */
function versioned(version: string): ReplicateModel | undefined {
	const [name = '', id] = version.includes('/') ? version.split(':') : ['', version];
	const model = name ? replicateModels[name] : Object.values(replicateModels).find((each) => each.version.id === id);
	if (!model) return undefined;
	return id === undefined ? (model.isOfficial ? model : undefined) : model.version.id === id ? model : undefined;
}

async function create(call: Call, world: World, official: ReplicateModel | null): Promise<Reply> {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return { status: 400, body: { detail: 'The request body could not be read as JSON.', status: 400 } };
	const model = official ?? versioned(text(body.version, ''));
	const schemas = model && bodySchemas.get(model.id);
	const problems = checker.problems(body, schemas ? (official ? schemas.official : schemas.versioned) : anyInput, Boolean(schemas));
	if (problems.length > 0) return refuseFields(problems.map(invalidField));
	if (!model || world.settings.withdrawnModels.includes(model.id)) {
		const detail = "The specified version does not exist (or perhaps you don't have permission to use it?)";
		return { status: 422, body: { title: 'Invalid version or not permitted', detail, status: 422 } };
	}
	const wait = waitSeconds(call);
	const lifetimeSeconds = lifetimeOf(call);
	if (Number.isNaN(wait) || Number.isNaN(lifetimeSeconds)) return refuseFields([{ type: 'format', field: '', description: 'Prefer takes wait or wait=1 to wait=60, Cancel-After at least 5s' }]);
	const webhook = text(body.webhook, '') || null;
	const why = webhook === null ? null : callbackProblem(webhook, world.settings.strictCallbacks);
	if (why) return refuseFields([{ type: 'format', field: 'webhook', description: why.replace('callback_url', 'webhook') }]);
	return await accept({ model, body, webhook, wait, lifetimeSeconds }, call, world);
}

interface Accepted {
	model: ReplicateModel;
	body: Record<string, unknown>;
	webhook: string | null;
	wait: number;
	lifetimeSeconds: number | undefined;
}

async function accept({ model, body, webhook, wait, lifetimeSeconds }: Accepted, call: Call, world: World): Promise<Reply> {
	const input = isRecord(body.input) ? body.input : {};
	const order = {
		id: newId(),
		provider: provider.id,
		model: model.id,
		prompt: text(input.prompt, ''),
		body,
		size: videoSize(input),
		duration: typeof input.duration === 'number' && input.duration > 0 ? input.duration : 5,
		failure: imagesCanBeRead(model, input, world) ? null : 'input',
		linkHours: keptHours,
		callbackUrl: webhook,
		...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
	};
	const reply = createJob(order, call, world, provider, (job) => {
		// Of the events only the last is sent here: the others are of jobs that go on.
		if (webhook && wantsEnd(body.webhook_events_filter)) {
			const headers = signedHeaders(standardSigner(webhookSecret));
			world.callbackPost.expect(job, { ...manner, url: webhook, body: () => prediction(job, world), headers });
		}
		return { status: 201, body: prediction(job, world) };
	});
	const job = isRecord(reply.body) ? world.jobs.find(provider.id, text(reply.body.id, '')) : undefined;
	return wait > 0 && job && reply.status === 201 ? await patient(job, wait, reply, world) : reply;
}

async function patient(job: Job, wait: number, reply: Reply, world: World): Promise<Reply> {
	await untilEnded(job, wait, world);
	return { ...reply, status: job.hasEnded ? 201 : 202, body: prediction(job, world) };
}

function wantsEnd(filter: unknown): boolean {
	return !Array.isArray(filter) || filter.length === 0 || filter.includes('completed');
}

/** 0: not to wait; NaN: not a wish that can be read. */
function waitSeconds({ headers }: Call): number {
	if (headers.prefer === undefined) return 0;
	const [isWait, seconds] = /^wait(?:=([1-9]\d?))?$/.exec(String(headers.prefer)) ?? [];
	const wanted = Number(seconds ?? longestWaitSeconds);
	return isWait !== undefined && wanted <= longestWaitSeconds ? wanted : Number.NaN;
}

/** `30`, `90s`, `5m`, `1h30m45s`. */
function lifetimeOf({ headers }: Call): number | undefined {
	const wish = headers['cancel-after'];
	if (wish === undefined) return undefined;
	const [, hours, minutes, seconds, plain] = /^(?:(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?|(\d+))$/.exec(String(wish)) ?? [];
	const lifetime = plain ? Number(plain) : Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
	return lifetime >= 5 ? lifetime : Number.NaN;
}

const alphabet = 'abcdefghjkmnpqrstvwxyz0123456789';

function newId(): string {
	return [...randomBytes(26)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

function imagesCanBeRead({ input: { properties } }: ReplicateModel, input: Record<string, unknown>, world: World): boolean {
	const links = Object.keys(properties).filter((name) => /image|frame/.test(name)).flatMap((name): unknown[] => [input[name]].flat());
	return links.every((link) => typeof link !== 'string' || !/^(https?|data):/i.test(link) || lookAt(readableLink(link, world), world).seen !== 'nothing');
}

function statusOf(job: Job): string {
	if (job.scriptedState !== null) return job.scriptedState;
	if (job.failure === 'cancelled') return isAborted(job) ? 'aborted' : 'canceled';
	if (job.failure === 'aborted') return 'aborted';
	return { queued: 'starting', processing: 'processing', completed: 'succeeded', failed: 'failed' }[job.status];
}

/** Its deadline came before it began to run. */
function isAborted(job: Job): boolean {
	return job.deadline !== null && job.endedAt === job.deadline && job.deadline < startedAt(job);
}

/** A tenth of its time it stands in line. */
function startedAt(job: Job): number {
	return job.createdAt + job.runSeconds * 100;
}

function prediction(job: Job, world: World): Record<string, unknown> {
	const isRemoved = job.linkExpired;
	const status = statusOf(job);
	const hasStarted = status !== 'starting' && status !== 'aborted';
	const api = `${world.url}/replicate/v1/predictions/${encodeURIComponent(job.id)}`;
	const input = isRecord(job.body) ? job.body.input : {};
	const model = replicateModels[job.model];
	const { endedAt } = job;
	const time = (ms: number) => new Date(ms).toISOString();
	return {
		id: job.id,
		model: job.model,
		version: model && !model.isOfficial ? model.version.id : 'hidden',
		input: isRemoved ? {} : input,
		logs: '',
		output: job.status !== 'completed' || isRemoved ? null : model?.hasManyOutputs ? [videoUrl(job, world)] : videoUrl(job, world),
		data_removed: isRemoved,
		error: job.failure && status === 'failed' ? (failures[job.failure] ?? failures.internal) : null,
		source: 'api',
		status,
		created_at: time(job.createdAt),
		...(job.deadline === null ? {} : { deadline: time(job.deadline) }),
		...(hasStarted ? { started_at: time(startedAt(job)) } : {}),
		...(endedAt === null ? {} : { completed_at: time(endedAt), metrics: { predict_time: Math.max(0, endedAt - startedAt(job)) / 1000, total_time: (endedAt - job.createdAt) / 1000 } }),
		urls: { get: api, cancel: `${api}/cancel`, web: `https://replicate.com/p/${job.id}` },
	};
}

function page(results: unknown[], call: Call, world: World): Reply {
	const start = Number(call.query.get('cursor') ?? 0);
	const link = (cursor: number) => `${world.url}/replicate${call.path}?cursor=${cursor}`;
	const isLast = start + pageSize >= results.length;
	return { status: 200, body: { previous: start > 0 ? link(Math.max(0, start - pageSize)) : null, next: isLast ? null : link(start + pageSize), results: results.slice(start, start + pageSize) } };
}

const collections = [
	{ slug: 'text-to-video', name: 'Text to video', description: 'Models that make videos from text', holds: (model: ReplicateModel) => 'prompt' in model.input.properties },
	{ slug: 'image-to-video', name: 'Image to video', description: 'Models that make videos from images', holds: takesAnImage },
];

function models({ settings }: World): ReplicateModel[] {
	return Object.values(replicateModels).filter(({ id }) => !settings.withdrawnModels.includes(id));
}

/** Null where the call isn't about models. */
function handleModels(call: Call, world: World): Reply | null {
	const route = `${call.method} ${call.path}`;
	const all = models(world);
	if (route === 'GET /v1/collections') return page(collections.map(({ slug, name, description }) => ({ slug, name, description })), call, world);
	const slug = /^GET \/v1\/collections\/([^/]+)$/.exec(route)?.[1];
	if (slug) {
		const found = collections.find((each) => each.slug === slug);
		if (!found) return refuse({ kind: '404' });
		return { status: 200, body: { slug, name: found.name, description: found.description, full_description: null, models: all.filter(found.holds).map(modelBody) } };
	}
	if (route === 'GET /v1/models') return page(all.map(modelBody), call, world);
	if (route === 'QUERY /v1/models') {
		// Replicate's own client puts the words in quotes.
		const words = call.raw.toString('utf8').trim().replace(/^"(.*)"$/, '$1');
		return page(all.filter(({ id }) => id.includes(words)).map(modelBody), call, world);
	}
	const [, owner, name, versions, version] = /^GET \/v1\/models\/([^/]+)\/([^/]+)(\/versions)?(?:\/([^/]+))?$/.exec(route) ?? [];
	if (!owner || (version && !versions)) return null;
	const model = all.find(({ id }) => id === `${owner}/${name}`);
	if (!model || (version && version !== model.version.id)) return refuse({ kind: '404' });
	if (version) return { status: 200, body: model.version };
	return versions ? page([model.version], call, world) : { status: 200, body: modelBody(model) };
}

async function handlePredictions(call: Call, world: World): Promise<Reply | null> {
	const route = `${call.method} ${call.path}`;
	if (route === 'POST /v1/predictions') return await create(call, world, null);
	const official = /^POST \/v1\/models\/([^/]+\/[^/]+)\/predictions$/.exec(route)?.[1];
	if (official) {
		const model = models(world).find(({ id, isOfficial }) => isOfficial && id === decodePart(official));
		return model ? await create(call, world, model) : refuse({ kind: '404' });
	}
	if (route === 'GET /v1/predictions') return page(world.jobs.all.filter((job) => job.provider === provider.id).map((job) => prediction(job, world)).reverse(), call, world);
	const [, method, part = '', isCancel] = /^(GET|POST) \/v1\/predictions\/([^/]+)(\/cancel)?$/.exec(route) ?? [];
	if (!part || (method === 'POST') !== Boolean(isCancel)) return null;
	const job = world.jobs.find(provider.id, decodePart(part));
	if (!job) return refuse({ kind: '404' });
	if (!isCancel) return answerStatus(job, world, provider, (asked) => ({ status: 200, body: prediction(asked, world) }));
	job.cancel();
	return { status: 200, body: prediction(job, world) };
}

export const provider: Provider & { webhookSecret: string } = {
	id: 'replicate',
	bases: [{ name: 'replicate', prefix: '/replicate' }],
	apiKey,
	webhookSecret,
	failures: Object.keys(failures),
	refuse,
	async handle(call, world) {
		if (!hasKey(call.headers.authorization, apiKey)) {
			return refuse({ kind: '401', ...(call.headers.authorization ? { message: 'Invalid or expired API token.' } : {}) });
		}
		const route = `${call.method} ${call.path}`;
		if (route === 'GET /v1/account') return { status: 200, body: { type: 'user', username: 'sandbox', name: 'Sandbox', github_url: 'https://github.com/sandbox' } };
		if (route === 'GET /v1/webhooks/default/secret') return { status: 200, body: { key: webhookSecret } };
		return (await handlePredictions(call, world)) ?? handleModels(call, world) ?? (await handleFiles(call, world)) ?? refuse({ kind: '404' });
	},
};
