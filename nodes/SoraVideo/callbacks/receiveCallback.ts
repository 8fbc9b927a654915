import type { IWebhookFunctions } from 'n8n-workflow';

import { oneLine } from '../job/oneLine';
import { objectAt } from '../job/read';
import { isEnded } from '../job/VideoJob';
import type { VideoJob } from '../job/VideoJob';
import type { CallbackClaim, CallbackScheme, Provider } from '../providers/Provider';
import { askForJob } from '../transport/askForJob';
import type { AskOutcome } from '../transport/askForJob';
import type { Connection } from '../transport/connection';
import { readPublicKeys } from '../transport/readPublicKeys';
import { readCorrelation } from './correlation';
import { isGenuine } from './isGenuine';
import { memoryOf } from './memory';
import type { Memory } from './memory';
import { readStoredEndings } from './storedEndings';

/** One call of the trigger's URL. */
export interface TriggerCall {
	context: IWebhookFunctions;
	provider: Provider;
	/** Reads the credential: n8n takes longer for that than for the rest of a call, so only where it is needed. */
	connect: () => Promise<Connection<IWebhookFunctions>>;
	/** Whether the provider is asked for the job. */
	verifies: boolean;
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
	memory: Memory;
}

/** What a call that starts no run is answered. */
export interface Answer {
	kind: 'answer';
	status: 200 | 400 | 401 | 404 | 413 | 503;
	text: string;
}

/** Callbacks hold a few kilobytes; what is larger is none. */
const largestBody = 1_000_000;

/** Many times as long as any provider's ids; each id is remembered for a while, and asked for. */
const longestId = 1_000;

/** How long is waited, in milliseconds. An object, so that tests needn't wait as long. */
export const patience = {
	/** For an answer: leaves the provider's 10 seconds (EvoLink) room for a queue of questions. */
	ask: 5_000,
	/** When the clock strikes so much too late, n8n was too busy to notice an answer. */
	late: 1_000,
};

/** Of one question, where n8n is that busy. */
const mostTries = 4;

/** An ending that comes so late is a replay, which the list of the last endings may have forgotten. */
const oldestJob = 7 * 24 * 3_600_000;

function answer(status: Answer['status'], text: string): Answer {
	return { kind: 'answer', status, text };
}

async function readRawBody(context: IWebhookFunctions): Promise<Buffer> {
	const request = context.getRequestObject();
	// n8n has read it already for JSON; for other content types nobody has.
	if (!Buffer.isBuffer(request.rawBody)) await request.readRawBody();
	return Buffer.isBuffer(request.rawBody) ? request.rawBody : Buffer.alloc(0);
}

/** What the bytes say, as this provider's callback; or why they are none. */
function readClaim(
	{ provider }: TriggerCall,
	raw: Buffer,
): { kind: 'claim'; claim: CallbackClaim; body: unknown } | Answer {
	if (raw.length > largestBody) return answer(413, 'The body is too large to be a callback.');
	let body: unknown;
	try {
		body = JSON.parse(raw.toString('utf8'));
	} catch {
		return answer(400, 'The body is not JSON.');
	}
	const claim = provider.callbacks?.read(body) ?? null;
	return claim === null || claim.jobId.length > longestId || provider.checkJobId(claim.jobId) !== null
		? answer(400, `The body is not a callback of ${provider.displayName}.`)
		: { kind: 'claim', claim, body };
}

/** Checks the signature, where the provider signs; null where nothing is wrong. */
async function checkSignature(
	{ context, provider, connect, verifies }: TriggerCall,
	body: Buffer,
	{ jobId }: CallbackClaim,
): Promise<Answer | null> {
	const scheme: CallbackScheme = provider.callbacks?.scheme ?? { kind: 'unsigned' };
	if (scheme.kind === 'unsigned') return null;
	const secret = scheme.kind === 'ed25519' ? null : (await connect()).webhookSecret;
	// Without a secret the provider is asked, which proves more than a signature does.
	if (scheme.kind !== 'ed25519' && secret === null) {
		return verifies
			? null
			: answer(401, `Put the Webhook Secret into the ${provider.displayName} credential, or switch Verify Callback on.`);
	}
	const publicKeys = scheme.kind === 'ed25519' ? await readPublicKeys(context, scheme.keysUrl) : [];
	if (publicKeys === null) return answer(503, `The public keys of ${provider.displayName} can't be read just now.`);
	const callback = { headers: objectAt(context.getHeaderData()), body, jobId };
	return isGenuine(scheme, { secret, publicKeys }, callback, Date.now() / 1000)
		? null
		: answer(401, `This call is not signed by ${provider.displayName}.`);
}

