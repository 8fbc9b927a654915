import type { AnswerReading } from '../job/answers/answerPlaces';
import { describeEnding } from '../job/failure';
import { encodeInUrl } from '../job/joinUrl';
import { modelPath } from './modelPath';
import type { ProviderComplaint } from '../job/failure';
import { isObject, objectAt, readLinks, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import type { JobStatus, VideoJob } from '../job/VideoJob';
import { fit } from '../models/fitting/fit';
import { checkAnyJobId } from './checkAnyJobId';
import { callbacksPerJob } from './callbacksPerJob';
import { appOf, categories, idOf, isOfJob, pathOf, toId, withVideos } from './falAnswers';
import { modelList, modelSource, usualModel } from './falModels';
import { prices } from './falPrices';
import type { Provider } from './Provider';

/** In a status: only that a model answered with an error, which its result tells whole. */
const mereStatus = /^Invalid status code: \d+$/;

const reading: AnswerReading = {
	provider: 'fal',
	displayName: 'fal',
	ownIds: ['response_url'],
	toId,
	places: { failureCode: ['error_type', 'detail[].type'] },
	categories,
	// Of an endpoint that isn't there.
	refine: ({ message }) => (/^(path|application) \S+ not found$/i.test(message ?? '') ? { code: 'model_gone' } : {}),
};

/** A job that ended without a video, by what the platform says of it, or its model as a list. */
function ended(job: VideoJob, body: unknown, complaint: ProviderComplaint = readComplaint(reading, body)): VideoJob {
	const status: JobStatus = complaint.category === 'cancelled' ? 'cancelled' : 'failed';
	const otherwise = Array.isArray(objectAt(body).detail) ? 'invalidInput' : 'provider';
	const failure = describeEnding(`fal job ${job.id}`, status, { otherwise, ...complaint }, job.model);
	return { ...job, status, progress: null, failure };
}

/** A job as its callback begins to tell it. */
function called(id: string, model: string, rawStatus: string): VideoJob {
	const job = readJob(reading, { status: 'COMPLETED' }, { id, model });
	if (job === null) throw new TypeError('a status and an id are a job');
	return { ...job, rawStatus };
}

const perJob = callbacksPerJob(2048);

/**
 * fal: `POST /{endpoint}` on its queue, `GET /{owner}/{app}/requests/{id}/status`, and without `/status` the result.
 *
 * Source: https://fal.ai/docs/api-reference/inference-api and https://fal.ai/docs/model-apis/model-endpoints/queue;
 * uploads as its own client does them (github.com/fal-ai/fal-js, libs/client/src/storage.ts).
 */
export const fal: Provider = {
	id: 'fal',
	displayName: 'fal',
	credentialType: 'soraVideoFalApi',
	description: 'Hundreds of video models, Veo, Kling, Wan and Seedance among them; tells n8n when a video is done (fal.ai)',
	website: 'https://fal.ai',
	models: [],
	usualModel,
	modelSource,
	modelList,
	imageTransport: 'upload',
	binaryImageNotice: "The file is uploaded to fal's own storage first, which costs nothing. Who knows its link can open it.",
	upload: {
		write: (_base64, mimeType, fileName) => ({
			method: 'POST',
			base: 'filesBaseUrl',
			path: '/storage/upload/initiate?storage_type=fal-cdn-v3',
			body: { content_type: mimeType, file_name: fileName },
		}),
		readLink: (body) => readLinks([objectAt(body).file_url])[0] ?? null,
		sendTo: (body) => readText(objectAt(body).upload_url),
	},
	callbacks: {
		...perJob,
		// https://fal.ai/docs/model-apis/model-endpoints/webhooks
		scheme: {
			kind: 'ed25519',
			headers: {
				signature: 'x-fal-webhook-signature',
				timestamp: 'x-fal-webhook-timestamp',
				id: 'x-fal-webhook-request-id',
				userId: 'x-fal-webhook-user-id',
			},
			parts: ['id', { text: '\n' }, 'userId', { text: '\n' }, 'timestamp', { text: '\n' }, 'bodyHash'],
			keys: { method: 'GET', base: 'filesBaseUrl', path: '/.well-known/jwks.json', withoutKey: true },
			toleranceSeconds: 300,
		},
		setUp: `${perJob.setUp} Callbacks of jobs that were created without the Sora Video node are not understood, since they do not name their model.`,
		wantsModel: true,
		read(body, model) {
			const { request_id: request, status, payload } = objectAt(body);
			const bare = readText(request);
			if (!model || bare === null || (status !== 'OK' && status !== 'ERROR')) return null;
			const job = called(idOf(appOf(model), bare), model, status);
			if (status === 'OK') {
				const made = withVideos(job, payload);
				return { jobId: job.id, status: made.status, job: made.videoUrl === null ? null : made };
			}
			const told = ended(job, isObject(payload) && Object.keys(payload).length > 0 ? payload : body);
			return { jobId: job.id, status: told.status, job: told };
		},
	},
	// Files live as long as the account's settings say.
	linkHours: null,
	costField: 'billable_units (units of the endpoint\'s price)',
	prices,
	keyHeader: { name: 'Authorization', prefix: 'Key ' },
	// The queue answers a question for a job that isn't there with 404 without a key, too.
	keyTests: [
		{
			method: 'GET',
			base: 'apiBaseUrl',
			path: '/v1/models/pricing?endpoint_id=fal-ai/flux/dev',
			shows: (body) => Array.isArray(body.prices),
		},
	],

	writeCreate(request, media, model) {
		const { body } = fit(model, request, media);
		const endpoint = modelPath(request.model);
		const query = request.callbackUrl ? `?fal_webhook=${encodeInUrl(request.callbackUrl)}` : '';
		return { method: 'POST', base: 'baseUrl', path: `/${endpoint}${query}`, body };
	},

	writeStatus: (jobId) => ({ method: 'GET', base: 'baseUrl', path: `${pathOf(jobId)}/status` }),

	result: {
		write: (jobId) => ({ method: 'GET', base: 'baseUrl', path: pathOf(jobId) }),
		read(body, httpStatus, headers, job, statusBody) {
			const units = readNumber(headers['x-fal-billable-units']);
			const told: VideoJob = { ...job, usage: units === null ? job.usage : { billable_units: units } };
			if (httpStatus >= 200 && httpStatus < 300) return isObject(body) ? withVideos(told, body) : 'trouble';
			const complaint = readComplaint(reading, body);
			if (httpStatus === 400 && /still in progress/i.test(complaint.message ?? '')) return 'running';
			if (httpStatus === 499) return ended(told, body, { ...complaint, category: 'cancelled' });
			if (isOfJob(body, httpStatus)) return ended(told, body);
			if (httpStatus !== 404) return 'trouble';
			return readComplaint(reading, statusBody).isFailure ? ended(told, statusBody) : 'gone';
		},
		// "≥ 10 KB only 6 min"; smaller ones for an hour.
		keptSeconds: 360,
	},

	cancel: {
		write: (jobId) => ({ method: 'PUT', base: 'baseUrl', path: `${pathOf(jobId)}/cancel` }),
		read(body, httpStatus) {
			if (httpStatus >= 200 && httpStatus < 300) return 'requested';
			if (httpStatus === 404) return 'unknownJob';
			return objectAt(body).status === 'ALREADY_COMPLETED' ? 'ended' : null;
		},
	},

	checkJobId(jobId) {
		const [, app, request = ''] = /^([\w.-]+(?:\/[\w.-]+)+)\/requests\/(.+)$/s.exec(jobId) ?? [];
		const climbs = app === undefined || app.split('/').some((part) => /^\.+$/.test(part));
		return climbs
			? `"${jobId}" is not a job ID of fal: use the "id" that Create gave, like fal-ai/veo3.1/requests/764cabcf-b745-4b3e-ae38-1200304cf45b`
			: checkAnyJobId('fal', request);
	},

	reading,

	readJob(body, known) {
		const job = readJob(reading, body, known);
		if (job === null) return null;
		// A create may say no more than where to ask.
		if (job.rawStatus === null) return { ...job, status: 'queued' };
		const complaint = readComplaint(reading, body);
		if (job.status !== 'completed' || !complaint.isFailure) return job;
		// What the model said is in the result.
		return mereStatus.test(complaint.message ?? '') ? job : ended(job, body);
	},

	readError: (body) => readComplaint(reading, body),
};
