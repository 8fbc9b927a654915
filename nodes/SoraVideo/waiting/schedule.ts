/** What is known when the next look at a job is to be planned. Times in milliseconds. */
export interface WaitSoFar {
	/** Since the job was created (or, for a job created elsewhere, since the wait began). */
	elapsed: number;
	/** How long the job is likely to take in all; null where neither provider nor table tells. */
	likely: number | null;
	/** Whether the provider told that time for this very job, so that it is closer than a model's usual one. */
	isEstimate?: boolean;
	/** Percent, as the provider last told it. */
	progress: number | null;
	/** From 0 up to 1, for jitter. */
	random: number;
}

/** A job refused by moderation ends within seconds; this look finds it. */
const earlyLook = 4_000;
/** How far off, as a share, the likely time is taken to be: the looks between are close. */
const spread = { usual: 0.32, estimate: 0.19 };
/** A close interval is this long, and longer by a share of the likely time. */
const closeInterval = 1_500;
const closeShare = { usual: 0.016, estimate: 0.0045 };
/** Beyond the likely time the intervals widen with the time that the job is late. */
const lateShare = 0.2;
/** Where no time is likely the intervals widen with the time already waited. */
const blindInterval = 5_500;
const blindShare = 0.04;
const longestInterval = 20_000;
/** However long a job is likely to take: an estimate can be wrong. */
const shortestLeap = 75_000;
const longestLeap = 120_000;

function within(value: number, least: number, most: number): number {
	return Number.isNaN(value) ? least : Math.min(Math.max(value, least), most);
}

/** The likely time in all, read off the job's own progress once that says something. */
export function likelyByProgress(elapsed: number, progress: number | null): number | null {
	return progress !== null && progress >= 10 && progress < 100 && elapsed > 0
		? (elapsed * 100) / progress
		: null;
}

/** The interval that suits a job of any length: what it costs in lateness is a share of the wait. */
function blindly(elapsed: number): number {
	return within(elapsed * blindShare, blindInterval, longestInterval);
}

/** The interval towards, around and beyond a likely time. */
function aimed(elapsed: number, likely: number, kind: 'usual' | 'estimate'): number {
	const close = within(closeInterval + likely * closeShare[kind], closeInterval, longestInterval);
	const early = likely * (1 - spread[kind]) - elapsed;
	// No further than as long again, so that an estimate far too long costs little lateness.
	if (early > 0) return within(Math.min(early, Math.max(elapsed, shortestLeap)), close, longestLeap);
	const late = elapsed - likely * (1 + spread[kind]);
	return Math.max(close, Math.min(late * lateShare, blindly(elapsed)));
}

/**
 * Milliseconds until the next look at a job: an early look for jobs that fail at once, few looks
 * until the likely time, close ones around it, then wider ones. `test/bench/simulate.ts` tells what
 * the figures above cost in lateness and requests.
 */
export function nextLook(wait: WaitSoFar): number {
	const elapsed = Math.max(0, wait.elapsed) || 0;
	const jitter = 1 + (within(wait.random, 0, 1) - 0.5) * 0.1;
	if (elapsed < earlyLook * 0.9) return within(earlyLook - elapsed, 1_000, earlyLook) * jitter;
	const likely = likelyByProgress(elapsed, wait.progress) ?? wait.likely ?? 0;
	const interval =
		likely > 0 ? aimed(elapsed, likely, wait.isEstimate ? 'estimate' : 'usual') : blindly(elapsed);
	return interval * jitter;
}