/** Asks for a job; again where n8n was too busy to notice the answer, since silence then says nothing of the provider. */
async function ask(connection: Connection<IWebhookFunctions>, jobId: string): Promise<AskOutcome> {
	for (let tries = 1; ; tries += 1) {
		const struck: number[] = [];
		const due = Date.now() + patience.ask;
		AbortSignal.timeout(patience.ask).addEventListener('abort', () => {
			struck.push(Date.now());
		});
		const outcome = await askForJob(connection, jobId, {}, patience.ask);
		const wasBusy = (struck[0] ?? Date.now()) - due > patience.late;
		const isSilence = outcome.kind === 'trouble' && outcome.failure.code === 'unreachable';
		if (!isSilence || !wasBusy || tries === mostTries) return outcome;
	}
}

/** The ending as the provider tells it, or why there is none to be believed. */
function judge({ context, provider }: TriggerCall, outcome: AskOutcome | null): VideoJob | Answer {
	if (outcome === null) return answer(503, 'Too many calls named jobs that are not new here: call again later.');
	if (outcome.kind === 'job') {
		return isEnded(outcome.job.status)
			? outcome.job
			: answer(503, `${provider.displayName} says that the job has not ended yet: call again.`);
	}
	if (outcome.kind === 'refused' && outcome.status !== 401 && outcome.status !== 403) {
		return answer(404, `${provider.displayName} doesn't know this job.`);
	}
	context.logger.warn(oneLine(`Sora Video Trigger: ${outcome.failure.message}`));
	return answer(503, `${provider.displayName} can't be asked for the job just now: call again.`);
}

/**
 * Reads a call of the trigger's URL: is it genuine, an ending, and new? Only the answer of the provider
 * itself is believed, unless the user has switched Verify Callback off.
 */
export async function receiveCallback(call: TriggerCall): Promise<NewEnding | Answer> {
	const { context, provider, connect, verifies } = call;
	const raw = await readRawBody(context);
	const read = readClaim(call, raw);
	if (read.kind === 'answer') return read;
	const { claim } = read;
	const forged = await checkSignature(call, raw, claim);
	if (forged) return forged;
	const query = objectAt(context.getQueryData());
	const sign = query.correlation === undefined ? () => null : (await connect()).sign;
	const { correlation, isIntact } = readCorrelation(query, sign);
	if (!isIntact) {
		context.logger.warn(
			oneLine(
				`Sora Video Trigger: a callback of ${provider.displayName} job ${claim.jobId} was refused, because its correlation was not signed with this trigger's API key. Create and trigger need the same credential.`,
			),
		);
		return answer(401, 'The correlation in the URL is not the one that was signed.');
	}
	if (!isEnded(claim.status)) return answer(200, 'The job has not ended, so nothing was started.');

	const isTest = context.getMode() === 'manual';
	const memory = memoryOf(context.getWorkflow().id ?? '');
	const { endings } = memory;
	endings.restore(readStoredEndings(context));
	const trigger = context.getNode().id;
	const known = answer(200, 'This ending has had its run already.');
	if (!isTest && endings.has(trigger, { provider: provider.id, id: claim.jobId, status: claim.status })) return known;

	let job = claim.job;
	let { body } = read;
	if (verifies || job === null) {
		const questions = memory.questionsOf(`${trigger}:${provider.id}`);
		if (questions.isUnknown(claim.jobId, Date.now())) return answer(404, `${provider.displayName} doesn't know this job.`);
		const outcome = await questions.ask(claim.jobId, Date.now, async () => {
			const asked = await ask(await connect(), claim.jobId);
			const isNew = asked.kind === 'job' && isEnded(asked.job.status) && !endings.has(trigger, asked.job);
			return {
				answer: asked,
				fruitless: asked.kind !== 'trouble' && !isNew,
				unknownId: asked.kind === 'refused' && asked.status !== 401 && asked.status !== 403,
			};
		});
		const judged = judge(call, outcome);
		if ('kind' in judged) return judged;
		job = judged;
		body = outcome?.kind === 'job' ? outcome.body : null;
	}
	if (Date.now() - Date.parse(job.createdAt ?? '') > oldestJob) return answer(200, 'This job is too old to be new.');
	// Looked up and noted in one step: of several calls at once, one goes on.
	if (!isTest && !endings.add(trigger, job)) return known;
	return { kind: 'ending', job, body, correlation, memory };
}
