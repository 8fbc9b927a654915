import type { IDataObject } from 'n8n-workflow';

import type { AnswerReading } from '../job/answers/answerPlaces';
import type { ProviderComplaint } from '../job/failure';
import type { KnownOfJob } from '../job/answers/readAnswer';
import type { VideoJob } from '../job/VideoJob';
import type { VideoRequest } from '../job/VideoRequest';
import type { PlacedMedia } from '../models/fitting/readAsked';
import type { Model } from '../models/Model';
import type { Callbacks } from './CallbackScheme';
import type { ModelList, ModelSource } from './ModelPages';
import type { Prices } from './Prices';
import type { ProviderRequest } from './ProviderRequest';

export type * from './CallbackScheme';
export type * from './ModelPages';
export type * from './Prices';
export type * from './ProviderRequest';

/** How a provider takes a reference image that n8n holds as binary data. */
export type ImageTransport =
	/** As a data URL inside the request. */
	| 'inline'
	/** As a file in a multipart request; `writeCreate` gets it as a data URL. */
	| 'file'
	/** Uploaded to the provider's own file store first, which answers with a link. */
	| 'upload'
	/** Only as a link; n8n lends a signed one to its own copy. */
	| 'signedUrl';

/** A call that proves an API key, and costs nothing. */
export interface KeyTest extends ProviderRequest {
	/** Whether the body of a 2xx is this provider's, and not that of another server. */
	shows(body: IDataObject): boolean;
	/** HTTP statuses, other than 2xx, that a right key gets here as well. */
	passes?: readonly number[];
	/** Statuses that say this server doesn't have the call: the next test is tried. */
	absent?: readonly number[];
}

/**
 * What a provider says to the wish to cancel a job. `cancelled`: it has ended. `requested`: it may go on for a
 * while, or to its end. `ended`: it had ended before.
 */
export type CancelAnswer = 'cancelled' | 'requested' | 'ended' | 'unknownJob';

/** How a provider tells the result of a job that has ended, where its status doesn't. */
export interface JobResult {
	write(jobId: string): ProviderRequest;
	/**
	 * @param headers Names in lower case.
	 * @param job As the status told it: completed, and without a link.
	 * @param statusBody What that was read from.
	 * @returns The job with its video, or as failed. `running`: it goes on, whatever its status said.
	 * `gone`: it ended too long ago. `trouble`: the answer says nothing of the job, so it is asked again.
	 */
	read(
		body: unknown,
		httpStatus: number,
		headers: Readonly<Record<string, unknown>>,
		job: VideoJob,
		statusBody: unknown,
	): VideoJob | 'running' | 'gone' | 'trouble';
	/** Seconds after its job's ending that a result can surely be asked for. */
	keptSeconds: number;
}

/**
 * What a provider is: data, and pure functions from value to value.
 *
 * Adding one means one file like `evoLink.ts`, one credential and one entry in `index.ts`.
 */
