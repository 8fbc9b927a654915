import { randomBytes, randomUUID } from 'node:crypto';
import { decodePart, findProblems, hasKey, isHttpUrl, isRecord, jsonBody, text, type Problem, type Rules } from './checks';
import { videoUrl } from './cdn';
import { answerStatus, createJob } from './desk';
import { lookAt } from './images';
import type { Job } from './jobs';
import { readFacts, schemasOf } from './modelSchemas';
import type { Call, Provider, Refusal, RefusalKind, Reply, World } from './types';

// Vtrix as its page and its clients show it.

const apiKey = 'sandbox-vtrix-key';

interface Model {
	takesImage: boolean;
	usdPerSecond: number;
	/** The pro pages print error codes as strings; on the others a number loses the leading zero. */
	codesAsText: boolean;
}

const models: Record<string, Model> = {
	sora_2_t2v: { takesImage: false, usdPerSecond: 0.1, codesAsText: false },
	sora_2_i2v: { takesImage: true, usdPerSecond: 0.1, codesAsText: false },
	sora_2_pro_t2v: { takesImage: false, usdPerSecond: 0.3, codesAsText: true },
	sora_2_pro_i2v: { takesImage: true, usdPerSecond: 0.3, codesAsText: true },
};
/** Made up: it takes whatever comes with a prompt. */
const freeModel = 'veo_3_1';
const onlyPrompt: Rules = { prompt: { kind: 'string', required: true } };

/** Of these no more is known than the names of their fields: what isn't required is taken as it comes. */
const namedOnly = schemasOf('vtrix');

function isServed(name: string, world: World): boolean {
	return (name in models || name in namedOnly || name === freeModel) && !world.settings.withdrawnModels.includes(name);
}

/** null: the fields are fit for the model. */
function paramsProblem(name: string, params: Record<string, unknown>): string | null {
	const known = models[name];
	const { required } = namedOnly[name] ?? {};
	if (Array.isArray(required)) {
		const missing = required.map(String).find((field) => params[field] === undefined);
		return missing ? `${missing} is required` : null;
	}
	const others = Object.fromEntries(Object.entries(params).filter(([field]) => field !== 'input_reference'));
	const [wrong] = known ? findProblems(others, paramRules) : findProblems({ prompt: params.prompt }, onlyPrompt);
	if (wrong) return describe(wrong);
	return known ? imageProblem(params, known.takesImage) : null;
}

const bodyRules: Rules = {
	model: { kind: 'string', required: true },
	input: { kind: 'object' },
	moderation: { kind: 'boolean' },
	metadata: { kind: 'object' },
};
const paramRules: Rules = {
	prompt: { kind: 'string', required: true },
	size: { kind: 'oneOf', values: ['720x1280', '1280x720'] },
	seconds: { kind: 'oneOf', values: ['4', '8', '12'] },
	remix_video_id: { kind: 'string', pattern: /^video_/ },
};

const failures: Record<string, { code: string; message: string }> = {
	moderation: { code: '014001097', message: 'HTTP error response: your request was blocked by our moderation system.' },
	internal: { code: '014001095', message: 'Internal generation error' },
	parse: { code: '014001096', message: 'Result parsing error' },
	image: { code: '014001099', message: 'Task creation error: the reference image could not be read' },
	imageSize: { code: '014001099', message: 'Task creation error: Inpaint image must match the requested width and height' },
};

function refuse({ kind, message }: Refusal): Reply {
	// Each status has a form of its own, as the clients of this gateway have met them.
	const replies: Record<RefusalKind, Reply> = {
		'400': { status: 400, body: { error: message ?? 'invalid request' } },
		'401': { status: 401, body: { message: 'Invalid or missing API key' } },
		'403credits': { status: 403, body: { status: { code: 403, message: 'insufficient balance', error_code: 40201 } } },
		'404': { status: 404, body: { message: message ?? 'not found' } },
		'429': { status: 429, body: { error: { code: 1002, message: 'rate limited' } } },
		'500': { status: 500, body: { status: { code: 500, message: 'internal server error', error_code: 50000 } } },
		'503': { status: 503, body: { message: 'service unavailable' } },
	};
	return replies[kind];
}

function describe({ field, reason, expected, received }: Problem): string {
	if (reason === 'missing') return `${field} is required`;
	if (reason === 'unknown') return `unknown parameter ${field}`;
	return `${field}: expected ${expected}, received ${received}`;
}

/** Wrapped once in `input`, as every known client sends them; the docs' flat table is refused. */
function paramsOf(body: Record<string, unknown>): Record<string, unknown> | null {
	const input: unknown[] = Array.isArray(body.input) ? body.input : [];
	const [first] = input;
	return input.length === 1 && isRecord(first) && isRecord(first.params) && Object.keys(first).length === 1 ? first.params : null;
}

function imageProblem(params: Record<string, unknown>, takesImage: boolean): string | null {
	const { input_reference: image, remix_video_id: remix } = params;
	if (!takesImage) return image === undefined ? null : 'unknown parameter input_reference';
	if (image === undefined && remix !== undefined) return null;
	if (typeof image !== 'string' || image === '') return 'input_reference is required';
	if (!isHttpUrl(image)) return 'input_reference: expected a URL';
	return null;
}

