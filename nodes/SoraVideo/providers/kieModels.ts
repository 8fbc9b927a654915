import { valueMark } from '../models/Model';
import type { Model, ModelRule } from '../models/Model';
import { readTable } from '../models/readers/readTable';

// What the pages of docs.kie.ai say of each model, as their crawl of 2026-08-19 has it (test/schemas/kie.json), in
// the notation of `readTable`. Left out: fields that are out of date, and two models that make no videos
// (omnihuman-1-5/human-identification and /subject-detection). Mended: Kling 3.0 needs the prompts of its shots
// only where it makes several; PixVerse's templates, 67 numbers, may be any number.

const nsfw = 'nsfw_checker:bool';
const five = "duration:'5'*|'10'";
const six = "duration:'6'*|'10'";
const fifteen = `${five}|'15'`;
const sd = 'resolution:480p|720p*';
const sdFirst = 'resolution:480p*|720p';
const hd = 'resolution:720p*|1080p';
const fullHd = 'resolution:720p|1080p*';
const to4k = 'resolution:720p*|1080p|4k';
const three = 'aspect_ratio:16:9*|9:16|1:1';
const seed = 'seed:0..2147483647';
const zeroSeed = 'seed=0:0..2147483647';
const klingExtras = "negative_prompt:text..500 cfg_scale=0.5:number0..1";
const audio = 'generate_audio=true:bool';
const frames = 'first_frame_url:url last_frame_url:url';
const references = 'reference_image_urls:urls..9 reference_video_urls:urls..3 reference_audio_urls:urls..3';
const seedance2 = `prompt:text3..20000 ${frames} ${references} ${audio} aspect_ratio:1:1|4:3|3:4|16:9*|9:16|21:9|adaptive duration=5:int web_search:bool`;
const v1 = `camera_fixed:bool enable_safety_checker:bool ${nsfw}`;
const v1Seed = 'seed=-1:number-1..2147483647';
const happyHorse = `prompt!:text..5000 ${fullHd}`;
const happyRatios = 'aspect_ratio:16:9*|9:16|1:1|4:3|3:4';
const h3 = 'prompt!:text1..7000 duration!=6:4..15 resolution:768P|2K*';
const omni = `duration=5:3..15 ${to4k}`;
const shots = 'customize_multi_shots:bool prefer_multi_shots:bool multi_prompt:objects1..6';
const pixVerse = 'prompt!:text3..5000 quality!:360p|540p|720p*|1080p duration!=5:1..15 generate_audio_switch=false:bool';
const pixVerseRatios = 'aspect_ratio!:16:9*|4:3|1:1|3:4|9:16|2:3|3:2|21:9';
const pixVerseExtend = `prompt!:text3..5000 duration!:1..15 quality!:360p|540p|720p|1080p generate_audio_switch:bool ${seed}`;
const wan22 = `prompt!:text..5000 ${sd} enable_prompt_expansion:bool seed=0:number0..2147483647 acceleration:none*|regular ${nsfw}`;
const wan22Animate = `video_url!:url image_url!:url resolution:480p*|580p|720p ${nsfw}`;
const wan25 = `prompt!:text..800 duration!:'5'|'10' resolution:720p|1080p negative_prompt:text..500 enable_prompt_expansion:bool seed:int ${nsfw}`;
const wan27 = `negative_prompt:text..500 ${fullHd} prompt_extend=true:bool watermark=false:bool ${seed} ${nsfw}`;
const veo = `prompt!:text ${to4k} aspect_ratio:16:9*|9:16|Auto duration:4|6|8* enableTranslation=false:bool watermark:text`;
const veoModes = 'generationType:TEXT_2_VIDEO|FIRST_AND_LAST_FRAMES_2_VIDEO';

