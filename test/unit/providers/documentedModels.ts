import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import { aRequest, imageLink } from '../fixtures';

/** A model as the provider's pages have it; written from there, not from the code. */
export interface DocumentedModel {
	id: string;
	image: 'required' | 'optional' | 'refused';
	durations: readonly number[];
	/** Null where the model has no field for it. */
	resolutions: ReadonlyArray<string | null>;
	remix?: 'required' | 'optional';
	/** EvoLink's word for each resolution; absent where the model lists no `quality`. */
	quality?: Readonly<Record<string, string>>;
}

const sora = [4, 8, 12];

export const aimlApiModels: readonly DocumentedModel[] = [
	{ id: 'openai/sora-2-t2v', image: 'refused', durations: sora, resolutions: ['720p'] },
	{ id: 'openai/sora-2-i2v', image: 'required', durations: sora, resolutions: ['720p'] },
	{ id: 'openai/sora-2-pro-t2v', image: 'refused', durations: sora, resolutions: ['720p', '1080p'] },
	{ id: 'openai/sora-2-pro-i2v', image: 'required', durations: sora, resolutions: ['720p', '1080p'] },
];

export const vtrixModels: readonly DocumentedModel[] = [
	{ id: 'sora_2_t2v', image: 'refused', durations: sora, resolutions: ['720p'], remix: 'optional' },
	{ id: 'sora_2_i2v', image: 'required', durations: sora, resolutions: ['720p'], remix: 'optional' },
	{ id: 'sora_2_pro_t2v', image: 'refused', durations: sora, resolutions: ['720p'], remix: 'optional' },
	{ id: 'sora_2_pro_i2v', image: 'required', durations: sora, resolutions: ['720p'], remix: 'optional' },
];

export const openAiModels: readonly DocumentedModel[] = [
	{ id: 'sora-2', image: 'optional', durations: [...sora, 16, 20], resolutions: ['720p'], remix: 'optional' },
	{ id: 'sora-2-pro', image: 'optional', durations: [...sora, 16, 20], resolutions: ['720p', '1080p'], remix: 'optional' },
];

const row = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const toFourK = ['360p', '720p', '1080p', '4k'];

export const geminiModels: readonly DocumentedModel[] = [
	{ id: 'gemini-omni-1.1-flash', image: 'optional', durations: row(3, 10), resolutions: toFourK },
	{ id: 'gemini-omni-1.2-flash', image: 'optional', durations: row(3, 15), resolutions: toFourK },
];

export const evoLinkModels: readonly DocumentedModel[] = [
	{ id: 'sora-2-preview', image: 'optional', durations: sora, resolutions: [null] },
	{
		id: 'sora-2-pro-preview',
		image: 'optional',
		durations: sora,
		resolutions: ['720p', '1080p'],
		quality: { '720p': '720p', '1080p': '1080p' },
	},
	{ id: 'sora-2', image: 'optional', durations: [10, 15], resolutions: [null] },
	{ id: 'sora-2-beta-max', image: 'optional', durations: [10, 15], resolutions: [null] },
	{
		id: 'sora-2-pro',
		image: 'optional',
		durations: [15, 25],
		resolutions: ['720p', '1080p'],
		quality: { '720p': 'standard', '1080p': 'high' },
	},
	{
		id: 'sora-2-pro-remix',
		image: 'refused',
		durations: [15, 25],
		resolutions: [null],
		remix: 'required',
	},
];

const aspectRatios = ['16:9', '9:16'];

/** Whether a field is there, each way that the documents allow. */
function ways(rule: 'required' | 'optional' | 'refused' | undefined): boolean[] {
	if (rule === 'optional') return [false, true];
	return [rule === 'required'];
}

export type LegalRequest = [name: string, request: VideoRequest, model: DocumentedModel];

/** Every request that the documents allow for a model, with a name for the test. */
export function legalRequests(models: readonly DocumentedModel[], remixOf: string): LegalRequest[] {
	return models.flatMap((model) =>
		model.durations.flatMap((duration) =>
			model.resolutions.flatMap((resolution) =>
				aspectRatios.flatMap((aspectRatio) =>
					ways(model.image).flatMap((image) =>
						ways(model.remix).map((remix): LegalRequest => [
							`${model.id} ${duration} s ${resolution ?? 'no resolution'} ${aspectRatio}${image ? ' image' : ''}${remix ? ' remix' : ''}`,
							aRequest({
								model: model.id,
								duration,
								resolution,
								aspectRatio,
								firstFrame: image ? { source: 'url', url: imageLink } : null,
								remixOf: remix ? remixOf : null,
							}),
							model,
						]),
					),
				),
			),
		),
	);
}

/** The link that the image of a legal request has once it is placed. */
export function placedImage(request: VideoRequest): string | null {
	return request.firstFrame === null ? null : imageLink;
}

/** Job ids with characters that a URL would misread, and how they must stand in it. */
export const awkwardIds: ReadonlyArray<[name: string, id: string, encoded: string]> = [
	[': and / (AI/ML API, 1.3)', 'video_68e5:openai/sora-2-pro-i2v', 'video_68e5%3Aopenai%2Fsora-2-pro-i2v'],
	['&', 'a&generation_id=b', 'a%26generation_id%3Db'],
	['#', 'a#b', 'a%23b'],
	['?', 'a?b', 'a%3Fb'],
	['%', '100%2F', '100%252F'],
	['space', 'a b', 'a%20b'],
	['plus', 'a+b', 'a%2Bb'],
	['path climbing', '../../v1/credits', '..%2F..%2Fv1%2Fcredits'],
	['backslash', 'a\\b', 'a%5Cb'],
	['line break', 'a\r\nb', 'a%0D%0Ab'],
	['accent', 'é', '%C3%A9'],
	['Chinese', '视频', '%E8%A7%86%E9%A2%91'],
	['emoji', '🎬', '%F0%9F%8E%AC'],
];
