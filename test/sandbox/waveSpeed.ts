import { randomBytes } from 'node:crypto';
import { callbackProblem } from './callbackPost';
import { videoUrl } from './cdn';
import { decodePart, hasKey, isRecord, jsonBody, text, type Problem } from './checks';
import { answerStatus, createJob } from './desk';
import { lookAt, readPicture } from './images';
import type { Job } from './jobs';
import { SchemaChecker, schemasOf, type JsonSchema } from './modelSchemas';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';
import { uploadedFile } from './uploadedFile';
import { videoSize } from './videoSize';
import { signedHeaders, waveSpeedSigner } from './webhookSignature';

// WaveSpeed's API v3, as its pages and its own clients have it.

const apiKey = 'sandbox-wavespeed-key';
const webhookSecret = `whsec_${Buffer.from('sandbox-wavespeed-webhook-secret').toString('base64')}`;
/** Three more tries, with growing waits; neither the steps nor the time to answer are documented. */
const manner = { answerLimitMs: 10_000, retryDelaysMs: [5_000, 10_000, 20_000] };
const uploadsKeptMs = 7 * 24 * 3_600_000;
const largestUpload = 300_000_000;

interface Model {
	type: string;
	/** USD, for five seconds. */
	basePrice: number;
	schema: JsonSchema & { properties: Record<string, unknown> };
}

const models: Record<string, Model> = Object.fromEntries(
	Object.entries(schemasOf('wavespeed')).map(([id, { type, required, properties }]) => {
		const needsImage = Array.isArray(required) && required.includes('image');
		return [id, { type: needsImage ? 'image-to-video' : 'text-to-video', basePrice: 0.3, schema: { type, required, properties: Object(properties) } }];
	}),
);
const otherModels = [{ id: 'wavespeed-ai/flux-dev', type: 'text-to-image' }, { id: 'wavespeed-ai/qwen-image/text-to-image', type: 'text-to-image' }];

const failures: Record<string, { status: string; code: number; error: string }> = {
	moderation: { status: 'failed', code: 1200, error: 'The content contains sensitive information.' },
	internal: { status: 'failed', code: 5000, error: 'An internal error occurred.' },
	media: { status: 'failed', code: 1402, error: 'Failed to download image from the provided URL.' },
	cancelled: { status: 'cancelled', code: 1405, error: 'The task was cancelled.' },
	timeout: { status: 'timeout', code: 5004, error: 'The request timed out.' },
};

const words: Record<RefusalKind, { status: number; message: string }> = {
	'400': { status: 400, message: 'invalid request' },
	'401': { status: 401, message: 'invalid authentication' },
	'403credits': { status: 402, message: 'Insufficient credits. Please top up.' },
	'404': { status: 404, message: 'not found' },
	'429': { status: 429, message: 'Too Many Requests' },
	'500': { status: 500, message: 'internal error' },
	'503': { status: 503, message: 'The service is temporarily unavailable.' },
};

const checker = new SchemaChecker({ isUri: (value) => /^(https?:\/\/\S+|data:[^,]*,)/i.test(value), uriIs: 'a URL' });

/** Errors wear the same envelope as answers. */
function refuse({ kind, message }: Refusal): Reply {
	const { status, message: usual } = words[kind];
	return { status, body: { code: status, message: message ?? usual } };
}

function success(data: unknown): Reply {
	return { status: 200, body: { code: 200, message: 'success', data } };
}

function sentence({ field, reason, expected, received }: Problem): string {
	if (reason === 'missing') return `property "${field}" is missing`;
	return reason === 'unknown' ? `property "${field}" is unsupported` : `property "${field}" must be ${expected}, got ${received}`;
}

function serves(name: string, { settings }: World): Model | undefined {
	return settings.withdrawnModels.includes(name) ? undefined : models[name];
}

function create(name: string, call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'invalid JSON body' });
	const model = serves(name, world);
	if (!model) return refuse({ kind: '404', message: `model ${name} not found` });
	// What happens to fields that the schema doesn't name isn't documented; here they are a client's mistake.
	const [problem] = checker.problems(body, model.schema, true);
	if (problem) return refuse({ kind: '400', message: sentence(problem) });
	const callbackUrl = call.query.get('webhook');
	const why = callbackUrl === null ? null : callbackProblem(callbackUrl, world.settings.strictCallbacks);
	if (why) return refuse({ kind: '400', message: why.replace('callback_url', 'webhook') });
	const order = {
		id: randomBytes(16).toString('hex'),
		provider: provider.id,
		model: name,
		prompt: text(body.prompt, ''),
		body,
		size: videoSize(body),
		duration: typeof body.duration === 'number' ? body.duration : 5,
		failure: imagesCanBeRead(model, body, world) ? null : 'media',
		callbackUrl,
	};
	return createJob(order, call, world, provider, (job) => {
		if (callbackUrl) {
			const headers = signedHeaders(waveSpeedSigner(webhookSecret), job.id);
			world.callbackPost.expect(job, { ...manner, url: callbackUrl, body: () => ({ ...prediction(job, world), input: body }), headers });
		}
		return success(prediction(job, world));
	});
}

