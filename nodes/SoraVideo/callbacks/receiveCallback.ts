import type { IWebhookFunctions } from 'n8n-workflow';

import { isEnded } from '../job/VideoJob';
import type { VideoJob } from '../job/VideoJob';
import type { CallbackClaim, CallbackScheme, Provider } from '../providers/Provider';
import type { AskOutcome } from '../transport/askForJob';
import type { Connection } from '../transport/connection';
import { redactBody } from '../transport/http/callProvider';
import { steadyNow } from '../transport/http/clock';
import { askForEnding, isForgotten, isUnknownJob } from './askProvider';
import { longestLife, readCallbackQuery } from './genuine/callbackUrl';
import type { CallbackQuery } from './genuine/callbackUrl';
import { checkSignature, provesBody } from './genuine/checkSignature';
import { largestBody, readClaim, readRawBody, usualBody } from './readBody';
import { readStoredEndings } from './staticData';
import { workflowStateOf } from './workflowState';
import type { WorkflowState } from './workflowState';
import { writeToLog } from './writeToLog';

/** One call of the trigger's URL. */
export interface TriggerCall {
	context: IWebhookFunctions;
	provider: Provider;
	/** Reads the credential: n8n takes longer for that than for the rest of a call, so only where it is needed. */
	connect: () => Promise<Connection<IWebhookFunctions>>;
	/** Whether the provider is asked for the job. */
	verifies: boolean;
	/** Whether only URLs are answered that this package wrote. */
	wantsToken: boolean;
	/** Aborts when the caller must have its answer: nothing may be noted from then on. */
	late: AbortSignal;
}

/** A job's ending that has not had its run yet. */
export interface NewEnding {
	kind: 'ending';
	job: VideoJob;
	/** The provider's own answer, or the callback's body where it was believed. */
	body: unknown;
	/** What the creating workflow gave as Correlation. */
	correlation: string | null;
	/** Where it has been noted; n8n is still to store it. */
	state: WorkflowState;
}

/** What a call that starts no run is answered. */
export interface Answer {
	kind: 'answer';
	status: 200 | 400 | 401 | 404 | 413 | 503;
	text: string;
}

export function answer(status: Answer['status'], text: string): Answer {
	return { kind: 'answer', status, text };
}

function warn({ context }: TriggerCall, state: WorkflowState, text: string): void {
	writeToLog(context, 'warn', state, text);
}

/** What a call says. */
interface Claimed {
	claim: CallbackClaim;
	body: unknown;
	/** Whether the provider's signature proves all of it. */
	isProven: boolean;
}

/** Checks the signature, where the provider signs; null where nothing is wrong, and nothing is proven. */
async function prove(call: TriggerCall, scheme: CallbackScheme, body: Buffer, jobId: string): Promise<'right' | Answer | null> {
	if (scheme.kind === 'unsigned') return null;
	const { displayName } = call.provider;
	const signature = await checkSignature(await call.connect(), scheme, { body, jobId });
	if (signature === 'right') return 'right';
	if (signature === 'wrong') return answer(401, `The signature of this call is missing, too old, or not one of ${displayName}.`);
	if (signature === 'unreadable') return answer(503, `What ${displayName} signs with can't be read just now: call again.`);
	// Without a secret the provider is asked, which proves more than a signature does.
	return call.verifies
		? null
		: answer(401, `Put the Webhook Secret into the ${displayName} credential, or switch Verify Callback on.`);
}

/** What the call claims, once its signature proves as much as the provider's signatures do. */
async function readGenuine(call: TriggerCall, state: WorkflowState, { token, model }: CallbackQuery): Promise<Claimed | Answer> {
	const { context, provider } = call;
	const scheme: CallbackScheme = provider.callbacks?.scheme ?? { kind: 'unsigned' };
	const raw = await readRawBody(context, token !== null ? largestBody.proven : largestBody.other);
	if (raw === null) return answer(413, 'The body is too large to be a callback.');
	// What the bytes say is read only once their signature is right, unless it signs a part of what they say.
	const signsJobId = 'parts' in scheme && scheme.parts.includes('jobId');
	const before = signsJobId ? null : await prove(call, scheme, raw, '');
	if (before !== null && before !== 'right') return before;
	const isProven = token !== null || before === 'right';
	if (!isProven && raw.length > usualBody && !state.largeBodies.take('', steadyNow())) {
		return answer(503, 'Too many large calls came lately: call again later.');
	}
	const read = readClaim(provider, raw, model);
	if (read === 'notJson') return answer(400, 'The body is not JSON.');
	// An event of another kind: its sender would send it again for days. (One that lacks its model stays an error there.)
	if (read === 'noCallback' && before === 'right' && !provider.callbacks?.wantsModel) return answer(200, 'The call is not of a video that has ended, so nothing was started.');
	if (read === 'noCallback') return answer(400, `The body is not a callback of ${provider.displayName}.`);
	const { claim } = read;
	const proof = signsJobId ? await prove(call, scheme, raw, claim.signedId ?? claim.jobId) : before;
	return proof === null || proof === 'right' ? { ...read, isProven: proof === 'right' && provesBody(scheme, token !== null) } : proof;
}

