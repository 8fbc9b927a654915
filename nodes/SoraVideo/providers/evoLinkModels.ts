import type { Model, ModelRule } from '../models/Model';
import { readTable } from '../models/readers/readTable';

// EvoLink publishes no schemas by machine. What its pages say (docs.evolink.ai, api-manual/video-series) stands
// in EvoLink's own clients, which this table is from: github.com/EvoLinkAI/evolink-mcp of autumn 2026
// (model-params.generated.ts), and its newer copy of October 2026. The Sora models are from their pages, which
// don't agree on how long a prompt may be.
// The notation is that of `readTable`.

const nine = 'aspect_ratio:16:9*|9:16|1:1|4:3|3:4|4:5|5:4|9:21|21:9';
const seven = 'aspect_ratio:16:9|9:16|1:1|4:3|3:4|21:9|adaptive*';
const followed = 'aspect_ratio:adaptive*|16:9|21:9|4:3|1:1|3:4|9:16';
const six = 'aspect_ratio:16:9*|21:9|4:3|1:1|3:4|9:16';
const five = 'aspect_ratio:16:9*|9:16|1:1|3:2|2:3';
const seed = 'seed:1..2147483647';
const hd = 'quality:720p*|1080p';
const sd = 'quality:480p*|720p';
const klingLists = 'model_params.element_list:list model_params.watermark_info.enabled:bool';
const shots = 'model_params.multi_shot=false:bool model_params.shot_type:customize|intelligence model_params.multi_prompt:list1..6';
const references = 'image_urls:urls..9 video_urls:urls..3 audio_urls:urls..3';
const manyReferences = 'image_urls:urls1..30 video_urls:urls1..10 audio_urls:urls1..10';
const filtered = 'generate_audio=true:bool content_filter=true:bool';
const draft = 'quality:480p|720p*|1080p draft=false:bool';
const file = 'output_format:mp4*|mov';

