import { isRecord, text } from './checks';
import { readFacts } from './modelSchemas';
import type { Reply, World } from './types';

// OpenRouter's video models as its list had them on 2026-10-09. A list that it tells as null limits nothing.

type Words = readonly string[] | null;

export interface Model {
	id: string;
	canonical_slug: string;
	supported_resolutions: Words;
	supported_aspect_ratios: Words;
	supported_sizes: Words;
	supported_durations: readonly number[] | null;
	supported_frame_images: Words;
	generate_audio: boolean | null;
	seed: boolean | null;
	creativity: unknown;
	upscale_factor: unknown;
	allowed_passthrough_parameters: readonly string[];
	pricing_skus: unknown;
}

function words(value: unknown): Words {
	return Array.isArray(value) ? value.map(String) : null;
}

function flag(value: unknown): boolean | null {
	return typeof value === 'boolean' ? value : null;
}

function read(entry: Record<string, unknown>): Model {
	const { supported_durations: durations } = entry;
	return {
		id: text(entry.id, ''),
		canonical_slug: text(entry.canonical_slug, ''),
		supported_resolutions: words(entry.supported_resolutions),
		supported_aspect_ratios: words(entry.supported_aspect_ratios),
		supported_sizes: words(entry.supported_sizes),
		supported_durations: Array.isArray(durations) ? durations.map(Number) : null,
		supported_frame_images: words(entry.supported_frame_images),
		generate_audio: flag(entry.generate_audio),
		seed: flag(entry.seed),
		creativity: entry.creativity ?? null,
		upscale_factor: entry.upscale_factor ?? null,
		allowed_passthrough_parameters: words(entry.allowed_passthrough_parameters) ?? [],
		pricing_skus: entry.pricing_skus ?? null,
	};
}

function captured(): Model[] {
	const { captures } = readFacts('openRouter');
	const newest = isRecord(captures) ? captures['2026-10-09'] : null;
	return isRecord(newest) && Array.isArray(newest.data) ? newest.data.filter(isRecord).map(read) : [];
}

const models = new Map(captured().map((model) => [model.id, model]));

/** By its id, or by its slug, which stays when ids move. */
export function findModel(name: string): Model | undefined {
	return models.get(name) ?? [...models.values()].find(({ canonical_slug: slug }) => slug === name);
}

/** What a video costs in USD by its model's own prices by the second; null where they go by something else. */
export function costOf({ pricing_skus: skus }: Model, body: Record<string, unknown>, seconds: number): number | null {
	const prices = isRecord(skus) ? skus : {};
	const audio = body.generate_audio === false ? 'without' : 'with';
	const task = Array.isArray(body.frame_images) ? 'image' : 'text';
	const forms: Array<[name: string, unit: number]> = [
		[`duration_seconds_${audio}_audio`, 1],
		[`${task}_to_video_duration_seconds`, 1],
		['duration_seconds', 1],
		['cents_per_video_output_second', 0.01],
		['cents_per_second_output', 0.01],
	];
	const priceOf = (ending: string) => forms.flatMap(([name, unit]) => (name + ending in prices ? [Number(prices[name + ending]) * unit] : []));
	const [perSecond] = [...priceOf(`_${text(body.resolution, '').toLowerCase()}`), ...priceOf('')];
	return perSecond === undefined ? null : Number((perSecond * seconds).toFixed(4));
}

/** What the model's lists say against a body, in a sentence; null: nothing. */
export function limitProblem(model: Model, body: Record<string, unknown>): string | null {
	const frames = (Array.isArray(body.frame_images) ? body.frame_images : []).map((frame: unknown) => (isRecord(frame) ? frame.frame_type : null));
	const said: Array<[field: string, values: unknown[], taken: ReadonlyArray<string | number> | null]> = [
		['duration', [body.duration], model.supported_durations],
		['resolution', [body.resolution], model.supported_resolutions],
		['aspect_ratio', [body.aspect_ratio], model.supported_aspect_ratios],
		['size', [body.size], model.supported_sizes],
		['frame_type', frames, model.supported_frame_images],
	];
	for (const [field, values, taken] of said) {
		const wrong = values.find((value) => value !== undefined && taken !== null && !taken.some((allowed) => allowed === value));
		if (wrong !== undefined) return `${model.id} does not support ${field} ${String(wrong)}. Supported: ${taken?.join(', ') ?? ''}`;
	}
	return null;
}

export function listModels({ settings }: World): Reply {
	const data = [...models.values()]
		.filter(({ id }) => !settings.withdrawnModels.includes(id))
		.map((model) => ({ ...model, name: nameOf(model.id), description: `${nameOf(model.id)}, as the sandbox has it.`, created: 1_770_000_000, hugging_face_id: null }));
	return { status: 200, body: { data } };
}

/** "Google: Veo 3.1" of `google/veo-3.1`. */
function nameOf(id: string): string {
	const [maker = '', model = ''] = id.split('/').map((part) => part.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' '));
	return `${maker}: ${model}`;
}
