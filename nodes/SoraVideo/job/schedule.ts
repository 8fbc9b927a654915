/** What is known when the next look at a job is to be planned. Times in milliseconds. */
export interface WaitSoFar {
	/** Since the job was created (or, for a job created elsewhere, since the wait began). */
	elapsed: number;
	/** How long the job is likely to take in all; null where neither provider nor table tells. */
	likely: number | null;
	/** Percent, as the provider last told it. */
	progress: number | null;
	/** From 0 up to 1, for jitter. */
	random: number;
}

/** A job refused by moderation ends within seconds; this look finds it. */
const earlyLook = 4_000;
/** From this share of the likely time on, the job may end at any moment. */
const closeFrom = 0.7;
const closeInterval = 2_900;
/** Beyond the likely time the intervals widen with the time already waited. */
const lateShare = 0.035;
const longestInterval = 20_000;
/** However long a job is likely to take: an estimate can be wrong. */
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

/**
 * Milliseconds until the next look at a job: an early look for jobs that fail at once, few looks
 * until the likely time, close ones around it, then wider ones.
 */
export function nextLook(wait: WaitSoFar): number {
	const elapsed = Math.max(0, wait.elapsed) || 0;
	const jitter = 1 + (within(wait.random, 0, 1) - 0.5) * 0.1;
	if (elapsed < earlyLook * 0.9) return within(earlyLook - elapsed, 1_000, earlyLook) * jitter;
	const likely = likelyByProgress(elapsed, wait.progress) ?? wait.likely ?? 0;
	const left = likely * closeFrom - elapsed;
	// Half the way at most, so that an estimate far too long costs little lateness.
	if (left > 0) return within(Math.min(left, Math.max(elapsed, 15_000)), closeInterval, longestLeap) * jitter;
	return within(elapsed * lateShare, closeInterval, longestInterval) * jitter;
}
