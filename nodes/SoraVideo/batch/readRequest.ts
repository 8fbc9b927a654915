import type { IDataObject } from 'n8n-workflow';

import { addCorrelation, addModel, signCallbackUrl } from '../callbacks/callbackUrl';
import { isObject } from '../job/read';
import type { MediaSource, Reference, VideoRequest } from '../job/VideoRequest';
import type { Provider } from '../providers/Provider';
import type { Connection } from '../transport/connection';
import type { ItemParameters } from './ItemParameters';

/** What an item asks for; what can't be read of it is among the problems of its parameters. */
export interface ReadRequest {
	request: VideoRequest;
	/** The request's callback URL as the provider is to call it: signed, for one job, and another one at each reading. */
	signedCallbackUrl: string | null;
	/** Whether images are looked at before they are sent. */
	checksImages: boolean;
	/** Whether a create whose outcome is unknown may be sent again. */
	mayResend: boolean;
}

const mediaSources = [
	{ value: 'url', name: 'URL' },
	{ value: 'binary', name: 'Binary Data' },
] as const;
const sources = [{ value: 'none', name: 'None' }, ...mediaSources] as const;

const kinds = [
	{ value: 'image', name: 'Image' },
	{ value: 'video', name: 'Video' },
	{ value: 'audio', name: 'Audio' },
] as const;

const imageChecks = [
	{ value: 'strict', name: 'Strict' },
	{ value: 'off', name: 'Off' },
] as const;

/** Stands for what can't be read, so that the item isn't told to fill it in as well. */
const unread = { text: '?', url: 'https://unread.example', media: { source: 'url', url: 'https://unread.example' } } as const;

function readMedia(parameters: ItemParameters, source: 'url' | 'binary', url: [string, string], binary: [string, string]): MediaSource {
	return source === 'url'
		? { source, url: parameters.text(...url, { unread: unread.url }) ?? '' }
		: { source, property: parameters.binary(...binary) ?? '' };
}

function readFirstFrame(parameters: ItemParameters): MediaSource | null {
	const before = parameters.problems.length;
	const source = parameters.choice('imageSource', 'Image Source', sources);
	if (parameters.problems.length > before) return unread.media;
	return source === null || source === 'none'
		? null
		: readMedia(parameters, source, ['imageUrl', 'Image URL'], ['imageBinaryProperty', 'Input Binary Field']);
}

/** An entry of Last Frame or References. */
function readEntry(parameters: ItemParameters, path: string, option: string): MediaSource {
	const before = parameters.problems.length;
	const source = parameters.choice(`${path}.source`, `Source in Options > ${option}`, mediaSources);
	if (parameters.problems.length > before) return unread.media;
	const binary: [string, string] = [`${path}.binaryProperty`, `Input Binary Field in Options > ${option}`];
	return readMedia(parameters, source ?? 'url', [`${path}.url`, `URL in Options > ${option}`], binary);
}

function readLastFrame(parameters: ItemParameters): MediaSource | null {
	const path = 'options.lastFrame.image';
	const isSet = Object.keys(parameters.object(path, 'Options > Last Frame')).length > 0;
	return isSet ? readEntry(parameters, path, 'Last Frame') : null;
}

function readReferences(parameters: ItemParameters): Reference[] {
	const path = 'options.references.reference';
	return parameters.list(path, 'Options > References').map((_, index) => {
		const kind = parameters.choice(`${path}[${index}].kind`, 'Kind in Options > References', kinds);
		return { kind: kind ?? 'image', ...readEntry(parameters, `${path}[${index}]`, 'References') };
	});
}

/**
 * What Model Fields holds, without what was left empty. It is read whole, since n8n throws for a single
 * one that its own checks dislike.
 */
function readModelFields(parameters: ItemParameters): IDataObject {
	const { value } = parameters.object('modelFields', 'Model Fields');
	return Object.fromEntries(
		Object.entries(isObject(value) ? value : {}).filter(([, each]) => each !== null && each !== undefined && each !== ''),
	);
}

/** Where the provider is to call, with what the creating workflow wants back. */
function readCallbackUrl(parameters: ItemParameters, { callbacks }: Provider, model: string): string | null {
	const bareUrl = parameters.text('callbackUrl', 'Callback URL', { unread: unread.url });
	const callbackUrl = bareUrl !== null && callbacks?.wantsModel ? addModel(bareUrl, model) : bareUrl;
	const correlation = parameters.text('options.correlation', 'Correlation');
	if (correlation === null) return callbackUrl;
	if (callbackUrl !== null) return addCorrelation(callbackUrl, correlation);
	parameters.problems.push(
		"Correlation comes back with the provider's call, and no call is asked for: set Callback URL, or remove Options > Correlation",
	);
	return null;
}

/** Reads one item's parameters for the operations that create. */
export function readRequest({ provider, sign }: Connection, parameters: ItemParameters): ReadRequest {
	const model = parameters.text('model', 'Model', { unread: unread.text }) ?? '';
	const callbackUrl = readCallbackUrl(parameters, provider, model);
	const request: VideoRequest = {
		model,
		prompt: parameters.text('prompt', 'Prompt', { unread: unread.text }) ?? '',
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
	return {
		request,
		signedCallbackUrl: callbackUrl === null ? null : signCallbackUrl(callbackUrl, sign, Date.now()),
		checksImages: parameters.choice('options.imageCheck', 'Image Check', imageChecks) !== 'off',
		mayResend: parameters.boolean('options.resendUnknown', 'Resend If Outcome Unknown') === true,
	};
}
