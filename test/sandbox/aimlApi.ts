import { randomBytes, randomUUID } from 'node:crypto';
import { freeSchema, listDeprecations, listModels, openApiOf, schemaOf } from './aimlApiModels';
import { hasKey, isHttpUrl, isRecord, jsonBody, text, type Problem } from './checks';
import { videoUrl } from './cdn';
import { answerStatus, createJob } from './desk';
import { decodeBase64, lookAt, readPicture, type Sight } from './images';
import type { Job } from './jobs';
import { SchemaChecker, type JsonSchema } from './modelSchemas';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';

// AI/ML API as its pages and its clients show it.

const apiKey = 'sandbox-aimlapi-key';
const sizes: Record<string, string> = {
	'720p 16:9': '1280x720',
	'720p 9:16': '720x1280',
	'1080p 16:9': '1792x1024',
	'1080p 9:16': '1024x1792',
};

/** Links, or the file itself: as a data URL, pictures as plain base64 too. */
const checker = new SchemaChecker({
	uriIs: 'a URL',
	isUri: (value) => isHttpUrl(value) || /^data:(?!image\/)/i.test(value) || readPicture(decodeBase64(value)) !== null,
});

const failures: Record<string, { name: string; message: string }> = {
	moderation: { name: 'moderation_blocked', message: 'Your request was blocked by our moderation system.' },
	internal: { name: 'internal_error', message: 'The video generation failed because of an internal error.' },
	image: { name: 'invalid_image', message: 'The reference image could not be downloaded or is not an image.' },
	imageSize: { name: 'invalid_image', message: 'Inpaint image must match the requested width and height' },
};

const words: Record<RefusalKind, string> = {
	'400': 'Body validation error',
	'401': 'This request requires a valid API key. You can create a new API key on the Billing page: https://aimlapi.com/app/keys',
	'403credits': "You've run out of credits. Please top up your balance or update your payment method to continue: https://aimlapi.com/app/billing/",
	'404': 'Not Found',
	'429': 'Too Many Requests',
	'500': 'Internal server error',
	'503': 'Service Unavailable',
};
const titles: Record<string, string> = {
	'400': 'Bad Request', '401': 'Unauthorized', '403': 'Forbidden', '404': 'Not Found',
	'429': 'Too Many Requests', '500': 'Internal Server Error', '503': 'Service Unavailable',
};

function line(problem: Problem): string {
	switch (problem.reason) {
		case 'missing':
			return `Required at "${problem.field}"`;
		case 'type':
			// Its validator knows numbers only.
			return `Expected ${problem.expected.replace('integer', 'number')}, received ${problem.received}`;
		case 'enum':
			return `Invalid enum value. Expected ${problem.expected}, received ${problem.received}`;
		case 'unknown':
			return `Unrecognized key(s) in object: '${problem.received}'`;
		case 'format':
			return problem.expected === 'a URL' ? 'Invalid url' : `Invalid value at "${problem.field}": expected ${problem.expected}`;
		default:
			return `Invalid value at "${problem.field}": expected at most ${problem.expected}`;
	}
}

function invalid(lines: string[], world: World): Reply {
	return refuse({ kind: '400', message: [words['400'], ...lines].join('\n') }, world);
}

function refuse({ kind, message = words[kind] }: Refusal, world: World): Reply {
	const status = Number.parseInt(kind, 10);
	const requestId = randomUUID();
	const timestamp = new Date(world.clock.now()).toISOString();
	if (world.settings.aimlErrors === 'legacy') {
		return { status, body: { message, path: '/v2/video/generations', requestId, statusCode: String(status), timestamp } };
	}
	const title = titles[String(status)] ?? 'Error';
	return {
		status,
		headers: { 'content-type': 'application/problem+json' },
		body: { title, status, message, instance: '/v2/video/generations', requestId, timestamp, error: { name: title.replaceAll(' ', ''), message } },
	};
}

/** What the job will end with because of its pictures. Only Sora's must have the video's own pixels. */
function imageFailure(body: Record<string, unknown>, size: string, world: World): string | null {
	const pictures = Object.entries(body).flatMap(([field, value]): unknown[] => (/image/.test(field) ? [value].flat() : []));
	const sights = pictures.filter((value) => typeof value === 'string').map((value) => lookAt(value, world));
	if (sights.some(({ seen }) => seen === 'nothing')) return 'image';
	const isSora = text(body.model, '').startsWith('openai/sora');
	const misfits = (sight: Sight) => sight.seen === 'picture' && sight.picture.size !== null && sight.picture.size !== size;
	return isSora && sights.some(misfits) ? 'imageSize' : null;
}

