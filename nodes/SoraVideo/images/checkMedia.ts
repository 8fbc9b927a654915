import type { IBinaryData } from 'n8n-workflow';

import { readNumber } from '../job/read';
import type { VideoRequest } from '../job/VideoRequest';
import type { Model } from '../models/Model';
import type { Connection } from '../transport/connection';
import { checkBytes, checkImage } from './checkImage';
import type { SeenImage } from './checkImage';
import { readDataUrl } from './dataUrl';
import type { LinkedImages } from './LinkedImages';
import { findBinary, mediaOf, unreadable } from './media';
import type { Medium } from './media';
import { lend } from './placeMedia';
import { isByteStream, seePart, seeWhole } from './seeImage';

/** What is read of an image that n8n stores and the provider fetches: enough for any sane metadata. */
const storedStart = 1_048_576;

/** The bytes of a file that n8n stores outside the item; null where it doesn't. */
async function storedBytes({ context }: Connection, { id }: IBinaryData): Promise<number | null> {
	return id ? readNumber((await context.helpers.getBinaryMetadata(id)).fileSize) : null;
}

/** What can be seen of an image in n8n's store, without holding the whole file. */
async function seeStored(
	connection: Connection,
	itemIndex: number,
	property: string | IBinaryData,
	binary: IBinaryData,
): Promise<SeenImage | null> {
	const { helpers } = connection.context;
	if (!binary.id) return seeWhole(await helpers.getBinaryDataBuffer(itemIndex, property));
	const total = await storedBytes(connection, binary);
	const stream: unknown = await helpers.getBinaryStream(binary.id);
	return isByteStream(stream)
		? await seePart(stream, storedStart, total, new AbortController().signal)
		: null;
}

/** Everything that is known before a request is sent of what it shows its model. */
interface Check {
	connection: Connection;
	model: Model;
	request: VideoRequest;
	linkedImages: LinkedImages;
	itemIndex: number;
	/** Whether images are looked at (Options > Image Check). */
	isStrict: boolean;
}

async function checkBinary(check: Check, medium: Medium, property: string | IBinaryData): Promise<string[]> {
	const { connection, itemIndex, isStrict, model, request } = check;
	const { provider } = connection;
	const binary = findBinary(connection, itemIndex, property);
	if (!binary) {
		const name = typeof property === 'string' ? `in the binary field "${property}"` : 'that can be read';
		return [
			`the item has no ${medium.kind} ${name}: set ${medium.fields.binary} to the name that the Binary tab of the input shows`,
		];
	}
	if (provider.imageTransport === 'signedUrl') {
		const lent = lend(connection, binary, medium);
		if ('what' in lent) return [`${lent.what}: ${lent.advice}`];
	}
	try {
		const tooLarge = checkBytes(provider, medium, await storedBytes(connection, binary));
		if (tooLarge.length > 0 || !isStrict || medium.kind !== 'image') return tooLarge;
		const seen = await seeStored(connection, itemIndex, property, binary);
		return seen ? checkImage(provider, model, request, medium, seen) : [];
	} catch (error) {
		const { what, advice } = unreadable(medium, error);
		return [`${what}: ${advice}`];
	}
}

async function checkMedium(check: Check, medium: Medium): Promise<string[]> {
	const { connection, isStrict, linkedImages, model, request } = check;
	const { provider } = connection;
	const { source, fields, kind } = medium;
	if (source.source === 'binary') return await checkBinary(check, medium, source.property);
	const url = source.url;
	if (/^data:/i.test(url)) {
		const bytes = readDataUrl(url);
		if (!bytes) {
			return [
				`the data URL in ${fields.url} is not valid Base64: give it as data:${kind === 'image' ? 'image/png' : `${kind}/…`};base64, followed by the file in Base64, or set ${fields.source} to Binary Data`,
			];
		}
		if (kind !== 'image') return checkBytes(provider, medium, bytes.length);
		return isStrict ? checkImage(provider, model, request, medium, seeWhole(bytes)) : [];
	}
	// What is no link at all is told by `checkRequest`.
	const isLink = /^https?:\/\//i.test(url) && URL.canParse(url);
	const seen = isStrict && isLink && kind === 'image' ? await linkedImages.look(url) : null;
	return seen ? checkImage(provider, model, request, medium, seen) : [];
}

/**
 * Problems of the pictures, videos and sounds of a request, as far as they can be known before it is
 * sent: each a clause that says what is wrong and what to do. Places nothing anywhere.
 *
 * @param isStrict Whether images are looked at (Options > Image Check).
 */
export async function checkMedia(
	connection: Connection,
	model: Model,
	request: VideoRequest,
	linkedImages: LinkedImages,
	itemIndex: number,
	isStrict: boolean,
): Promise<string[]> {
	const check = { connection, model, request, linkedImages, itemIndex, isStrict };
	const problems: string[] = [];
	// One after the other, so that a batch holds one file at a time.
	for (const medium of mediaOf(request)) problems.push(...(await checkMedium(check, medium)));
	return problems;
}
