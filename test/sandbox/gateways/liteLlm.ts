import { isRecord } from '../checks';
import { asText, fileIn, gatewayVideo, json, keep, pictureOf, textIn } from './gateway';
import type { Gateway, GatewayCall, GatewayJob, GatewayReply } from './gateway';

// LiteLLM (BerriAI/litellm): `proxy/video_endpoints/endpoints.py`, `types/videos/main.py` and `utils.py`. JSON
// and forms, handed on to OpenAI as they are; an id is `video_` and base64 of provider, model and OpenAI's id.

function refuse(status: number, message: string): GatewayReply {
	return json(status, { error: { message, type: 'None', param: 'None', code: String(status) } });
}

async function create({ json: body, form }: GatewayCall, jobs: Map<string, GatewayJob>): Promise<GatewayReply> {
	const read = (field: string) => (form ? textIn(form, field) : asText(body?.[field]));
	const [model, prompt, seconds] = [read('model'), read('prompt'), read('seconds')];
	if (model === null || prompt === null) return refuse(400, 'litellm.BadRequestError: Missing required parameter');
	if (seconds === null) return refuse(400, "Invalid type for 'seconds': expected one of '4', '8', '12'");
	const reference = body?.input_reference;
	if (typeof reference === 'string') return refuse(400, "Invalid type for 'input_reference': expected an object, but got a string instead.");
	const picture = (form && (await fileIn(form, 'input_reference'))) ?? pictureOf(isRecord(reference) ? asText(reference.image_url) : null);
	const job = keep(jobs, 'video_', { model, prompt, seconds: Number(seconds), picture });
	jobs.delete(job.id);
	job.id = `video_${Buffer.from(`litellm:custom_llm_provider:openai;model_id:;video_id:${job.id}`).toString('base64')}`;
	jobs.set(job.id, job);
	return answer(job, false);
}

function answer(job: GatewayJob, ended: boolean): GatewayReply {
	return json(200, {
		id: job.id,
		object: 'video',
		status: ended ? 'completed' : 'queued',
		created_at: job.createdAt,
		completed_at: ended ? job.createdAt + 60 : null,
		expires_at: null,
		error: null,
		progress: ended ? 100 : 0,
		remixed_from_video_id: null,
		seconds: String(job.seconds),
		size: '1280x720',
		model: job.model,
		usage: { duration_seconds: job.seconds },
	});
}

export const liteLlm: Gateway = {
	name: 'LiteLLM',
	model: 'wan-2.6',
	async handle(call, jobs) {
		const { method, path, hasKey } = call;
		if (!hasKey) return refuse(401, 'Authentication Error, Invalid proxy server token passed.');
		if (method === 'POST' && path === '/v1/videos') return await create(call, jobs);
		const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
		const job = jobs.get(id ?? '');
		if (!job) return refuse(404, 'litellm.NotFoundError: Video not found');
		if (content) return json(200, gatewayVideo);
		job.asked += 1;
		return answer(job, true);
	},
};
