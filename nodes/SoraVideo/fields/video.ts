import type { INodeProperties } from 'n8n-workflow';

import { providers } from '../providers';
import { showFor } from './show';

const displayOptions = showFor('create', 'createAndWait');

/** What each provider makes of binary images, where that has terms. */
const binaryImageNotices = providers.flatMap(({ id, binaryImageNotice }): INodeProperties[] =>
	binaryImageNotice === undefined
		? []
		: [
				{
					displayName: binaryImageNotice,
					name: 'binaryImageNotice',
					type: 'notice',
					default: '',
					displayOptions: {
						show: { ...displayOptions.show, imageSource: ['binary'], provider: [id] },
					},
				},
			],
);

/** The fields that say what video to make. */
export const videoFields: INodeProperties[] = [
	{
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description:
			'The model that makes the video. The list shows what the provider has now, Sora first. OpenAI retired Sora 2 on 2026-09-24, so a provider may refuse a Sora model today: choose another one, from the list or by its ID.',
		displayOptions,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Choose a model…',
				typeOptions: { searchListMethod: 'searchModels', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. openai/sora-2-pro-t2v',
			},
		],
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. A cat playing the piano in a sunlit room, slow camera push-in',
		description: 'What the video shows: subject, action, place, light and camera movement',
		displayOptions,
	},
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		options: [
			{ name: 'None', value: 'none', description: 'Make the video from the prompt alone' },
			{
				name: 'URL',
				value: 'url',
				description: 'Begin with an image that is on the web, or written out as a data URL',
			},
			{
				name: 'Binary Data',
				value: 'binary',
				description: 'Begin with an image that an earlier node put into the item',
			},
		],
		default: 'none',
		description:
			'Where the image comes from that the video begins with. Most Sora models want it exactly as large as the video, in pixels: 1280x720 or 720x1280 for 720p, 1792x1024 or 1024x1792 for 1080p. The node looks at the image first, and refuses one that would be paid for in vain (see Options > Image Check). The Edit Image node makes it fit.',
		displayOptions,
	},
	{
		displayName: 'Image URL',
		name: 'imageUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/first-frame.png',
		description:
			'Public link of a JPEG, PNG or WebP image that the provider can open without signing in. Where the provider takes images as data or as files, also the image itself, as a data URL that begins with data:image/png;base64.',
		displayOptions: { show: { ...displayOptions.show, imageSource: ['url'] } },
	},
	{
		displayName: 'Input Binary Field',
		name: 'imageBinaryProperty',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the input binary field that holds the image',
		description:
			'The name of the field in the item that holds the JPEG, PNG or WebP image, as the Binary tab of the input shows it',
		displayOptions: { show: { ...displayOptions.show, imageSource: ['binary'] } },
	},
	...binaryImageNotices,
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: [
			{ name: 'Model Default', value: '' },
			{ name: 'Landscape (16:9)', value: '16:9' },
			{ name: 'Portrait (9:16)', value: '9:16' },
		],
		default: '',
		description:
			'Whether the video is wide, as on a screen, or tall, as on a phone. Another shape that a model makes goes into Options > Additional Body, for example {"aspect_ratio": "1:1"}.',
		displayOptions,
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{ name: 'Model Default', value: '' },
			{ name: '720p', value: '720p', description: 'Taken by every Sora model' },
			{ name: '1080p', value: '1080p', description: 'Sharper and more expensive. Of the Sora models, only the Pro ones take it.' },
		],
		default: '',
		description: 'How sharp the video is. With 1080p, Sora makes 1792x1024 or 1024x1792 pixels. Another one that a model makes goes into Options > Additional Body, for example {"resolution": "480p"}.',
		displayOptions,
	},
	{
		displayName: 'Duration',
		name: 'duration',
		type: 'string',
		default: '',
		placeholder: 'e.g. 8',
		hint: 'Seconds; empty for what the model makes by itself. Most Sora models make 4, 8 or 12; the list in Model shows what others make, where the provider tells.',
		description: 'Length of the video in seconds. Longer videos cost more.',
		displayOptions,
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/6f3c1f0e-…/callback',
		description:
			'Where the provider calls when the video has ended: the production URL of a Sora Video Trigger in another workflow. It must begin with https and be reachable from the internet. Leave it empty if nothing is to be called.',
		displayOptions: {
			show: {
				operation: ['create'],
				provider: providers.filter((provider) => provider.callbacks?.checkUrl).map(({ id }) => id),
			},
		},
	},
];
