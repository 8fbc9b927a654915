import { linksIn } from '../job/answers/answerLinks';
import type { KnownOfJob } from '../job/answers/answerPlaces';
import { encodeInUrl } from '../job/joinUrl';
import { objectAt, readText } from '../job/read';
import type { FailureCategory, VideoJob } from '../job/VideoJob';

/** What models say (fal.ai/docs, errors), and the platform (model-apis/errors). */
export const categories: ReadonlyMap<string, FailureCategory> = new Map(
	Object.entries({
		content_policy_violation: 'moderation',
		file_download_error: 'invalidInput',
		image_load_error: 'invalidInput',
		image_too_small: 'invalidInput',
		image_too_large: 'invalidInput',
		file_too_large: 'invalidInput',
		face_detection_error: 'invalidInput',
		no_media_generated: 'provider',
		generation_timeout: 'provider',
		downstream_service_error: 'provider',
		downstream_service_unavailable: 'provider',
		internal_error: 'provider',
		internal_server_error: 'provider',
		request_timeout: 'provider',
		startup_timeout: 'provider',
		client_cancelled: 'cancelled',
		client_disconnected: 'cancelled',
	}),
);

/** A request is addressed by owner and app, without the rest of its endpoint's id. */
export function idOf(app: string, request: string): string {
	return `${app}/requests/${request}`;
}

/** By owner and app, and by the name space where it has one, as fal's own client reads them (`parseEndpointId`). */
export function appOf(model: string): string {
	return model.split('/').slice(0, /^(workflows|comfy)\//.test(model) ? 3 : 2).join('/');
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/**
 * By the answer's own URL where that is on the credential's base URL, else by the endpoint that the request
 * was for. Without either it can't be asked for, but is known.
 */
export function toId(body: unknown, { baseUrl, model }: KnownOfJob, found: string | null): string | null {
	const { response_url: link, request_id: request, detail, error } = objectAt(body);
	const url = readText(link) ?? '';
	const below = baseUrl !== undefined && url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : '';
	const [, app, part] = /^([^?#]+?)\/requests\/([^/?#]+)/.exec(below) ?? [];
	if (app !== undefined && part !== undefined) return idOf(app, decode(part));
	// Beside an error it can be the id of that answer alone.
	const own = detail === undefined && error === undefined && /^[\w-]+$/.test(readText(request) ?? '') ? readText(request) : null;
	const bare = found === url ? null : (found ?? own);
	return bare === null || model === undefined ? bare : idOf(appOf(model), bare);
}

/** The path of a job's calls, behind the base URL. */
export function pathOf(jobId: string): string {
	const [app = '', request = ''] = jobId.split(/\/requests\/(.*)/s);
	return `/${app}/requests/${encodeInUrl(request)}`;
}

/** A job with the videos that its model put out. */
export function withVideos(job: VideoJob, output: unknown): VideoJob {
	const videoUrls = [...new Set(linksIn(output, undefined))];
	return { ...job, status: 'completed', progress: 100, failure: null, videoUrls, videoUrl: videoUrls[0] ?? null };
}

/** Whether an error is of the job, and not of the question for it: by a model's list, or how its run went. */
export function isOfJob(body: unknown, httpStatus: number): boolean {
	const { detail, error_type: type } = objectAt(body);
	if (Array.isArray(detail)) return true;
	if (readText(type) !== null) return /^(request_timeout|startup_timeout|client_|runner_(?!scheduling))/.test(readText(type) ?? '');
	return readText(detail) !== null && ![401, 403, 404, 408, 425, 429, 503, 504].includes(httpStatus);
}