function imagesCanBeRead({ schema }: Model, body: Record<string, unknown>, world: World): boolean {
	const links = Object.keys(schema.properties).filter((name) => /image/.test(name)).flatMap((name): unknown[] => [body[name]].flat());
	return links.every((link) => typeof link !== 'string' || lookAt(link, world).seen !== 'nothing');
}

function prediction(job: Job, world: World): Record<string, unknown> {
	const failure = job.failure ? (failures[job.failure] ?? failures.internal) : undefined;
	const usual = { queued: 'created', processing: 'processing', completed: 'completed', failed: 'failed' }[job.status];
	const isDone = job.status === 'completed';
	return {
		id: job.id,
		model: job.model,
		outputs: isDone ? [videoUrl(job, world)] : [],
		urls: { get: `${world.url}/wavespeed/api/v3/predictions/${encodeURIComponent(job.id)}/result` },
		has_nsfw_contents: isDone ? [false] : [],
		status: job.scriptedState ?? failure?.status ?? usual,
		created_at: new Date(job.createdAt).toISOString(),
		error: failure?.error ?? '',
		...(failure ? { code: failure.code } : {}),
		...(job.endedAt === null ? {} : { executionTime: job.endedAt - job.createdAt, timings: { inference: job.endedAt - job.createdAt } }),
	};
}

/** Entries of other kinds may stand before the one that says how a model is run. */
function listModels({ settings }: World): Reply {
	const shown = (id: string, type: string, basePrice: number, schema: JsonSchema) => ({
		model_id: id,
		name: id,
		type,
		description: `${id}, as the sandbox has it.`,
		base_price: basePrice,
		formula: '{"total_price": base_price * duration / 5}',
		api_schema: {
			api_schemas: [
				{ type: 'model_info', method: 'GET' },
				{ type: 'model_run', method: 'POST', api_path: `/api/v3/${id}`, request_schema: { ...schema, 'x-order-properties': Object.keys(Object(schema.properties)) } },
			],
		},
	});
	const videos = Object.entries(models).map(([id, { type, basePrice, schema }]) => shown(id, type, basePrice, schema));
	const others = otherModels.map(({ id, type }) => shown(id, type, 0.012, { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' } } }));
	return success([...others, ...videos].filter(({ model_id: id }) => !settings.withdrawnModels.includes(id)));
}

/** By the model's formula, with the defaults of its schema for what isn't said. */
function price(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body) || typeof body.model_id !== 'string') return refuse({ kind: '400', message: 'property "model_id" is missing' });
	if (!isRecord(body.inputs)) return refuse({ kind: '400', message: 'property "inputs" is missing' });
	const model = serves(body.model_id, world);
	if (!model) return refuse({ kind: '404', message: `model ${body.model_id} not found` });
	const { duration: asked } = body.inputs;
	const field = model.schema.properties.duration;
	const duration = typeof asked === 'number' ? asked : isRecord(field) && typeof field.default === 'number' ? field.default : 5;
	const total = Number(((model.basePrice * duration) / 5).toFixed(4));
	return success({ model_id: body.model_id, price: total, discounted_price: total, discount_rate: 100, currency: 'USD' });
}

async function upload(call: Call, world: World): Promise<Reply> {
	const file = await uploadedFile(call, 'file');
	if (!file) return refuse({ kind: '400', message: 'file is missing' });
	if (file.content.length > largestUpload) return { status: 413, body: { code: 413, message: 'File too large' } };
	const mime = readPicture(file.content)?.mime ?? file.mime;
	const kind = /^(image|video|audio)\//.exec(mime)?.[1];
	if (!kind) return refuse({ kind: '400', message: 'Invalid file or format not supported' });
	const stored = world.files.add(file.name, mime, file.content, world.clock.now() + uploadsKeptMs);
	return success({ type: kind, download_url: `${world.cdnUrl}/files/${stored.id}/${stored.name}`, filename: stored.name, size: file.content.length });
}

export const provider: Provider & { webhookSecret: string } = {
	id: 'waveSpeed',
	bases: [{ name: 'waveSpeed', prefix: '/wavespeed' }],
	apiKey,
	webhookSecret,
	failures: Object.keys(failures),
	refuse,
	async handle(call, world) {
		if (!hasKey(call.headers.authorization, apiKey)) return refuse({ kind: '401' });
		const route = `${call.method} ${call.path}`;
		if (route === 'GET /api/v3/models') return listModels(world);
		if (route === 'GET /api/v3/balance') return success({ balance: 12.5 });
		if (route === 'GET /api/v3/webhook/secret') return success({ secret: webhookSecret });
		if (route === 'POST /api/v3/model/price') return price(call, world);
		if (route === 'POST /api/v3/media/upload/binary') return await upload(call, world);
		const id = /^GET \/api\/v3\/predictions\/([^/]+)(?:\/result)?$/.exec(route)?.[1];
		if (id) {
			const job = world.jobs.find(provider.id, decodePart(id));
			return job ? answerStatus(job, world, provider, (asked) => success(prediction(asked, world))) : refuse({ kind: '404', message: 'prediction not found' });
		}
		const name = /^POST \/api\/v3\/(.+)$/.exec(route)?.[1];
		return name ? create(decodePart(name), call, world) : refuse({ kind: '404' });
	},
};
