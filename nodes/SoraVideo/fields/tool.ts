import type { INodeProperties } from 'n8n-workflow';

/**
 * What a language model is told of the node as its tool, by operation. n8n would make all of them "Make AI videos
 * …" (`makeDescription` in n8n-workflow goes by a resource, which this node has none of), so that a model with
 * several of these tools couldn't tell them apart, and wouldn't know which one costs money.
 */
const descriptions: ReadonlyArray<[operation: string, description: string]> = [
	[
		'cancel',
		'Stops a video that is still being made, by its id. Whether it is charged all the same is up to the provider.',
	],
	[
		'create',
		'Starts making one video and gives its id at once, without waiting for it. Costs money each time it is called, so call it once for each video that is wanted.',
	],
	[
		'createAndWait',
		'Makes one video and waits until it is done, which takes minutes. Costs money each time it is called. Gives the link as videoUrl. A failure that is not null says why there is no video and what to change. With an id, and neither videoUrl nor failure, the video is still being made: do not make it again.',
	],
	[
		'download',
		'Downloads the file of a finished video for the workflow, by its id. Costs nothing. The file itself is not shown to you.',
	],
	[
		'getStatus',
		'Tells by its id how far a video is that was made before and, once it is completed, its link as videoUrl. Costs nothing.',
	],
	[
		'waitForCompletion',
		'Waits by its id for a video that was started before, and gives its link as videoUrl. Makes no new video and costs nothing. A failure that is not null says why there is no video.',
	],
];

/** Of the node as an AI agent's tool only. */
export const toolFields: INodeProperties[] = descriptions.map(([operation, description]) => ({
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	noDataExpression: true,
	typeOptions: { rows: 5 },
	default: description,
	required: true,
	description:
		'What the AI agent is told of this tool. Say in it when to use the tool, and what your workflow does with the video.',
	displayOptions: { show: { '@tool': [true], operation: [operation] } },
}));
