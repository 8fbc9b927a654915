import type { IBinaryData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import type { JobFailure } from '../job/VideoJob';
import type { ReferenceImage } from '../job/VideoRequest';
import { isPrivateHost } from '../providers/checkPublicHttpsUrl';
import { callProvider } from './callProvider';
import type { Connection } from './connection';

type PlacedImage = { kind: 'placed'; url: string | null } | { kind: 'refused'; failure: JobFailure };

/** Uploads carry up to 10 MB. */
const uploadTimeout = 120_000;

/**
 * Brings the reference image to where the provider can read it: as it is for a link, and for binary
 * data as a data URL, a file in the provider's own store, or a signed link to n8n's copy.
 * Costs nothing anywhere.
 */
export async function placeImage(
	connection: Connection,
	image: ReferenceImage | null,
	itemIndex: number,
): Promise<PlacedImage> {
	if (image === null) return { kind: 'placed', url: null };
	if (image.source === 'url') return { kind: 'placed', url: image.url };
	const { context, provider } = connection;
	const binary = context.getInputData()[itemIndex]?.binary?.[image.property];
	if (!binary) {
		return refused(
			`Nothing was sent to ${provider.displayName}, because the item has no image in the binary field "${image.property}"`,
			'set Input Binary Field to the name that the Binary tab of the input shows',
		);
	}
	if (provider.imageTransport === 'signedUrl') return lend(connection, binary);
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, image.property);
	const base64 = bytes.toString('base64');
	if (provider.upload) {
		return await upload(connection, base64, binary.mimeType, binary.fileName ?? 'image');
	}
	return { kind: 'placed', url: `data:${binary.mimeType};base64,${base64}` };
}

function refused(what: string, advice: string): PlacedImage {
	const message = sentence(what, advice);
	return {
		kind: 'refused',
		failure: { code: 'image_not_placed', message, category: 'invalidInput', retryable: false },
	};
}

function lend({ context, provider }: Connection, binary: IBinaryData): PlacedImage {
	let link = 'no link';
	try {
		link = context.helpers.createBinarySignedUrl(binary, '1 day');
	} catch {
		// n8n signs no links to binary data that it keeps in memory.
	}
	return URL.canParse(link) && !isPrivateHost(new URL(link))
		? { kind: 'placed', url: link }
		: refused(
				`${provider.displayName} takes an image only as a link, and can't reach this n8n to read one (${link.split('?')[0]})`,
				'set Image Source to URL, or give n8n a public address (WEBHOOK_URL)',
			);
}

async function upload(
	connection: Connection,
	base64: string,
	mimeType: string,
	fileName: string,
): Promise<PlacedImage> {
	const { provider } = connection;
	const request = provider.upload?.write(base64, mimeType, fileName);
	if (!request) return refused(`${provider.displayName} takes no uploads`, 'set Image Source to URL');
	const answer = await callProvider(connection, request, uploadTimeout);
	if (answer.status === null) {
		return refused(
			`The image can't be uploaded to ${provider.displayName} (${answer.code})`,
			'check the Files Base URL in the credential, or set Image Source to URL',
		);
	}
	const url = provider.upload?.readLink(answer.body) ?? null;
	if (answer.status < 300 && url !== null) return { kind: 'placed', url };
	const said = provider.readError(answer.body, answer.status).message;
	return refused(
		`${provider.displayName} did not take the image (HTTP ${answer.status}${said ? `, ${said}` : ''})`,
		'use a JPEG, PNG or WebP of at most 10 MB, or set Image Source to URL',
	);
}
