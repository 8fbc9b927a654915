import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { AnswerReading } from '../job/answerPlaces';
import { parseJson } from '../job/parseJson';
import { isObject, objectAt, readLinks, readNumber, readText, readTime } from '../job/read';
import { readComplaint, readJob } from '../job/readAnswer';
import type { JobStatus } from '../job/VideoJob';
import { readStatus } from '../job/status';
import { fit } from '../models/fitting/fit';
import { mergeBody } from '../models/fitting/mergeBody';
import { checkAnyJobId } from './checkAnyJobId';
import { checkPublicHttpsUrl } from './checkPublicHttpsUrl';
import { kieModels, usualModel } from './kieModels';
import type { CallbackClaim, Provider, ProviderRequest } from './Provider';

/** Kie's market, and the three that have paths, records and callbacks of their own. */
type Family = 'market' | 'veo' | 'runway' | 'aleph';

const paths: Readonly<Record<Family, { create: string; ask: string }>> = {
	market: { create: '/api/v1/jobs/createTask', ask: '/api/v1/jobs/recordInfo' },
	veo: { create: '/api/v1/veo/generate', ask: '/api/v1/veo/record-info' },
	runway: { create: '/api/v1/runway/generate', ask: '/api/v1/runway/record-detail' },
	aleph: { create: '/api/v1/aleph/generate', ask: '/api/v1/aleph/record-info' },
};

function familyOfModel(model: string): Family {
	if (model === 'runway' || model === 'aleph') return model;
	return /^veo[\w.-]*$/.test(model) ? 'veo' : 'market';
}

/** A job's id here, since a task's own one doesn't tell on which path it is known: `veo:<taskId>`. */
function nameTask(family: Family, taskId: string): string {
	return family === 'market' ? taskId : `${family}:${taskId}`;
}

function readName(jobId: string): { family: Family; taskId: string } {
	const [, family, taskId = jobId] = /^(veo|runway|aleph):(.*)$/s.exec(jobId) ?? [];
	return { family: family === 'veo' || family === 'runway' || family === 'aleph' ? family : 'market', taskId };
}

/** By an id that tells it, else by the model. */
function familyOf({ id = '', model }: { id?: string; model?: string }): Family {
	const { family } = readName(id);
	return family === 'market' ? familyOfModel(model ?? '') : family;
}

/** Some pages say 14 days. */
const linkHours = 24;

const reading: AnswerReading = {
	provider: 'kie',
	displayName: 'Kie',
	ownIds: ['data.taskId'],
	places: { links: ['data.result'] },
	// Its pages' codes whose words say nothing of it: the limit of a key, and of the whole account.
	categories: new Map([
		['402', 'quota'],
		['433', 'quota'],
	]),
	refine: ({ code }) => (/^(408|455|50[015])$/.test(code ?? '') ? { otherwise: 'provider' } : {}),
};

/** The codes that its pages list (docs.kie.ai, common-api and market), each by its HTTP status. */
const listedCodes: ReadonlySet<number> = new Set([400, 401, 402, 404, 408, 422, 429, 433, 451, 455, 500, 501, 505]);

/** Veo's and Aleph's states (docs.kie.ai, veo3-api/get-veo-3-video-details). */
const flags: Readonly<Record<string, string>> = { 0: 'generating', 1: 'success', 2: 'failed', 3: 'failed' };

/** What the answer says of a failure; Aleph has no other word for one. */
function saysFailure({ errorCode, errorMessage }: IDataObject): boolean {
	return (readNumber(errorCode) ?? 0) !== 0 || readText(errorMessage) !== null;
}

/** Some answers hold JSON as text. */
function fromText(value: unknown): unknown {
	return typeof value === 'string' ? parseJson(value) : value;
}

function linksOf({ response }: IDataObject): string[] {
	const { resultUrls, resultVideoUrl } = objectAt(response);
	return readLinks([fromText(resultUrls), resultVideoUrl]);
}

function stateByFlag(family: Family, data: IDataObject): string | null {
	const flag = readText(data.successFlag);
	if (family === 'aleph' && flag === '0' && saysFailure(data)) return 'failed';
	// A flag of success may come before the links do.
	if (flag === '1' && linksOf(data).length === 0) return 'generating';
	return flag && (flags[flag] ?? 'generating');
}

