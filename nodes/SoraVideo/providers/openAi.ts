import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { objectAt, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import { fit } from '../models/fitting/fit';
import { mergeBody } from '../models/fitting/mergeBody';
import type { ListedModel } from '../models/ListedModel';
import { checkAnyJobId } from './checkAnyJobId';
import { adviseDialect, applyDialect } from './dialects';
import { openAiModels, usualModel } from './openAiModels';
import type { Provider } from './Provider';
import { standardWebhooks } from './standardWebhooks';
import { withoutContentUrls } from './withoutContentUrls';

const displayName = 'OpenAI-Compatible API';

/** Model names that are known to be video models' come first in a list that tells no kinds. */
const videoName =
	/sora|veo|video|kling|wan[-_.]?\d|seedance|hailuo|minimax[-/]h|pixverse|runway|gen-?[34]|luma|ray-?\d|vidu|pika|hunyuan|ltx|i2v|t2v/i;

const reading: AnswerReading = {
	provider: 'openAi',
	displayName,
	ownIds: ['id'],
	isRequestIdJob: true,
	refine: ({ code }) =>
		// Comes with HTTP 429, and is no matter of patience.
		/insufficient.{0,40}quota|billing/.test(code ?? '') ? { category: 'quota' } : {},
};

/**
 * Adds `/v1` to a base URL that names no version. A version is any part of the path like `v1`, `v3` or
 * `v1beta`, so that `https://host/openai/v1`, `https://host/api/v3` and a proxy's
 * `https://host/v1/account/openai` stay as they are. A `/videos` at the end, copied along with the
 * address of the call itself, is cut off.
 */
function completeBaseUrl(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return baseUrl;
	const base = baseUrl.replace(/\/videos$/, '');
	const parts = new URL(base).pathname.split('/');
	return parts.some((part) => /^v\d+([a-z]+\d*)?$/i.test(part)) ? base : `${base}/v1`;
}

function readModels(body: unknown): ListedModel[] | null {
	const { data } = objectAt(body);
	if (!Array.isArray(data)) return null;
	const ids = data.map((entry) => readText(objectAt(entry).id)).filter((id) => id !== null);
	const rank = (id: string) => (videoName.test(id) ? 0 : 1);
	return [...new Set(ids)]
		.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
		.map((id) => ({ id, about: null }));
}

/**
 * OpenAI's Videos API and the gateways that copy it: `POST /v1/videos`, `GET /v1/videos/{id}`.
 *
 * Source: https://developers.openai.com/api/docs/guides/video-generation; the deviations that
 * gateways have are each named where they are read.
 */
export const openAi: Provider = {
	id: 'openAi',
	displayName,
	credentialType: 'soraVideoOpenAiApi',
	description: "Any service that copies OpenAI's video API, by its Base URL",
	models: openAiModels,
	usualModel,
	servesAnyModel: true,
	completeBaseUrl,
	imageTransport: 'file',
	callbacks: {
		scheme: standardWebhooks,
		setUp:
			'Publish (activate) this workflow, open Webhook URLs above, and add the URL from its tab Production URL as a webhook in the settings of the service, for the events video.completed and video.failed. Put the secret that the service shows then into the credential, as Webhook Secret. The URL must begin with https (if it does not, whoever runs n8n sets WEBHOOK_URL) and be reachable from the internet (not localhost or a private address).',
		read(body) {
			const { type, data } = objectAt(body);
			const jobId = readText(objectAt(data).id);
			if (jobId === null || (type !== 'video.completed' && type !== 'video.failed')) return null;
			return { jobId, status: type === 'video.completed' ? 'completed' : 'failed', job: null };
		},
	},
	modelList: {
		request: { method: 'GET', base: 'baseUrl', path: '/models' },
		read: readModels,
	},
	linkHours: 1,
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/models',
			shows: (body) => Array.isArray(body.data),
		},
	],

	writeCreate(request, media, model) {
		const post = { method: 'POST', base: 'baseUrl' } as const;
		if (request.remixOf !== null) {
			return {
				...post,
				path: `/videos/${encodeInUrl(request.remixOf)}/remix`,
				body: mergeBody({ prompt: request.prompt }, request.additionalBody),
			};
		}
		const { body } = fit(model, request, media, { model: request.model });
		return { ...post, path: '/videos', body };
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/videos/${encodeInUrl(jobId)}` };
	},

	writeContent(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/videos/${encodeInUrl(jobId)}/content` };
	},

	checkJobId: (jobId) => checkAnyJobId(displayName, jobId),

	dialects: {
		apply: applyDialect,
		advise: (request, complaint) => adviseDialect(request, complaint, displayName),
	},

	reading,

	readJob: (body, known) => withoutContentUrls(readJob(reading, body, known), known),

	readError: (body) => readComplaint(reading, body),
};
