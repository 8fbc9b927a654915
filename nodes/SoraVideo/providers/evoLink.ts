import type { AnswerReading } from '../job/answerPlaces';
import { isObject, objectAt, readLinks, readNumber, readText, readTime } from '../job/read';
import { readComplaint, readJob } from '../job/readAnswer';
import type { FailureCategory } from '../job/VideoJob';
import type { VideoRequest } from '../job/VideoRequest';
import { checkAnyJobId } from './checkAnyJobId';
import { checkPublicHttpsUrl } from './checkPublicHttpsUrl';
import { isVideoModelId } from '../models/isVideoModelId';
import { mergeBody } from './mergeBody';
import type { KnownModel, Provider } from './Provider';

/** How a model takes the resolution: in which words of `quality`, or not at all. */
const qualityWords: Record<'resolution' | 'grade', Record<VideoRequest['resolution'], string>> = {
	resolution: { '720p': '720p', '1080p': '1080p' },
	grade: { '720p': 'standard', '1080p': 'high' },
};

interface EvoLinkModel extends KnownModel {
	/** Absent where the model lists no `quality` field. */
	quality?: keyof typeof qualityWords;
}

const shapes: KnownModel['aspectRatios'] = ['16:9', '9:16'];

// OpenAI's own models want the picture in the video's size: here a job that gets another one ends, minutes
// later, with image_dimension_mismatch (docs.evolink.ai, task-management/error-codes).
const models: readonly EvoLinkModel[] = [
	{
		id: 'sora-2-preview',
		about: 'Sora 2, text or image to video, 720p',
		image: 'optional',
		imageMustMatch: true,
		durations: [4, 8, 12],
		resolutions: ['720p'],
		aspectRatios: shapes,
	},
	{
		id: 'sora-2-pro-preview',
		about: 'Sora 2 Pro, text or image to video, 720p or 1080p',
		image: 'optional',
		imageMustMatch: true,
		durations: [4, 8, 12],
		resolutions: ['720p', '1080p'],
		aspectRatios: shapes,
		quality: 'resolution',
	},
	{
		id: 'sora-2',
		about: 'Sora 2 beta, text or image to video, 10 or 15 seconds',
		image: 'optional',
		durations: [10, 15],
		resolutions: ['720p'],
		aspectRatios: shapes,
	},
	{
		id: 'sora-2-beta-max',
		about: 'Sora 2 beta max, text or image to video, 10 or 15 seconds',
		image: 'optional',
		durations: [10, 15],
		resolutions: ['720p'],
		aspectRatios: shapes,
	},
	{
		id: 'sora-2-pro',
		about: 'Sora 2 Pro beta, text or image to video, 15 or 25 seconds; 1080p means high quality',
		image: 'optional',
		durations: [15, 25],
		resolutions: ['720p', '1080p'],
		aspectRatios: shapes,
		quality: 'grade',
	},
	{
		id: 'sora-2-pro-remix',
		about: 'Remixes an earlier video, 15 or 25 seconds',
		image: 'refused',
		durations: [15, 25],
		resolutions: ['720p'],
		aspectRatios: shapes,
		remix: 'required',
	},
];

/** Task error codes (docs.evolink.ai, task-management/error-codes) and those seen in its clients. */
const categoryByCode: ReadonlyMap<string, FailureCategory> = new Map(
	Object.entries({
	content_policy_violation: 'moderation',
	invalid_parameters: 'invalidInput',
	image_processing_error: 'invalidInput',
	image_dimension_mismatch: 'invalidInput',
	request_cancelled: 'cancelled',
	generation_failed_no_content: 'provider',
	service_error: 'provider',
	generation_timeout: 'provider',
	resource_exhausted: 'rateLimit',
	quota_exceeded: 'rateLimit',
	service_unavailable: 'provider',
	resource_not_found: 'invalidInput',
	unknown_error: 'unknown',
	model_unavailable: 'invalidInput',
	upstream_error: 'provider',
	video_probe_failed: 'provider',
	insufficient_quota: 'quota',
	insufficient_user_quota: 'quota',
	key_quota_exhausted: 'quota',
	token_daily_quota_exceeded: 'quota',
	key_model_not_allowed: 'invalidInput',
	no_available_channel: 'invalidInput',
	invalid_task_id: 'invalidInput',
	}),
);

const reading: AnswerReading = {
	provider: 'evoLink',
	displayName: 'EvoLink',
	ownIds: ['id'],
	places: { links: ['results', 'result_data'] },
	categories: categoryByCode,
	refine: (_complaint, body) => ({
		successor: readText(objectAt(objectAt(body).error).fallback_suggestion),
	}),
};

