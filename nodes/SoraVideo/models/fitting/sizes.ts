import type { VideoRequest } from '../../job/VideoRequest';
import { fieldOf } from '../Model';
import type { FieldValue, Model, ModelField } from '../Model';
import { ratioOf, resolutionOf, sizeOf } from '../spelling';

/** Width and height in pixels. */
export interface Pixels {
	width: number;
	height: number;
}

const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'];
const resolutions = [360, 480, 540, 720, 768, 1080, 1440, 2160];

/** Sora's 1792x1024 goes by 1080p and 16:9, and is neither. */
const tolerance = 0.06;

function isNear(one: number, other: number): boolean {
	return Math.abs(one / other - 1) <= tolerance;
}

function quotient(ratio: string): number {
	const [width = 1, height = 1] = ratio.split(':').map(Number);
	return width / height;
}

function nearest<T>(all: readonly T[], wanted: number, number: (each: T) => number): T | undefined {
	const distance = (each: T) => Math.abs(number(each) / wanted - 1);
	return [...all].sort((one, other) => distance(one) - distance(other))[0];
}

/** The aspect ratio that a size goes by, like `16:9`. */
export function ratioOfSize({ width, height }: Pixels): string {
	return nearest(ratios, width / height, quotient) ?? '16:9';
}

/** The resolution that a size goes by, like `720p`. */
export function resolutionOfSize({ width, height }: Pixels): string {
	return `${nearest(resolutions, Math.min(width, height), (lines) => lines) ?? 720}p`;
}

function lines(resolution: string): number {
	const number = Number.parseInt(resolution, 10);
	return resolution.endsWith('k') ? number * 540 : number;
}

/** A size of this ratio and resolution, for a model that tells no sizes. */
function makeSize(ratio: string, resolution: string): string {
	const short = lines(resolution);
	const long = 2 * Math.round((short * Math.max(quotient(ratio), 1 / quotient(ratio))) / 2);
	return quotient(ratio) >= 1 ? `${long}x${short}` : `${short}x${long}`;
}

/**
 * The size, out of those that a model takes, that has the request's aspect ratio and resolution. What the
 * user left alone is the model's default where it tells one, else 16:9 and 720p: a size says both.
 *
 * @returns Undefined where the model has none that fits.
 */
export function findSize(
	{ values, default: byDefault }: ModelField,
	{ aspectRatio, resolution }: Pick<VideoRequest, 'aspectRatio' | 'resolution'>,
): FieldValue | undefined {
	const exact = sizeOf(resolution ?? aspectRatio);
	const usual = sizeOf(byDefault);
	const ratio = aspectRatio === null ? null : ratioOf(aspectRatio);
	const sharpness = resolution === null ? null : resolutionOf(resolution);
	if (exact) {
		const same = values?.find((value) => ratioOfSize(exact) && JSON.stringify(sizeOf(value)) === JSON.stringify(exact));
		return values ? same : `${exact.width}x${exact.height}`;
	}
	if ((aspectRatio !== null && ratio === null) || (resolution !== null && sharpness === null)) return undefined;
	const wantedRatio = ratio === null || ratio === 'auto' ? (usual ? ratioOfSize(usual) : '16:9') : ratio;
	const wantedSharpness = sharpness ?? (usual ? resolutionOfSize(usual) : '720p');
	if (!values) return makeSize(wantedRatio, wantedSharpness);
	const isWanted = (value: FieldValue, strict: boolean) => {
		const size = sizeOf(value);
		const fits = size && isNear(size.width / size.height, quotient(wantedRatio));
		const isSharp = size && isNear(Math.min(size.width, size.height), lines(wantedSharpness));
		return strict ? Boolean(fits && isSharp) : Boolean((ratio === null || fits) && (sharpness === null || isSharp));
	};
	return values.find((value) => isWanted(value, true)) ?? values.find((value) => isWanted(value, false));
}

/**
 * The pixels of the video that a Sora model makes of what the user chose, or of its defaults.
 *
 * @returns Null where that can't be told.
 */
export function soraPixels(
	model: Model,
	chosen: Pick<VideoRequest, 'aspectRatio' | 'resolution'>,
): Pixels | null {
	const size = fieldOf(model, 'size');
	if (size) return sizeOf(findSize(size, chosen));
	const usual = (role: 'aspectRatio' | 'resolution', otherwise: string) => fieldOf(model, role)?.default ?? otherwise;
	const ratio = ratioOf(chosen.aspectRatio ?? usual('aspectRatio', '16:9'));
	const resolution = resolutionOf(chosen.resolution ?? usual('resolution', '720p'));
	// Sora's 1080p (docs.aimlapi.com and docs.evolink.ai, sora-2-pro).
	const known: Readonly<Record<string, readonly [number, number]>> = { '720p': [1280, 720], '1080p': [1792, 1024] };
	const [long, short] = known[resolution ?? ''] ?? [];
	if (long === undefined || short === undefined) return null;
	if (ratio === '16:9') return { width: long, height: short };
	return ratio === '9:16' ? { width: short, height: long } : null;
}
