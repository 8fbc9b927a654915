import { adviseSuccessor, describeFailure } from '../job/failure';
import type { ProviderComplaint } from '../job/failure';
import { codeOfGone, saysModelIsGone } from '../job/goneWords';
import type { JobFailure } from '../job/VideoJob';

/** A 404 about something else than the model, mostly for a wrong base URL. */
const aboutThePath = /\b(url|path|route|page|cannot (get|post))\b/i;

/**
 * Whether a refusal to create says that the model isn't there (any more): in words or, with nothing else
 * said, by a 404 or 410. Never true of a refused key, a lack of credits, a rate limit or a 5xx.
 *
 * @param httpStatus Of the answer to the create request.
 */
export function isModelGone(complaint: ProviderComplaint, httpStatus: number): boolean {
	const { category, message } = complaint;
	if (httpStatus >= 500 || [401, 402, 408, 429].includes(httpStatus) || category === 'quota') return false;
	if (httpStatus === 410 || saysModelIsGone(complaint)) return true;
	// A bare 404 without a sentence is a web page: some other server than the provider's API.
	return httpStatus === 404 && message !== null && !aboutThePath.test(message);
}

/** The failure of a create request whose model is gone. */
export function describeGoneModel(
	provider: string,
	model: string,
	complaint: ProviderComplaint,
	httpStatus: number,
): JobFailure {
	const advice = adviseSuccessor({ ...complaint, model });
	const isSure = httpStatus === 410 || saysModelIsGone(complaint);
	const failure = describeFailure(
		// A bare 404 may be about the address as well.
		isSure ? `${provider} doesn't have the model ${model}` : `${provider} answers as if it didn't have the model ${model}`,
		{ ...complaint, category: 'invalidInput' },
		httpStatus,
		isSure ? advice : `${advice}, or correct the Base URL in the credential if every model is refused`,
	);
	return { ...failure, code: isSure ? codeOfGone(complaint) : (complaint.code ?? 'model_gone') };
}
