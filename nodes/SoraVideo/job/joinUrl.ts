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
