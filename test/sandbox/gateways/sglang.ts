import { asText, fileIn, gatewayVideo, json, keep, pictureOf, textIn } from './gateway';
import type { Gateway, GatewayCall, GatewayJob, GatewayReply } from './gateway';

// SGLang (sgl-project/sglang): `multimodal_gen/runtime/entrypoints/openai/video_api.py` and `protocol.py`.
// A form must have a file; a JSON request is a Pydantic model whose `input_reference` is text and whose
// `seconds` is a whole number, which Pydantic reads from text as well. No answer holds a link.

function detail(status: number, said: unknown): GatewayReply {
	return json(status, { detail: said });
}

async function create({ json: body, form }: GatewayCall, jobs: Map<string, GatewayJob>): Promise<GatewayReply> {
	if (form) {
		const prompt = textIn(form, 'prompt');
		const picture = await fileIn(form, 'input_reference');
		if (prompt === null) return detail(400, 'prompt is required');
		if (picture === null) return detail(400, 'input_reference file is required');
		return answer(keep(jobs, 'sgl', { model: textIn(form, 'model') ?? 'sora-2', prompt, seconds: Number(textIn(form, 'seconds') ?? 4), picture }));
	}
	const reference = body?.input_reference ?? null;
	if (reference !== null && typeof reference !== 'string') {
		const said = `1 validation error for VideoGenerationsRequest\ninput_reference\n  Input should be a valid string [type=string_type, input_value=${JSON.stringify(reference)}, input_type=dict]`;
		return detail(400, `Invalid request body: ${said}`);
	}
	const prompt = asText(body?.prompt);
	if (prompt === null) return detail(400, 'Invalid request body: 1 validation error for VideoGenerationsRequest\nprompt\n  Field required [type=missing]');
	return answer(keep(jobs, 'sgl', { model: asText(body?.model) ?? 'sora-2', prompt, seconds: Number(body?.seconds ?? 4), picture: pictureOf(reference) }));
}

function answer(job: GatewayJob, ended = false): GatewayReply {
	return json(200, {
		id: job.id,
		object: 'video',
		model: job.model,
		status: ended ? 'completed' : 'queued',
		progress: ended ? 100 : 0,
		created_at: job.createdAt,
		size: '1280x720',
		seconds: String(job.seconds),
		quality: 'standard',
		remixed_from_video_id: null,
		completed_at: ended ? job.createdAt + 60 : null,
		expires_at: null,
		error: null,
	});
}

export const sglang: Gateway = {
	name: 'SGLang',
	model: 'Wan-AI/Wan2.2-T2V-A14B-Diffusers',
	async handle(call, jobs) {
		const { method, path, hasKey } = call;
		if (!hasKey) return json(401, { error: 'Unauthorized' });
		if (method === 'POST' && path === '/v1/videos') return await create(call, jobs);
		const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
		const job = jobs.get(id ?? '');
		if (!job) return detail(404, 'Video not found');
		if (content) return job.asked > 0 ? json(200, gatewayVideo) : detail(404, 'Generation is still in-progress');
		job.asked += 1;
		return answer(job, true);
	},
};
