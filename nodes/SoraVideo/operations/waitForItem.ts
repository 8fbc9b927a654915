import { sentence } from '../job/failure';
import { readNumber, showValue } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import { waitForJob } from '../waiting/waitForJob';
import { addVideos } from './addVideos';
import { failed, invalid } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { ItemRun } from './runItems';

const longestTimeout = 86_400;

/** Problems of the item's timeout; known before anything is created. */
export function checkTimeout({ connection, itemIndex }: ItemRun): string[] {
	const value = connection.context.getNodeParameter('timeout', itemIndex, 1800);
	const seconds = readNumber(value);
	return seconds !== null && seconds > 0 && seconds <= longestTimeout
		? []
		: [
				`a timeout of "${showValue(value)}" can't be waited: set Timeout to 1 to ${longestTimeout} seconds`,
			];
}

/** The item's timeout in milliseconds. */
export function readTimeout({ connection, itemIndex }: ItemRun): number {
	const seconds = readNumber(connection.context.getNodeParameter('timeout', itemIndex, 1800));
	return (seconds ?? 1800) * 1000;
}

/** Waits for an item's job and says by which output it leaves, with its videos if asked for. */
export async function waitForItem(
	run: ItemRun,
	jobId: string,
	seen: VideoJob | null,
	body?: unknown,
): Promise<ItemResult> {
	const { connection, itemIndex, signal } = run;
	const { provider, context } = connection;
	const problems = checkTimeout(run);
	if (problems.length > 0) return invalid(problems);
	run.noteJob(jobId);
	const usual = provider.models.find(({ id }) => id === seen?.model)?.usualSeconds;
	const outcome = await waitForJob(
		connection,
		{ jobId, seen, body, likely: usual === undefined ? null : usual * 1000 },
		readTimeout(run),
		signal,
	);
	switch (outcome.kind) {
		case 'refused':
			return failed(outcome.failure, outcome.job, jobId);
		case 'stillRunning': {
			const { job, trouble } = outcome;
			return {
				ending: 'timedOut',
				job: job && { ...job, failure: trouble },
				jobId,
				raw: outcome.body,
			};
		}
		case 'ended': {
			const { job } = outcome;
			if (job.status !== 'completed') return { ending: 'failed', job, raw: outcome.body };
			const result: ItemResult = { ending: 'completed', job, raw: outcome.body };
			const wanted = context.getNodeParameter('downloadVideo', itemIndex, false) === true;
			return wanted ? await addVideos(run, result, job) : result;
		}
	}
}

/** Sentence for a job that has no video yet. */
export function notReady(provider: string, job: VideoJob): string {
	const progress = job.progress === null ? '' : ` at ${job.progress} %`;
	return sentence(
		`${provider} job ${job.id} is ${job.status}${progress}`,
		'use the operation Wait for Completion first',
	);
}
