import type { IDataObject } from 'n8n-workflow';

import type { ProviderComplaint } from '../job/failure';
import type { VideoJob } from '../job/VideoJob';
import type { AspectRatio, Resolution, VideoRequest } from '../job/VideoRequest';

/** Which of the credential's own URLs a request goes to; a request can't name any other host. */
export type BaseUrlField = 'baseUrl' | 'filesBaseUrl';

/** An HTTP request as a value. */
export interface ProviderRequest {
	method: 'GET' | 'POST';
	base: BaseUrlField;
	/** Begins with `/`; job ids in it are URL-encoded. May hold a query. */
	path: string;
	body?: IDataObject;
}

/** A model that the provider's documents describe, and what it takes. */
export interface KnownModel {
	id: string;
	/** What it makes and takes, for the model list. */
	about: string;
	image: 'required' | 'optional' | 'refused';
	/** Seconds. */
	durations: readonly number[];
	resolutions: readonly Resolution[];
	aspectRatios: readonly AspectRatio[];
	/** Whether an earlier video can (or must) be named to remix; refused where absent. */
	remix?: 'required' | 'optional';
	/** Seconds that a job usually takes, where documented or measured. */
	usualSeconds?: number;
}

/** How a provider takes a reference image that n8n holds as binary data. */
export type ImageTransport =
	/** As a data URL inside the request. */
	| 'inline'
	/** Uploaded to the provider's own file store first, which answers with a link. */
	| 'upload'
	/** Only as a link; n8n lends a signed one to its own copy. */
	| 'signedUrl';

/** What is known of a job besides the body being read. */
export interface KnownOfJob {
	id?: string;
	model?: string;
	createdAt?: string;
}

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
	models: readonly KnownModel[];
	imageTransport: ImageTransport;
	/** Where binary images are uploaded first: the upload, and the link in its answer. */
	upload?: {
		write(base64: string, mimeType: string, fileName: string): ProviderRequest;
		readLink(body: unknown): string | null;
	};
	/** Problems of a callback URL that the provider would refuse; absent where it takes none per job. */
	checkCallbackUrl?: (url: string) => string[];
	/** Hours that result links live, where documented. */
	linkHours: number | null;
	/** Tried in order. */
	keyTests: readonly KeyTest[];

	/** @param imageUrl Link or data URL of the reference image, once it has one. */
	writeCreate(request: VideoRequest, imageUrl: string | null): ProviderRequest;
	writeStatus(jobId: string): ProviderRequest;
	/** Says what is wrong with a job id that this provider can't have given; null where it may have. */
	checkJobId(jobId: string): string | null;
	/** Reads the answer to a create or a status request; null where it holds no job. */
	readJob(body: unknown, known: KnownOfJob): VideoJob | null;
	/** Seconds that the provider says the job will take in all. */
	readEstimate?(body: unknown): number | null;
	/** Reads what an error body says. */
	readError(body: unknown, httpStatus: number): ProviderComplaint;
}
