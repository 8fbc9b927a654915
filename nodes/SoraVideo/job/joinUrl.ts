/**
 * A call's address: its path behind the base URL's, and the base URL's query, which some services want on
 * every request (`?api-version=preview`), at its end.
 *
 * @param baseUrl Without a slash at the end of its path.
 * @param path Begins with `/`; may hold a query of its own.
 */
export function joinUrl(baseUrl: string, path: string): string {
	const [address = '', query] = baseUrl.split(/\?(.*)/s);
	if (query === undefined || query === '') return `${address}${path}`;
	return `${address}${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** Text as one part of a URL's path or query. Half a pair of surrogates can't be written in one, and would throw. */
export function encodeInUrl(text: string): string {
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}