/** The ending as the provider tells it, or why there is none to be believed. */
function judge(call: TriggerCall, state: WorkflowState, outcome: AskOutcome | null): VideoJob | Answer {
	const { displayName } = call.provider;
	if (outcome === null) return answer(503, 'Too many calls named jobs that are not new here: call again later.');
	if (outcome.kind === 'job') {
		return isEnded(outcome.job.status)
			? outcome.job
			: answer(503, `${displayName} says that the job has not ended yet: call again.`);
	}
	if (isUnknownJob(outcome)) return answer(404, `${displayName} doesn't know this job.`);
	warn(call, state, outcome.failure.message);
	return answer(503, `${displayName} can't be asked for the job just now: call again.`);
}

/** The ending as the call tells it, without the API key where the provider repeats that. */
async function believe({ connect }: TriggerCall, job: VideoJob, body: unknown): Promise<{ job: VideoJob; body: unknown }> {
	const { redact } = await connect();
	const told = { job, body };
	redactBody(told, redact);
	return told;
}

/** Asks for the job, or believes what the callback says of it where the user wants that. */
async function confirm(
	call: TriggerCall,
	state: WorkflowState,
	{ claim, body, isProven }: Claimed,
	{ token, model }: CallbackQuery,
): Promise<{ job: VideoJob; body: unknown } | Answer> {
	const { context, provider, connect, verifies, late } = call;
	const isSigned = provider.callbacks?.scheme.kind !== 'unsigned';
	if (!verifies && claim.job !== null && (isProven || !isSigned)) return await believe(call, claim.job, body);
	const trigger = context.getNode().id;
	const throttle = state.throttleOf(`${trigger}:${provider.id}`, token !== null);
	// What the provider has signed is believed where the provider itself no longer knows it.
	const signed = isProven && claim.job !== null ? await believe(call, claim.job, body) : null;
	if (throttle.isUnknown(claim.jobId, steadyNow())) return signed ?? answer(404, `${provider.displayName} doesn't know this job.`);
	// Before there is a question: a credential that can't be read would hold a place of those who ask.
	const connection = await connect();
	const outcome = await throttle.ask(token ?? '', claim.jobId, steadyNow, late, async () =>
		await askForEnding(connection, { id: claim.jobId, model }, late, (ending) => state.endings.has(trigger, ending)),
	);
	if (signed && outcome !== null && isForgotten(outcome)) return signed;
	const judged = judge(call, state, outcome);
	if ('kind' in judged) return judged;
	return { job: judged, body: outcome?.kind === 'job' ? outcome.body : null };
}

/**
 * Reads a call of the trigger's URL: is it genuine, an ending, and new? Only the answer of the provider
 * itself is believed, unless the user has switched Verify Callback off. What costs least comes first.
 */
export async function receiveCallback(call: TriggerCall): Promise<NewEnding | Answer> {
	const { context, provider, connect, wantsToken, late } = call;
	const state = workflowStateOf(context.getWorkflow().id ?? '');
	const query = await readCallbackQuery(context.getQueryData(), async () => (await connect()).sign, Date.now());
	if (query === null) {
		warn(call, state, `a callback of ${provider.displayName} was refused, because its URL was not signed with this trigger's API key, or more than a week ago. Create and trigger need the same credential.`);
		return answer(401, 'This URL was not signed with the API key of this trigger, or is no longer valid.');
	}
	const { token, correlation } = query;
	if (token === null && wantsToken) return answer(401, 'Only URLs that the node Sora Video wrote are answered here.');
	const read = await readGenuine(call, state, query);
	if ('kind' in read) return read;
	const { claim } = read;
	if (!isEnded(claim.status)) return answer(200, 'The job has not ended, so nothing was started.');

	const isTest = context.getMode() === 'manual';
	const { endings } = state;
	endings.restore(readStoredEndings(context));
	const trigger = context.getNode().id;
	const seen = (): Answer => {
		if (token !== null && !endings.isUsed(trigger, token)) {
			warn(call, state, `${provider.displayName} job ${claim.jobId} has had its run because of a call of another URL than its own, so its correlation was lost. Options > Only Own Callback URLs prevents that.`);
		}
		return answer(200, 'This ending has had its run already.');
	};
	if (!isTest && endings.has(trigger, { provider: provider.id, id: claim.jobId, status: claim.status })) return seen();
	const confirmed = await confirm(call, state, read, query);
	if ('kind' in confirmed) return confirmed;
	const { job, body } = confirmed;
	if (Date.now() - Date.parse(job.createdAt ?? '') > longestLife) return answer(200, 'This job is too old to be new.');
	// The caller has its 503 by now, and what is noted here would never have its run.
	if (late.aborted) return answer(503, 'This took longer than the caller waits: call again.');
	if (!isTest) {
		const noted = endings.note(trigger, job, token);
		if (noted === 'seen') return seen();
		if (noted === 'tokenUsed') return answer(401, 'This URL belongs to another job.');
	}
	return { kind: 'ending', job, body, correlation, state };
}
