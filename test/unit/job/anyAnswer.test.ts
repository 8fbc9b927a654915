import fc from 'fast-check';

import { readJob } from '../../../nodes/SoraVideo/job/answers/readAnswer';
import { readStatus } from '../../../nodes/SoraVideo/job/answers/status';
import { isEnded } from '../../../nodes/SoraVideo/job/VideoJob';
import { providers } from '../../../nodes/SoraVideo/providers';
import { endedWithoutVideo } from '../../../nodes/SoraVideo/providers/endedWithoutVideo';
import { findJob } from '../../../nodes/SoraVideo/providers/findJob';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';

// Answers whose shapes are those of the tables: shuffled, nested and cut off (100,000 for each parser in `npm run bench -- --only i`).

const link = 'https://cdn.example/1.mp4';
const idFields = ['id', 'task_id', 'taskId', 'job_id', 'jobId', 'generation_id', 'prediction_id', 'video_id'];
const stateFields = ['status', 'state', 'task_status', 'taskStatus', 'job_status', 'video_status'];
const wrappers = ['', 'data', 'data[]', 'result', 'output', 'task', 'job', 'response'];
const endings = ['completed', 'succeeded', 'SUCCESS', 'done', 'failed', 'FAILURE', 'cancelled', 'expired', 'TASK_STATUS_SUCCEED', '失败'];
const goingOn = ['queued', 'pending', 'processing', 'IN_PROGRESS', 'TASK_STATUS_PENDING', '生成中', 'unheard_of', 'not_completed', 'success_pending', ''];

const id = fc.constantFrom('video_123', 'task-unified-1', 't:openai/sora-2', '4326796003218200779', 'a b', '视频', 7, 4326796);
const junk = fc.constantFrom<unknown>(null, true, 0, -1, '', ' ', [], {}, [[]], [{}], 'https://x', '__proto__', '<html>', '{"error":', { a: { b: null } }, 1e308);

/** Fields that say neither who a job is nor how it stands. */
const others = fc.dictionary(
	fc.constantFrom('object', 'model', 'progress', 'created_at', 'usage', 'seconds', 'size', 'prompt', 'request_id', 'requestId', 'x-request-id', 'input', 'metadata', 'url', 'video_url', 'videos', 'error', 'errors', 'detail', 'message', 'msg', 'code', 'type', 'fail_reason', 'logs'),
	fc.oneof(junk, fc.constantFrom<unknown>(link, [link], { url: link }, { message: 'no', code: 'x' }, 'failed', 'completed')),
	{ maxKeys: 6 },
);

interface Shape {
	body: Record<string, unknown>;
	id: string | null;
	word: string;
}

function wrap(wrapper: string, inner: Record<string, unknown>, outer: Record<string, unknown>): Record<string, unknown> {
	if (wrapper === '') return { ...outer, ...inner };
	return wrapper === 'data[]' ? { ...outer, data: [inner] } : { ...outer, [wrapper]: inner };
}

function shuffled(body: Record<string, unknown>, seed: number): Record<string, unknown> {
	const entries = Object.entries(body);
	const at = entries.length === 0 ? 0 : seed % entries.length;
	return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)]);
}

const shape: fc.Arbitrary<Shape> = fc
	.tuple(fc.constantFrom(...wrappers), fc.constantFrom(...idFields), id, fc.constantFrom(...stateFields), fc.constantFrom(...endings, ...goingOn), others, others, fc.boolean(), fc.nat(20))
	.map(([wrapper, idField, value, stateField, word, inner, outer, hasId, seed]) => {
		// In a list each entry has an `id`: none of them is a job's.
		const field = wrapper === 'data[]' && idField === 'id' ? 'task_id' : idField;
		const own = hasId ? { [field]: value } : {};
		const job = shuffled({ ...inner, [stateField]: word, ...own }, seed);
		return { body: shuffled(wrap(wrapper, job, outer), seed), id: hasId ? String(value) : null, word };
	});

const rows = providers.map((provider): [string, Provider] => [provider.id, provider]);
const runs = { seed: 20261126, numRuns: 3_000 };
const httpStatus = fc.constantFrom(200, 200, 200, 201, 202, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 524);

function isPlainRefusal(status: number): boolean {
	return status >= 300 && status < 500 && status !== 408 && status !== 409;
}

/** Quicker than Jest's, which would take most of the time. */
function check(holds: boolean, what: string, answer: unknown): void {
	if (!holds) throw new Error(`Not so: ${what}, in ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`);
}

describe.each(rows)('%s', (_name, provider) => {
	it('reads whatever comes: no throw, no ending invented, and the id that is there', () => {
		fc.assert(
			fc.property(shape, httpStatus, fc.nat(400), ({ body, id: expected, word }, status, cut) => {
				const job = provider.readJob(body, {});
				const ended = job !== null && isEnded(job.status);
				check(expected === null || job?.id === expected, 'the id is found', body);
				// The word of an ending was there, and no other one made it.
				check(!ended || isEnded(readStatus(word)) || isEnded(readStatus(job.rawStatus)), 'no ending is invented', body);
				check(!ended || expected === null || isEnded(readStatus(word)), "the job's own word counts", body);
				if (job) endedWithoutVideo(provider, job, body);
				provider.readError(body, status);
				const told = findJob(provider, status, body, {});
				check(expected === null || isPlainRefusal(status) || told?.id === expected, 'the id is found beside an error', body);
				if (cut % 4 > 0) return;
				// Cut off: what is found was there.
				const text = JSON.stringify(body);
				const rest = findJob(provider, 200, text.slice(0, cut), {});
				check(!rest?.rawStatus || text.includes(JSON.stringify(rest.rawStatus)), 'no word is invented', text);
				check(!rest || text.includes(rest.id), 'no id is invented', text);
			}),
			runs,
		);
	});
});

it('readJob is quick, whatever the depth', () => {
	let deep: unknown = { url: link };
	for (let depth = 0; depth < 5000; depth += 1) deep = { data: [deep], video: deep };
	expect(readJob({ provider: 'x', displayName: 'X', ownIds: ['id'] }, { id: 'a', status: 'completed', output: deep }, {})?.videoUrls).toEqual([]);
});
