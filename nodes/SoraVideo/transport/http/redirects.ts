import { isLinkLocal, isPrivateHost } from '../../providers/checkPublicHttpsUrl';

/** More than any store of files needs; a loop ends here. */
export const mostRedirects = 5;

/**
 * Why nothing may be read from a link; null where it may.
 *
 * A public host has no business inside the user's network, so neither a provider's link nor a
 * redirect may lead there: else whoever writes that answer could read what only this n8n can reach.
 * From a private host (a gateway of the user's own, or the sandbox) it may, since private links are
 * what such a host gives; but to no link-local address, where clouds tell a server its secrets. An item's
 * link comes from nobody who may: a form or an agent can have written it. A redirect from https to http is
 * refused as well: anyone on the way could put another file in its place. A link that a provider itself
 * gives may be http, as some are.
 *
 * Names that resolve to private addresses are n8n's own egress filter's to find: all requests go by
 * n8n's helpers.
 *
 * @param from The base URL that the link came from, or the link that redirects; null for an item's own.
 */
export function refuseLink(from: URL | null, to: URL, isRedirect: boolean): string | null {
	if (to.protocol !== 'https:' && to.protocol !== 'http:') {
		return `it leads to ${to.protocol}//, which is no web address`;
	}
	if (isPrivateHost(to) && (from === null || !isPrivateHost(from) || (isLinkLocal(to) && !isLinkLocal(from)))) {
		return `it leads to the private address ${to.hostname}`;
	}
	if (isRedirect && from?.protocol === 'https:' && to.protocol === 'http:') {
		return `it leads from https to http (${to.hostname})`;
	}
	return null;
}
