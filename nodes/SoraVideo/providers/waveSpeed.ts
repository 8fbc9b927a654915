import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readLinks, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import type { FailureCategory } from '../job/VideoJob';
import { fit } from '../models/fitting/fit';
import { isVideoModelId } from '../models/isVideoModelId';
import type { ListedModel } from '../models/ListedModel';
import type { Model } from '../models/Model';
import { readSchema } from '../models/readers/readSchema';
import { readTable } from '../models/readers/readTable';
import { callbacksPerJob, claimOfJob } from './callbacksPerJob';
import { checkAnyJobId } from './checkAnyJobId';
import { modelPath } from './modelPath';
import type { Provider } from './Provider';
import { standardWebhooks } from './standardWebhooks';

/** https://wavespeed.ai/docs/error-codes; 0 is success. */
const categories: ReadonlyMap<string, FailureCategory> = new Map([
	['1200', 'moderation'],
	['1400', 'invalidInput'],
	['1401', 'invalidInput'],
	['1402', 'invalidInput'],
	['1403', 'provider'],
	['1405', 'provider'],
	['5000', 'provider'],
	['5003', 'provider'],
	['5004', 'provider'],
]);

const reading: AnswerReading = {
	provider: 'waveSpeed',
	displayName: 'WaveSpeed',
	ownIds: ['data.id'],
	categories,
	// `has_nsfw_contents` says it of each output, and is true of one that is held back for it too.
	refine(_complaint, body) {
		const answer = objectAt(body);
		const { status, outputs, has_nsfw_contents: flags } = 'outputs' in answer ? answer : objectAt(answer.data);
		const isHeldBack = status === 'completed' && Array.isArray(flags) && flags.some((flag: unknown) => flag === true) && readLinks([outputs].flat()).length === 0;
		return isHeldBack ? { message: 'its content was found not safe', category: 'moderation', isFailure: true } : {};
	},
};

/** What its models call these most often. */
const usualFields =
	'prompt:text image:url last_image:url reference_images:urls video:url audio:url resolution:text aspect_ratio:text duration:int generate_audio:bool negative_prompt:text seed:int';

function readFields({ api_schema: told }: ReturnType<typeof objectAt>, id: string): Model | null {
	const { api_schemas: schemas } = objectAt(told);
	const run = (Array.isArray(schemas) ? schemas : []).map(objectAt).find(({ type }) => type === 'model_run');
	return run ? readSchema(run.request_schema, id) : null;
}

/** Whether a model of this kind (`text-to-video`, `image-to-image`, `video-effects`, `digital-human`) makes videos. */
function makesVideo(type: string, id: string): boolean {
	const made = /-to-([a-z\d]+)$/i.exec(type)?.[1];
	return made === undefined ? /video/i.test(type) || isVideoModelId(id) : /^video$/i.test(made);
}

function readListed(value: unknown): ListedModel[] {
	const entry = objectAt(value);
	const id = readText(entry.model_id);
	const type = readText(entry.type);
	if (id === null || !makesVideo(type ?? '', id)) return [];
	const model = readFields(entry, id);
	const price = readNumber(entry.base_price);
	return [{ id, about: type, ...(model && { model }), ...(price !== null && price > 0 && { price: `base price $${price}` }) }];
}

/**
 * WaveSpeed: `POST /api/v3/{model}`, `GET /api/v3/predictions/{id}/result`.
 *
 * Source: https://wavespeed.ai/docs/submit-task, get-result and how-to-use-webhooks; the list of models, the
 * upload and the states beyond those of the pages from the provider's own clients.
 */
export const waveSpeed: Provider = {
	id: 'waveSpeed',
	displayName: 'WaveSpeed',
	credentialType: 'soraVideoWaveSpeedApi',
	description: 'Models of many makers, made to run fast (wavespeed.ai)',
	website: 'https://wavespeed.ai',
	models: [],
	usualModel: (id) => ({ ...readTable(usualFields, id), known: false }),
	modelList: {
		request: { method: 'GET', base: 'baseUrl', path: '/api/v3/models' },
		read(body) {
			const { data } = objectAt(body);
			return Array.isArray(data) ? data.flatMap(readListed) : null;
		},
		statesModels: true,
	},
	imageTransport: 'upload',
	binaryImageNotice: "The image is uploaded to WaveSpeed's file store first, which costs nothing.",
	upload: {
		write: (base64, mimeType, fileName) => ({
			method: 'POST',
			base: 'baseUrl',
			path: '/api/v3/media/upload/binary',
			form: { fields: {}, file: { field: 'file', fileName, mimeType, base64 } },
		}),
		readLink: (body) => readLinks([objectAt(objectAt(body).data).download_url])[0] ?? null,
	},
	callbacks: {
		...callbacksPerJob(),
		scheme: {
			...standardWebhooks,
			version: 'v3',
			secretEncoding: 'utf8',
			encoding: 'hex',
			secretFrom: {
				request: { method: 'GET', base: 'baseUrl', path: '/api/v3/webhook/secret' },
				read: (body) => readText(objectAt(objectAt(body).data).secret),
			},
		},
		// The job itself, without the envelope of other answers.
		read: (body) => claimOfJob(waveSpeed, body),
	},
	linkHours: null,
	// The price of just this request, which the model's `base_price` is not.
	prices: {
		request: ({ body = {} }, model) => ({
			method: 'POST',
			base: 'baseUrl',
			path: '/api/v3/model/price',
			body: { model_id: model, inputs: body },
		}),
		read(body) {
			const { price, currency } = objectAt(objectAt(body).data);
			const usd = readNumber(price);
			return usd === null || currency !== 'USD' ? { kind: 'unknown' } : { kind: 'exact', usd };
		},
	},
	keyTests: [
		{
			method: 'GET',
			base: 'baseUrl',
			path: '/api/v3/balance',
			shows: ({ data }) => readNumber(objectAt(data).balance) !== null,
		},
	],

	writeCreate(request, media, model) {
		const { body } = fit(model, request, media);
		const query = request.callbackUrl ? `?webhook=${encodeInUrl(request.callbackUrl)}` : '';
		return { method: 'POST', base: 'baseUrl', path: `/api/v3/${modelPath(request.model)}${query}`, body };
	},

	writeStatus(jobId) {
		return { method: 'GET', base: 'baseUrl', path: `/api/v3/predictions/${encodeInUrl(jobId)}/result` };
	},

	checkJobId: (jobId) => checkAnyJobId('WaveSpeed', jobId),

	/** "HTTP status code (e.g., 200 for success)": another one is believed, and one that is none proves nothing. */
	statusOf(body, httpStatus) {
		const code = isObject(body) && 'message' in body ? readNumber(body.code) : null;
		if (code === null || code === 200 || code === 0 || httpStatus >= 300) return httpStatus;
		return code >= 400 && code < 600 ? code : 500;
	},

	reading,

	readJob: (body, known) => readJob(reading, body, known),

	readError: (body) => readComplaint(reading, body),
};
