import { sentence } from '../job/failure';
import type { JobFailure } from '../job/VideoJob';
import type { VideoRequest } from '../job/VideoRequest';
import { callProvider } from '../transport/callProvider';
import type { Connection } from '../transport/connection';
import { readDataUrl, toDataUrl } from './dataUrl';
import { lendImage } from './lendImage';
import { seeWhole } from './seeImage';

type PlacedImage = { kind: 'placed'; url: string | null } | { kind: 'refused'; failure: JobFailure };

/** Uploads carry up to 10 MB. */
const uploadTimeout = 120_000;

/**
 * Brings a reference image, which `lookAtImage` has found good, to where the provider can read it: as it
 * is for a link, and for binary data or a data URL inside the request, as a file in the provider's own
 * store, or as a signed link to n8n's copy. Costs nothing anywhere.
 */
export async function placeImage(
	connection: Connection,
	{ image }: Pick<VideoRequest, 'image'>,
	itemIndex: number,
): Promise<PlacedImage> {
	if (image === null) return { kind: 'placed', url: null };
	const { context, provider } = connection;
	if (image.source === 'url') {
		const bytes = /^data:/i.test(image.url) ? readDataUrl(image.url) : null;
		return bytes ? await send(connection, { bytes }) : { kind: 'placed', url: image.url };
	}
	const binary = context.getInputData()[itemIndex]?.binary?.[image.property];
	if (binary && provider.imageTransport === 'signedUrl') {
		const lent = lendImage(connection, binary);
		return 'url' in lent ? { kind: 'placed', url: lent.url } : refused(`${lent.problem}.`);
	}
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, image.property);
	return await send(connection, { ...binary, bytes });
}

interface File {
	bytes: Buffer;
	/** As the item has it; the content knows better. */
	mimeType?: string;
	fileName?: string;
}

/** Sends an image as data: within the request, or to the provider's file store first. */
async function send(connection: Connection, file: File): Promise<PlacedImage> {
	const { head } = seeWhole(file.bytes);
	const mimeType = head.kind === 'image' ? `image/${head.type}` : (file.mimeType ?? 'image/png');
	return connection.provider.upload
		? await upload(connection, file.bytes.toString('base64'), mimeType, file.fileName ?? 'image')
		: { kind: 'placed', url: toDataUrl(file.bytes, mimeType) };
}

function refused(message: string): PlacedImage {
	return {
		kind: 'refused',
		failure: { code: 'image_not_placed', message, category: 'invalidInput', retryable: false },
	};
}

async function upload(
	connection: Connection,
	base64: string,
	mimeType: string,
	fileName: string,
): Promise<PlacedImage> {
	const { provider } = connection;
	const request = provider.upload?.write(base64, mimeType, fileName);
	if (!request) return refused(sentence(`${provider.displayName} takes no uploads`, 'set Image Source to URL'));
	const answer = await callProvider(connection, request, uploadTimeout);
	if (answer.status === null) {
		return refused(
			sentence(
				`The image can't be uploaded to ${provider.displayName} (${answer.code})`,
				'check the Files Base URL in the credential, or set Image Source to URL',
			),
		);
	}
	const url = provider.upload?.readLink(answer.body) ?? null;
	if (answer.status < 300 && url !== null) return { kind: 'placed', url };
	const said = provider.readError(answer.body, answer.status).message;
	return refused(
		sentence(
			`${provider.displayName} did not take the image (HTTP ${answer.status}${said ? `, ${said}` : ''})`,
			'use a JPEG, PNG or WebP of at most 10 MB, make room if the store is full, or set Image Source to URL',
		),
	);
}