/** The stored clip that comes nearest to what was asked for. */
function sizeOf(body: Record<string, unknown>, schema: JsonSchema): string {
	const { resolution: field } = isRecord(schema.properties) ? schema.properties : {};
	const resolution = body.resolution ?? (isRecord(field) ? field.default : null);
	const ratio = text(body.aspect_ratio ?? body.ratio, '16:9');
	return sizes[`${String(resolution)} ${ratio}`] ?? (ratio === '9:16' ? '720x1280' : '1280x720');
}

function create(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return invalid(['Expected object, received undefined'], world);
	const name = text(body.model, '');
	if (!name) return invalid(['Required at "model"'], world);
	const schema = schemaOf(name);
	if (!schema || world.settings.withdrawnModels.includes(name)) return refuse({ kind: '404', message: `Model ${name} not found` }, world);
	const refuseUnknown = schema !== freeSchema && world.settings.aimlUnknownFields === 'refuse';
	const problems = checker.problems(body, schema, refuseUnknown);
	if (problems.length) return invalid(problems.map(line), world);

	const size = sizeOf(body, schema);
	const order = {
		id: `video_${randomBytes(24).toString('hex')}:${name}`,
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size,
		duration: typeof body.duration === 'number' ? body.duration : 4,
		failure: imageFailure(body, size, world),
	};
	return createJob(order, call, world, provider, (job) => ({ status: 200, headers: tracing(call), body: { id: job.id, status: 'queued' } }));
}

function tell(job: Job, call: Call, world: World): Reply {
	const state = { queued: 'queued', processing: 'generating', completed: 'completed', failed: 'error' }[job.status];
	const credits = job.duration * 210_000;
	const error = job.failure ? (failures[job.failure] ?? failures.internal) : null;
	return {
		status: 200,
		headers: { ...tracing(call), ...(job.status === 'completed' ? { 'x-aimlapi-credits-used': String(credits) } : {}) },
		body: {
			id: job.id,
			status: job.scriptedState ?? state,
			...(job.status === 'completed' ? { video: { url: videoUrl(job, world) }, meta: { usage: { credits_used: credits } } } : {}),
			...(error ? { video: null, error } : {}),
		},
	};
}

function tracing(call: Call): Record<string, string> {
	const given = call.headers['x-client-request-id'];
	const echoed = typeof given === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(given);
	return { 'x-inference-id': randomUUID(), ...(echoed ? { 'x-client-request-id': given } : {}) };
}

function billing(call: Call, world: World): Reply {
	const legacy = world.settings.aimlBilling === 'legacy';
	if (call.path === '/v2/billing' && !legacy) return { status: 200, body: { current_balance: 42.5, currency: 'USD' } };
	if (call.path !== '/v1/billing/balance' || !legacy) return refuse({ kind: '404' }, world);
	const lastUpdated = new Date(world.clock.now()).toISOString();
	return { status: 200, body: { balance: 85_000_000, lowBalance: false, lowBalanceThreshold: 10_000, lastUpdated, autoDebitStatus: 'disabled', status: 'current', statusExplanation: 'Balance is current' } };
}

export const provider: Provider = {
	id: 'aimlApi',
	bases: [{ name: 'aimlApi', prefix: '/aimlapi' }],
	apiKey,
	failures: Object.keys(failures),
	refuse,
	handle(call, world) {
		const route = `${call.method} ${call.path}`;
		if (/^GET (\/api)?(\/v1)?\/models$/.test(route)) return listModels(call.query, world);
		if (route === 'GET /docs-json') return openApiOf(call.query, world) ?? refuse({ kind: '404' }, world);
		if (route === 'GET /v1/models/deprecations') return listDeprecations(world);
		if (!hasKey(call.headers.authorization, apiKey)) return refuse({ kind: '401' }, world);
		if (route === 'POST /v2/video/generations') return create(call, world);
		if (route === 'GET /v2/video/generations') {
			const id = call.query.get('generation_id');
			if (!id) return refuse({ kind: '400', message: 'Query validation error\nRequired at "generation_id"' }, world);
			const job = world.jobs.find(provider.id, id);
			return job ? answerStatus(job, world, provider, (asked) => tell(asked, call, world)) : refuse({ kind: '404' }, world);
		}
		return call.method === 'GET' ? billing(call, world) : refuse({ kind: '404' }, world);
	},
};