function create(call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refuse({ kind: '400', message: 'invalid JSON body' });
	const name = text(body.model, '');
	const model = models[name];
	if (name && !isServed(name, world)) return refuse({ kind: '404', message: `model not found: ${name}` });
	const [problem] = findProblems({ ...body, input: undefined }, bodyRules);
	if (problem) return refuse({ kind: '400', message: describe(problem) });
	const params = paramsOf(body);
	if (!params) return refuse({ kind: '400', message: 'input is required: [{"params": {…}}]' });
	const message = paramsProblem(name, params);
	if (message) return refuse({ kind: '400', message });

	const { input_reference: image } = params;
	const size = text(params.size, '720x1280');
	const order = {
		id: randomUUID(),
		provider: provider.id,
		model: name,
		prompt: text(params.prompt, ''),
		body,
		size,
		duration: Number(text(params.seconds, '4')),
		failure: model && typeof image === 'string' ? imageFailure(image, size, world) : null,
	};
	return createJob(order, call, world, provider, (job) => ({ status: 200, body: { ...head(job), status: 'in_progress', progress: 0 } }));
}

function imageFailure(image: string, size: string, world: World): string | null {
	const sight = lookAt(image, world);
	if (sight.seen === 'unknown') return null;
	if (sight.seen === 'nothing' || sight.picture.mime === 'image/gif') return 'image';
	return sight.picture.size !== null && sight.picture.size !== size ? 'imageSize' : null;
}

function head(job: Job) {
	return { id: job.id, created_at: Math.floor(job.createdAt / 1000), model: job.model };
}

function tell(job: Job, world: World): Reply {
	const status = job.scriptedState ?? { queued: 'pending', processing: 'in_progress', completed: 'completed', failed: 'failed' }[job.status];
	const progress = job.status === 'completed' ? 1 : Math.min(0.99, Math.round(job.fraction * 100) / 100);
	return { status: 200, body: { ...head(job), status, progress, ...(job.status === 'completed' ? result(job, world) : {}), ...error(job) } };
}

function result(job: Job, world: World): Record<string, unknown> {
	const price = models[job.model]?.usdPerSecond ?? 0.2;
	const content = { type: 'video', url: videoUrl(job, world), size: job.size, duration: String(job.duration), id: `video_${job.token}`, jobId: randomBytes(8).toString('hex') };
	const usage = { cost: (price * job.duration).toFixed(2), discount: 1, quantity: job.duration, unit_price: price.toFixed(2), extra_info: {} };
	return { output: [{ content: [content], metadata: {} }], usage, metadata: {} };
}

function error(job: Job): Record<string, unknown> {
	if (!job.failure) return {};
	const { code, message } = failures[job.failure] ?? { code: '014001095', message: 'Internal generation error' };
	return { error: { code: models[job.model]?.codesAsText === false ? Number(code) : code, error_message: message } };
}

function skillModels(call: Call, world: World): Reply {
	const keywords = (call.query.get('keywords') ?? '').toLowerCase();
	const type = call.query.get('type') ?? 'video';
	const found = [...Object.keys(models), freeModel, ...Object.keys(namedOnly)]
		.filter((id) => type === 'video' && id.includes(keywords) && isServed(id, world))
		.map((id) => ({ id, name: id, type: 'video', description: '', input_modalities: models[id]?.takesImage ? ['text', 'image'] : ['text'], output_modalities: ['video'] }));
	const page = Number(call.query.get('page') ?? 1);
	const size = Number(call.query.get('page_size') ?? 20);
	const data = { models: found.slice((page - 1) * size, page * size), total: found.length, page, page_size: size, total_pages: Math.ceil(found.length / size) };
	return { status: 200, body: { data, status: { code: 200, message: 'success' } } };
}

/** As the clients' own tests have it; what else a test gives. No real answer has been seen. */
function spec(id: string, world: World): Reply {
	const given = world.settings.vtrixSpecs[id];
	if (given) return { status: 200, body: { status: { code: 200, message: 'ok' }, data: given } };
	const { fixtures } = readFacts('vtrix');
	const answers = (Array.isArray(fixtures) ? fixtures : []).map((fixture: unknown) => (isRecord(fixture) ? fixture.answer : null));
	const found = answers.find((answer) => isRecord(answer) && isRecord(answer.data) && answer.data.model_id === id && 'parameters' in answer.data);
	return isServed(id, world) && found ? { status: 200, body: found } : { status: 404, body: { status: { code: 404, message: 'model not found' } } };
}

export const provider: Provider = {
	id: 'vtrix',
	bases: [{ name: 'vtrix', prefix: '/vtrix' }],
	apiKey,
	failures: Object.keys(failures),
	refuse,
	handle(call, world) {
		const route = `${call.method} ${call.path}`;
		// On a host of its own at Vtrix (cloud-model-spec), and open to all.
		if (route === 'GET /api/v1/skill/models') return skillModels(call, world);
		const specOf = /^GET \/api\/v1\/skill\/models\/([^/]+)\/spec$/.exec(route)?.[1];
		if (specOf) return spec(decodePart(specOf), world);
		if (!hasKey(call.headers.authorization, apiKey)) return refuse({ kind: '401' });
		if (route === 'POST /model/v1/generation') return create(call, world);
		const id = /^GET \/model\/v1\/generation\/task\/([^/]+)$/.exec(route)?.[1];
		if (id) {
			const job = world.jobs.find(provider.id, decodePart(id));
			return job ? answerStatus(job, world, provider, (asked) => tell(asked, world)) : refuse({ kind: '404', message: 'task not found' });
		}
		if (route !== 'GET /llm/v1/models') return refuse({ kind: '404' });
		return { status: 200, body: { object: 'list', data: [{ id: 'deepseek-v3.1', object: 'model', created: 1_757_000_000, owned_by: 'vtrix' }] } };
	},
};
