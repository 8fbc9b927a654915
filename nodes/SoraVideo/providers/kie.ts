import type { AnswerReading } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { firstText, isObject, objectAt, readLinks, readNumber, readText } from '../job/read';
import { readComplaint, readJob } from '../job/answers/readAnswer';
import type { JobStatus } from '../job/VideoJob';
import { readStatus } from '../job/answers/status';
import { fit } from '../models/fitting/fit';
import { callbacksPerJob } from './callbacksPerJob';
import { checkAnyJobId } from './checkAnyJobId';
import { kieModels, usualModel } from './kieModels';
import { familyOf, familyOfModel, linkHours, nameTask, paths, plainRecord, readName } from './kieRecords';
import type { Family } from './kieRecords';
import { nestedBody } from './nestedBody';
import type { CallbackClaim, Provider, ProviderRequest } from './Provider';

const reading: AnswerReading = {
	provider: 'kie',
	displayName: 'Kie',
	ownIds: ['data.taskId'],
	toId: (_, known, found) => found && nameTask(familyOf(known), readName(found).taskId),
	places: { links: ['data.result'] },
	// Too few credits in the account, and more used than its key may use.
	categories: new Map([
		['402', 'quota'],
		['433', 'quota'],
	]),
	refine: ({ code }) => (/^(408|455|50[015])$/.test(code ?? '') ? { otherwise: 'provider' } : {}),
};

/** The codes that its pages list (docs.kie.ai, common-api and market), each by its HTTP status. */
const listedCodes: ReadonlySet<number> = new Set([400, 401, 402, 404, 408, 422, 429, 433, 451, 455, 500, 501, 505]);

/** What stands beside a model's input; every other field of Additional Body belongs to the input. */
const topLevelKeys = new Set(['model', 'callBackUrl', 'progressCallBackUrl']);

/**
 * Each family has the task's id in another place; what comes with it is thin, so the job is asked for. Only the
 * market tells a state: its body is a record, in an envelope or without, with the id as `taskId` or `task_id`.
 */
function readCallback(body: unknown): CallbackClaim | null {
	const { code, taskId: aleph, data } = objectAt(body);
	const { taskId, task_id: runway } = objectAt(data);
	const { state, ...record } = objectAt(data ?? body);
	const families: ReadonlyArray<[Family, unknown]> = [
		['market', readText(state) && firstText(record.taskId, record.task_id)],
		['runway', runway],
		['aleph', aleph],
		['veo', taskId],
	];
	const [family, id] = families.find(([, each]) => readText(each) !== null) ?? [];
	const signedId = readText(id);
	if (family === undefined || signedId === null || (family !== 'market' && readNumber(code) === null)) return null;
	const ended: JobStatus = readNumber(code) === 200 ? 'completed' : 'failed';
	const status = family === 'market' ? readStatus(readText(state)) : ended;
	return { jobId: nameTask(family, signedId), signedId, status, job: null };
}

function get(path: string): ProviderRequest {
	return { method: 'GET', base: 'baseUrl', path };
}

const perJob = callbacksPerJob(2048);

/**
 * Kie: `POST /api/v1/jobs/createTask`, `GET /api/v1/jobs/recordInfo`, and the paths of Veo, Runway and Aleph.
 *
 * Source: https://docs.kie.ai (market/common/get-task-detail, veo3-api, runway-api, common-api/webhook-verification).
 */
