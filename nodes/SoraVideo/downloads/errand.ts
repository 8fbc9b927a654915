import type { VideoJob } from '../job/VideoJob';
import { steadyNow } from '../transport/http/clock';
import type { Connection } from '../transport/connection';
import type { Place } from '../transport/http/openLink';
import type { Pause } from '../transport/http/pause';
import { readLinkExpiry } from './linkExpiry';

/** Why a video can't be had. */
export interface DownloadProblem {
	kind: 'failed' | 'expired' | 'tooLarge';
	what: string;
}

/** Thrown where a video is given up. */
export class DownloadError extends Error {
	constructor(readonly problem: DownloadProblem) {
		super(problem.what);
	}
}

export function failed(what: string): DownloadError {
	return new DownloadError({ kind: 'failed', what });
}

export interface DownloadOptions {
	/** Which of the job's videos. */
	index: number;
	signal: AbortSignal;
	/** The largest file that is taken, in bytes. */
	maxBytes: number;
	pause: Pause;
}

/** How long is tried, in milliseconds. An object, so that tests needn't wait as long. */
export const patience = {
	/** Without bytes, until a transfer counts as broken. */
	stall: 30_000,
	/** Between two tries; doubles up to the longest. */
	firstPause: 1_000,
	longestPause: 15_000,
	/** From the first request on, for a file that isn't there yet since its job has just ended. */
	notThere: 240_000,
	/** For one video in all. */
	whole: 3_600_000,
};

/** In a row that bring no more of the file than was had before. */
const mostTries = 6;
/** In all, so that a server that breaks off after every few bytes comes to an end. */
const mostRequests = 60;
/** Bytes that make a try count as one that brought something. */
const leastGain = 16_384;
/** A job created longer ago has ended long enough ago for its file to be there. */
const youngJob = 3_600_000;

/** The way to one video of one job, over all tries. Times by `steadyNow`. */
export interface Errand {
	readonly connection: Connection;
	readonly options: DownloadOptions;
	/** What is known of the job last: after a renewal its links are other ones. */
	job: VideoJob;
	/** Where the video is looked for; null where nothing tells. */
	place: Place | null;
	readonly beganAt: number;
	requests: number;
	/** In a row that brought no more of the file than was had before. */
	tries: number;
	/** The most bytes of the file that were had at once. */
	furthest: number;
	/** How often the provider was asked for a fresh link. */
	renewals: number;
}

/** Where the provider's API serves this video itself; null where it doesn't. */
export function servedPlace({ connection, job, options }: Pick<Errand, 'connection' | 'job' | 'options'>): Place | null {
	return connection.provider.writeContent?.(job.id, options.index) ?? null;
}

export function beginErrand(connection: Connection, job: VideoJob, options: DownloadOptions): Errand {
	const place = job.videoUrls[options.index] ?? servedPlace({ connection, job, options });
	return { connection, options, job, place, beganAt: steadyNow(), requests: 0, tries: 0, furthest: 0, renewals: 0 };
}

/** Whether the link's time is over, by the provider's or its own word. */
export function isPastExpiry({ job, place }: Errand): boolean {
	const dates = [Date.parse(job.expiresAt ?? ''), typeof place === 'string' ? readLinkExpiry(place) : null];
	return dates.some((date) => date !== null && date < Date.now());
}

/** Whether the job can't have ended just now. */
function isOld({ job }: Errand): boolean {
	return job.createdAt !== null && Date.now() - Date.parse(job.createdAt) > youngJob;
}

async function sleepOn({ options }: Errand, before: number, tryAgainAfter: number): Promise<void> {
	const wait = Math.min(patience.firstPause * 2 ** before, patience.longestPause);
	// Fifty downloads that broke at one moment need not come back at one moment.
	await options.pause(Math.max(wait * (0.75 + Math.random() / 2), tryAgainAfter), options.signal);
	if (options.signal.aborted) throw failed('the execution was canceled');
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1).replace(/\.0$/, '')} MB`;
}

/** @throws DownloadError for more bytes than are taken. */
export function checkSize({ options: { maxBytes } }: Errand, bytes: number): void {
	if (bytes <= maxBytes) return;
	const what = `it has ${megabytes(bytes)} or more, and at most ${megabytes(maxBytes)} are taken`;
	throw new DownloadError({ kind: 'tooLarge', what });
}

/** Notes how many bytes of the file are had. @throws DownloadError where they are too many, or take too long. */
export function noteBytes(errand: Errand, had: number): void {
	checkSize(errand, had);
	if (steadyNow() - errand.beganAt > patience.whole) throw failed('it takes too long');
	if (had < errand.furthest + leastGain) return;
	errand.furthest = had;
	errand.tries = 0;
}

/** Pauses before the next try after trouble. @throws DownloadError where there is none. */
export async function rest(errand: Errand, what: string, tryAgainAfter: number | null): Promise<void> {
	errand.tries += 1;
	const isLast = errand.tries >= mostTries || errand.requests >= mostRequests;
	if (isLast || steadyNow() - errand.beganAt > patience.whole) throw failed(what);
	await sleepOn(errand, errand.tries - 1, tryAgainAfter ?? 0);
}

/**
 * Pauses before the next look for a file that isn't there, as it can be in the first minutes after its
 * job has ended.
 *
 * @throws DownloadError where the job has ended long ago, or minutes were of no use.
 */
export async function restUntilThere(errand: Errand, what: string, looks: number): Promise<void> {
	const missingFor = steadyNow() - errand.beganAt;
	if (isOld(errand) || errand.requests >= mostRequests) throw failed(what);
	if (missingFor > patience.notThere) throw failed(`${what}, for ${Math.round(missingFor / 60_000)} minutes`);
	await sleepOn(errand, looks, 0);
}
