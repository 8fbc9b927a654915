import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { addCorrelation, signCallbackUrl } from '../callbacks/callbackUrl';
import { isObject, readText, showValue } from '../job/read';
import type { AspectRatio, ReferenceImage, Resolution, VideoRequest } from '../job/VideoRequest';
import type { Connection } from '../transport/connection';
import { checkOutputField } from './addVideos';

/** A request as the item asks for it, with the problems of reading it. */
export interface ReadRequest {
	request: VideoRequest;
	/** The request's callback URL as the provider is to call it: signed, for one job, and another one at each reading. */
	signedCallbackUrl: string | null;
	problems: string[];
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
	return values.find((each) => each === value);
}

function readImage(context: IExecuteFunctions, itemIndex: number): ReferenceImage | null {
	const text = (name: string) => readText(context.getNodeParameter(name, itemIndex, '')) ?? '';
	switch (context.getNodeParameter('imageSource', itemIndex, 'none')) {
		case 'url':
			return { source: 'url', url: text('imageUrl') };
		case 'binary':
			return { source: 'binary', property: text('imageBinaryProperty') || 'data' };
		default:
			return null;
	}
}

/** Additional Body as an object, whether it came as JSON text or from an expression; null if neither. */
function readAdditionalBody(value: unknown): IDataObject | null {
	if (isObject(value)) return value;
	if (value === undefined || value === null || value === '') return {};
	try {
		const parsed: unknown = JSON.parse(showValue(value));
		return isObject(parsed) ? parsed : null;
	} catch {
		return null;
	}
}

/** Reads one item's parameters for the operations that create. */
export function readRequest({ context, sign }: Connection, itemIndex: number): ReadRequest {
	const parameter = (name: string) => context.getNodeParameter(name, itemIndex, '');
	const aspects: readonly AspectRatio[] = ['16:9', '9:16'];
	const resolutions: readonly Resolution[] = ['720p', '1080p'];
	const aspectRatio = oneOf(aspects, parameter('aspectRatio'));
	const resolution = oneOf(resolutions, parameter('resolution'));
	const additionalBody = readAdditionalBody(parameter('options.additionalBody'));
	const bareUrl = readText(parameter('callbackUrl'));
	const correlation = readText(parameter('options.correlation'));
	const callbackUrl = bareUrl !== null && correlation !== null ? addCorrelation(bareUrl, correlation) : bareUrl;
	const model = context.getNodeParameter('model', itemIndex, '', { extractValue: true });
	return {
		request: {
			model: readText(model) ?? '',
			prompt: readText(parameter('prompt')) ?? '',
			image: readImage(context, itemIndex),
			aspectRatio: aspectRatio ?? '16:9',
			resolution: resolution ?? '720p',
			duration: Number(parameter('duration')),
			remixOf: readText(parameter('options.remixVideoId')),
			callbackUrl,
			additionalBody: additionalBody ?? {},
		},
		signedCallbackUrl: callbackUrl === null ? null : signCallbackUrl(callbackUrl, sign, Date.now()),
		problems: [
			!aspectRatio &&
				`the aspect ratio "${showValue(parameter('aspectRatio'))}" is none of this field: choose 16:9 or 9:16, or give what another model takes in Options > Additional Body`,
			!resolution &&
				`the resolution "${showValue(parameter('resolution'))}" is none of this field: choose 720p or 1080p, or give what another model takes in Options > Additional Body`,
			!additionalBody &&
				'Additional Body is not a JSON object: write it like {"seed": 7}, or leave it empty',
			correlation !== null &&
				callbackUrl === null &&
				"Correlation comes back with the provider's call, and no call is asked for: set Callback URL, or remove Options > Correlation",
			parameter('downloadVideo') === true && checkOutputField(parameter('binaryPropertyName')),
		].filter((problem) => typeof problem === 'string'),
	};
}
