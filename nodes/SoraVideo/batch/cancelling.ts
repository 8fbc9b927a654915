import { sentence } from '../job/failure';
import { isEnded } from '../job/VideoJob';
import type { JobFailure } from '../job/VideoJob';
import type { AskOutcome } from '../transport/askForJob';
import { askForVideo } from '../transport/askForVideo';
import { cancelJob } from '../transport/cancelJob';
import type { CancelOutcome } from '../transport/cancelJob';
import { finishJob } from './addVideos';
import { ItemParameters } from './ItemParameters';
import { failed } from './ItemResult';
import type { ItemResult } from './ItemResult';
import type { NodeRun } from './NodeRun';

/** Cancels an item's job, and asks what became of it. */
async function cancelAndAsk(run: NodeRun, itemIndex: number, jobId: string): Promise<{ cancelled: CancelOutcome; asked: AskOutcome | null }> {
	const { connection, record, signal } = run;
	const cancelled = await cancelJob(connection, jobId);
	if (cancelled.kind === 'failed') return { cancelled, asked: null };
	const asked = await askForVideo(connection, jobId, { model: record.jobOf(itemIndex)?.model ?? undefined }, signal);
	if (asked.kind === 'job') record.seen(itemIndex, asked.job);
	return { cancelled, asked };
}

function note(code: string, what: string, advice: string, category: JobFailure['category'] = 'cancelled'): JobFailure {
	return { code, message: sentence(what, advice), category, retryable: false };
}

/** Cancels the job that an item names. A job that has ended stays what it is, and the item says so. */
export async function cancelNamed(run: NodeRun, itemIndex: number, jobId: string): Promise<ItemResult> {
	const { displayName } = run.connection.provider;
	const { cancelled, asked } = await cancelAndAsk(run, itemIndex, jobId);
	if (cancelled.kind === 'failed') return failed(cancelled.failure);
	const raw = asked?.kind === 'job' ? asked.body : null;
	const job = asked?.kind === 'job' ? asked.job : null;
	if (asked && asked.kind !== 'job') return { ending: 'completed', told: asked.failure, raw };
	const isDone = cancelled.kind === 'ended' || job?.status === 'completed';
	const told = isDone && job?.failure === null
		? note('already_ended', `${displayName} job ${jobId} had ended before it could be cancelled (${job.status})`, 'get its video with the operation Download, if it is wanted', 'invalidInput')
		: null;
	return { ending: 'completed', told, raw };
}

/** The result of an item whose time is up: its job goes on, unless the user wants it cancelled then. */
export async function timeOut(run: NodeRun, itemIndex: number, trouble: JobFailure | null, raw: unknown): Promise<ItemResult> {
	const { context, connection, record, signal } = run;
	const { provider } = connection;
	const jobId = record.idOf(itemIndex);
	const left: ItemResult = { ending: 'timedOut', told: trouble, raw };
	const parameters = new ItemParameters(context, itemIndex);
	const wants = provider.cancel && parameters.boolean('options.cancelOnTimeout', 'Cancel On Timeout') === true;
	if (!wants || jobId === null || signal.aborted) return left;
	const { cancelled, asked } = await cancelAndAsk(run, itemIndex, jobId);
	if (cancelled.kind === 'failed') return { ...left, told: cancelled.failure };
	const subject = `${provider.displayName} job ${jobId} was not done when its time was up`;
	if (asked?.kind === 'job' && isEnded(asked.job.status)) {
		const result = await finishJob(run, itemIndex, asked.job, asked.body);
		return asked.job.status === 'cancelled'
			? { ...result, told: note('cancelled_on_timeout', `${subject}, so it was cancelled`, 'raise Timeout and create the video again if it is still wanted') }
			: result;
	}
	return { ...left, told: note('cancel_requested', `${subject}, so it was asked to be cancelled, which it is not yet`, 'look at it again with the operation Get Status') };
}
