import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readLinks, readSentence, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import { fit } from '../models/fitting/fit';
import { callbacksPerJob, claimOfJob } from './callbacksPerJob';
import { checkAnyJobId } from './checkAnyJobId';
import { readListed, usualModel } from './openRouterModels';
import { prices } from './openRouterPrices';
import type { Provider } from './Provider';
import { withoutContentUrls } from './withoutContentUrls';

/** The API's own content addresses take the key (as `writeContent` does), and are no links for anybody. */
const reading: AnswerReading = {
	provider: 'openRouter',
	displayName: 'OpenRouter',
	ownIds: ['id'],
	places: {
		// Signed links to the storage; `unsigned_urls` may name another place than the API.
		links: ['urls', 'unsigned_urls'],
		costUsd: ['usage.cost'],
	},
	/** HTTP errors hold an object, whose `metadata.raw` is what the maker of the model said; jobs hold text. */
	refine({ message }, body) {
		const { error, status } = objectAt(body);
		const metadata = objectAt(objectAt(error).metadata);
		const raw = readSentence(metadata.raw);
		const expired = readText(status) === 'expired' ? 'it took too long and expired' : null;
		return {
			message: raw === null ? (message ?? expired) : `${message ?? 'error'}, ${raw}`,
			// A prompt that was flagged comes with its reasons, as HTTP 403.
			...('reasons' in metadata && { category: 'moderation' }),
		};
	},
};

const perJob = callbacksPerJob(2048);

/**
 * OpenRouter: `POST /api/v1/videos`, `GET /api/v1/videos/{id}`.
 *
 * Source: https://openrouter.ai/docs/api_reference/videos; the callback from
 * https://openrouter.ai/docs/cookbook/video-generation/video-generation-webhooks.
 */
export const openRouter: Provider = {
	id: 'openRouter',
	displayName: 'OpenRouter',
	credentialType: 'soraVideoOpenRouterApi',
	description: 'Video models of many makers, and tells n8n when a video is done (openrouter.ai)',
	website: 'https://openrouter.ai',
	models: [],
	usualModel,
	imageTransport: 'inline',
	callbacks: {
		...perJob,
		scheme: {
			kind: 'hmac',
			headers: { signature: 'x-openrouter-signature' },
			form: 'pairs',
			version: 'v1',
			parts: ['timestamp', { text: ',' }, 'body'],
			secretPrefix: '',
			secretEncoding: 'utf8',
			encoding: 'hex',
			toleranceSeconds: 300,
		},
		setUp: `${perJob.setUp} If your OpenRouter workspace has a signing secret for callbacks, put it into the credential, as Webhook Secret.`,
		read(body) {
			const { type, data } = objectAt(body);
			if (!/^video\.generation\.\w+$/.test(readText(type) ?? '')) return null;
			return claimOfJob(openRouter, data);
		},
	},
	modelList: {
		request: { method: 'GET', base: 'baseUrl', path: '/videos/models' },
		read(body) {
			const { data } = objectAt(body);
			return Array.isArray(data) ? data.flatMap(readListed) : null;
		},
		statesModels: true,
	},
	prices,
	linkHours: null,
	costField: 'cost (USD)',
	keyTests: [
		{ method: 'GET', base: 'baseUrl', path: '/key', shows: (body) => isObject(body.data) },
	],

	writeCreate(request, media, model) {
		const own = { model: request.model, ...(request.callbackUrl && { callback_url: request.callbackUrl }) };
		const { body } = fit(model, request, media, own);
		return { method: 'POST', base: 'baseUrl', path: '/videos', body };
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/videos/${encodeInUrl(jobId)}` };
	},

	writeContent(jobId, index) {
		return {
			method: 'GET',
			base: 'baseUrl',
			path: `/videos/${encodeInUrl(jobId)}/content?index=${index}`,
		};
	},

	countContent: (body) => readLinks([objectAt(body).unsigned_urls]).length,

	checkJobId: (jobId) => checkAnyJobId('OpenRouter', jobId),

	reading,

	readJob: (body, known) => withoutContentUrls(readJob(reading, body, known), known),

	readError: (body) => readComplaint(reading, body),
};
