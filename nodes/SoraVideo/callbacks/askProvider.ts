import type { IWebhookFunctions } from 'n8n-workflow';

import { isEnded } from '../job/VideoJob';
import { saysUnknownId } from '../transport/askForJob';
import type { AskOutcome } from '../transport/askForJob';
import { resultGone } from '../transport/askForResult';
import { askForVideo } from '../transport/askForVideo';
import type { Connection } from '../transport/connection';
import { steadyNow } from '../transport/http/clock';
import { patience } from './patience';
import type { SeenEndings } from './SeenEndings';
import type { Asked } from './StatusThrottle';

/** Whether the provider knows no such job. Other refusals are of the key, the account or the way there. */
export function isUnknownJob(outcome: AskOutcome): boolean {
	// 422: an id that isn't written as its ids are.
	return outcome.kind === 'refused' && (saysUnknownId(outcome.status) || outcome.status === 422);
}

/** Whether the provider no longer tells what became of a job. */
export function isForgotten(outcome: AskOutcome): boolean {
	return isUnknownJob(outcome) || (outcome.kind === 'job' && outcome.job.failure?.code === resultGone);
}

/** Of a job, what a callback and its URL tell. */
interface Called {
	id: string;
	model: string | null;
}

/** Asks for a job; again where n8n was too busy to notice the answer, since silence then says nothing of the provider. */
async function ask(connection: Connection<IWebhookFunctions>, { id, model }: Called, late: AbortSignal): Promise<AskOutcome> {
	for (;;) {
		const struck: number[] = [];
		const due = steadyNow() + patience.ask;
		AbortSignal.timeout(patience.ask).addEventListener('abort', () => {
			struck.push(steadyNow());
		});
		const again = { timeout: patience.ask, pauses: patience.withoutVideo };
		const outcome = await askForVideo(connection, id, { model: model ?? undefined }, late, again);
		const wasBusy = (struck[0] ?? steadyNow()) - due > patience.late;
		const isSilence = outcome.kind === 'trouble' && outcome.failure.code === 'unreachable';
		if (!isSilence || !wasBusy || late.aborted) return outcome;
	}
}

/** Asks for the job that a callback names, and tells whether that was of use. */
export async function askForEnding(
	connection: Connection<IWebhookFunctions>,
	job: Called,
	late: AbortSignal,
	isSeen: (ending: Parameters<SeenEndings['has']>[1]) => boolean,
): Promise<Asked<AskOutcome>> {
	const answer = await ask(connection, job, late);
	const isNew = answer.kind === 'job' && isEnded(answer.job.status) && !isSeen(answer.job);
	return { answer, fruitless: answer.kind !== 'trouble' && !isNew, unknownId: isUnknownJob(answer) };
}
