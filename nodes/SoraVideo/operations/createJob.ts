import { sentence } from '../job/failure';
import type { VideoJob } from '../job/VideoJob';
import type { VideoRequest } from '../job/VideoRequest';
import { checkRequest } from '../providers/checkRequest';
import type { ProviderRequest } from '../providers/Provider';
import { createOnce } from '../transport/createOnce';
import type { CreateOutcome } from '../transport/createOnce';
import { placeImage } from '../transport/placeImage';
import { failed, invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { readRequest } from './readRequest';
import type { ItemRun } from './runBatch';

/**
 * Creates the job that an item asks for: checked first, then sent once. A job that an earlier try of
 * this execution created for the same item and request is taken up again, not created again.
 */
export async function createJob(run: ItemRun): Promise<ItemResult> {
	const { connection, itemIndex, ledger, noteJob } = run;
	const { context, provider } = connection;
	const { request, problems } = readRequest(context, itemIndex);
	const allProblems = [...problems, ...checkRequest(provider, request)];
	if (allProblems.length > 0) return invalid(provider.displayName, allProblems);
	const earlier = ledger.find(itemIndex, provider.id, request);
	if (earlier?.state === 'created') return created(earlier.job, noteJob);
	if (earlier && context.getNodeParameter('options.resendUnknown', itemIndex, false) !== true) {
		return failed({
			code: 'outcome_unknown',
			message: sentence(
				`An earlier try may have created and charged a job at ${provider.displayName} whose id is not known, so the request was not sent again`,
				"look for the job in the provider's dashboard, or set Options > Send Again After Unknown Outcome",
			),
			category: 'unknown',
			retryable: false,
		});
	}
	const image = await placeImage(connection, request.image, itemIndex);
	if (image.kind === 'refused') return failed(image.failure);
	const callbackUrl = request.callbackUrl ?? run.callbackUrl;
	const create = provider.writeCreate({ ...request, callbackUrl }, image.url);
	const outcome = await sendPatiently(run, request, create);
	return outcome.kind === 'created'
		? created(outcome.job, noteJob, outcome.body)
		: failed(outcome.failure);
}

function created(job: VideoJob, noteJob: ItemRun['noteJob'], body?: unknown): ItemResult {
	noteJob(job);
	return { ending: job.failure ? 'failed' : 'completed', job, raw: body };
}

/** Sends again only what was refused with "too many", and notes every step before it is taken. */
async function sendPatiently(
	{ connection, itemIndex, ledger, pace, patience, signal }: ItemRun,
	request: VideoRequest,
	providerRequest: ProviderRequest,
): Promise<CreateOutcome> {
	const { id } = connection.provider;
	const giveUpAt = Date.now() + patience;
	for (;;) {
		const outcome = await pace.take(signal, async () => {
			ledger.sending(itemIndex, id, request);
			return await createOnce(connection, providerRequest, request.model);
		});
		if (outcome.kind === 'created') {
			ledger.created(itemIndex, id, request, outcome.job);
			pace.accepted();
		} else if (outcome.kind === 'refused') {
			ledger.refused(itemIndex, id, request);
			if (outcome.tryAgainAfter !== null) {
				pace.refused(outcome.tryAgainAfter, Math.random());
				if (Date.now() < giveUpAt && !signal.aborted) continue;
			}
		}
		return outcome;
	}
}
