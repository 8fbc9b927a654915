import type { IBinaryData } from 'n8n-workflow';

import { isPrivateHost } from '../providers/checkPublicHttpsUrl';
import type { Connection } from '../transport/connection';

/** A signed link to n8n's copy of an image, or why the provider couldn't read it: a clause. */
export function lendImage(
	{ context, provider }: Connection,
	binary: IBinaryData,
): { url: string } | { problem: string } {
	let link = 'no link';
	try {
		link = context.helpers.createBinarySignedUrl(binary, '1 day');
	} catch {
		// n8n signs no links to binary data that it keeps in memory.
	}
	return URL.canParse(link) && !isPrivateHost(new URL(link))
		? { url: link }
		: {
				problem: `${provider.displayName} takes an image only as a link, and can't reach this n8n to read one (${link.split('?')[0]}): set Image Source to URL, or give n8n a public address (WEBHOOK_URL)`,
			};
}
