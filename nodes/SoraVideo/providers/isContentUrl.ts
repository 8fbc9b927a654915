/**
 * Whether a link is where the API itself serves a job's video, `…/videos/{id}/content`. That takes the
 * key, which goes to no link: `writeContent` asks for it by the job's id.
 */
export function isContentUrl(link: string): boolean {
	return URL.canParse(link) && /\/videos\/[^/]+\/content$/.test(new URL(link).pathname);
}
