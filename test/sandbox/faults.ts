import { chance, pick } from './chance';

export const faultKinds = [
	'401', '403credits', '404', '429', '500', '503',
	'502html', '403html', '200html', 'empty', 'othershape', 'deep', 'drop', 'reset', 'hang', 'slow', 'redirect', 'redirectHere', 'truncate',
	'notPacked', 'halfPacked', 'packedBomb',
] as const;
/** What proves nothing, and happens before anything was accepted. */
export const createFaultKinds = ['resetBefore'] as const;
/** What can be told wrongly of a job that exists: all but its links, or that it is queued (again). */
export const statusFaultKinds = ['noLink', 'backwards'] as const;
/** What can go wrong with a download only. */
export const downloadFaultKinds = [
	'expired', 'html200', 'fakeMp4', 'lengthLarger', 'lengthSmaller', 'redirectHost', 'redirectLoop', 'redirectFile',
	'ignoresRange', 'wrongRange', 'changed', 'changedPart', 'drip', 'endless',
] as const;
export type DownloadFaultKind = (typeof downloadFaultKinds)[number];
export type FaultKind = (typeof faultKinds)[number] | (typeof createFaultKinds)[number] | (typeof statusFaultKinds)[number] | DownloadFaultKind;
export type Stage = 'create' | 'status' | 'download';

export interface Fault {
	kind: FaultKind;
	/** How often; 1 unless told. */
	times?: number;
	/** Only this provider's calls. */
	provider?: string;
	/** Only jobs whose prompt contains this. */
	prompt?: string;
	/** As it goes out, or one of the words date, ms, nonsense, year. */
	retryAfter?: string;
	hangSeconds?: number;
}

/** Faults by chance: the same ones for the same seed, prompts and order of asking for a job. */
export interface Chaos {
	seed: number;
	/** How many of a hundred calls go wrong. */
	percent: Partial<Record<Stage, number>>;
	/** Instead of those that a client can live through. */
	kinds?: Partial<Record<Stage, FaultKind[]>>;
}

/** Those that a client can live through. */
export const chaosKinds: Record<Stage, FaultKind[]> = {
	create: ['429', '500', '503', '502html', '403html', 'empty', 'drop', 'reset', 'resetBefore', 'slow', 'truncate', 'notPacked', 'halfPacked'],
	status: [
		'401', '429', '500', '503', '502html', '403html', '200html', 'empty', 'othershape', 'deep', 'drop', 'reset', 'slow', 'truncate',
		'redirect', 'redirectHere', 'notPacked', 'halfPacked', 'noLink', 'backwards',
	],
	download: ['500', '503', 'drop', 'reset', 'truncate', 'slow'],
};
const chaosRetryAfter = ['1', 'date', 'ms', 'nonsense', 'year'];

export interface Directives {
	fail: string | null;
	seconds: number | null;
	slow: boolean;
	states: string[];
	/** What the job's id ends with, beside what the provider gives it; `odd`: characters that need care, by chance. */
	id: string | null;
	faults: Partial<Record<Stage, Fault>>;
	/** Words the sandbox doesn't know: refused, since a typo would quietly test nothing. */
	unknown: string[];
}

export function isDownloadFaultKind(value: unknown): value is DownloadFaultKind {
	return downloadFaultKinds.some((kind) => kind === value);
}

export function isFaultKind(value: unknown, stage: Stage): value is FaultKind {
	if (stage === 'create' && createFaultKinds.some((kind) => kind === value)) return true;
	if (stage === 'status' && statusFaultKinds.some((kind) => kind === value)) return true;
	return faultKinds.some((kind) => kind === value) || (stage === 'download' && isDownloadFaultKind(value));
}

function isAmount(value: string): boolean {
	return /^\d+(\.\d+)?$/.test(value);
}

