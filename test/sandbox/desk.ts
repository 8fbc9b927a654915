import { createHash } from 'node:crypto';
import { deeplyNested, halfPacked, htmlPage, notPacked, packedBomb, retryHeaders, withoutLinks } from './brokenReplies';
import { pick } from './chance';
import { readDirectives, type Fault } from './faults';
import { Job, type JobOrder } from './jobs';
import type { Call, Provider, RefusalKind, Render, Reply, World } from './types';

const refusals: Partial<Record<string, RefusalKind>> = {
	'401': '401', '403credits': '403credits', '404': '404', '429': '429', '500': '500', '503': '503',
};

/** Refusals that prove nothing was accepted; after any other fault the job exists and has been paid for. */
const refusedBeforeCreation = ['401', '403credits', '404', '429', '403html', 'redirect', 'redirectHere', 'resetBefore'];

/** Every character that a URL, a query or JSON gives a meaning to. */
const oddEndings = ['/a?b#c', '%2F..', '&x=1;y', ' +"é"', "'<b>", '\\n{$json}', ':=[1,2]', '日本'];

/** Tells one create's body from another's. */
export function fingerprintOf(call: Call, provider: Provider): string {
	return createHash('sha256').update(provider.id).update(call.raw).digest('hex').slice(0, 16);
}

/** Every provider's create goes through here once its body has been found valid. */
export function createJob(order: JobOrder, call: Call, world: World, provider: Provider, render: Render): Reply {
	const directives = readDirectives(order.prompt);
	if (directives.fail && !provider.failures.includes(directives.fail)) directives.unknown.push(`fail=${directives.fail}`);
	if (directives.unknown.length) {
		return provider.refuse({ kind: '400', message: `sandbox: unknown directive ${directives.unknown.join(' ')}`, field: 'prompt' }, world);
	}
	const fingerprint = fingerprintOf(call, provider);
	const { maxConcurrentJobs } = world.settings;
	const isFull = (maxConcurrentJobs > 0 && world.jobs.running(provider.id) >= maxConcurrentJobs) || provider.isTooFast?.(world) === true;
	const fault: Fault | null = isFull ? { kind: '429' } : world.faults.take('create', provider.id, order.prompt, order.prompt);
	const record = { at: world.clock.now(), provider: provider.id, fingerprint, prompt: order.prompt, fault: fault?.kind ?? null };
	if (fault && refusedBeforeCreation.includes(fault.kind)) {
		world.creates.push({ ...record, jobId: null });
		return spoil(fault, { status: 0 }, provider, world);
	}
	const id = order.id + ending(directives.id, world.faults.chaos?.seed ?? 0, order.prompt);
	const runSeconds = directives.seconds ?? world.settings.jobSeconds;
	const job = new Job({ ...order, id }, fingerprint, directives, runSeconds, world.clock);
	world.jobs.all.push(job);
	world.creates.push({ ...record, jobId: job.id });
	return spoil(fault, render(job), provider, world);
}

function ending(wish: string | null, seed: number, prompt: string): string {
	return wish === 'odd' ? (pick(oddEndings, seed, prompt) ?? '') : (wish ?? '');
}

/** Every provider's answer to "how is this job?" goes through here. */
export function answerStatus(job: Job, world: World, provider: Provider, render: Render): Reply {
	const fault = world.faults.take('status', provider.id, job.prompt, job.id);
	// A late answer is an answer all the same, and so is one without links; after any other fault the state was not told.
	if (!fault || fault.kind === 'hang' || fault.kind === 'noLink') job.ask();
	const reply = fault?.kind === 'backwards' ? job.asQueued(() => render(job)) : render(job);
	return spoil(fault, reply, provider, world);
}

/** Turns a good answer into what the fault wants the client to see. */
export function spoil(fault: Fault | null, reply: Reply, provider: Provider, world: World): Reply {
	if (!fault) return reply;
	const kind = refusals[fault.kind];
	if (kind) {
		const refused = provider.refuse({ kind }, world);
		const retryAfter = fault.retryAfter ?? world.faults.retryAfter;
		if (kind !== '429' && kind !== '503') return refused;
		return { ...refused, headers: { ...refused.headers, ...retryHeaders(retryAfter) } };
	}
	return spoilTransport(fault, reply, world);
}

export function spoilTransport(fault: Fault, reply: Reply, world: World): Reply {
	switch (fault.kind) {
		case '403html':
			return { status: 403, headers: { 'content-type': 'text/html' }, body: '<!doctype html><html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1></body></html>' };
		case '502html':
			return htmlPage(502, '502 Bad Gateway');
		case '200html':
			return htmlPage(200, 'Just a moment...');
		case 'deep':
			return deeplyNested();
		case 'notPacked':
			return notPacked(reply);
		case 'halfPacked':
			return halfPacked(reply);
		case 'packedBomb':
			return packedBomb();
		case 'empty':
			return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
		case 'othershape':
			return { status: 200, body: { success: true, result: { items: [], note: 'not what the document says' } } };
		case 'drop':
			return { status: 0, effect: 'drop' };
		case 'reset':
		case 'resetBefore':
			return { status: 0, effect: 'reset' };
		case 'slow':
			return { ...reply, effect: 'trickle' };
		case 'truncate':
			return { ...reply, effect: 'truncate' };
		case 'noLink':
			return withoutLinks(reply);
		case 'backwards':
			return reply;
		case 'hang':
			return { ...reply, delayMs: (fault.hangSeconds ?? world.faults.hangSeconds) * 1000 };
		case 'redirect':
			// To the other host name: a client that follows with its key is caught as a leak.
			return { status: 307, headers: { location: `${world.cdnUrl}/elsewhere` } };
		case 'redirectHere':
			return { status: 302, headers: { location: 'login' } };
		default: {
			const retryAfter = fault.retryAfter ?? world.faults.retryAfter;
			const headers = { 'content-type': 'text/plain', ...retryHeaders(retryAfter) };
			return { status: Number.parseInt(fault.kind, 10), headers, body: 'sandbox fault' };
		}
	}
}
