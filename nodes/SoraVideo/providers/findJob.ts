import { findJobId, findOwnJobId } from '../job/answers/readAnswer';
import type { KnownOfJob } from '../job/answers/readAnswer';
import { parseCutOffJson } from '../job/answers/parseJson';
import type { VideoJob } from '../job/VideoJob';
import type { Provider } from './Provider';

/** What services call their requests, and put into an error as its `id`. */
const requestId = /^req[_-]/i;

/** Answers by which a provider says that it took nothing. */
const plainRefusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 422, 429]);

/**
 * The job in the answer to a create, whatever its HTTP status: an id may stand beside a 409 or a 5xx, and
 * its job is paid for. In a plain refusal only the provider's own documented field counts; in every other
 * answer all the places where gateways put one, also where the answer was cut off.
 *
 * @param body The answer, parsed where it was JSON.
 * @param known What the request tells of the job.
 * @returns The job; null where the answer holds no id of one.
 */
export function findJob(
	provider: Provider,
	httpStatus: number,
	body: unknown,
	known: KnownOfJob,
): VideoJob | null {
	const { reading } = provider;
	const whole = typeof body === 'string' ? parseCutOffJson(body) : body;
	if (httpStatus >= 300 && httpStatus < 400) return null;
	if (httpStatus < 300 && whole === body) return provider.readJob(body, known);
	const isRefusal = plainRefusals.has(httpStatus);
	const found = isRefusal ? findOwnJobId(reading, whole) : findJobId(reading, whole);
	if (isRefusal && found === null) return null;
	const id = reading.toId ? reading.toId(whole, known, found) : found;
	if (id === null || requestId.test(id)) return null;
	const job = provider.readJob(whole, { ...known, id });
	return job && { ...job, id: id };
}
