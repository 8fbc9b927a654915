import { describeFailure } from '../../nodes/SoraVideo/job/failure';
import type { JobFailure, VideoJob } from '../../nodes/SoraVideo/job/VideoJob';
import type { VideoRequest } from '../../nodes/SoraVideo/job/VideoRequest';
import type { KnownOfJob } from '../../nodes/SoraVideo/job/readAnswer';
import type { Provider } from '../../nodes/SoraVideo/providers/Provider';

/** The keys of an item, as the README prints them. */
export const jobKeys = [
	'provider',
	'id',
	'model',
	'status',
	'rawStatus',
	'progress',
	'videoUrl',
	'videoUrls',
	'expiresAt',
	'failure',
	'usage',
	'costUsd',
	'createdAt',
];

export const statuses = ['queued', 'processing', 'completed', 'failed', 'cancelled'];

export const categories = [
	'moderation',
	'invalidInput',
	'quota',
	'rateLimit',
	'provider',
	'cancelled',
	'unknown',
];

export const imageLink = 'https://cdn.openai.com/API/docs/images/sora/woman_skyline_original_720p.jpeg';

/** A request that every text-to-video model takes, unless told otherwise. */
export function aRequest(changes: Partial<VideoRequest> = {}): VideoRequest {
	return {
		model: 'some-model',
		prompt: 'A cat playing piano',
		image: null,
		aspectRatio: '16:9',
		resolution: '720p',
		duration: 4,
		remixOf: null,
		callbackUrl: null,
		additionalBody: {},
		...changes,
	};
}

/** The body of a create request. */
export function createBody(
	provider: Provider,
	changes: Partial<VideoRequest> = {},
	imageUrl: string | null = null,
) {
	return provider.writeCreate(aRequest(changes), imageUrl).body;
}

/** Reads a body that must hold a job. */
export function read(provider: Provider, body: unknown, known: KnownOfJob = {}): VideoJob {
	const job = provider.readJob(body, known);
	if (job === null) throw new Error(`${provider.id} found no job in ${JSON.stringify(body)}`);
	return job;
}

/** Reads a body that must hold a job which failed or was cancelled. */
export function readFailure(provider: Provider, body: unknown): JobFailure {
	const { failure } = read(provider, body);
	if (failure === null) throw new Error(`no failure in ${JSON.stringify(body)}`);
	return failure;
}

/** An HTTP error as operations show it. */
export function httpFailure(provider: Provider, body: unknown, status: number): JobFailure {
	return describeFailure(
		`${provider.displayName} refused to create the video`,
		provider.readError(body, status),
		status,
	);
}
