/** What is known when the next look at a job is to be planned. Times in milliseconds. */
export interface WaitSoFar {
	/** Since the job was created (or, for a job created elsewhere, since the wait began). */
	elapsed: number;
	/** How long the job is likely to take in all; null where neither provider nor experience tells. */
	likely: number | null;
	/** Whether the provider told that time for this very job, so that it is closer than a model's usual one. */
	isEstimate?: boolean;
	/** Percent, as the provider last told it. */
	progress: number | null;
	/** From 0 up to 1, for jitter. */
	random: number;
}

/** How looks lie around a likely time. Shares are of that time. */
interface Aim {
	/** From this share before the likely time to that share after it, the looks are close. */
	before: number;
	after: number;
	/** The widest interval there in milliseconds, and what share it is longer by. */
	interval: number;
	share: number;
	/** Whether the intervals grow shorter towards the end of that stretch. */
	narrows: boolean;
}

/** The provider's word for this very job is believed; a model's usual time is not, of one that is far quicker. */
const aims = {
	usual: { before: 0.28, after: 0.33, interval: 3_000, share: 0.0125, narrows: true },
	estimate: { before: 0.19, after: 0.19, interval: 1_500, share: 0.0045, narrows: false },
} satisfies Record<string, Aim>;

/** A job refused by moderation ends within seconds; this look finds it. */
const earlyLook = 4_000;
/** Where looks double their distance, the first comes at this time at the latest. */
const latestFirstLook = 8_500;
/** A day, the longest Timeout of the node. */
const longestJob = 86_400_000;
/** No two looks are closer, but the first ones. */
const shortestInterval = 1_500;
/** A tenth of the stretch counts as left at its end, else the intervals would shrink to nothing. */
const leastLeft = 0.1;
/** Beyond the stretch the intervals widen with the time that the job is late. */
const lateShare = 0.2;
/** Where no time is likely the intervals widen with the time already waited. */
const blindInterval = 5_500;
const blindShare = 0.04;
const longestInterval = 20_000;
/** However long the provider says that a job takes: it can be wrong. */
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

/**
 * The interval within and beyond the stretch around a likely time. Jobs that go on have less and less
 * of it left to end in, and fewer of them are still asked for: looks pay more the later they come.
 */
function closely(elapsed: number, likely: number, { before, after, interval, share, narrows }: Aim): number {
	const widest = within(interval + likely * share, shortestInterval, longestInterval);
	const late = elapsed - likely * (1 + after);
	if (late > 0) return Math.max(widest, Math.min(late * lateShare, blindly(elapsed)));
	const left = narrows ? within(-late / (likely * (before + after)), leastLeft, 1) : 1;
	return Math.max(shortestInterval, widest * Math.sqrt(left));
}

/** The first look of those that double their distance until the close ones begin, so that the last of them is the first close one. */
function firstOfDoubling(begin: number): number {
	let first = begin;
	while (first > latestFirstLook) first /= 2;
	return Math.max(first, latestFirstLook / 2);
}

/** By a model's usual time: looks at doubling times, so that a job far quicker is seen in at most twice its time. */
function byUsualTime(elapsed: number, likely: number, random: number, jitter: number): number {
	const begin = likely * (1 - aims.usual.before);
	const first = firstOfDoubling(begin);
	// Never later than it should be: what comes late here doubles with each look.
	if (elapsed < first * 0.9) return within(first - elapsed, 1_000, first) * (1 - random * 0.05);
	// Nearly there is there: else a look would follow the last one at once.
	if (elapsed < begin * 0.95) return within(begin - elapsed, shortestInterval, Math.min(elapsed, longestLeap));
	return closely(elapsed, likely, aims.usual) * jitter;
}

/** By the provider's word for this job: straight to its end, but no further than as long again. */
function byEstimate(elapsed: number, likely: number): number {
	const early = likely * (1 - aims.estimate.before) - elapsed;
	return early > 0
		? within(Math.min(early, Math.max(elapsed, shortestLeap)), shortestInterval, longestLeap)
		: closely(elapsed, likely, aims.estimate);
}

/**
 * Milliseconds until the next look at a job: an early look for jobs that fail at once, few looks
 * until the likely time, close ones around it, then wider ones. `test/bench/simulate.ts` tells what
 * the figures above cost in lateness and requests.
 */
export function nextLook(wait: WaitSoFar): number {
	const elapsed = Math.max(0, wait.elapsed) || 0;
	const random = within(wait.random, 0, 1);
	const jitter = 1 + (random - 0.5) * 0.1;
	// Bounded, since a provider's nonsense can be endless.
	const likely = within(likelyByProgress(elapsed, wait.progress) ?? wait.likely ?? 0, 0, longestJob);
	if (likely > 0 && !wait.isEstimate) return byUsualTime(elapsed, likely, random, jitter);
	if (elapsed < earlyLook * 0.9) return within(earlyLook - elapsed, 1_000, earlyLook) * jitter;
	return (likely > 0 ? byEstimate(elapsed, likely) : blindly(elapsed)) * jitter;
}
