import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import type { JobStatus } from '../job/VideoJob';
import { fit } from '../models/fitting/fit';
import { checkAnyJobId } from './checkAnyJobId';
import { checkPublicHttpsUrl } from './checkPublicHttpsUrl';
import { expiryOf } from './expiryOf';
import { errorDetails, isUnknown, objectsIn, outputSteps, refine, unwrap } from './geminiAnswers';
import { geminiModels, usualModel } from './geminiModels';
import type { Provider, ProviderRequest } from './Provider';

/** How long the Files API keeps what was made. */
const fileHours = 48;

const interactions = '/v1beta/interactions';

const reading: AnswerReading = {
	provider: 'gemini',
	displayName: 'Google Gemini',
	ownIds: ['id'],
	places: {
		// `output_video` is what Google's own client makes of the steps.
		links: ['steps[].content', 'output_video'],
		// Before the number, which says no more than the HTTP status.
		failureCode: ['error.details[].reason', 'error.status'],
	},
	refine,
};

/** Pictures and videos that came as data URLs, as the API takes data. */
function withData(part: unknown): unknown {
	const { uri, ...more } = objectAt(part);
	const [, mimeType, data] = /^data:([^;,]+)[^,]*;base64,(.*)$/s.exec(readText(uri) ?? '') ?? [];
	return data === undefined ? part : { ...more, mime_type: mimeType, data };
}

function listPage(token: string | null): ProviderRequest {
	const page = token === null ? '' : `&pageToken=${encodeInUrl(token)}`;
	return { method: 'GET', base: 'baseUrl', path: `/v1beta/models?pageSize=1000${page}` };
}

/** The Files API answers to a file's own name with what it knows of the file, and not with its bytes. */
function toDownload(link: string): string {
	return link.replace(/(\/v1beta\/files\/[\w-]+)(:download)?$/, '$1:download?alt=media');
}

const endings: Readonly<Record<string, JobStatus>> = {
	'interaction.completed': 'completed',
	'interaction.failed': 'failed',
	'interaction.cancelled': 'cancelled',
};

/**
 * Google's Gemini API, for Gemini Omni: `POST /v1beta/interactions`, `GET /v1beta/interactions/{id}`.
 *
 * Source: https://ai.google.dev/gemini-api/docs/interactions, and Google's own client
 * (github.com/googleapis/js-genai, src/gaos/models/interactions); callbacks from
 * https://ai.google.dev/gemini-api/docs/webhooks.
 */
export const gemini: Provider = {
	id: 'gemini',
	displayName: 'Google Gemini',
	credentialType: 'soraVideoGeminiApi',
	description: "Google's own Gemini Omni, which can go on from an earlier video (ai.google.dev)",
	website: 'https://ai.google.dev',
	get models() {
		return geminiModels();
	},
	// Resellers have its models under the same ids.
	sharesModelIds: true,
	makes: /^(models\/)?(gemini|veo)-/,
	usualModel,
	imageTransport: 'inline',
	takesOtherPictures: true,
	callbacks: {
		checkUrl: (url) => checkPublicHttpsUrl(url, 2048),
		scheme: {
			kind: 'jwt',
			header: 'webhook-signature',
			issuers: ['https://accounts.google.com', 'accounts.google.com'],
			keys: { method: 'GET', base: 'baseUrl', path: '/.well-known/jwks.json', withoutKey: true },
			toleranceSeconds: 300,
		},
		setUp:
			'Publish (activate) this workflow, open Webhook URLs above, and copy the URL from its tab Production URL into the field Callback URL of the Sora Video node that creates the video. Google calls it when the video has ended. The URL must begin with https (if it does not, whoever runs n8n sets WEBHOOK_URL) and be reachable from the internet (not localhost or a private address).',
		// It tells that something ended, and not what came of it.
		read(body) {
			const { type, data } = objectAt(body);
			const status = endings[readText(type) ?? ''];
			const jobId = readText(objectAt(data).id);
			return status && jobId ? { jobId, status, job: null } : null;
		},
	},
	// It holds models of every kind, and doesn't say which make videos.
	modelList: {
		request: listPage(null),
		read(body) {
			const { models } = objectAt(body);
			if (!Array.isArray(models)) return null;
			return objectsIn(models).flatMap(({ name, displayName }) => {
				const id = (readText(name) ?? '').replace(/^models\//, '');
				const about = readText(displayName);
				return /(^|-)(omni|veo)(-|$)/.test(id) ? [{ id, about: about === id ? null : about }] : [];
			});
		},
		readNext(body) {
			const token = readText(objectAt(body).nextPageToken);
			return token === null ? null : listPage(token);
		},
	},
	linkHours: fileHours,
	keyHeader: { name: 'x-goog-api-key', prefix: '' },
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/v1beta/models?pageSize=1',
			shows: (body) => Array.isArray(body.models),
		},
	],

	writeCreate(request, media, model) {
		const own = {
			model: request.model,
			// Otherwise the request stays open until the video is made, and its id is lost with it.
			background: true,
			...(request.remixOf && { previous_interaction_id: request.remixOf }),
			...(request.callbackUrl && { webhook_config: { uris: [request.callbackUrl] } }),
		};
		const { body } = fit(model, request, media, own);
		const { input, response_format: format } = body;
		// Inline, a video of more than 4 MB isn't given.
		const byLink = { type: 'video', delivery: 'uri', ...objectAt(format) };
		return {
			method: 'POST',
			base: 'baseUrl',
			path: interactions,
			body: {
				...body,
				...(Array.isArray(input) && { input: input.map(withData) }),
				response_format: Array.isArray(format) ? format : byLink,
			},
		};
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `${interactions}/${encodeInUrl(jobId)}` };
	},

	cancel: {
		write: (jobId) => ({
			method: 'POST',
			base: 'baseUrl',
			path: `${interactions}/${encodeInUrl(jobId)}/cancel`,
		}),
		read(body, httpStatus) {
			const { message } = readComplaint(reading, unwrap(body));
			if (httpStatus < 300) return objectAt(body).status === 'cancelled' ? 'cancelled' : 'requested';
			if (isUnknown(message)) return 'unknownJob';
			return httpStatus === 400 && /already|ended|completed|not running/i.test(message ?? '') ? 'ended' : null;
		},
	},

	checkJobId: (jobId) => checkAnyJobId('Google Gemini', jobId),

	// A wrong key is a wrong argument there.
	statusOf(body, httpStatus) {
		const isKey = errorDetails(body).some(({ reason }) => reason === 'API_KEY_INVALID');
		return httpStatus === 400 && isKey ? 401 : httpStatus;
	},

	reading,

	readJob(body, known) {
		const answer = unwrap(body);
		const steps = outputSteps(answer);
		const job = readJob(reading, isObject(answer) && answer.steps ? { ...answer, steps } : answer, known);
		if (job === null) return null;
		const videoUrls = job.videoUrls.map(toDownload);
		return { ...job, videoUrls, videoUrl: videoUrls[0] ?? null, expiresAt: expiryOf(job, fileHours) };
	},

	readRetryAfter(body) {
		const [delay] = errorDetails(body).flatMap(({ retryDelay }) => /^([\d.]+)s$/.exec(readText(retryDelay) ?? '')?.[1] ?? []);
		return readNumber(delay);
	},

	readError: (body) => readComplaint(reading, unwrap(body)),
};
