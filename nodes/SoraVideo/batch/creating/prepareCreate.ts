import { checkMedia } from '../../images/checkMedia';
import type { VideoRequest } from '../../job/VideoRequest';
import { checkRequest } from '../../models/checkRequest';
import type { Model } from '../../models/Model';
import type { AskedCreate, SentCreate } from '../../paidJobs/itemRecord';
import { findOwnerOfModel } from '../../providers';
import type { Price } from '../../providers/Provider';
import { unknownOutcome } from '../../transport/createOnce';
import { readModel } from '../../transport/readModels';
import type { ItemParameters } from '../ItemParameters';
import { failed, invalid, isResult } from '../ItemResult';
import { leftToAgent } from './leftToAgent';
import { checkCost, describeSum, readLimit } from './maxCost';
import { checkAll, NodeStopped } from '../NodeRun';
import type { NodeRun, OrResult } from '../NodeRun';
import { readRequest } from './readRequest';

/** A create that nothing speaks against. */
export interface Order {
	request: VideoRequest;
	/** The request's callback URL as the provider is to call it: signed, for one job. */
	signedCallbackUrl: string | null;
	/** What the request is fitted to. */
	model: Model;
	asked: AskedCreate;
	/** Whether an earlier try has created its job. */
	hasJob: boolean;
	/** Whether it may be sent again where the outcome of an earlier try is unknown. */
	mayResend: boolean;
	/** What it will cost, where the user set a limit. */
	price?: Price;
}

const lookAgain = 'look for its ID in the log of n8n and in the dashboard of the provider before creating the video again, or set Options > Resend If Outcome Unknown';

/** Why nobody knows what became of a create. */
function whyUnknown({ byFirstBeginning }: Pick<SentCreate, 'byFirstBeginning'>): string {
	return byFirstBeginning
		? 'n8n has begun this execution again after it broke off, and its first beginning may have sent it'
		: 'an earlier try sent it and got no answer, so it was not sent again';
}

/**
 * Reads what one item asks for, and checks it as far as it can be known before it is sent.
 *
 * @param parameters With the problems of what is read besides, which count for a job that is taken up as well.
 */
async function prepareOne(run: NodeRun, itemIndex: number, parameters: ItemParameters): Promise<OrResult<Order>> {
	const { connection, record } = run;
	const { provider } = connection;
	const { problems } = parameters;
	const ofWaiting = [...problems];
	problems.push(...leftToAgent(run.context.getNode()));
	const { request, signedCallbackUrl, checksImages, mayResend } = readRequest(connection, parameters);
	const asked = record.asked(request);
	// Before the checks: what they say may have changed since the try that sent it.
	const earlier = record.earlier(itemIndex, asked);
	const usual = provider.usualModel(request.model);
	if (earlier?.state === 'job' && ofWaiting.length > 0) return invalid(provider.displayName, ofWaiting, { jobId: earlier.jobId });
	if (earlier?.state === 'job') return { request, signedCallbackUrl, model: usual, asked, hasJob: true, mayResend };
	if (earlier && !mayResend) {
		return failed(unknownOutcome(provider, earlier.create, whyUnknown(earlier.create), lookAgain));
	}
	const owner = findOwnerOfModel(request.model, provider);
	if (owner) problems.push(`${request.model} is a model of ${owner.displayName}: choose one of ${provider.displayName} in Model`);
	const model = (await readModel(connection, request.model)) ?? usual;
	const checked = checkRequest(provider, { ...request, callbackUrl: signedCallbackUrl }, model);
	problems.push(...checked.problems);
	const limit = readLimit(parameters, run.context.getNode());
	if (problems.length > 0) return invalid(provider.displayName, problems);
	for (const hint of checked.hints) run.hintOnce(hint);
	const mediaProblems = await checkMedia(connection, model, request, run.linkedImages, itemIndex, checksImages);
	if (mediaProblems.length > 0) return invalid(provider.displayName, mediaProblems, { code: 'invalid_image' });
	const order = { request, signedCallbackUrl, model, asked, hasJob: false, mayResend };
	if (limit === null) return order;
	const { price, problem } = await checkCost(connection, limit, request, model);
	return problem === null ? { ...order, price } : invalid(provider.displayName, [problem], { code: 'max_cost' });
}

/**
 * Checks the items whose jobs are to be created, all before the first is sent; and marks the run, so that
 * an execution that n8n begins again after a crash creates none of them once more.
 *
 * @param readMore Reads what else the operation will need of an item, so that its problems are told as well.
 */
export async function prepareCreates(
	run: NodeRun,
	indexes: readonly number[],
	readMore?: (parameters: ItemParameters) => void,
): Promise<Map<number, OrResult<Order>>> {
	const prepared = await checkAll(run, indexes, async (index, parameters) => {
		parameters.wantsRaw();
		readMore?.(parameters);
		return await prepareOne(run, index, parameters);
	});
	const unsent = [...prepared].flatMap(([index, value]) => (isResult(value) || value.hasJob ? [] : [{ index, order: value }]));
	const sum = describeSum(unsent.flatMap(({ order: { price } }) => price ?? []));
	if (sum !== null) run.hintOnce(sum);
	if (unsent.length === 0 || run.signal.aborted || !(await run.record.isBegunAgain())) return prepared;
	const lost = unsent.filter(({ order }) => !order.mayResend);
	for (const { index, order } of lost) {
		run.record.lost(index, order.asked);
		const why = whyUnknown({ byFirstBeginning: true });
		prepared.set(index, failed(unknownOutcome(run.connection.provider, order.asked, why, lookAgain)));
	}
	if (lost.length > 0 && !run.context.continueOnFail()) {
		throw new NodeStopped(lost.flatMap(({ index }) => {
			const result = prepared.get(index);
			return result && isResult(result) ? [{ itemIndex: index, result }] : [];
		}));
	}
	return prepared;
}
