/** A suspended job, as far as planning needs it. Times in milliseconds, by the same clock as the `now` of planning. */
export interface SuspendedJob {
	startedAt: number;
	deadline: number;
	/** Milliseconds that the job is likely to take in all; null if unknown. */
	likely: number | null;
	/** Whether the provider told that time for this very job. */
	isEstimate?: boolean;
	/** Whether `startedAt` is when the job was created. */
	isOwn?: boolean;
	/** When it was last seen running. */
	lookedAt?: number;
	/** How often it was asked for in memory already, since its end seemed near. */
	stretches?: number;
	/** Since when its questions were refused. */
	refusedSince?: number;
	/** How long after the job's ending its video can still be asked for; absent where that is not a matter of minutes. */
	keptFor?: number;
	/** Whether the provider calls when the job ends. */
	callsBack: boolean;
}

/** What to do next for a set of jobs: ask for them in memory until then, or suspend until then. */
export type WakeUp = { askUntil: number } | { suspendUntil: number };

/**
 * n8n looks for due executions every minute, up to 70 s ahead: a date this far away is met on time,
 * a nearer one can be met a minute late.
 */
const nearestDate = 62_000;
/** Around a likely end a job is asked for in memory, this long before and half as long after it. */
const lastStretch = 20_000;
/** So often at most, since a job can say for hours that it is nearly there, and asking in memory holds a worker. */
const mostStretches = 2;
/** Where callbacks are expected, dates are only for those that get lost. */
const callbackPatience = 120_000;

/** So much earlier than a result is gone it is asked for: a date can be met a minute late. */
const spareTime = 90_000;

/** When the job must be asked for in case it ended right after it was last seen running. */
function lastChance({ keptFor, lookedAt, startedAt }: SuspendedJob): number {
	return keptFor === undefined ? Infinity : (lookedAt ?? startedAt) + keptFor - spareTime;
}

function dueAt(job: SuspendedJob, now: number): number {
	const { startedAt, likely } = job;
	if (job.callsBack) return Math.max(now + callbackPatience, startedAt + (likely ?? 0) * 1.5);
	return likely === null ? now : startedAt + likely;
}

/** Whether to ask for a job in memory, because it is likely to end before a date could wake the node. */
export function isNearItsEnd({ callsBack, likely, startedAt, stretches = 0 }: SuspendedJob, now: number): boolean {
	if (callsBack || likely === null || stretches >= mostStretches) return false;
	const left = startedAt + likely - now;
	return left < lastStretch && left > -lastStretch / 2;
}

/** A job's times by another clock, which is ahead by so many milliseconds. Whole ones, for storing. */
export function shiftTimes(job: SuspendedJob, ahead: number): SuspendedJob {
	const { lookedAt, refusedSince } = job;
	return {
		...job,
		startedAt: Math.round(job.startedAt + ahead),
		deadline: Math.round(job.deadline + ahead),
		...(lookedAt !== undefined && { lookedAt: Math.round(lookedAt + ahead) }),
		...(refusedSince !== undefined && { refusedSince: Math.round(refusedSince + ahead) }),
	};
}

/**
 * Suspend where there is a minute or more to go; ask in memory where a likely end or the deadline
 * is nearer than n8n's dates are exact.
 */
export function planWakeUp(jobs: readonly SuspendedJob[], now: number): WakeUp {
	const deadline = Math.min(...jobs.map((job) => job.deadline));
	if (deadline - now < nearestDate) return { askUntil: deadline };
	if (jobs.some((job) => isNearItsEnd(job, now))) return { askUntil: now + lastStretch };
	const due = Math.min(deadline, ...jobs.map((job) => Math.min(dueAt(job, now), lastChance(job))));
	return { suspendUntil: Math.max(due, now + nearestDate) };
}
