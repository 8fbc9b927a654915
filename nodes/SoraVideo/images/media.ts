import type { IBinaryData } from 'n8n-workflow';

import type { MediaSource, Reference, VideoRequest } from '../job/VideoRequest';
import type { Connection } from '../transport/connection';

/** One picture, video or sound of a request. */
export interface Medium {
	source: MediaSource;
	kind: Reference['kind'];
	/** As messages call it, after "the": `image`, `last frame`, `image of reference 2`. */
	name: string;
	/** The panel's fields for it, as messages name them. */
	fields: { source: string; url: string; binary: string };
}

/** A file that n8n holds. */
export interface StoredFile {
	binary: IBinaryData;
	bytes: Buffer;
}

/** All that a request shows its model, in the order in which the user filled it in. */
export function mediaOf({ firstFrame, lastFrame, references }: VideoRequest): Medium[] {
	const first: Medium[] = firstFrame
		? [
				{
					source: firstFrame,
					kind: 'image',
					name: 'image',
					fields: { source: 'Image Source', url: 'Image URL', binary: 'Input Binary Field' },
				},
			]
		: [];
	const inOptions = (option: string) => ({
		source: `Source in Options > ${option}`,
		url: `URL in Options > ${option}`,
		binary: `Input Binary Field in Options > ${option}`,
	});
	const last: Medium[] = lastFrame
		? [{ source: lastFrame, kind: 'image', name: 'last frame', fields: inOptions('Last Frame') }]
		: [];
	const others = references.map((reference, index): Medium => ({
		source: reference,
		kind: reference.kind,
		name: `${reference.kind} of reference ${index + 1}`,
		fields: inOptions('References'),
	}));
	return [...first, ...last, ...others];
}

/** That a file which the item names can't be read, and what to do. */
export function unreadable({ name }: Medium, error: unknown): { what: string; advice: string } {
	const why = error instanceof Error ? error.message : String(error);
	return {
		what: `the ${name} can't be read from n8n's store (${why})`,
		advice: 'run the node again that made the file, since n8n deletes files of old executions',
	};
}

/**
 * The entry of a binary field, in every form in which n8n lets a user name one: by its name, by an
 * expression that gives the file itself, or by its path where a workflow keeps files in the JSON.
 *
 * @returns null where the item has none.
 */
export function findBinary(
	{ context }: Connection,
	itemIndex: number,
	property: string | IBinaryData,
): IBinaryData | null {
	try {
		return context.helpers.assertBinaryData(itemIndex, property);
	} catch {
		return null;
	}
}
