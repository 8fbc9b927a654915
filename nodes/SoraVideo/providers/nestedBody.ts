import type { IDataObject } from 'n8n-workflow';

import type { VideoRequest } from '../job/VideoRequest';
import { fit } from '../models/fitting/fit';
import { mergeBody } from '../models/fitting/mergeBody';
import type { PlacedMedia } from '../models/fitting/readAsked';
import type { Model } from '../models/Model';

/**
 * A create's body where the model's fields stand in an object of their own: Additional Body goes to them, but
 * for what belongs beside that object.
 *
 * @param topLevel Names of the body's own fields.
 * @param wrap The body around the model's fields.
 */
export function nestedBody(
	model: Model,
	request: VideoRequest,
	media: PlacedMedia,
	{ topLevel, own = {}, wrap }: { topLevel: ReadonlySet<string>; own?: IDataObject; wrap: (fields: IDataObject) => IDataObject },
): IDataObject {
	const additional = Object.entries(request.additionalBody);
	const inner = additional.filter(([name]) => !topLevel.has(name));
	const beside = additional.filter(([name]) => topLevel.has(name));
	const { body } = fit(model, { ...request, additionalBody: Object.fromEntries(inner) }, media, own);
	return mergeBody(wrap(body), Object.fromEntries(beside));
}
