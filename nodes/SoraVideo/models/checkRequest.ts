import type { MediaSource, VideoRequest } from '../job/VideoRequest';
import { fit } from './fitting/fit';
import type { Model } from './Model';

/** What a provider says of requests for any of its models. */
export interface Terms {
	displayName: string;
	/** How it takes a picture that n8n holds. */
	imageTransport: string;
	/** Problems of a callback URL that it would refuse; absent where it takes none per job. */
	callbacks?: { checkUrl?: (url: string) => string[] };
	models: readonly Model[];
	/** Says what is wrong with a job id that it can't have given; null where it may have. */
	checkJobId(jobId: string): string | null;
}

/** Problems of a link, by its form: whether there is a picture behind it is seen later. */
function checkLink(source: MediaSource, what: string, field: string, { displayName, imageTransport }: Terms): string[] {
	if (source.source !== 'url') return [];
	const { url } = source;
	if (url === '') return [`the ${what} URL is empty: set ${field} or choose another source`];
	const isData = /^data:((image|video|audio)\/|[;,])/i.test(url);
	const shown = `the ${what} URL "${url.slice(0, 80)}"`;
	if (!isData && !/^https?:\/\/./i.test(url)) return [`${shown} is not a link: give one that begins with https://`];
	if (!isData && /\s/.test(url)) return [`${shown} has a blank in it: take it out, or write %20 in its place`];
	return isData && imageTransport === 'signedUrl'
		? [`${displayName} takes no data URL: give a link, or choose Binary Data as the source`]
		: [];
}

/** Problems of all the links that a request holds. */
function checkLinks(terms: Terms, { firstFrame, lastFrame, references }: VideoRequest): string[] {
	return [
		...(firstFrame ? checkLink(firstFrame, 'image', 'Image URL', terms) : []),
		...(lastFrame ? checkLink(lastFrame, 'last frame', 'Options > Last Frame', terms) : []),
		...references.flatMap((reference) => checkLink(reference, 'reference', 'Options > References', terms)),
	];
}

/** Problems of the earlier video's id. */
function checkRemix(terms: Terms, request: VideoRequest, model: Model): string[] {
	const { additionalBody, remixOf } = request;
	if ('base_video_task_id' in additionalBody || 'remix_video_id' in additionalBody) return [];
	if (remixOf === null) {
		return model.remix === 'required'
			? [`${model.id} needs the id of the video to remix: set Options > Remix Video ID`]
			: [];
	}
	if (!model.remix) {
		const others = terms.models.some(({ remix }) => remix) ? ' or choose a model that can' : '';
		const who = model.known ? model.id : terms.displayName;
		return [`${who} can't remix a video: remove Options > Remix Video ID${others}`];
	}
	const problem = terms.checkJobId(remixOf);
	return problem === null ? [] : [`in Remix Video ID, ${problem}`];
}

/** What can be known of a request before it is sent. */
export interface Checked {
	/** Each a clause that says what is wrong, and what to do. */
	problems: string[];
	/** What the user should know although the request is sent; whole sentences. */
	hints: string[];
}

/**
 * Checks a request as far as it can be before it is sent.
 *
 * @param terms The provider's.
 * @param model What the model takes; one that isn't `known` is not judged.
 */
export function checkRequest(terms: Terms, request: VideoRequest, model: Model): Checked {
	const { callbackUrl } = request;
	const fitted = fit(model, request);
	const problems = [
		...(request.model.trim() === '' ? ['no model is chosen: choose one in Model'] : []),
		...fitted.problems,
		...checkLinks(terms, request),
		...(callbackUrl === null
			? []
			: (terms.callbacks?.checkUrl?.(callbackUrl) ?? [
					`${terms.displayName} doesn't call back: clear Callback URL and use Wait for Completion`,
				])),
		...checkRemix(terms, request, model),
	];
	return { problems, hints: fitted.hints };
}
