import type { IDataObject } from 'n8n-workflow';

export type AspectRatio = '16:9' | '9:16';
export type Resolution = '720p' | '1080p';

/** Where the reference image comes from: a link (or data URL), or a binary field of the item. */
export type ReferenceImage =
	| { source: 'url'; url: string }
	| { source: 'binary'; property: string };

/** What a user asks for, before a provider has read it. */
export interface VideoRequest {
	model: string;
	prompt: string;
	image: ReferenceImage | null;
	aspectRatio: AspectRatio;
	resolution: Resolution;
	/** Seconds of video. */
	duration: number;
	/** Id of an earlier video to remix. */
	remixOf: string | null;
	/** Where the provider calls back when the job ends. */
	callbackUrl: string | null;
	/** Merged over the request's own fields; a null takes a field out. */
	additionalBody: IDataObject;
}

const promptInMessages = 80;

/** A request as messages tell it, so that its job can be found among others at the provider. */
export function describeRequest({ model, prompt }: Pick<VideoRequest, 'model' | 'prompt'>): string {
	const letters = Array.from(prompt.replace(/\s+/g, ' ').replaceAll('"', "'").trim());
	const start = letters.slice(0, promptInMessages).join('');
	return `"${start}${letters.length > promptInMessages ? '…' : ''}" (${model})`;
}

/** The pixels that a Sora video of this shape has, and that its reference image must have. */
export function pixelSize(aspectRatio: AspectRatio, resolution: Resolution): string {
	const landscape = resolution === '720p' ? ['1280', '720'] : ['1792', '1024'];
	return (aspectRatio === '16:9' ? landscape : landscape.reverse()).join('x');
}