const table: Readonly<Record<string, string>> = {
	'MiniMax-Hailuo-02': 'prompt:text..2000 image_urls:urls..2 quality:512p|768p*|1080p duration:6*|10 model_params.prompt_optimizer=true:bool model_params.fast_pretreatment=false:bool',
	'MiniMax-Hailuo-2.3': 'prompt!:text..2000 image_urls:urls..1 quality:768p*|1080p duration:6*|10 model_params.prompt_optimizer=true:bool model_params.fast_pretreatment=false:bool',
	'MiniMax-Hailuo-2.3-Fast': 'prompt:text..2000 image_urls!:urls1..1 quality:768p*|1080p duration:6*|10 model_params.prompt_optimizer=true:bool',
	'doubao-seedance-1.0-pro-fast': 'prompt!:text..2000 duration:2..12 quality:480p|720p|1080p aspect_ratio:text image_urls:urls..1',
	'grok-imagine-image-to-video-beta': `prompt!:text image_urls!:urls1..7 duration=6:6..30 mode:fun|normal*|spicy ${five} ${sd}`,
	'grok-imagine-text-to-video-beta': `prompt!:text duration=6:6..30 mode:fun|normal*|spicy ${five} ${sd}`,
	'grok-imagine-video-1.0-i2v': `prompt!:text image_urls!:urls1..7 duration=6:1..15 ${five}|4:3|3:4 ${sd}`,
	'grok-imagine-video-1.0-t2v': `prompt!:text duration=6:1..15 ${five}|4:3|3:4 ${sd}`,
	'grok-imagine-video-1.5-preview': `prompt!:text image_urls:urls0..7 duration=6:1..15 ${sd}|1080p aspect_ratio:auto*|16:9|9:16|1:1|3:2|2:3`,
	'happyhorse-1.0-image-to-video': `prompt:text image_urls!:urls1..1 ${hd} duration=5:3..15 ${seed}`,
	'happyhorse-1.0-reference-to-video': `prompt!:text image_urls!:urls1..9 ${hd} ${nine} duration=5:3..15 ${seed}`,
	'happyhorse-1.0-text-to-video': `prompt!:text ${hd} ${nine} duration=5:3..15 ${seed}`,
	'happyhorse-1.1-image-to-video': `prompt:text image_urls!:urls1..1 ${hd} duration=5:3..15 ${seed}`,
	'happyhorse-1.1-reference-to-video': `prompt!:text image_urls!:urls1..9 ${hd} ${nine} duration=5:3..15 ${seed}`,
	'happyhorse-1.1-text-to-video': `prompt!:text ${hd} ${nine} duration=5:3..15 ${seed}`,
	'happyhorse-1.0-video-edit': `prompt!:text video_urls!:urls1..1 image_urls:urls..5 keep_original_sound=false:bool ${hd} ${seed}`,
	'kling-o1-video-edit': 'prompt!:text..5000 video_urls!:urls1..1 image_urls:urls1..4 keep_original_sound:bool',
	'kling-o1-video-edit-fast': 'prompt!:text..5000 video_urls!:urls1..1 image_urls:urls1..4 keep_original_sound:bool',
	'kling-o3-image-to-video': `prompt!:text..2500 image_start:url image_end:url image_urls:urls duration=5:3..15 aspect_ratio:16:9|9:16|1:1 quality:720p|1080p|4k sound:on|off* model_params.multi_shot:bool model_params.shot_type:customize model_params.multi_prompt:list ${klingLists}`,
	'kling-o3-reference-to-video': `prompt!:text..2500 video_url:url keep_original_sound=true:bool image_urls:urls duration=5:3..10 aspect_ratio:16:9|9:16|1:1 ${hd} ${klingLists}`,
	'kling-o3-text-to-video': `prompt!:text..2500 duration=5:3..15 aspect_ratio:16:9*|9:16|1:1 ${hd}|4k sound:on|off* model_params.multi_shot=false:bool model_params.shot_type:customize model_params.multi_prompt:list..6 model_params.element_list:list..7 model_params.watermark_info.enabled:bool`,
	'kling-o3-video-edit': `prompt:text..2500 video_url:url keep_original_sound=true:bool image_urls:urls ${hd} ${klingLists}`,
	'kling-v2.6-motion-control': `image_urls!:urls video_urls!:urls prompt:text..2500 ${hd} model_params.character_orientation!:image|video model_params.keep_sound=true:bool model_params.watermark_info.enabled:bool`,
	'kling-v3-motion-control': `image_urls!:urls video_urls!:urls prompt:text..2500 ${hd} model_params.character_orientation!:image|video model_params.element_list:list..1 model_params.keep_sound=true:bool model_params.watermark_info.enabled:bool`,
	'kling-v3-image-to-video': `image_start!:url image_end:url prompt:text..2500 negative_prompt:text duration=5:3..15 ${hd}|4k sound:on|off* ${shots} model_params.element_list:list..3 model_params.watermark_info.enabled:bool`,
	'kling-v3-text-to-video': `prompt!:text..2500 negative_prompt:text duration=5:3..15 aspect_ratio:16:9|9:16|1:1 ${hd}|4k sound:on|off* ${shots} model_params.watermark_info.enabled:bool`,
	'kling-v3-turbo-image-to-video': `image_start!:url prompt:text..2500 ${hd} duration=5:3..15`,
	'kling-v3-turbo-text-to-video': `prompt!:text..2500 ${hd} aspect_ratio:16:9*|9:16|1:1 duration=5:3..15`,
	'minimax-h3-image-to-video': 'prompt!:text1..7000 image_start:url image_end:url duration=4:4..15 quality:768p*|2k',
	'minimax-h3-reference-to-video': `prompt!:text1..7000 ${references} duration=4:4..15 quality:768p*|2k ${followed}`,
	'minimax-h3-text-to-video': `prompt!:text1..7000 duration=4:4..15 quality:768p*|2k ${six}`,
	'minimax-h3-max-image-to-video': 'prompt!:text1..7000 image_start!:url image_end:url duration=5:5..15 quality:480p|768p*',
	'minimax-h3-max-text-to-video': `prompt!:text1..7000 duration=5:5..15 quality:480p|768p* ${six}`,
	'minimax-h3-max-turbo-image-to-video': 'prompt!:text1..7000 image_start!:url image_end:url duration=5:5..15 quality:480p|768p*',
	'minimax-h3-max-turbo-text-to-video': `prompt!:text1..7000 duration=5:5..15 quality:480p|768p* ${six}`,
	'minimax-h3-max-reference-to-video': `prompt!:text1..7000 ${references} duration=5:5..15 quality:480p|768p* ${followed}`,
	'seedance-2.0-fast-text-to-video': `prompt!:text duration=5:4..15 quality:480p|720p* ${seven} ${filtered} model_params.web_search=false:bool`,
	'seedance-2.0-image-to-video': `prompt!:text image_urls!:urls1..2 duration=5:4..15 quality:480p|720p*|1080p|4k ${seven} ${filtered}`,
	'seedance-2.0-mini-image-to-video': `prompt!:text image_urls!:urls1..2 duration=5:4..15 quality:480p|720p* ${seven} ${filtered}`,
	'seedance-2.0-fast-reference-to-video': `prompt!:text ${references} duration=5:4..15 quality:480p|720p* ${seven} ${filtered}`,
	'seedance-2.5-text-to-video': `prompt!:text duration=5:-1|4..30 ${draft} ${seven} ${filtered} ${file} model_params.web_search=false:bool`,
	'seedance-2.5-image-to-video': `prompt!:text image_urls!:urls1..2 duration=5:-1|4..30 ${draft} aspect_ratio:adaptive* ${filtered} ${file}`,
	'seedance-2.5-reference-to-video': `prompt!:text ${manyReferences} duration=5:-1|4..30 ${draft} ${seven} ${filtered} ${file}`,
	'seedance-2.5-video-edit': `prompt!:text video_urls!:urls1..10 image_urls:urls1..30 audio_urls:urls1..10 duration:-1* ${draft} aspect_ratio:adaptive* ${filtered} ${file}`,
	'seedance-2.5-video-extend': `prompt!:text video_urls!:urls1..10 image_urls:urls1..30 audio_urls:urls1..10 duration=5:-1|4..30 ${draft} aspect_ratio:adaptive* ${filtered} ${file}`,
	'seedance-2.5-draft-to-video': `source_task_id!:text ${file}`,
	'topaz-video-upscale': "video_urls!:urls1..1 model_params.upscale_factor:'1'|'2'*|'4'",
	'veo-3.1-fast-generate-preview': 'prompt!:text..2000 image_urls:urls..3 generation_type:TEXT|FIRST&LAST|REFERENCE aspect_ratio:auto|16:9|9:16 generate_audio:bool duration:4|6|8 n:1..4 quality:720p|1080p|4k seed:1..4294967295 negative_prompt:text person_generation:allow_adult|dont_allow resize_mode:pad|crop',
	'veo-3.1-generate-preview': 'prompt!:text..2000 image_urls:urls..3 generation_type:TEXT|FIRST&LAST|REFERENCE aspect_ratio:auto|16:9|9:16 generate_audio:bool duration:4|6|8 n:1..4 quality:720p|1080p|4k seed:1..4294967295 negative_prompt:text person_generation:allow_adult|dont_allow resize_mode:pad|crop',
	'veo3.1-fast-beta': 'prompt!:text..2000 aspect_ratio:auto*|16:9|9:16 image_urls:urls..3 quality:720p generation_type:TEXT|FIRST&LAST|REFERENCE enhance_prompt=true:bool',
	'veo3.1-pro-beta': 'prompt!:text..2000 aspect_ratio:auto*|16:9|9:16 image_urls:urls..2 quality:720p generation_type:TEXT|FIRST&LAST enhance_prompt=true:bool',
	'videoretalk': 'video_url!:url audio_url!:url ref_image_url:url video_extension=false:bool query_face_threshold=170:120..200',
	'wan2.5-image-to-video': 'prompt!:text..2000 duration:int quality=720p:text image_urls!:urls..1 prompt_extend=true:bool',
	'wan2.5-text-to-video': 'prompt!:text..2000 aspect_ratio:text quality=720p:text duration:int prompt_extend=true:bool',
	'wan2.7-image-to-video': `generation_mode:first_frame|first_last_frame|video_continuation prompt:text..5000 negative_prompt:text..500 image_start:url image_end:url video_urls:urls audio_urls:urls1..1 ${hd} duration=5:number2..15 ${seed} prompt_extend=false:bool`,
	'wan2.7-reference-video': `prompt!:text..5000 negative_prompt:text..500 image_start:url image_urls:urls video_urls:urls audio_urls:urls..5 model_params.voice_bindings:json ${hd} aspect_ratio:16:9*|9:16|1:1|4:3|3:4 duration=5:number2..15 ${seed} prompt_extend=false:bool`,
	'wan2.7-text-to-video': `prompt!:text..5000 negative_prompt:text..500 audio_urls:urls1..1 ${hd} aspect_ratio:16:9*|9:16|1:1|4:3|3:4 duration=5:number2..15 ${seed} prompt_extend=false:bool`,
	'wan2.7-video-edit': `prompt:text..5000 negative_prompt:text..500 video_urls!:urls1..1 image_urls:urls..4 keep_original_sound=false:bool ${hd} aspect_ratio:16:9|9:16|1:1|4:3|3:4 duration=0:number0..10 ${seed} prompt_extend=false:bool`,
	'wan3.0-image-to-video': 'prompt:text image_start!:url image_end:url duration=5:-1|2..30 quality:480p|720p*|1080p aspect_ratio:adaptive*|16:9|9:16|1:1|4:3|3:4 generate_audio=true:bool seed:0..2147483647',
	'wan3.0-prime-image-to-video': 'prompt:text image_start!:url image_end:url duration=5:-1|2..30 quality:480p|720p*|1080p aspect_ratio:adaptive*|16:9|9:16|1:1|4:3|3:4 generate_audio=true:bool seed:0..2147483647',
	'sora-2-preview': 'prompt!:text image_urls:urls..1 aspect_ratio:16:9*|9:16 duration:4*|8|12',
	'sora-2-pro-preview': `prompt!:text image_urls:urls..1 aspect_ratio:16:9*|9:16 duration:4*|8|12 ${hd}`,
	'sora-2': 'prompt!:text image_urls:urls aspect_ratio:16:9|9:16 duration:10|15 remove_watermark:bool',
	'sora-2-beta-max': 'prompt!:text image_urls:urls aspect_ratio:16:9|9:16 duration:10|15',
	'sora-2-pro': 'prompt!:text image_urls:urls aspect_ratio:16:9|9:16 duration:15*|25 quality:standard|high remove_watermark:bool',
	'sora-2-pro-remix': 'prompt!:text aspect_ratio:16:9|9:16 duration:15|25 remove_watermark:bool',
};

