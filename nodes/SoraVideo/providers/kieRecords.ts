import type { IDataObject } from 'n8n-workflow';

import { parseJson } from '../job/answers/parseJson';
import { objectAt, readLinks, readNumber, readText, readTime } from '../job/read';

/** Kie's market, and the three that have paths, records and callbacks of their own. */
export type Family = 'market' | 'veo' | 'runway' | 'aleph';

export const paths: Readonly<Record<Family, { create: string; ask: string }>> = {
	market: { create: '/api/v1/jobs/createTask', ask: '/api/v1/jobs/recordInfo' },
	veo: { create: '/api/v1/veo/generate', ask: '/api/v1/veo/record-info' },
	runway: { create: '/api/v1/runway/generate', ask: '/api/v1/runway/record-detail' },
	aleph: { create: '/api/v1/aleph/generate', ask: '/api/v1/aleph/record-info' },
};

export function familyOfModel(model: string): Family {
	if (model === 'runway' || model === 'aleph') return model;
	return /^veo[\w.-]*$/.test(model) ? 'veo' : 'market';
}

/** A job's id here, since a task's own one doesn't tell on which path it is known: `veo:<taskId>`. */
export function nameTask(family: Family, taskId: string): string {
	return family === 'market' ? taskId : `${family}:${taskId}`;
}

export function readName(jobId: string): { family: Family; taskId: string } {
	const [, family, taskId = jobId] = /^(veo|runway|aleph):(.*)$/s.exec(jobId) ?? [];
	return { family: family === 'veo' || family === 'runway' || family === 'aleph' ? family : 'market', taskId };
}

/** By an id that tells it, else by the model. */
export function familyOf({ id = '', model }: { id?: string; model?: string }): Family {
	const { family } = readName(id);
	return family === 'market' ? familyOfModel(model ?? '') : family;
}

/** Some pages say 14 days. */
export const linkHours = 24;

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
	return flag && (flags[flag] ?? 'generating');
}

/** A record in the form of the market's. The times of the others have no zone, so they can't be read. */
export function plainRecord(family: Family, data: IDataObject): IDataObject {
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
