import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { objectAt, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import type { ListedModel } from '../models/ListedModel';
import { checkAnyJobId } from './checkAnyJobId';
import { forbiddenMeansQuota } from './forbiddenMeansQuota';
import { nestedBody } from './nestedBody';
import type { Provider, PublicRequest } from './Provider';
import { readSpec, usualModel, vtrixModels } from './vtrixModels';

const generation = '/model/v1/generation';

const reading: AnswerReading = {
	provider: 'vtrix',
	displayName: 'Vtrix',
	ownIds: ['id', 'task_id'],
	places: {
		links: ['output[].content'],
		code: ['status.error_code', 'status.code'],
		reason: ['error', 'status.message'],
		costUsd: ['usage.cost'],
	},
	whole: 1,
	refine: ({ code }) => ({
		// Error codes have nine digits with a leading zero (`014001095`), which an integer loses.
		code: code !== null && /^\d{7,8}$/.test(code) ? code.padStart(9, '0') : code,
		// 014001095 to 014001099 all tell of a trouble while generating (doc.vtrix.ai, sora_2_i2v), which
		// the words beside them may name more closely.
		...(/^0?140010\d\d$/.test(code ?? '') && { otherwise: 'provider' }),
	}),
};

const listPageSize = 200;

/** The pages about models are on a host of their own, and open to all: the key never goes there. */
function publicPage(page: string): PublicRequest {
	return {
		method: 'GET',
		url: `https://cloud-model-spec.vtrix.ai/api/v1/skill/${page}`,
		besides: 'https://cloud.vtrix.ai',
	};
}

function listPage(page: number): PublicRequest {
	return publicPage(`models?type=video&page=${page}&page_size=${listPageSize}`);
}

function readListed(value: unknown): ListedModel[] {
	const entry = objectAt(value);
	const id = readText(entry.id);
	const kinds = [entry.type, entry.output_modalities].flat().map(readText);
	if (id === null || !kinds.some((kind) => /^video$/i.test(kind ?? ''))) return [];
	const inputs = [entry.input_modalities].flat().map(readText);
	const takesImage = inputs.some((kind) => /^image$/i.test(kind ?? ''));
	const name = readText(entry.name);
	const about = [name === id ? null : name, takesImage && 'from text and images'].filter(Boolean);
	return [{ id, about: about.length > 0 ? about.join(', ') : readText(entry.description) }];
}

/** The top-level keys of a request; every other field belongs to the model's params. */
const topLevelKeys = new Set(['model', 'input', 'moderation', 'metadata']);

/**
 * Vtrix: `POST /model/v1/generation`, `GET /model/v1/generation/task/{id}`.
 *
 * Source: https://doc.vtrix.ai/docs/api/openai/sora-2-i2v; the nesting of the params and the status
 * path are from the provider's own client, since the page shows them flat or not at all.
 */
export const vtrix: Provider = {
	id: 'vtrix',
	displayName: 'Vtrix',
	credentialType: 'soraVideoVtrixApi',
	description: 'Image, video and text models with one key (vtrix.ai)',
	website: 'https://vtrix.ai',
	models: vtrixModels,
	usualModel,
	modelSource: {
		request: (id) => publicPage(`models/${encodeInUrl(id)}/spec`),
		read: readSpec,
	},
	// Source: the provider's own client (VtrixAI/vtrix-cli, internal/models).
	modelList: {
		request: listPage(1),
		read(body) {
			const { models } = objectAt(objectAt(body).data);
			return Array.isArray(models) ? models.flatMap(readListed) : null;
		},
		readNext(body) {
			const { page, total_pages: pages } = objectAt(objectAt(body).data);
			const [current, last] = [readNumber(page), readNumber(pages)];
			return current !== null && last !== null && current < last ? listPage(current + 1) : null;
		},
	},
	imageTransport: 'signedUrl',
	binaryImageNotice:
		"Vtrix takes an image only as a link, so n8n lends it one to its own copy, signed and valid for a day. For that n8n must be reachable from the internet (WEBHOOK_URL) and must not keep binary data in memory (N8N_DEFAULT_BINARY_DATA_MODE). Otherwise choose URL as Image Source.",
	linkHours: null,
	costField: 'cost (USD)',
	// No call is made for testing a key, so a job that can't exist is asked for: a right key gets 404.
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: `${generation}/task/credential-test`,
			shows: () => false,
			passes: [400, 404, 422],
		},
	],

	writeCreate(request, media, model) {
		const body = nestedBody(model, request, media, {
			topLevel: topLevelKeys,
			own: request.remixOf === null ? {} : { remix_video_id: request.remixOf },
			wrap: (params) => ({ model: request.model, input: [{ params }] }),
		});
		return { method: 'POST', base: 'baseUrl', path: generation, body };
	},

	writeStatus(jobId) {
		return {
			method: 'GET',
			base: 'baseUrl',
			path: `${generation}/task/${encodeInUrl(jobId)}`,
		};
	},

	checkJobId: (jobId) => checkAnyJobId('Vtrix', jobId),

	reading,

	readJob: (body, known) => readJob(reading, body, known),

	// "403 insufficient balance/permission" (doc.vtrix.ai).
	readError: (body, httpStatus) => forbiddenMeansQuota(readComplaint(reading, body), httpStatus, body),
};
