import type { IBinaryData } from 'n8n-workflow';

import { readNumber } from '../job/read';
import type { VideoRequest } from '../job/VideoRequest';
import type { Connection } from '../transport/connection';
import { checkBytes, checkImage } from './checkImage';
import type { SeenImage } from './checkImage';
import { readDataUrl } from './dataUrl';
import { lendImage } from './lendImage';
import type { LinkedImages } from './LinkedImages';
import { isByteStream, seePart, seeWhole } from './seeImage';

/** What is wrong with an item's image: clauses, each with what to do behind a colon. */
export interface ImageProblems {
	code: 'invalid_image' | 'image_not_placed';
	problems: string[];
}

/** What is read of an image that n8n stores and the provider fetches: enough for any sane metadata. */
const storedStart = 1_048_576;

/**
 * Looks at an item's image as far as it can be read from here, before anything is sent.
 *
 * @returns null where nothing speaks against it.
 */
export async function lookAtImage(
	connection: Connection,
	request: VideoRequest,
	linkedImages: LinkedImages,
	itemIndex: number,
): Promise<ImageProblems | null> {
	const { image } = request;
	if (image === null) return null;
	const { context, provider } = connection;
	const isStrict = context.getNodeParameter('options.imageCheck', itemIndex, 'strict') !== 'off';
	const judged = (problems: string[]): ImageProblems | null =>
		problems.length > 0 ? { code: 'invalid_image', problems } : null;
	const check = (seen: SeenImage | null) => (isStrict && seen ? judged(checkImage(provider, request, seen)) : null);
	if (image.source === 'url' && !/^data:/i.test(image.url)) {
		return isStrict ? check(await linkedImages.look(image.url)) : null;
	}
	if (image.source === 'url') {
		const bytes = readDataUrl(image.url);
		if (bytes) return check(seeWhole(bytes));
		return notPlaced(
			'the data URL in Image URL is not valid Base64: give it as data:image/png;base64, followed by the image in Base64, or set Image Source to Binary Data',
		);
	}
	const binary = context.getInputData()[itemIndex]?.binary?.[image.property];
	if (!binary) {
		return notPlaced(
			`the item has no image in the binary field "${image.property}": set Input Binary Field to the name that the Binary tab of the input shows`,
		);
	}
	if (provider.imageTransport === 'signedUrl') {
		const lent = lendImage(connection, binary);
		return 'problem' in lent ? notPlaced(lent.problem) : check(await seeStored(connection, binary));
	}
	if (!isStrict) return null;
	// A file that is too large in any case is not read into memory first.
	const tooLarge = judged(checkBytes(provider, await storedBytes(connection, binary)));
	return tooLarge ?? check(seeWhole(await context.helpers.getBinaryDataBuffer(itemIndex, image.property)));
}

function notPlaced(problem: string): ImageProblems {
	return { code: 'image_not_placed', problems: [problem] };
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