const table: Readonly<Record<string, string>> = {
	aleph: 'prompt!:text videoUrl!:url referenceImage:url aspectRatio:16:9|9:16|4:3|3:4|1:1|21:9 seed:int waterMark:text uploadCn=false:bool',
	'bytedance/seedance-1.5-pro': `prompt!:text3..20000 input_urls:urls..2 aspect_ratio!:1:1*|4:3|3:4|16:9|9:16|21:9 ${sd}|1080p duration!:number fixed_lens=false:bool generate_audio=false:bool ${nsfw}`,
	'bytedance/seedance-2': `${seedance2} ${sd}|1080p|4k`,
	'bytedance/seedance-2-5': `prompt:text..30000 ${frames} reference_image_urls:urls..30 reference_video_urls:urls..10 reference_audio_urls:urls..10 return_last_frame=false:bool ${audio} ${sd}|1080p aspect_ratio:1:1|4:3|3:4|16:9|9:16|21:9|adaptive* duration=5:int output_format:mp4*|mov web_search:bool ${nsfw}`,
	'bytedance/seedance-2-fast': `${seedance2} ${sd} ${nsfw}`,
	'bytedance/seedance-2-mini': `${seedance2} ${sd} ${nsfw}`,
	'bytedance/v1-lite-image-to-video': `prompt!:text..10000 image_url!:url end_image_url:url ${sd}|1080p ${five} ${v1} ${v1Seed}`,
	'bytedance/v1-lite-text-to-video': `prompt!:text..10000 aspect_ratio:16:9*|4:3|1:1|3:4|9:16|9:21 ${sd}|1080p ${five} ${v1} seed:int`,
	'bytedance/v1-pro-fast-image-to-video': `prompt!:text..10000 image_url!:url ${hd} ${five} ${nsfw}`,
	'bytedance/v1-pro-image-to-video': `prompt!:text..10000 image_url!:url ${sd}|1080p ${five} ${v1} ${v1Seed}`,
	'bytedance/v1-pro-text-to-video': `prompt!:text..10000 aspect_ratio:21:9|16:9*|4:3|1:1|3:4|9:16 ${sd}|1080p ${five} ${v1} ${v1Seed}`,
	'gemini-omni-video': `prompt!:text..20000 image_urls:urls audio_ids:list video_list:objects character_ids:list duration!:'4'|'6'|'8'|'10' aspect_ratio:16:9|9:16 seed:int ${to4k}`,
	'grok-imagine-video-1-5-preview': `prompt:text..4096 image_urls:urls..7 aspect_ratio:1:1|16:9|9:16|3:2|2:3|auto* ${sdFirst}|1080p duration=8:1..15 ${nsfw}`,
	'grok-imagine/extend': 'prompt!:text task_id!:text..100 extend_at!=2:number2.. extend_times!:number',
	'grok-imagine/image-to-video': `prompt:text image_urls:urls..7 task_id:text..100 index=0:0..5 mode:fun|normal*|spicy duration:text ${sdFirst}|1080p aspect_ratio:2:3|3:2|1:1|16:9*|9:16`,
	'grok-imagine/text-to-video': `prompt!:text aspect_ratio:2:3*|3:2|1:1|16:9|9:16 mode:fun|normal*|spicy duration:number ${sdFirst}|1080p`,
	'grok-imagine/upscale': `task_id!:text..100 ${hd}`,
	'hailuo/02-image-to-video-pro': `prompt!:text..1500 image_url!:url end_image_url:url prompt_optimizer:bool ${nsfw}`,
	'hailuo/02-image-to-video-standard': `prompt!:text..1500 image_url!:url end_image_url:url duration:'6'|'10'* resolution:512P|768P* prompt_optimizer:bool ${nsfw}`,
	'hailuo/02-text-to-video-pro': `prompt!:text..1500 prompt_optimizer:bool ${nsfw}`,
	'hailuo/02-text-to-video-standard': `prompt!:text..1500 ${six} prompt_optimizer:bool ${nsfw}`,
	'hailuo/2-3-image-to-video-pro': `prompt!:text..5000 image_url!:url ${six} resolution:768P*|1080P ${nsfw}`,
	'hailuo/2-3-image-to-video-standard': `prompt!:text..5000 image_url!:url ${six} resolution:768P*|1080P`,
	'happyhorse-1-1/image-to-video': `prompt:text..5000 image_urls!:urls..1 ${fullHd} duration=5:3..15`,
	'happyhorse-1-1/reference-to-video': `${happyHorse} reference_image!:urls..9 ${happyRatios}|4:5|5:4|9:21|21:9 duration=5:3..15`,
	'happyhorse-1-1/text-to-video': `prompt!:text..4999 ${fullHd} ${happyRatios}|4:5|5:4|9:21|21:9 duration=5:3..15`,
	'happyhorse/image-to-video': `prompt:text..5000 image_urls!:urls..1 ${fullHd} duration=5:3..15 ${zeroSeed}`,
	'happyhorse/reference-to-video': `${happyHorse} reference_image!:urls1..9 ${happyRatios} duration=5:3..15 ${zeroSeed}`,
	'happyhorse/text-to-video': `${happyHorse} ${happyRatios} duration=5:3..15 ${zeroSeed}`,
	'happyhorse/video-edit': `${happyHorse} video_url!:url reference_image:urls..5 audio_setting:auto*|origin ${zeroSeed}`,
	'infinitalk/from-audio': `prompt!:text..5000 image_url!:url audio_url!:url ${sdFirst} seed:number`,
	'kling-2.6/image-to-video': "prompt!:text..1000 image_urls!:urls..1 sound!:bool duration!:'5'*|'10'",
	'kling-2.6/motion-control': 'prompt:text..2500 input_urls!:urls..1 video_urls!:urls..1 character_orientation!:image|video* mode!:720p*|1080p',
	'kling-2.6/text-to-video': "prompt!:text..1000 sound!:bool aspect_ratio!:1:1*|16:9|9:16 duration!:'5'*|'10'",
	'kling-3.0-omni/image-to-video': `prompt!:text..3072 image_urls!:urls1..2 aspect_ratio:16:9|9:16|1:1|auto* audio:bool ${omni} ${shots} elements:objects..3`,
	'kling-3.0-omni/reference-to-video': `prompt!:text1..3072 image_urls!:urls..7 ${three} audio:bool ${omni} ${shots} elements:objects / prompt!:text1..3072 video_urls!:urls1..1 ${to4k} aspect_ratio!:auto* audio!:false elements:objects / prompt!:text1..3072 image_urls!:urls..4 video_urls!:urls1..1 ${omni} ${three} audio!:false elements:objects`,
	'kling-3.0-omni/text-to-video': `prompt!:text1..3072 customize_multi_shots=true:bool prefer_multi_shots:bool multi_prompt:objects..6 elements:objects audio=false:bool ${omni} ${three}`,
	'kling-3.0-omni/transformation': `prompt!:text1..3072 video_urls!:urls1..1 ${to4k} aspect_ratio:auto* audio:bool elements:objects / prompt!:text1..3072 image_urls!:urls..4 video_urls!:urls1..1 duration:text ${to4k} ${three} audio:bool elements:objects`,
	'kling-3.0/motion-control': 'prompt:text input_urls!:urls video_urls!:urls mode:text character_orientation:text background_source:text',
	'kling-3.0/video': `prompt!:text image_urls:urls sound!=false:bool duration!:'3'|'4'|'5'*|'6'|'7'|'8'|'9'|'10'|'11'|'12'|'13'|'14'|'15' aspect_ratio!:16:9*|9:16|1:1 mode!:std|pro*|4K multi_shots!=false:bool multi_prompt!:objects kling_elements:objects..3`,
	'kling/ai-avatar-pro': 'prompt!:text..5000 image_url!:url audio_url!:url',
	'kling/ai-avatar-standard': 'prompt!:text..5000 image_url!:url audio_url!:url',
	'kling/v2-1-master-image-to-video': `prompt!:text..5000 image_url!:url ${five} ${klingExtras}`,
	'kling/v2-1-master-text-to-video': `prompt!:text..5000 ${five} ${three} ${klingExtras}`,
	'kling/v2-1-pro': `prompt!:text..5000 image_url!:url tail_image_url:url ${five} ${klingExtras}`,
	'kling/v2-1-standard': `prompt!:text..5000 image_url!:url ${five} ${klingExtras}`,
	'kling/v2-5-turbo-image-to-video-pro': `prompt!:text..2500 image_url!:url tail_image_url:url ${five} ${klingExtras}`,
	'kling/v2-5-turbo-text-to-video-pro': `prompt!:text..2500 ${five} ${three} negative_prompt:text..2500 cfg_scale=0.5:number0..1`,
	'kling/v3-turbo-image-to-video': "prompt!:text..2500 image_urls!:urls duration!='5':text resolution!:720p*|1080p",
	'kling/v3-turbo-text-to-video': "prompt!:text..2500 duration!='5':text aspect_ratio!:1:1|9:16|16:9* resolution!:720p*|1080p",
	'minimax-h3/image-to-video': `${h3} ${frames}`,
	'minimax-h3/reference-to-video': `${h3} ${references} aspect_ratio:adaptive*|21:9|16:9|4:3|1:1|3:4|9:16`,
	'minimax-h3/text-to-video': `${h3} aspect_ratio!:21:9|16:9|4:3|1:1|3:4|9:16`,
	'omnihuman-1-5': "prompt:text..300 image_url!:url mask_url:urls..5 audio_url!:url output_resolution:'720'|'1080'* pe_fast_mode=false:bool seed=-1:int",
	'pixverse-v6/extend': `${pixVerseExtend} video_url!:url / ${pixVerseExtend} taskId!:text`,
	'pixverse-v6/image-to-video': `${pixVerse} image_urls!:urls generate_multi_clip_switch=false:bool ${seed} template_id:text`,
	'pixverse-v6/reference-to-video': `${pixVerse} image_references!:urls1..7 ${pixVerseRatios} ${seed}`,
	'pixverse-v6/text-to-video': `${pixVerse} ${pixVerseRatios} generate_multi_clip_switch=false:bool ${seed}`,
	'pixverse-v6/transition': `${pixVerse} first_frame_image_url!:url last_frame_image_url!:url ${seed}`,
	runway: 'prompt!:text imageUrl:url duration!:5|10 quality!:720p|1080p aspectRatio:16:9|4:3|1:1|3:4|9:16 waterMark:text',
	'topaz/video-upscale': "video_url!:url upscale_factor:'1'|'2'*|'4'",
	veo3: `${veo} imageUrls:urls..2 ${veoModes}`,
	veo3_fast: `${veo} imageUrls:urls..3 ${veoModes}|REFERENCE_2_VIDEO`,
	veo3_lite: `${veo} imageUrls:urls..3 ${veoModes}|REFERENCE_2_VIDEO`,
	'volcengine/video-to-video-lip-sync': 'mode!:lite|basic video_url!:url audio_url!:url separate_vocal=false:bool open_scenedet=false:bool align_audio=true:bool align_audio_reverse=false:bool templ_start_seconds=0:number',
	'wan/2-2-a14b-image-to-video-turbo': `${wan22} image_url!:url`,
	'wan/2-2-a14b-speech-to-video-turbo': `prompt!:text..5000 image_url!:url audio_url!:url num_frames=80:number40..120 frames_per_second=16:number4..60 resolution:480p*|580p|720p negative_prompt:text..500 seed:int num_inference_steps=27:number2..40 guidance_scale=3.5:number1..10 shift=5:number1..10 ${nsfw}`,
	'wan/2-2-a14b-text-to-video-turbo': `${wan22} aspect_ratio:16:9*|9:16`,
	'wan/2-2-animate-move': wan22Animate,
	'wan/2-2-animate-replace': wan22Animate,
	'wan/2-5-image-to-video': `${wan25} image_url!:url`,
	'wan/2-5-text-to-video': `${wan25} aspect_ratio:16:9|9:16|1:1`,
	'wan/2-6-flash-image-to-video': `prompt!:text..1500 image_urls!:urls..1 ${fifteen} ${fullHd} audio!:bool multi_shots:bool ${nsfw}`,
	'wan/2-6-flash-video-to-video': `prompt!:text..1500 video_urls!:urls..3 ${five} ${fullHd} audio:bool multi_shots:bool ${nsfw}`,
	'wan/2-6-image-to-video': `prompt!:text..5000 image_urls!:urls..1 ${fifteen} ${fullHd} multi_shots=false:bool ${nsfw}`,
	'wan/2-6-text-to-video': `prompt!:text..5000 ${fifteen} ${fullHd} multi_shots=false:bool`,
	'wan/2-6-video-to-video': `prompt!:text..5000 video_urls!:urls..3 ${five} ${fullHd} multi_shots=false:bool ${nsfw}`,
	'wan/2-7-image-to-video': `prompt!:text..5000 ${frames} first_clip_url:url driving_audio_url:url duration=5:2..15 ${wan27}`,
	'wan/2-7-r2v': `prompt!:text..5000 reference_image:urls..5 reference_video:urls..5 first_frame:url reference_voice:url aspect_ratio:16:9*|9:16|1:1|4:3|3:4 duration=5:2..10 ${wan27}`,
	'wan/2-7-text-to-video': `prompt!:text1..5000 audio_url:url ratio:16:9*|9:16|1:1|4:3|3:4 duration=5:2..15 ${wan27}`,
	'wan/2-7-videoedit': `prompt:text..5000 video_url!:url reference_image:url aspect_ratio:16:9|9:16|1:1|4:3|3:4 duration=0:0..10 audio_setting:auto*|origin ${wan27}`,
};

