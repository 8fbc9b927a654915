import type { IBinaryData } from 'n8n-workflow';

import { checkBytes, checkImage } from './checkImage';
import type { SeenImage } from './checkImage';
import { readDataUrl, toDataUrl } from './dataUrl';
import { sentence } from '../job/failure';
import { readNumber } from '../job/read';
import type { JobFailure } from '../job/VideoJob';
import type { VideoRequest } from '../job/VideoRequest';
import type { Model } from '../models/Model';
import { isPrivateHost } from '../providers/checkPublicHttpsUrl';
import { callProvider } from '../transport/callProvider';
import type { Connection } from '../transport/connection';
import type { LinkedImages } from './LinkedImages';
import { isByteStream, seePart, seeWhole } from './seeImage';

type PlacedImage = { kind: 'placed'; url: string | null } | { kind: 'refused'; failure: JobFailure };

/** Uploads carry up to 10 MB. */
const uploadTimeout = 120_000;

/** What is read of an image that n8n stores and the provider fetches: enough for any sane metadata. */
const storedStart = 1_048_576;

/**
 * Checks the reference image and brings it to where the provider can read it: as it is for a link, and
 * for binary data or a data URL inside the request, as a file in the provider's own store, or as a
 * signed link to n8n's copy. Costs nothing anywhere; a refused image is placed nowhere.
 */
export async function placeImage(
	connection: Connection,
	request: VideoRequest,
	model: Model,
	linkedImages: LinkedImages,
	itemIndex: number,
): Promise<PlacedImage> {
	const { firstFrame: image } = request;
	if (image === null) return { kind: 'placed', url: null };
	const { context, provider } = connection;
	const isStrict = context.getNodeParameter('options.imageCheck', itemIndex, 'strict') !== 'off';
	const check = (seen: SeenImage | null) =>
		isStrict && seen ? refusal(connection, checkImage(provider, model, request, seen)) : null;
	if (image.source === 'url' && !/^data:/i.test(image.url)) {
		const problem = isStrict ? check(await linkedImages.look(image.url)) : null;
		return problem ?? { kind: 'placed', url: image.url };
	}
	if (image.source === 'url') {
		const bytes = readDataUrl(image.url);
		if (bytes) return check(seeWhole(bytes)) ?? (await send(connection, { bytes }));
		return refused(
			`Nothing was sent to ${provider.displayName}, because the data URL in Image URL is not valid Base64`,
			'give it as data:image/png;base64, followed by the image in Base64, or set Image Source to Binary Data',
		);
	}
	const binary = context.getInputData()[itemIndex]?.binary?.[image.property];
	if (!binary) {
		return refused(
			`Nothing was sent to ${provider.displayName}, because the item has no image in the binary field "${image.property}"`,
			'set Input Binary Field to the name that the Binary tab of the input shows',
		);
	}
	if (provider.imageTransport === 'signedUrl') {
		const lent = lend(connection, binary);
		return lent.kind === 'placed' ? (check(await seeStored(connection, binary)) ?? lent) : lent;
	}
	if (isStrict) {
		// A file that is too large in any case is not read into memory first.
		const tooLarge = checkBytes(provider, await storedBytes(connection, binary));
		const problem = refusal(connection, tooLarge);
		if (problem) return problem;
	}
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, image.property);
	return check(seeWhole(bytes)) ?? (await send(connection, { ...binary, bytes }));
}

/** The bytes of an image that n8n stores outside the item; null where it doesn't. */
async function storedBytes({ context }: Connection, { id }: IBinaryData): Promise<number | null> {
	return id ? readNumber((await context.helpers.getBinaryMetadata(id)).fileSize) : null;
}

/** Null where n8n holds the image in memory, or its size can't be found. */
async function seeStored(connection: Connection, binary: IBinaryData): Promise<SeenImage | null> {
	if (!binary.id) return null;
	const stream: unknown = await connection.context.helpers.getBinaryStream(binary.id);
	const total = await storedBytes(connection, binary);
	return isByteStream(stream)
		? await seePart(stream, storedStart, total, new AbortController().signal)
		: null;
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

/** The refusal of an image with these problems; null where it has none. */
function refusal({ provider }: Connection, problems: string[]): PlacedImage | null {
	if (problems.length === 0) return null;
	const message = `Nothing was sent to ${provider.displayName}, because ${problems.join('; and ')}.`;
	return {
		kind: 'refused',
		failure: { code: 'invalid_image', message, category: 'invalidInput', retryable: false },
	};
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
		'use a JPEG, PNG or WebP of at most 10 MB, make room if the store is full, or set Image Source to URL',
	);
}