/** What the pages say of several fields together, by the ids that it holds for. */
const rules: ReadonlyArray<[RegExp, ModelRule]> = [
	[/^minimax-h3-image/, { kind: 'atLeastOne', fields: ['firstFrame', 'lastFrame'] }],
	[
		/^seedance-2\.5-reference/,
		{ kind: 'atLeastOne', fields: ['referenceImages', 'referenceVideos', 'referenceAudios'] },
	],
	[/^wan2\.7-reference/, { kind: 'atLeastOne', fields: ['referenceImages', 'referenceVideos'] }],
	[/^wan2\.7-reference/, { kind: 'atMost', fields: ['referenceImages', 'referenceVideos'], items: 5 }],
	[
		/^seedance/,
		{ kind: 'where', field: 'content_filter', is: false, allowed: { 'model_params.web_search': [false] } },
	],
	[/^seedance-2\.5/, { kind: 'where', field: 'draft', is: true, allowed: { resolution: ['480p'] } }],
	[/^MiniMax-Hailuo/, { kind: 'where', field: 'resolution', is: '1080p', allowed: { duration: [6] } }],
	[
		/^veo/,
		{ kind: 'where', field: 'generation_type', is: 'REFERENCE', allowed: { duration: [8], aspectRatio: ['16:9'] } },
	],
	[
		/^wan2\.7-image/,
		{ kind: 'where', field: 'generation_mode', is: 'first_frame', allowed: { lastFrame: [], referenceVideos: [] } },
	],
	[
		/^wan2\.7-image/,
		{ kind: 'where', field: 'generation_mode', is: 'first_last_frame', allowed: { referenceVideos: [] } },
	],
	[
		/^wan2\.7-image/,
		{ kind: 'where', field: 'generation_mode', is: 'video_continuation', allowed: { firstFrame: [] } },
	],
	// The shots have prompts of their own.
	[/^kling/, { kind: 'optionalWhere', field: 'model_params.multi_shot', is: true, optional: 'prompt' }],
];

