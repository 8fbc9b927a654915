import { describeEnding } from '../job/failure';
import type { ProviderComplaint } from '../job/failure';
import {
	firstText,
	isObject,
	objectAt,
	readLinks,
	readProgress,
	readSentence,
	readText,
	readTime,
	showValue,
} from '../job/read';
import { readStatus } from '../job/status';
import { checkAnyJobId } from './checkAnyJobId';
import { isContentUrl } from './isContentUrl';
import { fit } from '../models/fitting/fit';
import { mergeBody } from '../models/fitting/mergeBody';
import type { ListedModel } from '../models/ListedModel';
import { openAiModels, usualModel } from './openAiModels';
import type { Provider, ProviderForm } from './Provider';

const displayName = 'OpenAI-Compatible API';

/** Model names that are known to be video models' come first in a list that tells no kinds. */
const videoName =
	/sora|veo|video|kling|wan[-_.]?\d|seedance|hailuo|minimax[-/]h|pixverse|runway|gen-?[34]|luma|ray-?\d|vidu|pika|hunyuan|ltx|i2v|t2v/i;

function readComplaint(body: unknown): ProviderComplaint {
	const top = objectAt(body);
	const error = objectAt(top.error);
	const code = firstText(error.code, error.type, top.code, top.type);
	return {
		code,
		message: firstText(error.message, top.error, top.message) ?? readSentence(body),
		// Comes with HTTP 429, and is no matter of patience.
		...(/insufficient.{0,40}quota|billing/.test(code ?? '') && { category: 'quota' }),
	};
}

/** The links that one field holds: text, a list of texts, or a list of objects with a `url`. */
function linksIn(field: unknown): string[] {
	return readLinks([field].flat().map((entry) => (isObject(entry) ? entry.url : entry)));
}

/** A gateway's public links; OpenAI itself gives none. */
function findLinks(body: Record<string, unknown>): string[] {
	const fields = [
		body.url,
		body.video_url,
		objectAt(body.data).url,
		objectAt(body.data).video_url,
		objectAt(body.output).url,
		objectAt(body.metadata).url,
		body.output,
	];
	const found = fields.map(linksIn).find((links) => links.length > 0) ?? [];
	return found.filter((link) => !isContentUrl(link));
}

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

function formOf(fields: Record<string, unknown>, dataUrl: string): ProviderForm {
	const [, mimeType = 'image/png', base64 = ''] =
		/^data:([^;,]+)(?:;[^,]*)?,(.*)$/s.exec(dataUrl) ?? [];
	return {
		fields: Object.fromEntries(
			Object.entries(fields).map(([name, value]) => [name, showValue(value)]),
		),
		file: {
			field: 'input_reference',
			fileName: `image.${mimeType.split('/')[1] ?? 'png'}`,
			mimeType,
			base64,
		},
	};
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
		scheme: {
			kind: 'hmac',
			headers: {
				id: 'webhook-id',
				timestamp: 'webhook-timestamp',
				signature: 'webhook-signature',
			},
			form: 'list',
			version: 'v1',
			parts: ['id', { text: '.' }, 'timestamp', { text: '.' }, 'body'],
			secretPrefix: 'whsec_',
			secretEncoding: 'base64',
			encoding: 'base64',
			toleranceSeconds: 300,
		},
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
				path: `/videos/${encodeURIComponent(request.remixOf)}/remix`,
				body: mergeBody({ prompt: request.prompt }, request.additionalBody),
			};
		}
		const { body } = fit(model, request, media, { model: request.model });
		return media.firstFrame?.startsWith('data:')
			? { ...post, path: '/videos', form: formOf(mergeBody(body, { input_reference: null }), media.firstFrame) }
			: { ...post, path: '/videos', body };
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/videos/${encodeURIComponent(jobId)}` };
	},

	writeContent(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/videos/${encodeURIComponent(jobId)}/content` };
	},

	checkJobId: (jobId) => checkAnyJobId(displayName, jobId),

	readJob(body, known) {
		if (!isObject(body)) return null;
		const data = objectAt(body.data);
		const rawStatus = firstText(body.status, data.status);
		const id = firstText(body.id, body.task_id, data.id, data.task_id, rawStatus && known.id);
		if (id === null) return null;
		const status = readStatus(rawStatus);
		const model = firstText(body.model, data.model, known.model);
		const videoUrls = status === 'completed' ? findLinks(body) : [];
		return {
			provider: this.id,
			id,
			model,
			status,
			rawStatus,
			progress: readProgress(body.progress ?? data.progress, 100),
			videoUrl: videoUrls[0] ?? null,
			videoUrls,
			expiresAt: readTime(body.expires_at ?? data.expires_at),
			failure: describeEnding(
				`${displayName} job ${id}`,
				status,
				readComplaint(body.error ? { error: body.error } : data),
				model,
			),
			usage: isObject(body.usage) ? body.usage : null,
			createdAt: readTime(body.created_at ?? data.created_at) ?? known.createdAt ?? null,
		};
	},

	readError: (body) => readComplaint(body),
};
