import { asText, gatewayVideo, json, keep, pictureOf } from './gateway';
import type { Gateway, GatewayCall, GatewayJob, GatewayReply } from './gateway';

// NVIDIA Dynamo (ai-dynamo/dynamo): `lib/llm/src/protocols/openai/videos.rs` and
// `components/src/dynamo/common/protocols/video_protocol.py`. JSON, with `seconds` an i32 and
// `input_reference` a text; the answer to the create is the finished video, and nothing can be asked for later.

function create({ json: body }: GatewayCall, jobs: Map<string, GatewayJob>, url: string): GatewayReply {
	if (!body) return json(415, 'Expected request with `Content-Type: application/json`');
	const wrong = (field: string, value: unknown, expected: string) => {
		const given = typeof value === 'string' ? `string ${JSON.stringify(value)}` : 'map';
		return json(422, `Failed to deserialize the JSON body into the target type: ${field}: invalid type: ${given}, expected ${expected} at line 1 column 60`);
	};
	const { seconds, input_reference: reference } = body;
	if (reference !== undefined && typeof reference !== 'string') return wrong('input_reference', reference, 'a string');
	if (seconds !== undefined && typeof seconds !== 'number') return wrong('seconds', seconds, 'i32');
	const [model, prompt] = [asText(body.model), asText(body.prompt)];
	if (model === null || prompt === null) return json(422, 'missing field `prompt`');
	const job = keep(jobs, 'dynamo-', { model, prompt, seconds: seconds ?? 4, picture: pictureOf(asText(reference)) });
	return json(200, {
		id: job.id,
		object: 'video',
		model,
		status: 'completed',
		progress: 100,
		created: job.createdAt,
		data: [{ url: `${url}/storage/${job.id}.mp4` }],
		inference_time_s: 60.5,
	});
}

export const dynamo: Gateway = {
	name: 'Dynamo',
	model: 'Wan-AI/Wan2.1-T2V-1.3B-Diffusers',
	handle(call, jobs, url) {
		if (call.path.startsWith('/storage/')) return json(200, gatewayVideo);
		if (call.method === 'POST' && call.path === '/v1/videos') return create(call, jobs, url);
		return json(404, { message: 'Not Found' });
	},
};