/** What OpenAI's own models have besides their fields, and what the list says of them. */
const soras: Readonly<Record<string, Partial<Model>>> = {
	// Another picture ends the job minutes later, with image_dimension_mismatch (task-management/error-codes).
	'sora-2-preview': { about: 'Sora 2, text or image to video, 720p', imageMustMatch: true },
	'sora-2-pro-preview': { about: 'Sora 2 Pro, text or image to video, 720p or 1080p', imageMustMatch: true },
	'sora-2': { about: 'Sora 2 beta, text or image to video, 10 or 15 seconds' },
	'sora-2-beta-max': { about: 'Sora 2 beta max, text or image to video, 10 or 15 seconds' },
	'sora-2-pro': {
		about: 'Sora 2 Pro beta, text or image to video, 15 or 25 seconds; 1080p means high quality',
	},
	'sora-2-pro-remix': { about: 'Remixes an earlier video, 15 or 25 seconds', remix: 'required' },
};

function readModel(id: string, line: string): Model {
	const model = readTable(line, id);
	const more = rules.filter(([ids]) => ids.test(id)).map(([, rule]) => rule);
	return { ...model, ...soras[id], rules: [...(model.rules ?? []), ...more] };
}

let models: readonly Model[] | null = null;

/** Every model that the pages describe. Read at the first call: n8n needs none of it at its start. */
export function evoLinkModels(): readonly Model[] {
	models ??= Object.entries(table).map(([id, line]) => readModel(id, line));
	return models;
}

/** What most models have besides pictures, by the names that most have for it. */
const usual =
	'prompt:text aspect_ratio:text quality:text duration:int generate_audio:bool negative_prompt:text seed:int video_urls:urls audio_urls:urls';

/** A model that no page was found of, with the fields that most of the others have. */
export function usualModel(id: string): Model {
	const { fields, ...model } = readTable(usual, id);
	const pictures = readTable('image_urls:urls', id).fields;
	const more = pictures.filter(({ role }) => role === 'firstFrame').map((field) => ({ ...field, role: 'lastFrame' as const }));
	return { ...model, fields: [...fields, ...pictures, ...more], known: false, remix: 'optional' };
}
