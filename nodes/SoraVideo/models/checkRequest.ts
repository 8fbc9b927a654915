import type { VideoRequest } from '../job/VideoRequest';
import { listed } from './listed';
import type { KnownModel, ModelLimits, Provider } from '../providers/Provider';

/** Whether Additional Body sets one of these fields: what it holds is the user's to answer for. */
function overrides({ additionalBody }: VideoRequest, ...fields: string[]): boolean {
	return fields.some((field) => field in additionalBody);
}

/** Whether a list that says what is taken leaves this out. */
function excludes<T>(taken: readonly T[] | undefined, value: T): boolean {
	return taken !== undefined && taken.length > 0 && !taken.includes(value);
}

/** What to do about a field whose value isn't taken; what it doesn't offer goes into Additional Body. */
function change(field: string, taken: readonly string[], offered: readonly string[]): string {
	return offered.some((value) => taken.includes(value))
		? `change ${field}`
		: 'set one of them in Options > Additional Body';
}

/** Problems of a request that a model with these limits would refuse; what isn't stated isn't judged. */
function checkLimits(id: string, limits: ModelLimits, request: VideoRequest): string[] {
	const { durations = [], resolutions = [], aspectRatios = [] } = limits;
	return [
		!overrides(request, 'duration', 'seconds') &&
			excludes(durations, request.duration) &&
			`${id} makes videos of ${listed(durations)} seconds, not ${request.duration}: change Duration`,
		!overrides(request, 'resolution', 'quality', 'size') &&
			excludes(resolutions, request.resolution) &&
			`${id} makes videos in ${listed(resolutions)}, not ${request.resolution}: ${change('Resolution', resolutions, ['720p', '1080p'])}`,
		!overrides(request, 'aspect_ratio', 'size') &&
			excludes(aspectRatios, request.aspectRatio) &&
			`${id} makes videos in ${listed(aspectRatios)}, not ${request.aspectRatio}: ${change('Aspect Ratio', aspectRatios, ['16:9', '9:16'])}`,
		limits.image === 'refused' &&
			request.image !== null &&
			`${id} takes no reference image: set Image Source to None or choose a model that takes one`,
	].filter((problem) => problem !== false);
}

/** Problems of a request that a known model would refuse. */
function checkKnownModel(model: KnownModel, request: VideoRequest): string[] {
	const image = overrides(request, 'image_url', 'image_urls', 'input_reference');
	return [
		...checkLimits(model.id, model, request),
		!image &&
			model.image === 'required' &&
			request.image === null &&
			// A remix begins with the earlier video.
			!(model.remix && request.remixOf !== null) &&
			`${model.id} needs a reference image: set Image Source`,
		!overrides(request, 'base_video_task_id', 'remix_video_id') &&
			model.remix === 'required' &&
			request.remixOf === null &&
			`${model.id} needs the id of the video to remix: set Options > Remix Video ID`,
		model.remix === undefined &&
			request.remixOf !== null &&
			`${model.id} can't remix a video: remove Options > Remix Video ID or choose a model that can`,
	].filter((problem) => problem !== false);
}

/** Problems of the earlier video's id, by its form; a provider that remixes nothing is told of elsewhere. */
function checkRemixId(provider: Provider, request: VideoRequest): string[] {
	const { remixOf } = request;
	const isAsked = remixOf !== null && provider.models.some(({ remix }) => remix);
	const isOverridden = overrides(request, 'base_video_task_id', 'remix_video_id');
	const problem = isAsked && !isOverridden ? provider.checkJobId(remixOf) : null;
	return problem === null ? [] : [`in Remix Video ID, ${problem}`];
}

/**
 * All problems of a request that can be known before it is sent, each a clause that says what is
 * wrong and what to do. A model that isn't in the provider's table goes through as it is.
 *
 * @param limits Of a model outside the table, as far as the provider's live list states them.
 */
export function checkRequest(
	provider: Provider,
	request: VideoRequest,
	limits: ModelLimits | null = null,
): string[] {
	const model = provider.models.find(({ id }) => id === request.model);
	const { callbackUrl, image } = request;
	return [
		...(request.prompt.trim() === '' ? ['the prompt is empty: describe the video in Prompt'] : []),
		...(model ? [] : checkLimits(request.model, limits ?? {}, request)),
		...(request.model.trim() === '' ? ['no model is chosen: choose one in Model'] : []),
		...(!Number.isInteger(request.duration) || request.duration < 1
			? [
					`a duration of "${request.duration}" can't be made: set Duration to a whole number of seconds`,
				]
			: []),
		...(image?.source === 'url' && !/^(https?:\/\/\S+|data:image\/\S+)$/i.test(image.url)
			? [
					image.url === ''
						? 'the image URL is empty: set Image URL or choose another Image Source'
						: `the image URL "${image.url.slice(0, 80)}" is not a link: give one that begins with https://`,
				]
			: []),
		...(image?.source === 'url' &&
		/^data:/i.test(image.url) &&
		provider.imageTransport === 'signedUrl'
			? [
					`${provider.displayName} takes no data URL: give a link, or set Image Source to Binary Data`,
				]
			: []),
		...(callbackUrl === null
			? []
			: (provider.callbacks?.checkUrl?.(callbackUrl) ?? [
					`${provider.displayName} doesn't call back: clear Callback URL and use Wait for Completion`,
				])),
		...(!model && request.remixOf !== null && !provider.models.some(({ remix }) => remix)
			? [`${provider.displayName} can't remix a video: remove Options > Remix Video ID`]
			: []),
		...checkRemixId(provider, request),
		...(model ? checkKnownModel(model, request) : []),
	];
}
