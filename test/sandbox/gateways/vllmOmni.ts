import { isRecord } from '../checks';
import { asText, fileIn, gatewayVideo, json, keep, pictureOf, textIn } from './gateway';
import type { Gateway, GatewayCall, GatewayJob, GatewayReply } from './gateway';

// vLLM-omni (vllm-project/vllm-omni): `entrypoints/openai/api_server.py` (`create_video`) and
// `protocol/videos.py`. Every field is a form's, so a JSON request has none of them; a link comes as JSON in
// `image_reference`. Nothing in an answer leads to the video but its id.

function missing(field: string): GatewayReply {
	return json(422, { detail: [{ type: 'missing', loc: ['body', field], msg: 'Field required', input: null }] });
}

function parse(text: string | null): unknown {
	try {
		const value: unknown = text === null ? null : JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
}

async function create({ form }: GatewayCall, jobs: Map<string, GatewayJob>): Promise<GatewayReply> {
	const prompt = form && textIn(form, 'prompt');
	if (form === null || prompt === null) return missing('prompt');
	const seconds = textIn(form, 'seconds');
	if (seconds !== null && !/^[1-9]\d*$/.test(seconds)) {
		return json(422, { detail: [{ type: 'string_pattern_mismatch', loc: ['body', 'seconds'], msg: "String should match pattern '^[1-9]\\d*$'", input: seconds }] });
	}
	const file = await fileIn(form, 'input_reference');
	const reference = parse(textIn(form, 'image_reference'));
	if (reference === undefined) return json(400, { detail: 'Invalid JSON in form field' });
	if (reference !== null && file !== null) return json(400, { detail: 'Provide either input_reference or image_reference, not both.' });
	const picture = file ?? pictureOf(isRecord(reference) ? asText(reference.image_url) : null);
	const job = keep(jobs, 'video_gen_', { model: textIn(form, 'model') ?? 'default', prompt, seconds: Number(seconds ?? 4), picture });
	return answer(job);
}

function answer(job: GatewayJob, ended = false): GatewayReply {
	return json(200, {
		model: job.model,
		prompt: job.prompt,
		id: job.id,
		object: 'video',
		status: ended ? 'completed' : 'queued',
		size: '1280x720',
		progress: ended ? 100 : 0,
		seconds: String(job.seconds),
		quality: 'default',
		completed_at: ended ? job.createdAt + 60 : null,
		created_at: job.createdAt,
		remixed_from_video_id: null,
		error: null,
		media_type: 'video/mp4',
		expires_at: null,
		file_name: ended ? `${job.id}.mp4` : null,
		inference_time_s: ended ? 60.5 : null,
		stage_durations: {},
		peak_memory_mb: 0,
	});
}

export const vllmOmni: Gateway = {
	name: 'vLLM-omni',
	model: 'Wan-AI/Wan2.2-I2V-A14B-Diffusers',
	async handle(call, jobs) {
		const { method, path, hasKey } = call;
		if (!hasKey) return json(401, { error: 'Unauthorized' });
		if (method === 'POST' && path === '/v1/videos') return await create(call, jobs);
		const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
		const job = jobs.get(id ?? '');
		if (!job) return json(404, { detail: 'Video not found' });
		if (content) return job.asked > 0 ? json(200, gatewayVideo) : json(404, { detail: 'Generation is still in-progress' });
		job.asked += 1;
		return answer(job, true);
	},
};