/** A record in the form of the market's. The times of the others have no zone, so they can't be read. */
function plainRecord(family: Family, data: IDataObject): IDataObject {
	const { paramJson, createTime, completeTime, resultJson, videoInfo, ...rest } = data;
	const others = { ...rest, response: null };
	if (family === 'market') {
		const ended = readNumber(completeTime) ?? 0;
		const expiry = ended > 0 && { expires_at: readTime(ended + linkHours * 3_600_000) };
		return { ...others, createTime, ...expiry, result: objectAt(fromText(resultJson)) };
	}
	const model = family === 'veo' ? objectAt(fromText(paramJson)).model : family;
	const result = family === 'runway' ? objectAt(videoInfo).videoUrl : linksOf(data);
	return { ...others, model, state: family === 'runway' ? data.state : stateByFlag(family, data), result };
}

/** What stands beside a model's input; every other field of Additional Body belongs to the input. */
const topLevelKeys = new Set(['model', 'input', 'callBackUrl', 'progressCallBackUrl']);

function inMarket(body: IDataObject, own: IDataObject, additional: IDataObject): IDataObject {
	const topLevel = Object.entries(additional).filter(([key]) => topLevelKeys.has(key));
	return mergeBody({ ...own, input: body }, Object.fromEntries(topLevel));
}

/** Each family has the task's id in another place; what comes with it is thin, so the job is asked for. */
function readCallback(body: unknown): CallbackClaim | null {
	const { code, taskId: aleph, data } = objectAt(body);
	const { taskId, task_id: runway, state } = objectAt(data);
	const families: ReadonlyArray<[Family, unknown]> = [
		['market', readText(state) && taskId],
		['runway', runway],
		['aleph', aleph],
		['veo', taskId],
	];
	const [family, id] = families.find(([, each]) => readText(each) !== null) ?? [];
	const signedId = readText(id);
	if (family === undefined || signedId === null || readNumber(code) === null) return null;
	const ended: JobStatus = readNumber(code) === 200 ? 'completed' : 'failed';
	const status = family === 'market' ? readStatus(readText(state)) : ended;
	return { jobId: nameTask(family, signedId), signedId, status, job: null };
}

function get(path: string): ProviderRequest {
	return { method: 'GET', base: 'baseUrl', path };
}

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
		write: (base64, mimeType) => ({
			method: 'POST',
			base: 'filesBaseUrl',
			path: '/api/file-base64-upload',
			body: {
				base64Data: `data:${mimeType};base64,${base64}`,
				uploadPath: 'n8n',
				fileName: `${createHash('sha256').update(base64).digest('hex')}.${mimeType.replace(/^.*\//, '')}`,
			},
		}),
		readLink(body) {
			const { downloadUrl, fileUrl } = objectAt(objectAt(body).data);
			return readLinks([downloadUrl, fileUrl])[0] ?? null;
		},
	},
	callbacks: {
		checkUrl: (url) => checkPublicHttpsUrl(url, 2048),
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
		setUp:
			'Publish (activate) this workflow, open Webhook URLs above, and copy the URL from its tab Production URL into the field Callback URL of the Sora Video node that creates the video. Kie calls it when the video has ended. The URL must begin with https (if it does not, whoever runs n8n sets WEBHOOK_URL) and be reachable from the internet (not localhost or a private address). If a webhook key is switched on at https://kie.ai/settings, put it into the credential, as Webhook Secret.',
		read: readCallback,
	},
	linkHours,
	costField: 'credits_consumed (credits)',
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
		const { path, ...rest } = { path: paths[family].create, method: 'POST', base: 'baseUrl' } as const;
		if (family !== 'market') return { ...rest, path, body: fit(model, request, media, named).body };
		const { additionalBody } = request;
		const input = Object.fromEntries(Object.entries(additionalBody).filter(([key]) => !topLevelKeys.has(key)));
		const { body } = fit(model, { ...request, additionalBody: input }, media);
		return { ...rest, path, body: inMarket(body, named, additionalBody) };
	},

	writeStatus(jobId) {
		const { family, taskId } = readName(jobId);
		return get(`${paths[family].ask}?taskId=${encodeURIComponent(taskId)}`);
	},

	checkJobId: (jobId) => checkAnyJobId('Kie', readName(jobId).taskId),

	nameJob: (id, known) => nameTask(familyOf(known), id),

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
			id: nameTask(family, readName(job.id).taskId),
			// The answer to a create has the id, and no word for the state.
			status: job.rawStatus === null ? 'queued' : job.status,
			rawStatus: flag === null ? job.rawStatus : `successFlag ${flag}`,
			usage: credits === null ? null : { credits_consumed: credits },
		};
	},

	readError: (body) => readComplaint(reading, body),
};
