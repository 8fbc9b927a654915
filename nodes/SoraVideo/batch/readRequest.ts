import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { addCorrelation } from '../callbacks/correlation';
import { isObject, readText, showValue } from '../job/read';
import type { MediaSource, VideoRequest } from '../job/VideoRequest';
import type { Connection } from '../transport/connection';

/** A request as the item asks for it, with the problems of reading it. */
export interface ReadRequest {
	request: VideoRequest;
	problems: string[];
}

function readImage(context: IExecuteFunctions, itemIndex: number): MediaSource | null {
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
	const additionalBody = readAdditionalBody(parameter('options.additionalBody'));
	const callbackUrl = readText(parameter('callbackUrl'));
	const correlation = readText(parameter('options.correlation'));
	const model = context.getNodeParameter('model', itemIndex, '', { extractValue: true });
	return {
		request: {
			model: readText(model) ?? '',
			prompt: readText(parameter('prompt')) ?? '',
			firstFrame: readImage(context, itemIndex),
			lastFrame: null,
			references: [],
			aspectRatio: readText(parameter('aspectRatio')),
			resolution: readText(parameter('resolution')),
			duration: readText(parameter('duration')),
			generateAudio: null,
			negativePrompt: null,
			seed: null,
			modelFields: {},
			remixOf: readText(parameter('options.remixVideoId')),
			callbackUrl:
				callbackUrl !== null && correlation !== null
					? addCorrelation(callbackUrl, correlation, sign)
					: callbackUrl,
			additionalBody: additionalBody ?? {},
		},
		problems: [
			!additionalBody &&
				'Additional Body is not a JSON object: write it like {"seed": 7}, or leave it empty',
			correlation !== null &&
				callbackUrl === null &&
				"Correlation comes back with the provider's call, and no call is asked for: set Callback URL, or remove Options > Correlation",
		].filter((problem) => problem !== false),
	};
}
