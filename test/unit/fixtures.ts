import { describeFailure } from '../../nodes/SoraVideo/job/failure';
import type { JobFailure, VideoJob } from '../../nodes/SoraVideo/job/VideoJob';
import type { VideoRequest } from '../../nodes/SoraVideo/job/VideoRequest';
import type { KnownOfJob } from '../../nodes/SoraVideo/job/answers/readAnswer';
import { checkRequest } from '../../nodes/SoraVideo/models/checkRequest';
import type { Model } from '../../nodes/SoraVideo/models/Model';
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

/** A request with nothing set but model and prompt, unless told otherwise. */
export function aRequest(changes: Partial<VideoRequest> = {}): VideoRequest {
	return {
		model: 'some-model',
		prompt: 'A cat playing piano',
		firstFrame: null,
		lastFrame: null,
		references: [],
		aspectRatio: null,
		resolution: null,
		duration: null,
		generateAudio: null,
		negativePrompt: null,
		seed: null,
		modelFields: {},
		remixOf: null,
		callbackUrl: null,
		additionalBody: {},
		...changes,
	};
}

/** A job of which nothing else is known. */
export function aVideoJob(known: Partial<VideoJob> & Pick<VideoJob, 'provider' | 'id' | 'status' | 'rawStatus'>): VideoJob {
	return {
		model: null,
		progress: null,
		videoUrl: null,
		videoUrls: [],
		expiresAt: null,
		failure: null,
		usage: null,
		costUsd: null,
		createdAt: null,
		...known,
	};
}

/** A model of the provider's table, or one with its usual fields. */
export function modelOf(provider: Provider, id: string): Model {
	return provider.models.find((model) => model.id === id) ?? provider.usualModel(id);
}

/** What is wrong with a request for one of the provider's models. */
export function problemsOf(provider: Provider, request: VideoRequest): string[] {
	return checkRequest(provider, request, modelOf(provider, request.model)).problems;
}

/** The create request for a model of the provider's table, or one with its usual fields. */
export function createRequest(
	provider: Provider,
	changes: Partial<VideoRequest> = {},
	imageUrl: string | null = null,
) {
	const firstFrame = imageUrl === null ? null : ({ source: 'url', url: imageUrl } as const);
	const request = aRequest({ firstFrame, ...changes });
	const media = { firstFrame: imageUrl, lastFrame: null, references: [] };
	return provider.writeCreate(request, media, modelOf(provider, request.model));
}

/** The body of a create request. */
export function createBody(
	provider: Provider,
	changes: Partial<VideoRequest> = {},
	imageUrl: string | null = null,
) {
	return createRequest(provider, changes, imageUrl).body;
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