function expiry(createdAt: string | null, hours: number): string | null {
	// The page gives 24 hours and no start; counted from the creation it never promises too much.
	return createdAt && readTime(Date.parse(createdAt) + hours * 3_600_000);
}

/**
 * EvoLink: `POST /v1/videos/generations`, `GET /v1/tasks/{id}`.
 *
 * Source: https://docs.evolink.ai/en/api-manual/video-series/sora2pro/sora-2-pro-preview-video-generate
 * and https://docs.evolink.ai/en/api-manual/task-management/get-task-detail.
 */
export const evoLink: Provider = {
	id: 'evoLink',
	displayName: 'EvoLink',
	credentialType: 'soraVideoEvoLinkApi',
	description: 'Tells n8n when a video is done (evolink.ai)',
	website: 'https://evolink.ai',
	models,
	imageTransport: 'upload',
	// docs.evolink.ai, file-series/upload-base64.
	binaryImageNotice:
		"The image is uploaded to EvoLink's file store first, which costs nothing. It takes images of at most 10 MB, keeps each for 72 hours, and holds 100 or 500 files at a time, depending on your account.",
	// "no more than 10MB" (the page above, image_urls); where a MB is a million, EvoLink itself refuses.
	imageBytes: 10 * 1024 * 1024,
	upload: {
		write: (base64, mimeType, fileName) => ({
			method: 'POST',
			base: 'filesBaseUrl',
			path: '/api/v1/files/upload/base64',
			body: { base64_data: `data:${mimeType};base64,${base64}`, file_name: fileName },
		}),
		readLink: (body) => readLinks([objectAt(objectAt(body).data).file_url])[0] ?? null,
	},
	callbacks: {
		checkUrl: (url) => checkPublicHttpsUrl(url, 2048),
		scheme: { kind: 'unsigned' },
		setUp:
			'Publish (activate) this workflow, open Webhook URLs above, and copy the URL from its tab Production URL into the field Callback URL of the Sora Video node that creates the video. EvoLink calls it when the video has ended. The URL must begin with https (if it does not, whoever runs n8n sets WEBHOOK_URL), be reachable from the internet (not localhost or a private address) and have at most 2,048 characters.',
		read(body) {
			const job = isObject(body) && readText(body.status) ? evoLink.readJob(body, {}) : null;
			return job && { jobId: job.id, status: job.status, job };
		},
	},
	// The list holds models of every kind, and doesn't say which is which.
	modelList: {
		request: { method: 'GET', base: 'baseUrl', path: '/v1/models' },
		read(body) {
			const { data } = objectAt(body);
			if (!Array.isArray(data)) return null;
			const ids = data.map((entry) => readText(objectAt(entry).id)).filter((id) => id !== null);
			return ids.filter(isVideoModelId).map((id) => ({ id, about: null }));
		},
	},
	linkHours: 24,
	costField: 'credits_reserved (credits)',
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/v1/credits',
			shows: (body) => isObject(body.data),
		},
	],

	writeCreate(request, imageUrl) {
		const known = models.find(({ id }) => id === request.model);
		// Whether a model outside the table lists `quality` is not known, so the default stays unsaid.
		const unlisted = request.resolution === '720p' ? undefined : 'resolution';
		const quality = known ? known.quality : unlisted;
		return {
			method: 'POST',
			base: 'baseUrl',
			path: '/v1/videos/generations',
			body: mergeBody(
				{
					model: request.model,
					prompt: request.prompt,
					aspect_ratio: request.aspectRatio,
					duration: request.duration,
					...(quality && { quality: qualityWords[quality][request.resolution] }),
					...(imageUrl === null ? {} : { image_urls: [imageUrl] }),
					...(request.remixOf && { base_video_task_id: request.remixOf }),
					...(request.callbackUrl && { callback_url: request.callbackUrl }),
				},
				request.additionalBody,
			),
		};
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/v1/tasks/${encodeURIComponent(jobId)}` };
	},

	checkJobId: (jobId) => checkAnyJobId('EvoLink', jobId),

	reading,

	readJob(body, known) {
		const job = readJob(reading, body, known);
		if (job === null) return null;
		// The enum of a task's states has no word for it, the error's code does.
		const status = job.failure?.category === 'cancelled' ? 'cancelled' : job.status;
		const expiresAt = job.videoUrls.length > 0 ? (job.expiresAt ?? expiry(job.createdAt, 24)) : null;
		return { ...job, status, expiresAt };
	},

	readEstimate: (body) => readNumber(objectAt(objectAt(body).task_info).estimated_time),

	readError: (body) => readComplaint(reading, body),
};
