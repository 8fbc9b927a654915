import { sentence } from '../job/failure';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import { findOwnerOfModel } from '../providers';
import { checkRequest } from '../models/checkRequest';
import type { Provider, ProviderRequest } from '../providers/Provider';
import { createOnce } from '../transport/createOnce';
import type { CreateOutcome } from '../transport/createOnce';
import { placeImage } from '../images/placeImage';
import { readModel } from '../transport/readModels';
import { failed, invalid, notBegun } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { Asked } from '../paidJobs/Ledger';
import { readRequest } from './readRequest';
import { tellOnce } from './tellOnce';
import type { ItemRun } from './runBatch';

/**
 * Creates the job that an item asks for: checked first, then sent once. A job that an earlier try of
 * this execution created for the same item and request is taken up again, not created again.
 */
export async function createJob(run: ItemRun): Promise<ItemResult> {
	const { connection, itemIndex, ledger, noteJob } = run;
	const { context, provider } = connection;
	const { request, problems } = readRequest(connection, itemIndex);
	const asked = { itemIndex, provider: provider.id, request };
	// Before the checks: what they say may have changed since the try that sent it.
	const earlier = ledger.find(asked);
	if (earlier?.state === 'created') return created(earlier.job, noteJob);
	if (earlier && context.getNodeParameter('options.resendUnknown', itemIndex, false) !== true) {
		return failed({
			code: 'outcome_unknown',
			message: sentence(
				`An earlier try may have created and charged a job at ${provider.displayName} for ${describeRequest(request)} whose id is not known, so the request was not sent again`,
				"look for the job in the provider's dashboard, or set Options > Resend If Outcome Unknown",
			),
			category: 'unknown',
			retryable: false,
		});
	}
	const owner = findOwnerOfModel(request.model, provider);
	const model = (await readModel(connection, request.model)) ?? provider.usualModel(request.model);
	const checked = checkRequest(provider, request, model);
	const allProblems = [
		...problems,
		...(owner
			? [
					`${request.model} is a model of ${owner.displayName}: choose one of ${provider.displayName} in Model`,
				]
			: []),
		...checked.problems,
	];
	if (allProblems.length > 0) return invalid(provider.displayName, allProblems);
	for (const hint of checked.hints) tellOnce(context, hint);
	const image = await placeImage(connection, request, model, run.linkedImages, itemIndex);
	if (image.kind === 'refused') return failed(image.failure);
	const callbackUrl = request.callbackUrl ?? run.callbackUrl;
	const media = { firstFrame: image.url, lastFrame: null, references: [] };
	const create = provider.writeCreate({ ...request, callbackUrl }, media, model);
	const outcome = await sendPatiently(run, asked, create);
	if (outcome === null) return run.signal.aborted ? notBegun : failed(noTurn(provider));
	return outcome.kind === 'created'
		? created(outcome.job, noteJob, outcome.body)
		: failed(outcome.failure);
}

function created(job: VideoJob, noteJob: ItemRun['noteJob'], body?: unknown): ItemResult {
	noteJob(job);
	return { ending: job.failure ? 'failed' : 'completed', job, raw: body };
}

function noTurn({ displayName }: Provider): JobFailure {
	return {
		code: 'rate_limited',
		message: sentence(
			`${displayName} takes no more jobs at a time (HTTP 429), and this item's turn did not come in time, so nothing was created for it`,
			'lower Batch Size or raise Timeout, then run it again',
		),
		category: 'rateLimit',
		retryable: true,
	};
}

/**
 * Sends again only what was refused with "too many", and notes every step before it is taken.
 *
 * @returns What became of the last time it was sent; null if it never was.
 */
async function sendPatiently(
	{ connection, ledger, pace, patience, signal }: ItemRun,
	asked: Asked,
	providerRequest: ProviderRequest,
): Promise<CreateOutcome | null> {
	const send = async (): Promise<CreateOutcome> => {
		const sentAt = Date.now();
		ledger.sending(asked);
		const outcome = await createOnce(connection, providerRequest, asked.request);
		if (outcome.kind === 'created') {
			ledger.created(asked, outcome.job);
			pace.accepted(sentAt);
		} else if (outcome.kind === 'refused') {
			ledger.refused(asked);
			const { tryAgainAfter } = outcome;
			if (tryAgainAfter !== null) pace.refused(sentAt, tryAgainAfter, Math.random());
		}
		return outcome;
	};
	const giveUpAt = Date.now() + patience;
	let last: CreateOutcome | null = null;
	for (;;) {
		const outcome: CreateOutcome | null = await pace.take(signal, giveUpAt, send);
		if (outcome === null) return last;
		if (outcome.kind !== 'refused' || outcome.tryAgainAfter === null) return outcome;
		last = outcome;
	}
}
