import type { IDataObject } from 'n8n-workflow';

import { addCorrelation, addModel, signCallbackUrl } from '../callbacks/callbackUrl';
import { isObject } from '../job/read';
import type { MediaSource, Reference, VideoRequest } from '../job/VideoRequest';
import type { Connection } from '../transport/connection';
import { checkOutputField } from './addVideos';
import { ItemParameters } from './ItemParameters';

/** A request as the item asks for it, with the problems of reading it. */
export interface ReadRequest {
	request: VideoRequest;
	/** The request's callback URL as the provider is to call it: signed, for one job, and another one at each reading. */
	signedCallbackUrl: string | null;
	problems: string[];
}

const sources = [
	{ value: 'none', name: 'None' },
	{ value: 'url', name: 'URL' },
	{ value: 'binary', name: 'Binary Data' },
] as const;
const mediaSources = sources.slice(1);

const kinds = [
	{ value: 'image', name: 'Image' },
	{ value: 'video', name: 'Video' },
	{ value: 'audio', name: 'Audio' },
] as const;

const defaultBinaryField = 'data';

function readFirstFrame(parameters: ItemParameters): MediaSource | null {
	const source = parameters.choice('imageSource', 'Image Source', sources);
	if (source === 'url') return { source, url: parameters.text('imageUrl', 'Image URL') ?? '' };
	if (source !== 'binary') return null;
	const field = parameters.binary(parameters.value('imageBinaryProperty'), 'Input Binary Field');
	return { source, property: field ?? defaultBinaryField };
}

/** An entry of Last Frame or References. */
function readMedia(parameters: ItemParameters, path: string, option: string): MediaSource {
	const source = parameters.choice(`${path}.source`, `Source in Options > ${option}`, mediaSources);
	if (source !== 'binary') {
		return { source: 'url', url: parameters.text(`${path}.url`, `URL in Options > ${option}`) ?? '' };
	}
	const value = parameters.value(`${path}.binaryProperty`);
	const field = parameters.binary(value, `Input Binary Field in Options > ${option}`);
	return { source, property: field ?? defaultBinaryField };
}

function readLastFrame(parameters: ItemParameters): MediaSource | null {
	const path = 'options.lastFrame.image';
	return isObject(parameters.value(path, null)) ? readMedia(parameters, path, 'Last Frame') : null;
}

function readReferences(parameters: ItemParameters): Reference[] {
	const path = 'options.references.reference';
	const entries = parameters.value(path, []);
	if (!Array.isArray(entries)) return [];
	return entries.map((_, index) => {
		const kind = parameters.choice(`${path}[${index}].kind`, 'Kind in Options > References', kinds);
		return { kind: kind ?? 'image', ...readMedia(parameters, `${path}[${index}]`, 'References') };
	});
}

/**
 * What Model Fields holds, without what was left empty. It is read whole, since n8n throws for a single
 * one that its own checks dislike.
 */
function readModelFields(parameters: ItemParameters): IDataObject {
	const mapper = parameters.value('modelFields', {});
	const values = isObject(mapper) && isObject(mapper.value) ? mapper.value : {};
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''),
	);
}

/** Reads one item's parameters for the operations that create. */
export function readRequest({ context, provider, sign }: Connection, itemIndex: number): ReadRequest {
	const parameters = new ItemParameters(context, itemIndex);
	const bareUrl = parameters.text('callbackUrl', 'Callback URL');
	const correlation = parameters.text('options.correlation', 'Correlation');
	const model = parameters.model() ?? '';
	const told = bareUrl !== null && provider.callbacks?.wantsModel ? addModel(bareUrl, model) : bareUrl;
	const callbackUrl = told !== null && correlation !== null ? addCorrelation(told, correlation) : told;
	const request: VideoRequest = {
		model,
		prompt: parameters.text('prompt', 'Prompt') ?? '',
		firstFrame: readFirstFrame(parameters),
		lastFrame: readLastFrame(parameters),
		references: readReferences(parameters),
		aspectRatio: parameters.text('aspectRatio', 'Aspect Ratio'),
		resolution: parameters.text('resolution', 'Resolution'),
		duration: parameters.text('duration', 'Duration'),
		generateAudio: parameters.boolean('options.generateAudio', 'Generate Audio'),
		negativePrompt: parameters.text('options.negativePrompt', 'Negative Prompt'),
		seed: parameters.number('options.seed', 'Seed', { min: 0 }),
		modelFields: readModelFields(parameters),
		remixOf: parameters.text('options.remixVideoId', 'Remix Video ID'),
		callbackUrl,
		additionalBody: parameters.object('options.additionalBody', 'Additional Body'),
	};
	if (correlation !== null && callbackUrl === null) {
		parameters.problems.push(
			"Correlation comes back with the provider's call, and no call is asked for: set Callback URL, or remove Options > Correlation",
		);
	}
	const isDownloaded = parameters.boolean('downloadVideo', 'Download Video') === true;
	const fieldProblem = isDownloaded ? checkOutputField(parameters.value('binaryPropertyName')) : null;
	if (fieldProblem !== null) parameters.problems.push(fieldProblem);
	const signedCallbackUrl = callbackUrl === null ? null : signCallbackUrl(callbackUrl, sign, Date.now());
	return { request, signedCallbackUrl, problems: parameters.problems };
}
