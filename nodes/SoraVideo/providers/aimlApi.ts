import type { IDataObject } from 'n8n-workflow';

import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { firstText, isObject, objectAt, readLinks, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import { fit } from '../models/fitting/fit';
import type { ListedModel, Retirement } from '../models/ListedModel';
import type { Model } from '../models/Model';
import { readOpenApi } from '../models/readers/readSchema';
import { readTable } from '../models/readers/readTable';
import { leastPrice, prices } from './aimlApiPrices';
import { checkAnyJobId } from './checkAnyJobId';
import { forbiddenMeansQuota } from './forbiddenMeansQuota';
import type { Provider } from './Provider';

const generations = '/v2/video/generations';

/** What its models take, as their schemas name it most often (docs.aimlapi.com, api-references/video-models). */
const usualFields =
	'prompt:text image_url:url last_image_url:url image_urls:urls video_urls:urls audio_urls:urls resolution:text aspect_ratio:text duration:int generate_audio:bool negative_prompt:text seed:int';

/** @param resolutions The last one is the default. */
function soraModel(id: string, about: string, takesImage: boolean, resolutions: string): Model {
	const image = takesImage ? 'image_url!:url' : '';
	return {
		...readTable(`prompt!:text ${image} resolution:${resolutions}* aspect_ratio:16:9*|9:16 duration:4*|8|12`, id),
		about,
		imageMustMatch: takesImage,
		// "about 80–90 seconds for a 4-second 1080p video" (docs.aimlapi.com, sora-2-pro-t2v).
		usualSeconds: 85,
	};
}

/** The list's entries, under `data`; null where there is none. */
function readEntries(body: unknown): IDataObject[] | null {
	const { data } = objectAt(body);
	return Array.isArray(data) ? data.filter(isObject) : null;
}

function readNames({ id, aliases }: IDataObject): string[] {
	return [id, aliases].flat().map(readText).filter((name) => name !== null);
}

function readListed(entry: IDataObject): ListedModel[] {
	const [id, ...aliases] = readNames(entry);
	const info = objectAt(entry.info);
	const [docsUrl] = readLinks([info.docsUrl, info.url]);
	if (id === undefined) return [];
	const price = leastPrice(entry.pricing);
	return [{ id, aliases, about: firstText(info.name, info.description), ...(docsUrl && { docsUrl }), ...(price !== null && { price: `from ${price}` }) }];
}

const retirementStates: ReadonlyMap<string | null, Retirement['state']> = new Map([
	['deprecated', 'retiring'],
	['superseded', 'replaced'],
	['withdrawn', 'withdrawn'],
]);

function readRetirement(entry: IDataObject): Retirement[] {
	const state = retirementStates.get(readText(entry.status));
	const day = readText(entry.shutdown_at)?.slice(0, 10) ?? null;
	const successor = readText(entry.replaced_by);
	return state === undefined ? [] : [{ ids: readNames(entry), state, on: day, successor }];
}

const reading: AnswerReading = {
	provider: 'aimlApi',
	displayName: 'AI/ML API',
	ownIds: ['id', 'generation_id'],
	places: {
		// The name says more than the code beside it.
		failureCode: ['error.name'],
		usage: ['meta.usage'],
		// Stated for some 50 of its video models (docs.aimlapi.com, wan2.7-t2v and others).
		costUsd: ['meta.usage.usd_spent'],
	},
};

/**
 * AI/ML API: `POST` and `GET /v2/video/generations`.
 *
 * Source: https://docs.aimlapi.com/api-references/video-models/openai/sora-2-pro-i2v and siblings.
 */
export const aimlApi: Provider = {
	id: 'aimlApi',
	displayName: 'AI/ML API',
	credentialType: 'soraVideoAimlApi',
	description: 'Many models of many makers with one key (aimlapi.com)',
	website: 'https://aimlapi.com',
	models: [
		soraModel('openai/sora-2-t2v', 'Sora 2, text to video, 720p', false, '720p'),
		soraModel('openai/sora-2-i2v', 'Sora 2, image to video, 720p', true, '720p'),
		soraModel('openai/sora-2-pro-t2v', 'Sora 2 Pro, text to video, 720p or 1080p', false, '720p|1080p'),
		soraModel('openai/sora-2-pro-i2v', 'Sora 2 Pro, image to video, 720p or 1080p', true, '720p|1080p'),
	],
	usualModel: (id) => ({ ...readTable(usualFields, id), known: false }),
	// `info.docsJson` of the model list.
	modelSource: {
		request: (id) => ({
			method: 'GET',
			base: 'baseUrl',
			path: `/docs-json?model=${encodeInUrl(id)}&endpoint=internal%2Fvideo-generations%2Fsubmit`,
			withoutKey: true,
		}),
		read: (body, id) => readOpenApi(body, id, generations, { leaveOut: ['model'] }),
	},
	// Sources: docs.aimlapi.com, service-endpoints/complete-model-list and model-deprecations.
	modelList: {
		request: { method: 'GET', base: 'baseUrl', path: '/v1/models?tags=playground:video&include=pricing' },
		read: (body) => readEntries(body)?.flatMap(readListed) ?? null,
		retirements: {
			request: { method: 'GET', base: 'baseUrl', path: '/v1/models/deprecations' },
			read: (body) => readEntries(body)?.flatMap(readRetirement) ?? null,
		},
	},
	imageTransport: 'inline',
	prices,
	linkHours: null,
	costField: 'credits_used (credits)',
	// The model list answers without a key, so only the balance proves one.
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/v2/billing',
			shows: (body) => readNumber(body.current_balance) !== null,
			passes: [403],
			absent: [404],
		},
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/v1/billing/balance',
			shows: (body) => readNumber(body.balance) !== null,
			passes: [403],
		},
	],

	writeCreate(request, media, model) {
		const { body } = fit(model, request, media, { model: request.model });
		return { method: 'POST', base: 'baseUrl', path: generations, body };
	},

	writeStatus(jobId) {
		// Ids look like `video_68e5…:openai/sora-2-pro-i2v`.
		return {
			method: 'GET',
			base: 'baseUrl',
			path: `${generations}?generation_id=${encodeInUrl(jobId)}`,
		};
	},

	checkJobId: (jobId) => checkAnyJobId('AI/ML API', jobId),

	reading,

	readJob(body, known) {
		const job = readJob(reading, body, known);
		return job && { ...job, model: job.model ?? firstText(job.id.split(':')[1]) };
	},

	// "You've run out of credits" comes as 403 here (docs, errors-with-status-code-4xx).
	readError: (body, httpStatus) => forbiddenMeansQuota(readComplaint(reading, body), httpStatus, body),
};
