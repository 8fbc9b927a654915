import type { IDataObject } from 'n8n-workflow';

import { describeEnding } from '../job/failure';
import type { ProviderComplaint } from '../job/failure';
import {
	firstText,
	isObject,
	objectAt,
	readLinks,
	readSentence,
	readText,
	readTime,
} from '../job/read';
import { readStatus } from '../job/status';
import { checkAnyJobId } from './checkAnyJobId';
import { checkPublicHttpsUrl } from './checkPublicHttpsUrl';
import { fit } from '../models/fitting/fit';
import { isContentUrl } from './isContentUrl';
import { readListed, usualModel } from './openRouterModels';
import type { Provider } from './Provider';

/** A refusal by OpenRouter's own checks: a list of problems as JSON inside the message. */
function readProblems(message: string | null): string | null {
	if (message === null || !/^\s*\[/.test(message)) return message;
	try {
		const list: unknown = JSON.parse(message);
		const problems = (Array.isArray(list) ? list : []).map((entry) => {
			const { path, message: said } = objectAt(entry);
			const field = (Array.isArray(path) ? path : []).map(readText).join('.');
			return `${field}: ${readText(said) ?? 'not taken'}`;
		});
		return problems.length > 0 ? problems.join('; ') : message;
	} catch {
		return message;
	}
}

/** HTTP errors hold an object, whose `metadata.raw` is what the maker of the model said; jobs hold text. */
function readComplaint(body: unknown): ProviderComplaint {
	const top = objectAt(body);
	const error = objectAt(top.error);
	const metadata = objectAt(error.metadata);
	const message = firstText(error.message, top.error, top.message) ?? readSentence(body);
	const raw = readSentence(metadata.raw);
	return {
		code: firstText(error.code, error.name, top.code),
		message: raw === null ? readProblems(message) : `${message ?? 'error'}, ${raw}`,
		// A prompt that was flagged comes with its reasons, as HTTP 403.
		...('reasons' in metadata && { category: 'moderation' }),
	};
}

/**
 * The links that anybody may read: those to the storage, signed. `unsigned_urls` are the API's own
 * content addresses, which take the key (as `writeContent` does), unless they name another place.
 */
function findLinks({ urls, unsigned_urls: unsigned }: IDataObject): string[] {
	const signed = readLinks([urls]);
	if (signed.length > 0) return signed;
	return readLinks([unsigned]).filter((link) => !isContentUrl(link));
}

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
		checkUrl: (url) => checkPublicHttpsUrl(url, 2048),
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
		setUp:
			'Publish (activate) this workflow, open Webhook URLs above, and copy the URL from its tab Production URL into the field Callback URL of the Sora Video node that creates the video. The URL must begin with https (if it does not, whoever runs n8n sets WEBHOOK_URL), be reachable from the internet (not localhost or a private address) and have at most 2,048 characters. If your OpenRouter workspace has a signing secret for callbacks, put it into the credential, as Webhook Secret.',
		read(body) {
			const { type, data } = objectAt(body);
			if (!/^video\.generation\.\w+$/.test(readText(type) ?? '')) return null;
			const job = isObject(data) && readText(data.status) ? openRouter.readJob(data, {}) : null;
			return job && { jobId: job.id, status: job.status, job };
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
		return { method: 'GET', base: 'baseUrl', path: `/videos/${encodeURIComponent(jobId)}` };
	},

	writeContent(jobId, index) {
		return {
			method: 'GET',
			base: 'baseUrl',
			path: `/videos/${encodeURIComponent(jobId)}/content?index=${index}`,
		};
	},

	checkJobId: (jobId) => checkAnyJobId('OpenRouter', jobId),

	readJob(body, known) {
		if (!isObject(body)) return null;
		const rawStatus = readText(body.status);
		const id = firstText(body.id, rawStatus && known.id);
		if (id === null) return null;
		const status = readStatus(rawStatus);
		const model = firstText(body.model, known.model);
		const videoUrls = findLinks(body);
		const complaint = readComplaint(body);
		const expired = rawStatus === 'expired' ? 'it took too long and expired' : null;
		return {
			provider: this.id,
			id,
			model,
			status,
			rawStatus,
			progress: status === 'completed' ? 100 : null,
			videoUrl: videoUrls[0] ?? null,
			videoUrls,
			expiresAt: null,
			failure: describeEnding(
				`OpenRouter job ${id}`,
				status,
				{ ...complaint, message: complaint.message ?? expired },
				model,
			),
			usage: isObject(body.usage) ? body.usage : null,
			createdAt: readTime(body.created_at) ?? known.createdAt ?? null,
		};
	},

	readError: (body) => readComplaint(body),
};
