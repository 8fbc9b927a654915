import type { VideoRequest } from '../job/VideoRequest';
import { soraPixels } from '../models/fitting/sizes';
import type { Model, Role } from '../models/Model';
import { offer } from '../models/panel';
import type { Provider } from '../providers/Provider';
import type { Medium } from './media';
import type { ImageFacts, ImageHead } from './readImageHead';
import { resizeAdvice } from './resizeAdvice';
import type { Pixels } from './resizeAdvice';

/** What could be seen of a reference image before it is sent. */
export interface SeenImage {
	head: Exclude<ImageHead, { kind: 'needsMore' }>;
	/** Null where it isn't known. */
	bytes: number | null;
	/** Whether it breaks off; false where only its beginning was read. */
	isCutOff: boolean;
}

/** What may put another picture, or none, in the place of the node's own. */
const imageRoles: readonly Role[] = ['firstFrame', 'lastFrame', 'referenceImages'];
/** What may give the video another size than the node's fields say. */
const sizeRoles: readonly Role[] = ['size', 'resolution', 'aspectRatio'];

function show({ width, height }: Pixels): string {
	return `${width}x${height}`;
}

function megabytes(bytes: number): string {
	return `${Math.ceil((bytes / 1024 / 1024) * 100) / 100} MB`;
}

/** What to do in n8n so that the picture is another one, ready to follow "resize it:". */
function editAdvice({ imageTransport }: Provider, { firstFrame: image }: VideoRequest, edit: string): string {
	const node = `the Edit Image node, ${edit}`;
	if (image?.source !== 'url') return `pass the image through ${node}`;
	const file = /^data:/i.test(image.url)
		? 'make a file of it with the Convert to File node (Move Base64 String to File)'
		: 'get the image with an HTTP Request node (Response Format: File)';
	// Told to use binary data, who can't use it would be sent back to the link.
	const hand =
		imageTransport === 'signedUrl'
			? 'put it on the web again, and give its new link (or, where this n8n is public, set Image Source to Binary Data)'
			: 'set Image Source to Binary Data';
	return `${file}, pass it through ${node}, and ${hand}`;
}

/** The fields to change where the picture fits another video that the model makes. */
function findFitting(model: Model, request: VideoRequest, size: string): string | null {
	const choices = (role: 'aspectRatio' | 'resolution') => offer(model, role)?.values.map(String) ?? [null];
	for (const aspectRatio of choices('aspectRatio')) {
		for (const resolution of choices('resolution')) {
			const pixels = soraPixels(model, { aspectRatio, resolution });
			if (pixels === null || show(pixels) !== size) continue;
			const changes = [
				aspectRatio !== request.aspectRatio && `Aspect Ratio to ${aspectRatio}`,
				resolution !== null && resolution !== request.resolution && `Resolution to ${resolution}`,
			];
			return `set ${changes.filter((change) => change !== false).join(' and ')}`;
		}
	}
	return null;
}

/** Problems of the picture's pixels, for a model whose page says that they must be the video's. */
function checkPixels(
	provider: Provider,
	model: Model,
	request: VideoRequest,
	image: ImageFacts,
): string[] {
	const wanted = soraPixels(model, request);
	if (wanted === null) return [];
	const stored = show(image);
	if (image.orientation > 4) {
		// No provider says which of the two sizes it goes by, and by the wrong one it refuses the picture
		// or, worse, makes and charges for a video that lies on its side. So it must be turned for good.
		const upright = { width: image.height, height: image.width };
		const fix = editAdvice(provider, request, resizeAdvice(upright, wanted));
		return [
			`the image is stored as ${stored} pixels and turned by its EXIF data to be shown as ${show(upright)}, and a provider may take it lying on its side: save it upright as ${show(wanted)} (${fix}, which turns it for good in a current n8n)`,
		];
	}
	if (stored === show(wanted)) return [];
	const fitting = findFitting(model, request, stored);
	const fix = editAdvice(provider, request, resizeAdvice(image, wanted));
	return [
		`the image is ${stored} pixels large and ${model.id} needs exactly ${show(wanted)} for the video that is chosen: ${fitting ? `${fitting}, or ` : ''}${fix}`,
	];
}

function checkType(
	{ head: { kind, ...head }, isCutOff }: SeenImage,
	name: string,
	takesFew: boolean,
): string[] {
	const advice =
		'give a whole JPEG, PNG or WebP picture, or set Options > Image Check to Off to send it as it is';
	if ('what' in head) {
		// What a model outside the table takes isn't known.
		return head.isPicture && !takesFew ? [] : [`the ${name} is ${head.what}: ${advice}`];
	}
	if ('why' in head) return [`the ${name} ${head.why}: ${advice}`];
	return kind === 'image' && isCutOff ? [`the ${name} breaks off before its end: ${advice}`] : [];
}

/**
 * Problems of an image that the provider would refuse, or that would be paid for in vain: its type by its
 * content, its bytes, and, of the image that the video begins with, its pixels. Each is a clause that says
 * what is wrong and what to do. What Additional Body puts in the place of a field is the user's to answer for.
 */
export function checkImage(
	provider: Provider,
	model: Model,
	request: VideoRequest,
	medium: Medium,
	seen: SeenImage,
): string[] {
	const overrides = (roles: readonly Role[]) =>
		model.fields.some(({ role, path: [top = ''] }) => role !== null && roles.includes(role) && top in request.additionalBody);
	if (overrides(imageRoles)) return [];
	const { head, bytes } = seen;
	const mustMatch = model.imageMustMatch === true && medium.source === request.firstFrame;
	return [
		...checkType(seen, medium.name, provider.models.includes(model) && !provider.takesOtherPictures),
		...checkBytes(provider, medium, bytes),
		...(head.kind === 'image' && mustMatch && !overrides(sizeRoles) && !('model' in request.additionalBody)
			? checkPixels(provider, model, request, head)
			: []),
	];
}

/** Problems of a file's size in bytes, which may be known before the file is read. */
export function checkBytes(
	{ displayName, imageBytes }: Provider,
	{ kind, name }: Medium,
	bytes: number | null,
): string[] {
	if (kind !== 'image' || imageBytes === undefined || bytes === null || bytes <= imageBytes) return [];
	return [
		`the ${name} has ${megabytes(bytes)} and ${displayName} takes at most ${megabytes(imageBytes)}: make it smaller, for example with the Edit Image node, Options > Format JPEG and Quality 80`,
	];
}
