import type { IBinaryData, IDataObject } from 'n8n-workflow';

/** Where a picture, video or sound comes from: a link (or data URL), or a binary field of the item. */
export type MediaSource =
	| { source: 'url'; url: string }
	/** By its name in the item, or, where an expression gave it, the file itself. */
	| { source: 'binary'; property: string | IBinaryData };

/** Something that the model is to take up, without the video beginning or ending with it. */
export type Reference = MediaSource & { kind: 'image' | 'video' | 'audio' };

/** What a user asks for, in the node's own words. Null (or empty) is what the user left alone. */
export interface VideoRequest {
	model: string;
	/** Empty where the model is to need none. */
	prompt: string;
	/** The picture that the video begins with. */
	firstFrame: MediaSource | null;
	/** The picture that the video ends with. */
	lastFrame: MediaSource | null;
	references: readonly Reference[];
	/** Like `16:9`. */
	aspectRatio: string | null;
	/** Like `720p` or `2K`. */
	resolution: string | null;
	/** Seconds of video, as the user gave them: `8`, `"8"`, `"8s"`, `"auto"`. */
	duration: number | string | null;
	generateAudio: boolean | null;
	negativePrompt: string | null;
	seed: number | null;
	/** The model's other fields, by `ModelField.name`, as Model Fields holds them. */
	modelFields: IDataObject;
	/** Id of an earlier video to remix. */
	remixOf: string | null;
	/** Where the provider calls back when the job ends. */
	callbackUrl: string | null;
	/** Laid over the request's own fields; a null takes a field out. */
	additionalBody: IDataObject;
}

const promptInMessages = 80;

/** A request as messages tell it, so that its job can be found among others at the provider. */
export function describeRequest({ model, prompt }: Pick<VideoRequest, 'model' | 'prompt'>): string {
	const letters = Array.from(prompt.replace(/\s+/g, ' ').replaceAll('"', "'").trim());
	const start = letters.slice(0, promptInMessages).join('');
	return `"${start}${letters.length > promptInMessages ? '…' : ''}" (${model})`;
}