/** What the pages say of several fields together, by the ids that it holds for. */
const rules: ReadonlyArray<[RegExp, ModelRule]> = [
	[/^kling-3\.0\/video/, { kind: 'optionalWhere', field: 'multi_shots', is: false, optional: 'multi_prompt' }],
	[/^minimax-h3\/image/, { kind: 'atLeastOne', fields: ['firstFrame', 'lastFrame'] }],
	[/^minimax-h3\/reference/, { kind: 'atLeastOne', fields: ['referenceImages', 'referenceVideos'] }],
	[/^runway/, { kind: 'where', field: 'resolution', is: '1080p', allowed: { duration: [5] } }],
	[/^veo3_/, { kind: 'where', field: 'generationType', is: 'REFERENCE_2_VIDEO', allowed: { duration: [8] } }],
];

function readModel(id: string, line: string): Model {
	const model = readTable(line, id);
	const more = rules.filter(([ids]) => ids.test(id)).map(([, rule]) => rule);
	// The only list of pictures in which each is an object.
	const fields = model.fields.map((field) =>
		field.name === 'image_references' ? { ...field, form: { inList: true, entry: { image_url: valueMark } } } : field,
	);
	return { ...model, fields, rules: [...(model.rules ?? []), ...more] };
}

let models: readonly Model[] | null = null;

/** Every model that the pages describe. Read at the first call: n8n needs none of it at its start. */
export function kieModels(): readonly Model[] {
	models ??= Object.entries(table).map(([id, line]) => readModel(id, line));
	return models;
}

/** What most models of the market have. */
const usual =
	'prompt:text video_urls:urls audio_urls:urls aspect_ratio:text resolution:text duration:int generate_audio:bool negative_prompt:text seed:int';

/** A model that no page was found of, with the fields that most of the others have; a Veo with those of Veo. */
export function usualModel(id: string): Model {
	if (id.startsWith('veo')) return { ...readTable(table.veo3_fast ?? usual, id), known: false };
	// Apart from the videos, since beside those pictures count as references.
	const fields = [usual, 'image_urls:urls'].flatMap((line) => readTable(line, id).fields);
	return { id, known: false, fields };
}
