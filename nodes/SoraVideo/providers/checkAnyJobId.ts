/** What no id can be, where a provider doesn't say what its ids look like; null where it may be one. */
export function checkAnyJobId(provider: string, jobId: string): string | null {
	// A dot or two would climb in a URL's path, and half a surrogate pair can't be encoded in one.
	return /^\.{1,2}$/.test(jobId) || /\p{Surrogate}/u.test(jobId)
		? `"${jobId}" is not a job ID of ${provider}: use the "id" that Create gave`
		: null;
}
