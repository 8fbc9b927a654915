import { sleep } from 'n8n-workflow';

import { adviseSuccessor, describeFailure, sentence } from '../job/failure';
import { saysModelIsGone } from '../job/goneWords';
import { isObject, showValue } from '../job/read';
import { readRetryAfter } from '../job/retryAfter';
import { describeIntruder, readIntruder } from '../job/intruder';
import { describeTransportFailure } from '../job/transportFailure';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import type { VideoRequest } from '../job/VideoRequest';
import { describeGoneModel, isModelGone } from '../models/modelGone';
import { findJob } from '../providers/findJob';
import type { Provider, ProviderRequest } from '../providers/Provider';
import { callProvider } from './http/callProvider';
import type { Answer, NoAnswer } from './http/readResponse';
import type { Connection } from './connection';
import { readRetirements } from './readModels';
import { noteCreated } from './youngJobs';

/** What became of a create request. */
export type CreateOutcome =
	| { kind: 'created'; job: VideoJob; body: unknown }
	/** Certainly no job. `tryAgainAfter` (milliseconds) where the provider only asks for patience. */
	| { kind: 'refused'; failure: JobFailure; tryAgainAfter: number | null; body: unknown }
	/** Perhaps a job, perhaps paid for. The request must not be sent again. */
	| { kind: 'unknown'; failure: JobFailure; body: unknown };

/** Which request it is, for sentences. */
type Named = Pick<VideoRequest, 'model' | 'prompt'>;

/** Generous, since a timeout makes the outcome unknown; n8n's own default is 300 s. */
const createTimeout = 180_000;

/** A cancelled execution is to end within a second. Milliseconds. */
const cancelGrace = 700;

/** 4xx that gateways and proxies also send for a request that goes on behind them, or that is there already. */
const ambiguous4xx = new Set([408, 409, 425, 499]);

/** Whether an answer proves that nothing was accepted. */
function isRefusal(provider: Provider, { status, body }: Answer): boolean {
	if (status >= 400 && status < 500 && !ambiguous4xx.has(status)) return true;
	const { code } = provider.readError(body, status);
	return (provider.refusals ?? []).some(
		(refusal) => refusal.status === status && (refusal.codes?.includes(code ?? '') ?? true),
	);
}

/**
 * The failure of a create of which nobody knows what became.
 *
 * @param why A clause behind "because".
 */
export function unknownOutcome(
	{ displayName }: Provider,
	request: Named,
	why: string,
	advice = "look for it in the provider's dashboard before creating the video again",
): JobFailure {
	return {
		code: 'outcome_unknown',
		message: sentence(
			`${displayName} may have created and charged a job for ${describeRequest(request)} whose id is not known, because ${why}`,
			advice,
		),
		category: 'unknown',
		retryable: false,
	};
}

function readUnknown(provider: Provider, { status, body }: Answer, request: Named): JobFailure {
	const complaint = provider.readError(body, status);
	if (status >= 200 && status < 300 && complaint.message === null) {
		const form = isObject(body) ? 'JSON without a job id' : 'no JSON';
		return unknownOutcome(provider, request, `its answer (HTTP ${status}) was ${form}`);
	}
	const said = complaint.message ? ` and said "${complaint.message}"` : '';
	const look = "look for it in the provider's dashboard before creating the video again";
	// Gateways say it with a 5xx too, which alone proves nothing.
	const isGone = saysModelIsGone(complaint);
	const redirected = status >= 300 && status < 400;
	const more = isGone
		? `, and ${adviseSuccessor({ ...complaint, model: request.model })}`
		: redirected
			? `, and correct the Base URL in the ${provider.displayName} credential`
			: '';
	return unknownOutcome(provider, request, `it answered HTTP ${status}${said}`, `${look}${more}`);
}

function readRefusal(provider: Provider, sent: ProviderRequest, answer: Answer, model: string, successor: string | null): JobFailure {
	const { status, headers, body } = answer;
	const intruder = readIntruder(status, headers, body);
	if (intruder) return describeIntruder(`${provider.displayName} created nothing`, intruder, answer, 'then run it again');
	const complaint = provider.readError(body, status);
	if (isModelGone(complaint, status)) {
		return describeGoneModel(provider.displayName, model, { ...complaint, successor: complaint.successor ?? successor }, status);
	}
	const advice: Partial<Record<number, string>> = {
		401: `put a valid API key into the ${provider.displayName} credential`,
		404: `correct the Base URL in the ${provider.displayName} credential`,
	};
	const subject = `${provider.displayName} refused to create the video`;
	const failure = describeFailure(subject, complaint, status, provider.dialects?.advise(sent, complaint) ?? advice[status]);
	return failure.category === 'unknown'
		? describeFailure(subject, complaint, status, `nothing was created, so see what ${provider.displayName} wants otherwise, then run it again`)
		: failure;
}

