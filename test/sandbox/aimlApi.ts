import { randomBytes, randomUUID } from 'node:crypto';
import { findProblems, hasKey, isHttpUrl, isRecord, jsonBody, text, type Problem, type Rules } from './checks';
import { videoUrl } from './cdn';
import { answerStatus, createJob } from './desk';
import { lookAt } from './images';
import type { Job } from './jobs';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';
import { listDeprecations, listModels } from './aimlApiModels';

// AI/ML API as its pages and its clients show it.

const apiKey = 'sandbox-aimlapi-key';
const sizes: Record<string, string> = {
	'720p 16:9': '1280x720',
	'720p 9:16': '720x1280',
	'1080p 16:9': '1792x1024',
	'1080p 9:16': '1024x1792',
};

interface Model {
	rules: Rules;
	takesImage: boolean;
	defaultResolution: string;
}

function sora(takesImage: boolean, resolutions: string[]): Model {
	return {
		takesImage,
		defaultResolution: resolutions.at(-1) ?? '720p',
		rules: {
			model: { kind: 'string', required: true },
			prompt: { kind: 'string', required: true },
			...(takesImage ? { image_url: { kind: 'string', required: true } } : {}),
			resolution: { kind: 'oneOf', values: resolutions },
			aspect_ratio: { kind: 'oneOf', values: ['16:9', '9:16'] },
			duration: { kind: 'oneOf', values: [4, 8, 12] },
		},
	};
}

const models: Record<string, Model> = {
	'openai/sora-2-t2v': sora(false, ['720p']),
	'openai/sora-2-i2v': sora(true, ['720p']),
	'openai/sora-2-pro-t2v': sora(false, ['720p', '1080p']),
	'openai/sora-2-pro-i2v': sora(true, ['720p', '1080p']),
};
const freeModel = 'google/veo-3.1';

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
			return `Expected ${problem.expected}, received ${problem.received}`;
		case 'enum':
			return `Invalid enum value. Expected ${problem.expected}, received ${problem.received}`;
		case 'unknown':
			return `Unrecognized key(s) in object: '${problem.received}'`;
		default:
			return `Invalid value at "${problem.field}"`;
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

function imageFailure(image: string, size: string, world: World): string | null {
	const sight = lookAt(image, world);
	if (sight.seen === 'nothing') return 'image';
	return sight.seen === 'picture' && sight.picture.size !== null && sight.picture.size !== size ? 'imageSize' : null;
}

function create(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return invalid(['Expected object, received undefined'], world);
	const name = text(body.model, '');
	if (!name) return invalid(['Required at "model"'], world);
	const model = models[name];
	const isKnown = (model || name === freeModel) && !world.settings.withdrawnModels.includes(name);
	if (!isKnown) return refuse({ kind: '404', message: `Model ${name} not found` }, world);
	const image = text(body.image_url, '');
	const problems = model ? findProblems(body, model.rules) : findProblems({ prompt: body.prompt }, { prompt: { kind: 'string', required: true } });
	const lines = problems.map(line);
	if (model?.takesImage && image && !isHttpUrl(image) && lookAt(image, world).seen !== 'picture') lines.push('Invalid url');
	if (lines.length) return invalid(lines, world);

	const resolution = text(body.resolution, model?.defaultResolution ?? '720p');
	const size = sizes[`${resolution} ${text(body.aspect_ratio, '16:9')}`] ?? '1280x720';
	const order = {
		id: `video_${randomBytes(24).toString('hex')}:${name}`,
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size,
		duration: typeof body.duration === 'number' ? body.duration : 4,
		failure: model?.takesImage ? imageFailure(image, size, world) : null,
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
		if (/^GET (\/api)?(\/v1)?\/models$/.test(route)) return listModels(call.query, [...Object.keys(models), freeModel], world);
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
