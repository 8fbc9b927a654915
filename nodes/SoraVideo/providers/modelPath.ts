import { encodeInUrl } from '../job/joinUrl';

/** A model's id as a part of a path, where its slashes lead on. */
export function modelPath(model: string): string {
	return model.split('/').map(encodeInUrl).join('/');
}
