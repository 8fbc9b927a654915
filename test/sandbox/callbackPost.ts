import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv4, isIPv6 } from 'node:net';
import type { Clock } from './clock';
import type { Job } from './jobs';
import type { Settings } from './types';

export interface CallbackTry {
	at: number;
	jobId: string;
	/** What the receiver answered; 0: nothing, within the time it has. */
	status: number;
	/** From 1. */
	attempt: number;
}

/** Where a public-looking host is to be found on this machine. */
export interface CallbackHost {
	port: number;
	/** Of the certificate authority that signed its certificate, as PEM. */
	ca?: string;
}

/** How one provider calls back. */
export interface CallbackManner {
	/** How long the receiver has to answer. */
	answerLimitMs: number;
	/** The waits before the second try and the ones after it. */
	retryDelaysMs: readonly number[];
	/** Statuses of the receiver's that end the tries. */
	isFinal?: (status: number) => boolean;
	/** Milliseconds after the job's end at which the provider gives up. */
	givesUpAfterMs?: (job: Job) => number;
	/** Made anew for each try, since signatures hold its time. */
	headers?: (content: string, job: Job) => Record<string, string>;
}

export interface CallbackOrder extends CallbackManner {
	url: string;
	/** Asked for once the job has ended; undefined where the provider keeps silent about this ending. */
	body: () => unknown;
}

interface Pending {
	job: Job;
	order: CallbackOrder;
	/** Every try sends the same bytes. */
	content: string | null;
	attempt: number;
	/** On the sandbox clock. */
	notBefore: number;
}

const tickMs = 20;

/** Why a provider that calls public https addresses only would refuse this callback_url, or null. */
export function callbackProblem(value: string, strict: boolean): string | null {
	if (value.length > 2048) return 'callback_url must not exceed 2048 characters';
	if (!URL.canParse(value)) return 'callback_url must be a valid URL';
	const url = new URL(value);
	if (url.protocol !== 'https:' && (strict || url.protocol !== 'http:')) return 'callback_url only supports the HTTPS protocol';
	return strict && isPrivate(url.hostname.replace(/^\[|\]$/g, '')) ? 'callback_url must not point to an internal address' : null;
}

function isPrivate(host: string): boolean {
	if (isIPv4(host)) return /^(0|10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\./.test(host);
	if (isIPv6(host)) return /^(::1?$|::ffff:|f[cd]|fe[89ab])/i.test(host);
	return host === 'localhost' || /\.(localhost|local|internal)$/.test(host);
}

/** RFC 2606: belongs to nobody, so a test that names it must not make the machine call out. */
function isReserved(host: string): boolean {
	return /(^|\.)(example(\.(com|net|org))?|test|invalid)$/.test(host);
}

/**
 * Calls back when jobs end, in the manner of each provider; any 2xx is success. The waits are on the
 * sandbox clock, the time to answer is the receiver's own.
 */
export class CallbackPost {
	readonly tries: CallbackTry[] = [];
	private readonly pending = new Set<Pending>();
	private ticking: NodeJS.Timeout | null = null;
	private stopping = new AbortController();

	constructor(
		private readonly clock: Clock,
		private readonly settings: Settings,
	) {}

	expect(job: Job, order: CallbackOrder): void {
		this.await({ job, order, content: null, attempt: 1, notBefore: 0 });
	}

	reset(): void {
		this.stopping.abort();
		this.stopping = new AbortController();
		this.pending.clear();
		this.tries.length = 0;
	}

	private await(call: Pending): void {
		this.pending.add(call);
		// Looking often, and not one timer per job: the clock can jump and change its speed.
		this.ticking ??= setInterval(() => this.tick(), tickMs);
	}

	private tick(): void {
		const now = this.clock.now();
		for (const call of this.pending) {
			if (now < call.notBefore || !call.job.hasEnded) continue;
			this.pending.delete(call);
			void this.send(call, this.stopping.signal);
		}
		if (this.pending.size > 0 || this.ticking === null) return;
		clearInterval(this.ticking);
		this.ticking = null;
	}

	private async send(call: Pending, signal: AbortSignal): Promise<void> {
		const { job, order, attempt } = call;
		const at = this.clock.now();
		const told = call.content === null ? order.body() : undefined;
		if (call.content === null && told === undefined) return;
		const content = call.content ?? JSON.stringify(told);
		const status = await post(order, content, job, this.settings.callbackHosts, signal);
		if (signal.aborted) return;
		this.tries.push({ at, jobId: job.id, status, attempt });
		const delay = order.retryDelaysMs[attempt - 1];
		if (delay === undefined || (status >= 200 && status < 300) || order.isFinal?.(status) === true) return;
		const notBefore = this.clock.now() + delay;
		if (notBefore > (job.endedAt ?? 0) + (order.givesUpAfterMs?.(job) ?? Infinity)) return;
		this.await({ ...call, content, attempt: attempt + 1, notBefore });
	}
}

async function post(order: CallbackOrder, content: string, job: Job, hosts: Settings['callbackHosts'], signal: AbortSignal): Promise<number> {
	const url = new URL(order.url);
	const host = hosts[url.hostname];
	if (!host && isReserved(url.hostname)) return 0;
	const options = {
		method: 'POST',
		headers: { host: url.host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(content), ...order.headers?.(content, job) },
		// A connection of its own: one kept from before may lead to a server that is gone.
		agent: false,
		signal: AbortSignal.any([signal, AbortSignal.timeout(order.answerLimitMs)]),
		...(host && { hostname: '127.0.0.1', port: host.port, servername: url.hostname, ca: host.ca }),
	};
	return await new Promise((resolve) => {
		const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
			response.on('error', () => undefined).resume();
			resolve(response.statusCode ?? 0);
		});
		request.on('error', () => resolve(0));
		request.end(content);
	});
}
