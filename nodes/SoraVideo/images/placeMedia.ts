import { createHash } from 'node:crypto';

import type { IBinaryData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import type { JobFailure } from '../job/VideoJob';
import type { MediaSource, VideoRequest } from '../job/VideoRequest';
import type { PlacedMedia } from '../models/fitting/readAsked';
import { isPrivateHost } from '../providers/checkPublicHttpsUrl';
import { callProvider } from '../transport/http/callProvider';
import type { Answer } from '../transport/http/readResponse';
import type { Connection } from '../transport/connection';
import { sendFile } from '../transport/http/sendFile';
import { readDataUrl, toDataUrl } from './dataUrl';
import { findBinary, mediaOf, unreadable } from './media';
import type { Medium } from './media';
import { seeWhole } from './seeImage';

/** Links to everything that a request shows its model, or why one can't be had. */
export type PlacedRequest =
	| { kind: 'placed'; media: PlacedMedia }
	| { kind: 'refused'; failure: JobFailure };

type PlacedFile = { kind: 'placed'; url: string } | { kind: 'refused'; failure: JobFailure };

/** Uploads carry up to 10 MB. */
const uploadTimeout = 120_000;

interface File {
	bytes: Buffer;
	/** As the item has it; an image's content knows better. */
	mimeType?: string;
	fileName?: string;
}

function refused(what: string, advice: string): PlacedFile & { kind: 'refused' } {
	return {
		kind: 'refused',
		failure: {
			code: 'image_not_placed',
			message: sentence(what, advice),
			category: 'invalidInput',
			retryable: false,
		},
	};
}

/** A signed link to n8n's copy of a file, or why the provider couldn't read it. */
export function lend(
	{ context, provider }: Connection,
	binary: IBinaryData,
	{ fields }: Medium,
): { url: string } | { what: string; advice: string } {
	let link = 'no link';
	try {
		link = context.helpers.createBinarySignedUrl(binary, '1 day');
	} catch {
		// n8n signs no links to binary data that it keeps in memory.
	}
	return URL.canParse(link) && !isPrivateHost(new URL(link))
		? { url: link }
		: {
				what: `${provider.displayName} takes files only as links, and can't reach this n8n to read one (${link.split('?')[0]})`,
				advice: `set ${fields.source} to URL, or give n8n a public address (WEBHOOK_URL)`,
			};
}

async function upload(connection: Connection, medium: Medium, file: File, mimeType: string): Promise<PlacedFile> {
	const { provider } = connection;
	const name = file.fileName ?? medium.kind;
	const hash = createHash('sha256').update(file.bytes).digest('hex');
	const request = provider.upload?.write(file.bytes.toString('base64'), mimeType, name, hash);
	if (!request) return refused(`${provider.displayName} takes no uploads`, 'give a link instead');
	const unreached = (why: string) =>
		refused(
			`The ${medium.name} can't be uploaded to ${provider.displayName} (${why})`,
			'check the Files Base URL in the credential, or give a link instead',
		);
	const answer = await callProvider(connection, request, uploadTimeout);
	if (answer.status === null) return unreached(answer.code);
	const url = provider.upload?.readLink(answer.body) ?? null;
	if (answer.status >= 300 || url === null) return notTaken(connection, medium, answer);
	const to = provider.upload?.sendTo?.(answer.body);
	if (to === undefined) return { kind: 'placed', url };
	const sent = await sendFile(connection, request.base, to ?? '', file.bytes, mimeType, uploadTimeout);
	if (sent.status === null) return unreached(sent.code);
	return sent.status < 300 ? { kind: 'placed', url } : notTaken(connection, medium, sent);
}

function notTaken({ provider }: Connection, medium: Medium, answer: Answer): PlacedFile {
	const said = provider.readError(answer.body, answer.status).message;
	return refused(
		`${provider.displayName} did not take the ${medium.name} (HTTP ${answer.status}${said ? `, ${said}` : ''})`,
		`${medium.kind === 'image' ? 'use a JPEG, PNG or WebP of at most 10 MB, ' : ''}make room if its store is full, or give a link instead`,
	);
}

/** Sends a file as data: within the request, or to the provider's file store first. */
async function send(connection: Connection, medium: Medium, file: File): Promise<PlacedFile> {
	const head = medium.kind === 'image' ? seeWhole(file.bytes).head : null;
	const fallback = medium.kind === 'image' ? 'image/png' : `${medium.kind}/mp4`;
	const mimeType = head?.kind === 'image' ? `image/${head.type}` : (file.mimeType ?? fallback);
	return connection.provider.upload
		? await upload(connection, medium, file, mimeType)
		: { kind: 'placed', url: toDataUrl(file.bytes, mimeType) };
}

async function place(
	connection: Connection,
	itemIndex: number,
	medium: Medium,
): Promise<PlacedFile> {
	const { source } = medium;
	if (source.source === 'url') {
		const bytes = /^data:/i.test(source.url) ? readDataUrl(source.url) : null;
		if (!bytes) return { kind: 'placed', url: source.url };
		const mimeType = /^data:([^;,]+)/i.exec(source.url)?.[1];
		return await send(connection, medium, { bytes, mimeType });
	}
	const binary = findBinary(connection, itemIndex, source.property);
	if (!binary) return refused(`The item has no ${medium.kind}`, `correct ${medium.fields.binary}`);
	if (connection.provider.imageTransport === 'signedUrl') {
		const lent = lend(connection, binary, medium);
		return 'url' in lent ? { kind: 'placed', url: lent.url } : refused(lent.what, lent.advice);
	}
	let bytes: Buffer;
	try {
		bytes = await connection.context.helpers.getBinaryDataBuffer(itemIndex, source.property);
	} catch (error) {
		const { what, advice } = unreadable(medium, error);
		return refused(`Nothing was created, because ${what}`, advice);
	}
	return await send(connection, medium, { ...binary, bytes });
}

/**
 * Brings what a request shows its model to where the provider can read it: as it is for a link, and for
 * binary data or a data URL inside the request, as a file in the provider's own store, or as a signed
 * link to n8n's copy. Costs nothing anywhere. What `checkMedia` refuses is not to be placed.
 */
export async function placeMedia(
	connection: Connection,
	request: VideoRequest,
	itemIndex: number,
): Promise<PlacedRequest> {
	const links = new Map<MediaSource, string>();
	for (const medium of mediaOf(request)) {
		const placed = await place(connection, itemIndex, medium);
		if (placed.kind === 'refused') return placed;
		links.set(medium.source, placed.url);
	}
	const linkOf = (source: MediaSource | null) => (source && links.get(source)) ?? null;
	return {
		kind: 'placed',
		media: {
			firstFrame: linkOf(request.firstFrame),
			lastFrame: linkOf(request.lastFrame),
			references: request.references.map((source) => linkOf(source) ?? ''),
		},
	};
}
