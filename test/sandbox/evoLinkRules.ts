import { isRecord } from './checks';

// What EvoLink's pages say of fields together, and a schema of fields one by one can't.

type Body = Record<string, unknown>;

export interface BrokenRule {
	field: string;
	message: string;
}

interface Rule {
	models: RegExp;
	/** null: kept. */
	broken(body: Body): BrokenRule | null;
}

function has(body: Body, field: string): boolean {
	const value = body[field];
	return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
}

function count(body: Body, field: string): number {
	const value = body[field];
	return Array.isArray(value) ? value.length : 0;
}

function params(body: Body): Body {
	return isRecord(body.model_params) ? body.model_params : {};
}

function unless(isKept: boolean, field: string, message: string): BrokenRule | null {
	return isKept ? null : { field, message };
}

function oneOf(...fields: string[]): Rule['broken'] {
	return (body) => unless(fields.some((field) => has(body, field)), fields[0] ?? '', `at least one of ${fields.join(', ')} is required`);
}

function durationFrom(shortest: number): Rule['broken'] {
	return ({ duration }) =>
		unless(typeof duration !== 'number' || duration === -1 || (duration >= shortest && duration <= 30), 'duration', `duration must be ${shortest} to 30, or -1`);
}

/** By `generation_mode`, which is found out where it isn't told: what must be there, and what may. */
const wanModes: Record<string, { needs: string[]; takes: string[] }> = {
	first_frame: { needs: ['image_start'], takes: ['audio_urls'] },
	first_last_frame: { needs: ['image_start', 'image_end'], takes: ['audio_urls'] },
	video_continuation: { needs: ['video_urls'], takes: ['image_end'] },
};

function wanMaterials(body: Body): BrokenRule | null {
	const given = ['image_start', 'image_end', 'video_urls', 'audio_urls'].filter((field) => has(body, field));
	const modes = typeof body.generation_mode === 'string' ? [body.generation_mode] : Object.keys(wanModes);
	const fits = (mode: string): boolean => {
		const { needs = [], takes = [] } = wanModes[mode] ?? {};
		return needs.every((field) => given.includes(field)) && given.every((field) => [...needs, ...takes].includes(field));
	};
	return unless(modes.some(fits), 'generation_mode', `unsupported combination of materials: ${given.join(' + ') || 'none'}`);
}

function shotsFillDuration(body: Body): BrokenRule | null {
	const { multi_shot: isMulti, shot_type: type, multi_prompt: shots } = params(body);
	if (isMulti !== true || type !== 'customize' || !Array.isArray(shots)) return null;
	const total = shots.reduce((sum: number, shot: unknown) => sum + (isRecord(shot) ? Number(shot.duration) : 0), 0);
	return unless(total === (body.duration ?? 5), 'model_params.multi_prompt', 'the durations of all shots must add up to duration');
}

const rules: Rule[] = [
	{ models: /^seedance-2\.5-(?!video-edit|draft)/, broken: durationFrom(4) },
	{ models: /^wan3\.0-/, broken: durationFrom(2) },
	{ models: /^minimax-h3-image-to-video$/, broken: oneOf('image_start', 'image_end') },
	{ models: /^seedance-2\.5-reference-to-video$/, broken: oneOf('image_urls', 'video_urls', 'audio_urls') },
	{ models: /^happyhorse-.*-video-edit$/, broken: oneOf('video_urls', 'video_url', 'video') },
	{ models: /^seedance-/, broken: (body) => unless(body.content_filter !== false || params(body).web_search !== true, 'content_filter', 'web_search needs the content filter') },
	{ models: /^seedance-2\.5-/, broken: (body) => unless(body.draft !== true || (body.quality ?? '480p') === '480p', 'draft', 'draft supports quality 480p only') },
	{ models: /^wan2\.7-image-to-video$/, broken: wanMaterials },
	{ models: /^wan2\.7-reference-video$/, broken: oneOf('image_urls', 'video_urls') },
	{ models: /^wan2\.7-reference-video$/, broken: (body) => unless(count(body, 'image_urls') + count(body, 'video_urls') <= 5, 'image_urls', 'image_urls and video_urls together support at most 5 items') },
	{
		models: /^veo-?3\.1-/,
		broken: ({ generation_type: type, duration = 8, aspect_ratio: ratio = '16:9' }) =>
			unless(type !== 'REFERENCE' || (duration === 8 && ratio === '16:9'), 'generation_type', 'REFERENCE supports duration 8 and aspect_ratio 16:9 only'),
	},
	{ models: /^MiniMax-Hailuo-/, broken: ({ quality, duration = 6 }) => unless(quality !== '1080p' || duration === 6, 'duration', '1080p supports 6 seconds only') },
	{ models: /^kling-/, broken: shotsFillDuration },
];

/** The first rule that the body breaks, in words; null: none. */
export function brokenRule(model: string, body: Body): BrokenRule | null {
	for (const rule of rules) {
		const found = rule.models.test(model) ? rule.broken(body) : null;
		if (found) return found;
	}
	return null;
}
