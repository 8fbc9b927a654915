import type { JobStatus, VideoJob } from '../job/VideoJob';
import type { ProviderRequest, PublicRequest } from './ProviderRequest';

/** A part of what a callback's signature signs. */
export type SignedPart =
	| 'id'
	| 'timestamp'
	| 'body'
	/** SHA-256 of the body, as lower-case hexadecimal. */
	| 'bodyHash'
	| 'userId'
	| 'jobId'
	| { text: string };

/** The headers that a signed callback carries, in lower case. */
export interface SignatureHeaders {
	signature: string;
	/** Unix seconds; absent where the signature header itself holds it, as `t=`. */
	timestamp?: string;
	id?: string;
	userId?: string;
}

/** How a provider proves that a callback is its own. Data; `callbacks/isGenuine.ts` applies it. */
export type CallbackScheme =
	/** Nothing in the callback proves anything: the provider is asked. */
	| { kind: 'unsigned' }
	| {
			kind: 'hmac';
			headers: SignatureHeaders;
			/** `list`: `v1,<signature> v1,<signature>`; `pairs`: `t=<seconds>,v1=<signature>`; `plain`: the signature. */
			form: 'list' | 'pairs' | 'plain';
			version: string;
			parts: readonly SignedPart[];
			/** Cut off the secret before it is decoded. */
			secretPrefix: string;
			/** How the secret's text becomes the key's bytes; `base64` only behind the prefix. */
			secretEncoding: 'utf8' | 'base64';
			encoding: 'hex' | 'base64';
			/** Where the secret is had by the key, so that the credential needs none. */
			secretFrom?: { request: ProviderRequest; read(body: unknown): string | null };
			toleranceSeconds: number;
	  }
	| {
			kind: 'ed25519';
			headers: SignatureHeaders;
			parts: readonly SignedPart[];
			/** A public JSON Web Key Set. */
			keys: PublicRequest;
			toleranceSeconds: number;
	  }
	/** A JSON Web Token of RS256 in a header. It proves who calls, and nothing of what the body says. */
	| {
			kind: 'jwt';
			header: string;
			/** Who may have made it, by its claim `iss`. */
			issuers: readonly string[];
			/** A public JSON Web Key Set. */
			keys: PublicRequest;
			toleranceSeconds: number;
	  }
	/** The secret itself comes in a header. */
	| { kind: 'sharedSecret'; header: string };

/** What a callback's body says, before anybody has believed it. */
export interface CallbackClaim {
	jobId: string;
	/** The id that the signature signs, where that is another one. */
	signedId?: string;
	status: JobStatus;
	/** The job as the body tells it; null where the body tells only that it ended. */
	job: VideoJob | null;
}

/** How a provider tells that a job has ended. */
export interface Callbacks {
	/** Problems of a callback URL that the provider would refuse; absent where it takes none per job. */
	checkUrl?: (url: string) => string[];
	scheme: CallbackScheme;
	/** What to do so that the provider calls the trigger, for its panel: short sentences. */
	setUp: string;
	/**
	 * Whether the body alone doesn't tell which job it is of: the model that the job was created with then
	 * travels in the callback URL.
	 */
	wantsModel?: true;
	/**
	 * @param model The one that the callback URL brings back; null where it brings none.
	 * @returns Null where the body is no callback of this provider.
	 */
	read(body: unknown, model?: string | null): CallbackClaim | null;
}
