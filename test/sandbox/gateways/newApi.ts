import { asText, fileIn, gatewayVideo, json, keep, pictureOf, textIn } from './gateway';
import type { Gateway, GatewayCall, GatewayJob, GatewayReply } from './gateway';

// new-api (QuantumNous/new-api): `relay/common/relay_utils.go`, `dto/openai_video.go`, `dto/task.go`,
// `controller/video_proxy.go`, `relay/relay_task.go`. A JSON request is read into a Go struct whose
// `input_reference` and `seconds` are texts; a form is taken as well.

function refuse(status: number, code: string, message: string): GatewayReply {
	return json(status, { code, message, data: null });
}

function goType(value: unknown): string {
	return Array.isArray(value) ? 'array' : typeof value;
}

async function create({ json: body, form }: GatewayCall, jobs: Map<string, GatewayJob>): Promise<GatewayReply> {
	for (const field of ['input_reference', 'seconds', 'size', 'prompt', 'model']) {
		const value = body?.[field];
		if (value !== undefined && typeof value !== 'string') {
			return refuse(400, 'invalid_json', `json: cannot unmarshal ${goType(value)} into Go struct field TaskSubmitReq.${field} of type string`);
		}
	}
	if (!body && !form) return refuse(400, 'invalid_json', 'EOF');
	const read = (field: string) => (form ? textIn(form, field) : asText(body?.[field]));
	const [model, prompt] = [read('model'), read('prompt')];
	if (model === null) return refuse(400, 'missing_model', 'model field is required');
	if (prompt === null) return refuse(400, 'invalid_request', 'prompt is required');
	const picture = (form && (await fileIn(form, 'input_reference'))) ?? pictureOf(read('input_reference'));
	const job = keep(jobs, 'task_', { model, prompt, seconds: Number(read('seconds') ?? 4), picture });
	return json(200, { id: job.id, task_id: job.id, object: 'video', model, status: 'queued', progress: 0, created_at: job.createdAt });
}

export const newApi: Gateway = {
	name: 'new-api',
	model: 'wan-2.6',
	async handle(call, jobs, url) {
		const { method, path, hasKey } = call;
		if (!hasKey) return json(401, { error: { message: '无效的令牌', type: 'new_api_error' } });
		if (method === 'POST' && path === '/v1/videos') return await create(call, jobs);
		const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
		const job = jobs.get(id ?? '');
		if (!job) return content ? json(404, { error: { message: 'Task not found', type: 'invalid_request_error' } }) : refuse(400, 'task_not_exist', 'task_not_exist');
		if (content) return json(200, gatewayVideo);
		job.asked += 1;
		return json(200, {
			id: job.id,
			task_id: job.id,
			object: 'video',
			model: job.model,
			status: 'completed',
			progress: 100,
			created_at: job.createdAt,
			completed_at: job.createdAt + 60,
			// `taskcommon.BuildProxyURL`: the gateway itself serves the video, to its key's holder.
			metadata: { url: `${url}/v1/videos/${job.id}/content` },
		});
	},
};