export interface Provider {
	/** The value of the node's `provider` parameter. */
	id: string;
	displayName: string;
	credentialType: string;
	/** For the provider's line in the node's list. */
	description: string;
	/** Where a user gets a key, for the README. */
	website?: string;
	/** The models whose fields are known without asking: from its pages, where it publishes none by machine. */
	readonly models: readonly Model[];
	/** A model that nobody tells the fields of, with those that this provider's models usually have. */
	usualModel(id: string): Model;
	/** Absent where no page tells what a model takes. */
	modelSource?: ModelSource;
	/** Whether it may serve models that are another provider's own by their name, since it stands for many. */
	servesAnyModel?: boolean;
	/** Whether its ids of models are names that others have as well, so that an id doesn't tell whose model it is. */
	sharesModelIds?: boolean;
	/** Ids of the models that it makes itself, which are its own also where another provider's table has them. */
	makes?: RegExp;
	/** Completes a base URL as users write it, without a slash at its end; absent where it is used as it is. */
	completeBaseUrl?(baseUrl: string): string;
	imageTransport: ImageTransport;
	/** What to know before an image is sent as binary data, for the node's panel: short sentences. */
	binaryImageNotice?: string;
	/** Whether it takes pictures of other types than JPEG, PNG and WebP as well. */
	takesOtherPictures?: true;
	/** The largest reference image in bytes; absent where the documents name no limit. */
	imageBytes?: number;
	/** Where binary images are uploaded first: the upload, and the link in its answer. */
	upload?: {
		/** @param contentHash SHA-256 of the file's bytes, as hexadecimal. */
		write(base64: string, mimeType: string, fileName: string, contentHash: string): ProviderRequest;
		/** The link by which the provider reads the file; null where the answer has none. */
		readLink(body: unknown): string | null;
		/** Where the upload is only announced by `write`: the URL that takes the file's bytes, by PUT and without the key. */
		sendTo?(body: unknown): string | null;
	};
	/** Absent where the provider never calls. */
	callbacks?: Callbacks;
	modelList?: ModelList;
	/** Hours that result links live, where documented. */
	linkHours: number | null;
	/** Absent where no price is told before a video is created. */
	prices?: Prices;
	/** Which field of `usage` tells the cost, and in which unit, where documented: `cost (USD)`. */
	costField?: string;
	/**
	 * The header by which the provider's documents let it know a create that it has had before, so that it
	 * answers with the first one's job instead of making another; absent where it has none.
	 */
	idempotencyHeader?: string;
	/** How many creates of one account the provider takes in how long, where it refuses further ones. */
	createLimit?: { count: number; seconds: number };
	/**
	 * Answers to a create that the provider's documents call refusals, though by their HTTP status they may
	 * be acceptances (a 2xx without a job, 408, 409, a 5xx): nothing was created, and it may be sent again.
	 */
	refusals?: ReadonlyArray<{
		status: number;
		/** As `readError` reads them; absent where the status alone says it. */
		codes?: readonly string[];
	}>;
	/** The header that carries the key, and what stands before it; absent where that is `Authorization: Bearer`. */
	keyHeader?: { name: string; prefix: string };
	/** Tried in order. */
	keyTests: readonly KeyTest[];

	/** For services that want a create request written differently, as the credential says. */
	dialects?: {
		/** @param dialect The credential's field; null where it has none. */
		apply(request: ProviderRequest, dialect: string | null): ProviderRequest;
		/** What to do about a refusal that shows that this request was in the wrong one; else null. */
		advise(request: ProviderRequest, complaint: ProviderComplaint): string | null;
	};
	/** @param model What the request is fitted to. */
	writeCreate(request: VideoRequest, media: PlacedMedia, model: Model): ProviderRequest;
	writeStatus(jobId: string): ProviderRequest;
	/** Absent where the status of a job that has ended tells its video, or why there is none. */
	result?: JobResult;
	/** Absent where jobs can't be cancelled. */
	cancel?: {
		write(jobId: string): ProviderRequest;
		/** Null where the answer says none of it. */
		read(body: unknown, httpStatus: number): CancelAnswer | null;
	};
	/** Reads a finished job's video from the API itself, with the key, where it gives no public link. */
	writeContent?(jobId: string, index: number): ProviderRequest;
	/** How many videos it serves so, by the answer that tells of the job; absent where that is always one. */
	countContent?(body: unknown): number;
	/** Says what is wrong with a job id that this provider can't have given; null where it may have. */
	checkJobId(jobId: string): string | null;
	/**
	 * The HTTP status that an answer amounts to, where the provider says errors inside other statuses (a
	 * `code` in the body of a 200). Absent where the HTTP status is to be believed.
	 */
	statusOf?(body: unknown, httpStatus: number): number;
	/** Where its answers hold what, beyond the places that are the same for all. */
	reading: AnswerReading;
	/** Reads the answer to a create or a status request; null where it holds no job. */
	readJob(body: unknown, known: KnownOfJob): VideoJob | null;
	/** Seconds that the provider says the job will take in all. */
	readEstimate?(body: unknown): number | null;
	/** Seconds that an error's body asks to be left alone, where the provider says that there and in no header. */
	readRetryAfter?(body: unknown): number | null;
	/** Reads what an error body says. */
	readError(body: unknown, httpStatus: number): ProviderComplaint;
}
