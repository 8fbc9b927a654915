import type { AnswerReading } from '../job/answers/answerPlaces';
import { sentence } from '../job/failure';
import { encodeInUrl } from '../job/joinUrl';
import { objectAt, readLinks, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import { isEnded } from '../job/VideoJob';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import { callbacksPerJob, claimOfJob } from './callbacksPerJob';
import { checkAnyJobId } from './checkAnyJobId';
import { expiryOf } from './expiryOf';
import { nestedBody } from './nestedBody';
import type { Provider } from './Provider';
import { modelList, modelSource, placeOf, usualModel } from './replicateModels';
import { standardWebhooks } from './standardWebhooks';

const displayName = 'Replicate';

/** At the end of a failure's words. */
const ownCode = / ?\((E\d{3,4})\)/;

const reading: AnswerReading = {
	provider: 'replicate',
	displayName,
	ownIds: ['id'],
	places: { reason: ['invalid_fields'], usage: ['metrics'] },
	refine: ({ code, message }, body) => ({
		// "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
		code: code ?? ownCode.exec(message ?? '')?.[1] ?? null,
		message: message?.replace(ownCode, '') ?? null,
		// "Prediction failed for an unknown reason. It might have run out of memory? (exit code -9)"; E1000 and
		// E1001 say the same (docs/reference/error-codes).
		...(/unknown reason|out of memory|\(E100[01]\)/i.test(message ?? '') && { otherwise: 'provider' }),
		// "exceeded its deadline before it could start running" (docs/topics/predictions/lifecycle).
		...(objectAt(body).status === 'aborted' && {
			message: 'its deadline came before it began to run',
			category: 'cancelled',
		}),
	}),
};

/** The failure of a job whose video was made, and is asked for too late (docs/topics/predictions/data-retention). */
function removed({ id }: VideoJob): JobFailure {
	return {
		code: 'result_gone',
		message: sentence(
			`${displayName} job ${id} succeeded, and so was paid for, but ${displayName} has removed its video since, as it does after an hour, so the video has expired`,
			'create it again if you have no copy, and have further videos downloaded, or waited for with Download Video, within the hour',
		),
		category: 'provider',
		retryable: false,
	};
}

/**
 * Replicate: `POST /models/{owner}/{name}/predictions` or `POST /predictions`, `GET /predictions/{id}`.
 *
 * Source: https://replicate.com/docs/reference/http and https://api.replicate.com/openapi.json.
 */
export const replicate: Provider = {
	id: 'replicate',
	displayName,
	credentialType: 'soraVideoReplicateApi',
	description: 'Models of many makers, and those of its community by their version (replicate.com)',
	website: 'https://replicate.com',
	models: [],
	usualModel,
	modelSource,
	modelList,
	imageTransport: 'upload',
	binaryImageNotice:
		"The image is uploaded to Replicate's file store first, which costs nothing. It takes files of less than 100 MB.",
	// "Files must be less than 100MB in size."
	imageBytes: 100_000_000,
	upload: {
		write: (base64, mimeType, fileName) => ({
			method: 'POST',
			base: 'baseUrl',
			path: '/files',
			form: { fields: {}, file: { field: 'content', fileName, mimeType, base64 } },
		}),
		readLink: (body) => readLinks([objectAt(objectAt(body).urls).get])[0] ?? null,
	},
	// https://replicate.com/docs/topics/webhooks/verify-webhook
	callbacks: {
		...callbacksPerJob(),
		scheme: {
			...standardWebhooks,
			secretFrom: {
				request: { method: 'GET', base: 'baseUrl', path: '/webhooks/default/secret' },
				read: (body) => readText(objectAt(body).key),
			},
		},
		read: (body) => claimOfJob(replicate, body),
	},
	linkHours: 1,
	costField: 'predict_time (seconds)',
	keyTests: [
		{ method: 'GET', base: 'baseUrl', path: '/account', shows: ({ username }) => readText(username) !== null },
	],

	writeCreate(request, media, model) {
		const { path, version } = placeOf(model, request.model);
		const body = nestedBody(model, request, media, {
			topLevel: new Set(['input', 'stream', 'webhook', 'webhook_events_filter']),
			wrap: (input) => ({
				...(version !== undefined && { version }),
				input,
				...(request.callbackUrl && { webhook: request.callbackUrl, webhook_events_filter: ['completed'] }),
			}),
		});
		return { method: 'POST', base: 'baseUrl', path, body };
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/predictions/${encodeInUrl(jobId)}` };
	},

	// https://replicate.com/docs/reference/http#predictions.cancel: the job as it is then; one that has ended stays so.
	cancel: {
		write: (jobId) => ({ method: 'POST', base: 'baseUrl', path: `/predictions/${encodeInUrl(jobId)}/cancel` }),
		read(body, httpStatus) {
			if (httpStatus === 404) return 'unknownJob';
			const job = httpStatus < 300 ? replicate.readJob(body, {}) : null;
			if (job === null) return null;
			if (job.status === 'cancelled') return 'cancelled';
			return isEnded(job.status) ? 'ended' : 'requested';
		},
	},

	checkJobId: (jobId) => checkAnyJobId(displayName, jobId),

	reading,

	readJob(body, known) {
		const job = readJob(reading, body, known);
		if (job === null) return null;
		if (job.status === 'completed' && job.videoUrls.length === 0 && objectAt(body).data_removed === true) {
			return { ...job, status: 'failed', failure: removed(job) };
		}
		return {
			...job,
			status: job.rawStatus === 'aborted' ? 'cancelled' : job.status,
			expiresAt: expiryOf(job, 1),
		};
	},

	readError: (body) => readComplaint(reading, body),
};
