import { sentence } from '../job/failure';
import type { JobFailure } from '../job/VideoJob';
import { placeMedia } from '../images/placeMedia';
import type { Provider, ProviderRequest } from '../providers/Provider';
import { steadyNow } from '../transport/clock';
import { createOnce } from '../transport/createOnce';
import type { CreateOutcome } from '../transport/createOnce';
import { takeCreateTurn } from '../waiting/CreateWindow';
import { failed, notBegun } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { NodeRun } from './NodeRun';
import type { Order } from './prepareCreate';

/** How a create is sent. */
export interface Terms {
	/** Milliseconds to go on trying while the provider answers with 429; by Timeout, where the operation has that. */
	patience: number;
	/** Where the provider is to call when the job ends, so that a suspended execution wakes. */
	callbackUrl: string | null;
}

/** Ten minutes of 429 are more than a queue. */
export const usualTerms: Terms = { patience: 600_000, callbackUrl: null };

/** Requests longer than this (pictures within them) aren't kept for asking again. */
const longestKept = 20_000;

/**
 * Creates the job that an item asks for, once. A job that an earlier try of this execution created for it
 * is taken up again.
 */
export async function createJob(run: NodeRun, itemIndex: number, order: Order, terms: Terms): Promise<ItemResult> {
	const { connection, record } = run;
	const { provider } = connection;
	if (order.hasJob) return created(run, itemIndex);
	const known = record.earlier(itemIndex, order.asked)?.create?.again;
	let create: ProviderRequest;
	if (known) create = known;
	else {
		const placed = await placeMedia(connection, order.request, itemIndex);
		if (run.signal.aborted) return notBegun;
		if (placed.kind === 'refused') return failed(placed.failure);
		const callbackUrl = order.signedCallbackUrl ?? terms.callbackUrl;
		create = provider.writeCreate({ ...order.request, callbackUrl }, placed.media, order.model);
	}
	const outcome = await sendPatiently(run, itemIndex, order, create, terms.patience);
	if (outcome === null) return run.signal.aborted ? notBegun : failed(noTurn(provider, terms));
	return outcome.kind === 'created'
		? { ...created(run, itemIndex), raw: outcome.body }
		: failed(outcome.failure, outcome.body);
}

function created({ record }: NodeRun, itemIndex: number): ItemResult {
	return { ending: record.jobOf(itemIndex)?.failure ? 'failed' : 'completed' };
}

function noTurn({ displayName, createLimit }: Provider, terms: Terms): JobFailure {
	const takes = createLimit
		? `takes only ${createLimit.count} new jobs in ${createLimit.seconds} seconds`
		: 'takes no more jobs at a time (HTTP 429)';
	return {
		code: 'rate_limited',
		message: sentence(
			`${displayName} ${takes}, and this item's turn did not come in time, so nothing was created for it`,
			`lower Batch Size${terms === usualTerms ? '' : ' or raise Timeout'}, then run it again`,
		),
		category: 'rateLimit',
		retryable: true,
	};
}

/** Sends a create once, and puts each step into the record before and after it is taken. */
async function send(run: NodeRun, itemIndex: number, order: Order, request: ProviderRequest): Promise<CreateOutcome> {
	const { connection, record } = run;
	const { idempotencyHeader } = connection.provider;
	const isKept = idempotencyHeader !== undefined && JSON.stringify(request).length <= longestKept;
	const { idempotencyKey } = record.sending(itemIndex, order.asked, isKept ? request : null);
	const keyed = idempotencyHeader === undefined ? request : { ...request, headers: { ...request.headers, [idempotencyHeader]: idempotencyKey } };
	const note = (outcome: CreateOutcome) => {
		if (outcome.kind === 'created') record.accepted(itemIndex, outcome.job);
		else if (outcome.kind === 'refused') record.refused(itemIndex, outcome.failure.message);
		else record.unknown(itemIndex, outcome.failure.message);
	};
	const outcome = await createOnce(connection, keyed, order.request, note);
	note(outcome);
	return outcome;
}

/**
 * Sends again only what was refused with "too many".
 *
 * @returns What became of the last time it was sent; null if it never was.
 */
async function sendPatiently(
	run: NodeRun,
	itemIndex: number,
	order: Order,
	request: ProviderRequest,
	patience: number,
): Promise<CreateOutcome | null> {
	const { connection, throttle, signal } = run;
	const { createLimit } = connection.provider;
	const giveUpAt = steadyNow() + patience;
	const sendInTurn = async (): Promise<CreateOutcome | null> => {
		if (createLimit && !(await takeCreateTurn(connection.fingerprint, createLimit, signal, giveUpAt))) return null;
		const sentAt = steadyNow();
		const outcome = await send(run, itemIndex, order, request);
		if (outcome.kind === 'created') throttle.accepted(sentAt);
		if (outcome.kind === 'refused' && outcome.tryAgainAfter !== null) {
			throttle.refused(sentAt, outcome.tryAgainAfter, Math.random());
		}
		return outcome;
	};
	let last: CreateOutcome | null = null;
	for (;;) {
		const outcome: CreateOutcome | null = await throttle.take(signal, giveUpAt, sendInTurn);
		if (outcome === null) return last;
		if (outcome.kind !== 'refused' || outcome.tryAgainAfter === null) return outcome;
		last = outcome;
	}
}
