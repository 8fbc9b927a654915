export const faultKinds = [
	'401', '403credits', '404', '429', '500', '503',
	'403html', '502html', 'empty', 'othershape', 'drop', 'hang', 'redirect', 'truncate',
] as const;
/** What can go wrong with a download only. */
export const downloadFaultKinds = [
	'expired', 'html200', 'fakeMp4', 'lengthLarger', 'lengthSmaller', 'redirectHost', 'redirectLoop', 'redirectFile',
	'ignoresRange', 'wrongRange', 'changed', 'changedPart', 'drip', 'endless',
] as const;
export type DownloadFaultKind = (typeof downloadFaultKinds)[number];
export type FaultKind = (typeof faultKinds)[number] | DownloadFaultKind;
export type Stage = 'create' | 'status' | 'download';

export interface Fault {
	kind: FaultKind;
	/** How often; 1 unless told. */
	times?: number;
	/** Only this provider's calls. */
	provider?: string;
	/** Only jobs whose prompt contains this. */
	prompt?: string;
	retryAfter?: string;
	hangSeconds?: number;
}

export interface Directives {
	fail: string | null;
	seconds: number | null;
	slow: boolean;
	states: string[];
	faults: Partial<Record<Stage, Fault>>;
	/** Words the sandbox doesn't know: refused, since a typo would quietly test nothing. */
	unknown: string[];
}

export function isDownloadFaultKind(value: unknown): value is DownloadFaultKind {
	return downloadFaultKinds.some((kind) => kind === value);
}

export function isFaultKind(value: unknown, stage: Stage): value is FaultKind {
	return faultKinds.some((kind) => kind === value) || (stage === 'download' && isDownloadFaultKind(value));
}

function isAmount(value: string): boolean {
	return /^\d+(\.\d+)?$/.test(value);
}

export function readDirectives(prompt: string): Directives {
	const found: Directives = { fail: null, seconds: null, slow: false, states: [], faults: {}, unknown: [] };
	let retryAfter: string | undefined;
	let hangSeconds: number | undefined;
	const words = [...prompt.matchAll(/\[sandbox\s+([^\]]*)\]/g)].flatMap((match) => (match[1] ?? '').trim().split(/\s+/));
	for (const word of words) {
		const [name = '', value = ''] = word.split(/=(.*)/s);
		if (name === 'slow' && value === '') found.slow = true;
		else if (name === 'fail' && value) found.fail = value;
		else if (name === 'seconds' && isAmount(value)) found.seconds = Number(value);
		else if (name === 'states' && value) found.states = value.split(',');
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
	private readonly spent = new Map<string, number>();

	/** `key` says what a directive's count is counted over: a prompt when creating, a job afterwards. */
	take(stage: Stage, provider: string, prompt: string, key: string): Fault | null {
		return this.fromDirective(stage, prompt, `${stage}|${provider}|${key}`) ?? this.fromQueue(this[stage], provider, prompt);
	}

	reset(): void {
		for (const queue of [this.create, this.status, this.download]) queue.length = 0;
		this.retryAfter = null;
		this.hangSeconds = 60;
		this.spent.clear();
	}

	private fromDirective(stage: Stage, prompt: string, key: string): Fault | null {
		const fault = readDirectives(prompt).faults[stage];
		const spent = this.spent.get(key) ?? 0;
		if (!fault || spent >= (fault.times ?? 1)) return null;
		this.spent.set(key, spent + 1);
		return fault;
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