export function readDirectives(prompt: string): Directives {
	const found: Directives = { fail: null, seconds: null, slow: false, states: [], id: null, faults: {}, unknown: [] };
	let retryAfter: string | undefined;
	let hangSeconds: number | undefined;
	const words = [...prompt.matchAll(/\[sandbox\s+([^\]]*)\]/g)].flatMap((match) => (match[1] ?? '').trim().split(/\s+/));
	for (const word of words) {
		const [name = '', value = ''] = word.split(/=(.*)/s);
		if (name === 'slow' && value === '') found.slow = true;
		else if (name === 'fail' && value) found.fail = value;
		else if (name === 'seconds' && isAmount(value)) found.seconds = Number(value);
		else if (name === 'states' && value) found.states = value.split(',');
		else if (name === 'id' && value) found.id = value;
		else if (name === 'retryAfter' && value) retryAfter = value;
		else if (name === 'hang' && isAmount(value)) hangSeconds = Number(value);
		else if (name === 'create' || name === 'status' || name === 'download') {
			const [kind, times] = value.split(':');
			if (isFaultKind(kind, name) && (times === undefined || isAmount(times))) found.faults[name] = { kind, times: times === undefined ? Infinity : Number(times) };
			else found.unknown.push(word);
		} else found.unknown.push(word);
	}
	for (const fault of Object.values(found.faults)) Object.assign(fault, { retryAfter, hangSeconds });
	return found;
}

export class Faults {
	readonly create: Fault[] = [];
	readonly status: Fault[] = [];
	readonly download: Fault[] = [];
	/** The Retry-After of every 429 and 503 that names none of its own. */
	retryAfter: string | null = null;
	hangSeconds = 60;
	chaos: Chaos | null = null;
	/** How often which fault has happened: `status 429`. */
	readonly happened = new Map<string, number>();
	private readonly spent = new Map<string, number>();

	/** `key` says what a directive's count is counted over: a prompt when creating, a job afterwards. */
	take(stage: Stage, provider: string, prompt: string, key: string): Fault | null {
		const fault = this.fromDirective(stage, prompt, `${stage}|${provider}|${key}`) ?? this.fromQueue(this[stage], provider, prompt) ?? this.fromChaos(stage, provider, prompt, key);
		if (fault) this.happened.set(`${stage} ${fault.kind}`, (this.happened.get(`${stage} ${fault.kind}`) ?? 0) + 1);
		return fault;
	}

	reset(): void {
		for (const queue of [this.create, this.status, this.download]) queue.length = 0;
		this.retryAfter = null;
		this.hangSeconds = 60;
		this.chaos = null;
		this.spent.clear();
		this.happened.clear();
	}

	private fromDirective(stage: Stage, prompt: string, key: string): Fault | null {
		const fault = readDirectives(prompt).faults[stage];
		const spent = this.spent.get(key) ?? 0;
		if (!fault || spent >= (fault.times ?? 1)) return null;
		this.spent.set(key, spent + 1);
		return fault;
	}

	/** By the prompt and how often it was asked for, so that it matters to no job when the others come. */
	private fromChaos(stage: Stage, provider: string, prompt: string, key: string): Fault | null {
		if (!this.chaos) return null;
		const counter = `chaos|${stage}|${provider}|${key}`;
		const times = this.spent.get(counter) ?? 0;
		this.spent.set(counter, times + 1);
		const { seed, percent, kinds } = this.chaos;
		const words = [seed, stage, provider, prompt, times];
		if (chance(...words) * 100 >= (percent[stage] ?? 0)) return null;
		const kind = pick(kinds?.[stage] ?? chaosKinds[stage], ...words);
		return kind === undefined ? null : { kind, retryAfter: pick(chaosRetryAfter, 'retryAfter', ...words) };
	}

	private fromQueue(queue: Fault[], provider: string, prompt: string): Fault | null {
		const index = queue.findIndex(
			(fault) => (fault.provider ?? provider) === provider && prompt.includes(fault.prompt ?? ''),
		);
		const fault = queue[index];
		if (!fault) return null;
		const left = (fault.times ?? 1) - 1;
		if (left > 0) queue[index] = { ...fault, times: left };
		else queue.splice(index, 1);
		return fault;
	}
}