/** What an answer to a create says became of it. */
function readAnswer(
	{ provider, baseUrls: { baseUrl } }: Connection,
	sent: ProviderRequest,
	answer: Answer,
	request: Named,
	now: number,
	successor: string | null,
): CreateOutcome {
	const { status, body } = answer;
	const job = findJob(provider, status, body, { model: request.model, createdAt: new Date(now).toISOString(), baseUrl });
	if (job) return { kind: 'created', job, body };
	if (!isRefusal(provider, answer)) return { kind: 'unknown', failure: readUnknown(provider, answer, request), body };
	const failure = readRefusal(provider, sent, answer, request.model, successor);
	// An empty account is a 429 too at some providers, and no patience fills it.
	const isPatience = failure.category === 'rateLimit';
	const wait = isPatience ? (readRetryAfter(answer.headers, now, provider.readError(body, status).message) ?? 0) : null;
	return { kind: 'refused', failure, tryAgainAfter: wait, body };
}

/** What the provider names in the place of a model that it has just refused as gone. */
async function findSuccessor(connection: Connection, { status, body }: Answer, model: string): Promise<string | null> {
	if (!isModelGone(connection.provider.readError(body, status), status)) return null;
	const retirements = await readRetirements(connection);
	return retirements.find(({ ids }) => ids.includes(model))?.successor ?? null;
}

const cutOff: NoAnswer = { status: null, code: 'the execution was canceled', trouble: 'lost', neverSent: false };

/** Answers a moment after the execution was cancelled; never, if it isn't. */
async function cancelled(signal: AbortSignal | undefined): Promise<NoAnswer> {
	await new Promise<void>((resolve) => {
		if (signal?.aborted) resolve();
		signal?.addEventListener('abort', () => {
			resolve();
		});
	});
	await sleep(cancelGrace);
	return cutOff;
}

/**
 * Sends a create request exactly once and says what became of it: a job, a refusal that proves that
 * nothing was accepted, or an outcome nobody knows.
 *
 * @param onLate Told what became of it after all, where the answer comes after a cancelled execution has
 * stopped waiting for it.
 */
export async function createOnce(
	connection: Connection,
	providerRequest: ProviderRequest,
	request: Named,
	onLate: (outcome: CreateOutcome) => void,
): Promise<CreateOutcome> {
	const { provider, dialect } = connection;
	const spoken = provider.dialects?.apply(providerRequest, dialect) ?? providerRequest;
	const read = async (answer: Answer | NoAnswer): Promise<CreateOutcome> => {
		if (answer.status !== null) {
			const now = Date.now();
			const outcome = readAnswer(connection, spoken, answer, request, now, null);
			if (outcome.kind === 'created') noteCreated(connection, outcome.job.id);
			// Only behind a refusal: a job's id, which may stand in an error too, waits for no other request.
			const successor = outcome.kind === 'refused' ? await findSuccessor(connection, answer, request.model) : null;
			return successor === null ? outcome : readAnswer(connection, spoken, answer, request, now, successor);
		}
		// Its beginning may hold the job's id, or be a refusal.
		const begun = answer.begun ? await read(answer.begun) : null;
		if (begun && begun.kind !== 'unknown') return begun;
		const what = answer.trouble === 'tooLarge' ? 'is too large to be read' : begun ? 'broke off' : 'never came';
		return answer.neverSent
			? { kind: 'refused', failure: describeTransportFailure(`${provider.displayName} was sent nothing`, answer, 'then run it again'), tryAgainAfter: null, body: null }
			: { kind: 'unknown', failure: unknownOutcome(provider, request, `its answer ${what} (${answer.code})`), body: begun?.body ?? null };
	};
	// A create that is cut off may still be charged, so it gets a moment to tell its job's id.
	const sent = callProvider(connection, spoken, createTimeout, true);
	const answer = await Promise.race([sent, cancelled(connection.context.getExecutionCancelSignal())]);
	if (answer === cutOff) void sent.then(read).then(onLate);
	return await read(answer);
}

/** The start of an answer that nobody could read, for an error's description. */
export function quoteAnswer(body: unknown): string {
	return showValue(body ?? '').replace(/\s+/g, ' ').trim().slice(0, 500);
}