export const kie: Provider = {
	id: 'kie',
	displayName: 'Kie',
	credentialType: 'soraVideoKieApi',
	description: 'Veo, Kling, Seedance, Runway and others with one key, and tells n8n when a video is done (kie.ai)',
	website: 'https://kie.ai',
	get models() {
		return kieModels();
	},
	sharesModelIds: true,
	usualModel,
	imageTransport: 'upload',
	binaryImageNotice:
		"The image is uploaded to Kie's file store first, which costs nothing. Kie deletes it again, after one day by some of its pages and after three by others.",
	upload: {
		// A file of the same name takes the place of the earlier one, which another job may still need.
		write: (base64, mimeType, _fileName, contentHash) => ({
			method: 'POST',
			base: 'filesBaseUrl',
			path: '/api/file-base64-upload',
			body: {
				base64Data: `data:${mimeType};base64,${base64}`,
				uploadPath: 'n8n',
				fileName: `${contentHash}.${mimeType.replace(/^.*\//, '')}`,
			},
		}),
		readLink(body) {
			const { downloadUrl, fileUrl } = objectAt(objectAt(body).data);
			return readLinks([downloadUrl, fileUrl])[0] ?? null;
		},
	},
	callbacks: {
		...perJob,
		// The signature is of the task and the time alone.
		scheme: {
			kind: 'hmac',
			headers: { signature: 'x-webhook-signature', timestamp: 'x-webhook-timestamp' },
			form: 'plain',
			version: '',
			parts: ['jobId', { text: '.' }, 'timestamp'],
			secretPrefix: '',
			secretEncoding: 'utf8',
			encoding: 'base64',
			toleranceSeconds: 300,
		},
		setUp: `${perJob.setUp} If a webhook key is switched on at https://kie.ai/settings, put it into the credential, as Webhook Secret.`,
		read: readCallback,
	},
	linkHours,
	costField: 'credits_consumed (credits)',
	// "20 new generation requests every 10 seconds" (docs.kie.ai); more are refused with 429.
	createLimit: { count: 20, seconds: 10 },
	// "Feature Disabled"; the listed codes of 400 to 499 are refusals as such, and 408, 500 and 501 prove nothing.
	refusals: [{ status: 505, codes: ['505'] }],
	keyTests: [
		{
			...get('/api/v1/chat/credit'),
			shows: ({ code, data }) => readNumber(code) === 200 && readNumber(data) !== null,
		},
	],

	writeCreate(request, media, model) {
		const family = familyOfModel(request.model);
		const callback = request.callbackUrl ? { callBackUrl: request.callbackUrl } : {};
		const named = family === 'market' || family === 'veo' ? { model: request.model, ...callback } : callback;
		const call = { method: 'POST', base: 'baseUrl', path: paths[family].create } as const;
		if (family !== 'market') return { ...call, body: fit(model, request, media, named).body };
		// What Additional Body writes out as `input`, as Kie's own examples do, is meant for it too.
		const { input: inside, ...additional } = request.additionalBody;
		const whole = { ...request, additionalBody: { ...additional, ...objectAt(inside) } };
		const body = nestedBody(model, whole, media, { topLevel: topLevelKeys, wrap: (input) => ({ ...named, input }) });
		return { ...call, body };
	},

	writeStatus(jobId) {
		const { family, taskId } = readName(jobId);
		return get(`${paths[family].ask}?taskId=${encodeInUrl(taskId)}`);
	},

	checkJobId: (jobId) => checkAnyJobId('Kie', readName(jobId).taskId),

	/** An answer that names its task is about that task, whatever its code. */
	statusOf(body, httpStatus) {
		const { code, msg, data } = objectAt(body);
		if (readText(objectAt(data).taskId) !== null) return httpStatus;
		const told = readNumber(code) ?? 0;
		const isSuccess = httpStatus >= 200 && httpStatus < 300;
		const status = isSuccess && listedCodes.has(told) ? told : httpStatus;
		// How it says that it doesn't know a task, or not yet.
		return status === 422 && /record ?info is null/i.test(readText(msg) ?? '') ? 404 : status;
	},

	reading,

	readJob(body, known) {
		const { data } = objectAt(body);
		const family = familyOf(known);
		const job = readJob(reading, isObject(data) ? { ...objectAt(body), data: plainRecord(family, data) } : body, known);
		if (job === null) return null;
		const { creditsConsumed, successFlag } = objectAt(data);
		const credits = readNumber(creditsConsumed);
		const flag = readText(successFlag);
		return {
			...job,
			// The answer to a create has the id, and no word for the state.
			status: job.rawStatus === null ? 'queued' : job.status,
			rawStatus: flag === null ? job.rawStatus : `successFlag ${flag}`,
			usage: credits === null ? null : { credits_consumed: credits },
		};
	},

	readError: (body) => readComplaint(reading, body),
};
