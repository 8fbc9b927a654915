import { asText, gatewayVideo, json, keep, pictureOf } from './gateway';
import type { Gateway, GatewayCall, GatewayJob, GatewayReply } from './gateway';

// Bifrost (maximhq/bifrost): `transports/bifrost-http/handlers/inference.go` (`videoGeneration`,
// `videoRetrieve`) and `core/schemas/videos.go`. JSON only; `input_reference` is text; a model is
// `provider/model` and an id `id:provider`; the video's link is in `videos[]`, on the maker's own storage.

function refuse(status: number, message: string): GatewayReply {
	return json(status, { is_bifrost_error: true, status_code: status, error: { message } });
}

function create({ json: body }: GatewayCall, jobs: Map<string, GatewayJob>): GatewayReply {
	if (!body) return refuse(400, 'Invalid request format: "Syntax error at index 0: invalid char\\n\\n\\t--form"');
	for (const field of ['input_reference', 'seconds', 'size']) {
		const kind = typeof body[field];
		if (kind !== 'undefined' && kind !== 'string') return refuse(400, `Invalid request format: "Mismatch type string with value ${kind} \\"at index 60: mismatched type with value\\n\\n\\t${field}\\""`);
	}
	const model = asText(body.model);
	const prompt = asText(body.prompt);
	const [provider, ...name] = (model ?? '').split('/');
	if (model === null || !provider || name.length === 0) return refuse(400, 'model should be in provider/model format');
	if (prompt === null) return refuse(400, 'prompt cannot be empty');
	const seconds = Number(body.seconds ?? 4);
	const job = keep(jobs, 'video_', { model, prompt, seconds, picture: pictureOf(asText(body.input_reference)) });
	jobs.delete(job.id);
	job.id = `${job.id}:${provider}`;
	jobs.set(job.id, job);
	return json(200, { id: job.id, object: 'video', model, status: 'queued', progress: 0, created_at: job.createdAt, seconds: String(seconds), size: '1280x720', extra_fields: { request_type: 'video_generation', provider, latency: 12 } });
}

export const bifrost: Gateway = {
	name: 'Bifrost',
	model: 'runware/wan-2.6',
	handle(call, jobs, url) {
		const { method, path, hasKey } = call;
		const file = /^\/storage\/(\w+)\.mp4$/.exec(path);
		// The storage is another company's, and gets no key.
		if (file) return call.headers.authorization === undefined ? json(200, gatewayVideo) : json(400, 'a key came to the storage');
		if (!hasKey) return refuse(401, 'unauthorized');
		if (method === 'POST' && path === '/v1/videos') return create(call, jobs);
		const id = /^\/v1\/videos\/([^/]+)$/.exec(path)?.[1] ?? '';
		if (!/^[^:]+:[^:]+$/.test(id)) return refuse(400, 'video_id must be in id:provider format');
		const job = jobs.get(id);
		if (!job) return refuse(404, 'video not found');
		job.asked += 1;
		return json(200, {
			id: job.id,
			object: 'video',
			model: job.model,
			status: 'completed',
			progress: 100,
			created_at: job.createdAt,
			completed_at: job.createdAt + 60,
			videos: [{ type: 'url', url: `${url.replace('127.0.0.1', 'localhost')}/storage/${job.id.split(':')[0] ?? ''}.mp4`, content_type: 'video/mp4' }],
			extra_fields: { request_type: 'video_retrieve', provider: 'runware', latency: 12 },
		});
	},
};
