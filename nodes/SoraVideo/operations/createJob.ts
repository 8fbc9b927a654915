import { checkRequest } from '../providers/checkRequest';
import { createOnce } from '../transport/createOnce';
import { placeImage } from '../transport/placeImage';
import { failed, invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import { readRequest } from './readRequest';
import type { ItemRun } from './runItems';

/** Creates the job that an item asks for: checked first, then sent once. */
export async function createJob({ connection, itemIndex, noteJob }: ItemRun): Promise<ItemResult> {
	const { context, provider } = connection;
	const { request, problems } = readRequest(context, itemIndex);
	const allProblems = [...problems, ...checkRequest(provider, request)];
	if (allProblems.length > 0) return invalid(allProblems);
	const image = await placeImage(connection, request.image, itemIndex);
	if (image.kind === 'refused') return failed(image.failure);
	const outcome = await createOnce(
		connection,
		provider.writeCreate(request, image.url),
		request.model,
	);
	if (outcome.kind !== 'created') return failed(outcome.failure);
	noteJob(outcome.job.id);
	return {
		ending: outcome.job.failure ? 'failed' : 'completed',
		job: outcome.job,
		raw: outcome.body,
	};
}
