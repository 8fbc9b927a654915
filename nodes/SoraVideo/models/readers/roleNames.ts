import type { Role } from '../Model';

/**
 * By which names providers know what the node has a field of its own for, the clearest first: of two that a
 * model has, the first plays the role. Beside each, who writes it so (their schemas of August to November 2026).
 * Names are compared in lower case with `_` between words, so that `imageUrls` is `image_urls`.
 */
export const roleNames: Readonly<Record<Role, readonly string[]>> = {
	prompt: ['prompt', 'text_prompt', 'prompt_text'],
	duration: [
		'duration', // nearly all
		'seconds', // OpenAI, Vtrix' Sora
		'duration_seconds', // Google's Vertex AI
		'video_duration',
		'n_seconds',
	],
	resolution: [
		'resolution', // nearly all
		'quality', // EvoLink, PixVerse at Kie and Replicate
		'output_resolution', // Topaz, LTX at fal and Kie
		'video_resolution',
		'mode', // Kling at Kie and Replicate: std, pro
		'size', // where its values are resolutions
	],
	aspectRatio: [
		'aspect_ratio', // nearly all
		'ratio', // MiniMax H3 at AI/ML API, Seedance at BytePlus
		'video_aspect_ratio',
		'video_size', // LTX at fal: landscape_16_9
		'orientation',
	],
	size: [
		'size', // OpenAI, OpenRouter
		'frame_size', // Runway at AI/ML API
		'dimensions',
	],
	firstFrame: [
		'first_frame_url', // Seedance and H3 at Kie, Veo at fal
		'first_frame_image_url',
		'first_frame_image', // Hailuo at Replicate
		'first_frame_img', // PixVerse at Vtrix
		'first_frame', // Wan at Kie
		'image_start', // Kling, Wan and H3 at EvoLink
		'start_image_url', // Kling at fal
		'start_image', // Kling at Replicate
		'start_frame_url',
		'start_frame_image',
		'start_frame',
		'first_image_url', // PixVerse at fal
		'first_image',
		'keyframes.frame0', // Luma
		'image_url', // AI/ML API, fal
		'image', // Replicate, WaveSpeed, Kling at Vtrix
		'img_url', // Alibaba
		'input_image_url',
		'input_image',
		'prompt_image', // Runway
		'input_reference', // OpenAI
		'character', // Runway Act-Two: who acts
	],
	lastFrame: [
		'last_frame_url', // Seedance and H3 at Kie, Veo at fal
		'last_frame_image_url',
		'last_frame_image', // Seedance at Replicate
		'last_frame_img', // PixVerse at Vtrix
		'last_frame', // Veo at Replicate
		'image_end', // EvoLink
		'end_image_url', // fal
		'end_image', // Kling at Replicate, WaveSpeed
		'end_frame_url',
		'end_frame_image',
		'end_frame',
		'tail_image_url', // Kling and Runway at AI/ML API
		'tail_image',
		'image_tail', // Kling at Vtrix
		'last_image_url', // AI/ML API
		'last_image', // Wan at Replicate, WaveSpeed
		'keyframes.frame1', // Luma
	],
	referenceImages: [
		'reference_image_urls', // H3 and HappyHorse at AI/ML API, Kie
		'reference_images', // Grok at AI/ML API, Replicate
		'reference_image_url',
		'reference_image', // Wan and HappyHorse at Kie
		'image_references', // PixVerse at Kie
		'ref_image_urls',
		'ref_images',
		'ref_image_url', // Alibaba's videoretalk
		'subject_reference', // Hailuo
		'references', // Runway Aleph
		'image_list', // Kling O1
		'image_urls', // Seedance, Veo
		'images', // Vidu
		'input_urls', // Kie
		'input_images',
		'image_inputs',
		'input_references', // OpenRouter
	],
	referenceVideos: [
		'reference_video_urls', // H3 and Seedance at Kie
		'reference_videos', // Seedance at Replicate
		'reference_video_url',
		'reference_video', // Wan at Kie
		'video_references',
		'video_urls', // Seedance, EvoLink
		'videos',
		'video_list', // Kling O3
		'video_url', // whatever edits or extends a video
		'video', // Replicate
		'input_video_url',
		'input_video',
		'source_video_url',
		'source_video',
		'first_clip_url', // Wan 2.7 at Kie
		'reference', // Runway Act-Two: what is acted
	],
	referenceAudios: [
		'reference_audio_urls', // H3 and Seedance at Kie
		'reference_audios', // Seedance at Replicate
		'reference_audio_url',
		'reference_audio',
		'audio_urls', // Seedance, EvoLink
		'audios',
		'audio_url', // OmniHuman, Kling avatars, Wan
		'audio',
		'input_audio_url',
		'input_audio',
		'driving_audio_url', // Wan 2.7 at Kie
		'reference_voice', // Wan at Kie
	],
	generateAudio: [
		'generate_audio', // nearly all
		'generate_audio_switch', // PixVerse
		'sound', // Kling
		'enable_audio',
		'with_audio',
		'audio', // Vidu
	],
	negativePrompt: ['negative_prompt'],
	seed: ['seed', 'seeds', 'random_seed'],
};

/** A list of pictures in which the first is the first frame, and the second the last, unless its model wants references. */
export const pictureLists: ReadonlySet<string> = new Set(['image_urls', 'images', 'input_urls', 'input_images', 'image_inputs']);

/** Ids of models whose pictures are references. */
export const referenceModels = /refer|ref(2|[-_]to[-_])v|r2v|multi[-_]?image|element|scenes|ingredient|edit|extend|v2v|video[-_]to[-_]video/i;

/** Fields that say which pictures, videos or sounds come: EvoLink's and Kie's Veo, Wan 2.7 at EvoLink. */
export const tellingNames: ReadonlySet<string> = new Set(['generation_type', 'generation_mode']);

/** What the values of such fields say, the first that fits what comes. */
export const tellingValues: ReadonlyArray<{ says: RegExp; roles: readonly Role[] }> = [
	{ says: /continu|extend/i, roles: ['referenceVideos'] },
	{ says: /refer/i, roles: ['referenceImages'] },
	{ says: /first.*last/i, roles: ['lastFrame'] },
	{ says: /^first(?!.*last)/i, roles: ['firstFrame'] },
	{ says: /first.*last/i, roles: ['firstFrame'] },
];

/** Wrappers whose properties are the model's own, as if there were no wrapper: Gemini, Runway, DashScope. */
const wrappers: ReadonlySet<string> = new Set(['input', 'params', 'parameters', 'response_format']);

/** A name as the table has names: without wrappers, in lower case, `_` between words. */
export function plainName(name: string): string {
	const parts = name.trim().split('.');
	while (parts.length > 1 && wrappers.has(parts[0] ?? '')) parts.shift();
	return parts.join('.').replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('-', '_').toLowerCase();
}
