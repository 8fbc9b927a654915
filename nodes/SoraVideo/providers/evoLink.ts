import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readLinks, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import type { FailureCategory } from '../job/VideoJob';
import { callbacksPerJob, claimOfJob } from './callbacksPerJob';
import { checkAnyJobId } from './checkAnyJobId';
import { isVideoModelId } from '../models/isVideoModelId';
import { fit } from '../models/fitting/fit';
import { evoLinkModels, usualModel } from './evoLinkModels';
import { prices, unitPrices } from './evoLinkPrices';
import { expiryOf } from './expiryOf';
import type { Provider } from './Provider';

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
	get models() {
		return evoLinkModels();
	},
	usualModel,
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
		...callbacksPerJob(2048),
		scheme: { kind: 'unsigned' },
		read: (body) => claimOfJob(evoLink, body),
	},
	// The list holds models of every kind, and doesn't say which is which.
	modelList: {
		request: { method: 'GET', base: 'baseUrl', path: '/v1/models' },
		unitPrices,
		read(body) {
			const { data } = objectAt(body);
			if (!Array.isArray(data)) return null;
			const ids = data.map((entry) => readText(objectAt(entry).id)).filter((id) => id !== null);
			return ids.filter(isVideoModelId).map((id) => ({ id, about: null }));
		},
	},
	prices,
	linkHours: 24,
	costField: 'credits_reserved (credits)',
	// EvoLink's own client (@evolink, October 2026) sends it, and reads `idempotency-replayed: true` in answers.
	idempotencyHeader: 'Idempotency-Key',
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/v1/credits',
			shows: (body) => isObject(body.data),
		},
	],

	writeCreate(request, media, model) {
		const own = {
			model: request.model,
			...(request.remixOf && { base_video_task_id: request.remixOf }),
			...(request.callbackUrl && { callback_url: request.callbackUrl }),
		};
		const { body } = fit(model, request, media, own);
		return { method: 'POST', base: 'baseUrl', path: '/v1/videos/generations', body };
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/v1/tasks/${encodeInUrl(jobId)}` };
	},

	checkJobId: (jobId) => checkAnyJobId('EvoLink', jobId),

	reading,

	readJob(body, known) {
		const job = readJob(reading, body, known);
		if (job === null) return null;
		// The enum of a task's states has no word for it, the error's code does.
		const status = job.failure?.category === 'cancelled' ? 'cancelled' : job.status;
		return { ...job, status, expiresAt: expiryOf(job, 24) };
	},

	readEstimate: (body) => readNumber(objectAt(objectAt(body).task_info).estimated_time),

	readError: (body) => readComplaint(reading, body),
};
