import { sleep } from 'n8n-workflow';

import { adviseSuccessor, describeFailure, sentence } from '../job/failure';
import { saysModelIsGone } from '../job/goneWords';
import { describeGoneModel, isModelGone } from '../models/modelGone';
import { isObject } from '../job/read';
import { readRetryAfter } from '../job/retryAfter';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import type { VideoRequest } from '../job/VideoRequest';
import type { Provider, ProviderRequest } from '../providers/Provider';
import type { Answer, NoAnswer } from './callProvider';
import { callProvider } from './callProvider';
import type { Connection } from './connection';
import { readRetirements } from './readModels';
import { noteCreated } from './youngJobs';

/** What became of a create request. */
export type CreateOutcome =
	| { kind: 'created'; job: VideoJob; body: unknown }
	/** Certainly no job. `tryAgainAfter` (milliseconds) where the provider only asks for patience. */
	| { kind: 'refused'; failure: JobFailure; tryAgainAfter: number | null }
	/** Perhaps a job, perhaps paid for. The request must not be sent again. */
	| { kind: 'unknown'; failure: JobFailure };

/** Generous, since a timeout makes the outcome unknown; n8n's own default is 300 s. */
const createTimeout = 180_000;

/** A cancelled execution is to end within a second. Milliseconds. */
const cancelGrace = 700;

function unreachable(provider: Provider, answer: NoAnswer): JobFailure {
	return {
		code: 'unreachable',
		message: sentence(
			`${provider.displayName} can't be reached (${answer.code})`,
			"check the Base URL in the credential and this server's network, then run it again",
		),
		category: 'provider',
		retryable: true,
	};
}

function unknownOutcome(
	provider: Provider,
	request: VideoRequest,
	what: string,
	advice = '',
): JobFailure {
	return {
		code: 'outcome_unknown',
		message: sentence(
			`${provider.displayName} may have created and charged a job for ${describeRequest(request)} whose id is not known, because ${what}`,
			`look for it in the provider's dashboard before creating the video again${advice}`,
		),
		category: 'unknown',
		retryable: false,
	};
}

function readAnswer(
	provider: Provider,
	answer: Answer,
	request: VideoRequest,
	now: number,
	successor: string | null,
): CreateOutcome {
	const { status, body } = answer;
	const { model } = request;
	const complaint = provider.readError(body, status);
	const said = complaint.message ? ` and said "${complaint.message}"` : '';
	if (status >= 200 && status < 300) {
		const job = provider.readJob(body, { model, createdAt: new Date(now).toISOString() });
		if (job) return { kind: 'created', job, body };
		// Only an answer that holds an error and no id is a refusal. A mere message may be an acceptance
		// in other words, and a refusal is sent again by Retry On Fail.
		if (!isObject(body) || !body.error) {
			const form = isObject(body) ? 'JSON without a job id' : 'no JSON';
			return {
				kind: 'unknown',
				failure: unknownOutcome(provider, request, `its answer (HTTP ${status}) was ${form}`),
			};
		}
	} else if (status >= 500 || status === 408 || status === 303) {
		return {
			kind: 'unknown',
			failure: unknownOutcome(
				provider,
				request,
				`it answered HTTP ${status}${said}`,
				// Gateways say it with a 5xx too, which alone proves nothing.
				saysModelIsGone(complaint) ? `, and ${adviseSuccessor({ ...complaint, model })}` : '',
			),
		};
	}
	if (isModelGone(complaint, status)) {
		const named = { ...complaint, successor: complaint.successor ?? successor };
		const failure = describeGoneModel(provider.displayName, model, named, status);
		return { kind: 'refused', failure, tryAgainAfter: null };
	}
	const redirect = status >= 300 && status < 400;
	return {
		kind: 'refused',
		failure: describeFailure(
			`${provider.displayName} refused to create the video`,
			complaint,
			status,
			adviceByStatus(provider, status, redirect),
		),
		// An empty account is a 429 too at some providers, and no patience fills it.
		tryAgainAfter:
			status === 429 && complaint.category !== 'quota'
				? (readRetryAfter(answer.headers, now) ?? 0)
				: null,
	};
}

function adviceByStatus(provider: Provider, status: number, redirect: boolean): string | undefined {
	if (status === 404) return `correct the Base URL in the ${provider.displayName} credential`;
	if (status === 401) return `put a valid API key into the ${provider.displayName} credential`;
	return redirect ? `correct the Base URL in the ${provider.displayName} credential` : undefined;
}

/** What the provider names in the place of a model that it has just refused as gone. */
async function findSuccessor(
	connection: Connection,
	{ status, body }: Answer,
	model: string,
): Promise<string | null> {
	if (status < 400 || !isModelGone(connection.provider.readError(body, status), status)) return null;
	const retirements = await readRetirements(connection);
	return retirements.find(({ ids }) => ids.includes(model))?.successor ?? null;
}

/** Answers a moment after the execution was cancelled; never, if it isn't. */
async function cancelled(signal: AbortSignal | undefined): Promise<NoAnswer> {
	await new Promise<void>((resolve) => {
		if (signal?.aborted) resolve();
		signal?.addEventListener('abort', () => {
			resolve();
		});
	});
	await sleep(cancelGrace);
	return { status: null, code: 'execution canceled', trouble: 'lost', neverSent: false };
}

/**
 * Sends a create request exactly once and says what became of it: a job, a refusal that proves that
 * nothing was accepted, or an outcome nobody knows (timeout, dropped connection, 5xx, unreadable).
 */
export async function createOnce(
	connection: Connection,
	providerRequest: ProviderRequest,
	request: VideoRequest,
): Promise<CreateOutcome> {
	const { provider } = connection;
	// A create that is cut off may still be charged, so it gets a moment to tell its job's id.
	const answer = await Promise.race([
		callProvider(connection, providerRequest, createTimeout, true),
		cancelled(connection.context.getExecutionCancelSignal()),
	]);
	if (answer.status !== null) {
		const successor = await findSuccessor(connection, answer, request.model);
		const outcome = readAnswer(provider, answer, request, Date.now(), successor);
		if (outcome.kind === 'created') noteCreated(connection, outcome.job.id);
		return outcome;
	}
	return answer.neverSent
		? { kind: 'refused', failure: unreachable(provider, answer), tryAgainAfter: null }
		: {
				kind: 'unknown',
				failure: unknownOutcome(provider, request, `its answer never came (${answer.code})`),
			};
}
