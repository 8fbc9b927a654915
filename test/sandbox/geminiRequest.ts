import { isRecord, text } from './checks';
import type { Job } from './jobs';
import { readFacts, SchemaChecker, schemasOf, type JsonSchema } from './modelSchemas';

// What a request of the Interactions API may hold, and what Omni makes of it.

export interface Limits {
	/** Seconds. */
	shortest: number;
	longest: number;
	longestBetweenFrames: number;
	longestExtension: number;
	longestInAll: number;
	images: number;
}

const checker = new SchemaChecker({ isUri: () => true, uriIs: 'a URI' });
const schemas = schemasOf('geminiOmni');
const { limits } = readFacts('geminiOmni');

function at(value: unknown, ...path: Array<string | number>): unknown {
	return path.reduce((found, step) => (isRecord(found) ? found[step] : Array.isArray(found) ? found[Number(step)] : undefined), value);
}

/** Without the alternatives, of which the checker couldn't tell which one was meant: those are checked by themselves. */
function withoutAlternatives(schema: JsonSchema): JsonSchema {
	return { ...schema, properties: { ...Object(schema.properties), input: {}, response_format: {} } };
}

interface Parts {
	whole: JsonSchema;
	format: JsonSchema;
	/** By `type`. */
	content: Record<string, JsonSchema>;
}

const parts: Record<string, Parts> = Object.fromEntries(
	Object.entries(schemas).map(([model, schema]): [string, Parts] => {
		const alternatives = at(schema, 'properties', 'input', 'oneOf', 1, 'items', 'oneOf');
		const content = (Array.isArray(alternatives) ? alternatives : []).map((part): [string, JsonSchema] => [String(at(part, 'properties', 'type', 'enum', 0)), Object(part)]);
		return [model, { whole: withoutAlternatives(schema), format: Object(at(schema, 'properties', 'response_format', 'oneOf', 0)), content: Object.fromEntries(content) }];
	}),
);

export function limitsOf(model: string): Limits {
	const numbers = (name: string, fallback: number[]): number[] => {
		const value = at(limits, model, name);
		return Array.isArray(value) ? value.map(Number) : typeof value === 'number' ? [value] : fallback;
	};
	const [shortest = 3, longest = 10] = numbers('duration_seconds', [3, 10]);
	return {
		shortest,
		longest,
		longestBetweenFrames: numbers('first_and_last_frame_max', [longest])[0] ?? longest,
		longestExtension: numbers('extend_per_call', [3, 10])[1] ?? 10,
		longestInAll: numbers('extend_total_max', [30])[0] ?? 30,
		images: numbers('reference_images_max', [6])[0] ?? 6,
	};
}

/** The parts of `input`, whichever of its forms was sent. */
export function inputParts(body: Record<string, unknown>): unknown[] {
	return typeof body.input === 'string' ? [{ type: 'text', text: body.input }] : [body.input].flat();
}

export function videoFormat(body: Record<string, unknown>): Record<string, unknown> {
	const formats: unknown[] = [body.response_format ?? {}].flat();
	const found = formats.find((format) => isRecord(format) && format.type === 'video');
	return isRecord(found) ? found : {};
}

export function promptOf(body: Record<string, unknown>): string {
	return inputParts(body).map((part) => (isRecord(part) && part.type === 'text' ? text(part.text, '') : '')).filter(Boolean).join('\n');
}

export function taskOf(body: Record<string, unknown>): string {
	return text(at(body, 'generation_config', 'video_config', 'task'), '');
}

/** Seconds; 8 where the model may choose. */
export function secondsOf(body: Record<string, unknown>): number {
	return Number(/^([\d.]+)s$/.exec(text(videoFormat(body).duration, ''))?.[1] ?? 8);
}

function countOf(body: Record<string, unknown>, type: string): number {
	return inputParts(body).filter((part) => isRecord(part) && part.type === type).length;
}

/** The first thing that is wrong with the form of a request, as a sentence. */
export function formProblem(model: string, body: Record<string, unknown>): string | null {
	const known = parts[model];
	if (!known) return null;
	const formats: unknown[] = body.response_format === undefined ? [] : [body.response_format].flat();
	const found = [
		...checker.problems(body, known.whole, true),
		...formats.flatMap((format) => (isRecord(format) ? checker.problems(format, known.format, true) : [])).map((problem) => ({ ...problem, field: `response_format.${problem.field}` })),
		...inputParts(body).flatMap((part, index) => partProblems(part, known).map((problem) => ({ ...problem, field: `input[${index}].${problem.field}` }))),
	];
	const [first] = found;
	if (first) return first.reason === 'unknown' ? `Unknown parameter '${first.field}'.` : `Invalid value for '${first.field}': expected ${first.expected}, got ${first.received}.`;
	return formats.every(isRecord) ? null : "Invalid value for 'response_format': expected an object.";
}

function partProblems(part: unknown, { content }: Parts) {
	const type = isRecord(part) ? text(part.type, '') : '';
	const schema = content[type];
	const wrong = (field: string, expected: string, received: string) => [{ field, reason: 'format' as const, expected, received }];
	if (!isRecord(part) || !schema) return wrong('type', Object.keys(content).join(' | '), type || 'nothing');
	const problems = checker.problems(part, schema, true);
	if (problems.length > 0 || type === 'text') return problems;
	if (part.data === undefined && part.uri === undefined) return wrong('data', 'data or uri', 'neither');
	if (part.data !== undefined && part.mime_type === undefined) return wrong('mime_type', 'the type of the data', 'nothing');
	return [];
}

/** The first thing that the model wouldn't make, as a sentence. */
export function modelProblem(model: string, body: Record<string, unknown>, previous: Job | null): string | null {
	const most = limitsOf(model);
	const images = countOf(body, 'image');
	const videos = countOf(body, 'video');
	const task = taskOf(body);
	const seconds = secondsOf(body);
	const isTold = videoFormat(body).duration !== undefined;
	if (images > most.images) return `At most ${most.images} images are supported, got ${images}.`;
	if (task === 'image_to_video' && (images < 1 || images > 2)) return `The task image_to_video takes one image, or two as first and last frame, got ${images}.`;
	if (task === 'reference_to_video' && images < 1) return 'The task reference_to_video needs reference images.';
	if (task === 'text_to_video' && images + videos > 0) return 'The task text_to_video takes no images or videos.';
	if (task === 'edit' && videos < 1 && !previous) return 'The task edit needs a video.';
	if (task === 'extend' && videos < 1 && !previous) return 'The task extend needs a video or a previous interaction.';
	const isExtension = task === 'extend';
	const longest = isExtension ? most.longestExtension : images === 2 && task === 'image_to_video' ? most.longestBetweenFrames : most.longest;
	if (isTold && (seconds < most.shortest || seconds > longest)) return `Invalid duration ${seconds}s: ${most.shortest}s to ${longest}s are supported.`;
	if (isExtension && previous && previous.duration + seconds > most.longestInAll) return `A video can't be extended beyond ${most.longestInAll}s.`;
	return null;
}
