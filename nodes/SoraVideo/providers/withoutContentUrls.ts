import type { KnownOfJob } from '../job/answers/readAnswer';
import type { VideoJob } from '../job/VideoJob';

/** Whether a link is where the API itself serves a job's video, `…/videos/{id}/content`, on this origin. */
function isContentUrl(link: string, baseUrl: string | undefined): boolean {
	if (!URL.canParse(link) || !/\/videos\/[^/]+\/content$/.test(new URL(link).pathname)) return false;
	return baseUrl === undefined || !URL.canParse(baseUrl) || new URL(baseUrl).origin === new URL(link).origin;
}

/**
 * A job without the links at which its API serves the video to the key's holder only: `writeContent` asks
 * for those by the job's id. The same path on another server is that server's link, and stays.
 */
export function withoutContentUrls(job: VideoJob | null, { baseUrl }: KnownOfJob): VideoJob | null {
	if (job === null) return null;
	const videoUrls = job.videoUrls.filter((link) => !isContentUrl(link, baseUrl));
	return { ...job, videoUrls, videoUrl: videoUrls[0] ?? null };
}
