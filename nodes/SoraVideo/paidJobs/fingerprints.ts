import { createHash } from 'node:crypto';

import type { INodeParameters } from 'n8n-workflow';

import { isObject, objectAt } from '../job/read';

/** The same for the same content, in whatever order its fields stand. */
export function fingerprint(value: unknown): string {
	const text = JSON.stringify(value, (_key, part: unknown) =>
		isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
	);
	return createHash('sha256').update(text).digest('base64url');
}

/** Fields that say what happens around the video, and not which video is made. */
const besides = new Set([
	'credentials', 'operation', 'jobId', 'waitUsing', 'timeout', 'downloadVideo', 'binaryPropertyName', 'callbackUrl',
	'batchSize', 'cancelOnTimeout', 'correlation', 'imageCheck', 'includeRaw', 'maxCost', 'maxFileSize',
	'resendUnknown', 'toolDescription', 'unknownPrice',
]);

/** n8n has notices among the fields too: they come and go with what is chosen. */
const saysNothing = /^cached|Notice$/;

function shaping(fields: object): object {
	return Object.fromEntries(Object.entries(fields).filter(([name]) => !besides.has(name) && !saysNothing.test(name)));
}

/** Model Fields without what the panel keeps beside them (what the model takes, as it was last loaded), and without empty ones. */
function filled(modelFields: unknown): object {
	return Object.fromEntries(Object.entries(objectAt(objectAt(modelFields).value)).filter(([, value]) => value !== null && value !== ''));
}

/** Of the fields that shape the video, as the user set them: expressions count as they are written. */
export function fingerprintOfFields(parameters: INodeParameters): string {
	const { options, model, modelFields, ...rest } = parameters;
	return fingerprint([shaping(rest), shaping(objectAt(options)), isObject(model) ? shaping(model) : model, filled(modelFields)]);
}
