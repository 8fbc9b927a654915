import type { INodeProperties } from 'n8n-workflow';

import { providers } from '../providers';
import { creating, showFor } from './show';

const displayOptions = showFor(...creating);

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

/** What is lost where nobody waits for a job, at providers that keep its result for minutes. */
const shortLivedNotices = providers.flatMap(({ id, displayName, result }): INodeProperties[] =>
	result === undefined
		? []
		: [
				{
					displayName: `${displayName} surely gives a finished video for ${Math.floor(result.keptSeconds / 60)} minutes only. Later it can be lost, and is charged all the same. So let it call a trigger (Callback URL), or put a node with the operation Wait for Completion right behind this one.`,
					name: 'shortLivedNotice',
					type: 'notice',
					default: '',
					displayOptions: { show: { operation: ['create'], provider: [id] } },
				},
			],
);

const dependsOnModel = ['provider', 'model.value'];

/** What an agent needs to be told, since n8n's editor has no button for it at lists of choices. */
const fromAgent = (key: string, what: string) =>
	`To let an AI agent choose, switch the field to Expression and enter <code>{{ $fromAI('${key}', '${what}') }}</code>.`;

/** The fields that say what video to make. */
export const videoFields: INodeProperties[] = [
	{
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description:
			'The model that makes the video. The list shows what the provider has now; type into it to search, for example for kling or veo. Models that were retired, like Sora 2, come last and say so.',
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
				placeholder: 'e.g. bytedance/seedance-2.0',
			},
		],
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. A cat playing the piano in a sunlit room, slow camera push-in',
		description:
			'What the video shows: subject, action, place, light and camera movement. A few models make do without.',
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
			'Where the image comes from that the video begins with. The node looks at the image first, and refuses one that would be paid for in vain (see Options > Image Check). An image that the video ends with, and images that it only takes things over from, are under Options: Last Frame and References.',
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
		allowArbitraryValues: true,
		typeOptions: { loadOptionsMethod: 'loadAspectRatios', loadOptionsDependsOn: dependsOnModel },
		default: '',
		description: `The shape of the video: 16:9 is wide, as on a screen, 9:16 is tall, as on a phone. The list shows what the chosen model makes. ${fromAgent('aspectRatio', 'Shape of the video, like 16:9 or 9:16')}`,
		displayOptions,
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		allowArbitraryValues: true,
		typeOptions: { loadOptionsMethod: 'loadResolutions', loadOptionsDependsOn: dependsOnModel },
		default: '',
		description: `How sharp the video is; sharper ones cost more. The list shows what the chosen model makes, in its own words. ${fromAgent('resolution', 'Sharpness of the video, like 720p or 1080p')}`,
		displayOptions,
	},
	{
		displayName: 'Duration',
		name: 'duration',
		type: 'options',
		allowArbitraryValues: true,
		typeOptions: { loadOptionsMethod: 'loadDurations', loadOptionsDependsOn: dependsOnModel },
		default: '',
		description: `Length of the video in seconds; longer videos cost more. The list shows what the chosen model makes. ${fromAgent('duration', 'Length of the video in seconds, like 5')}`,
		displayOptions,
	},
	{
		displayName: 'Model Fields',
		name: 'modelFields',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		typeOptions: {
			loadOptionsDependsOn: dependsOnModel,
			resourceMapper: {
				resourceMapperMethod: 'loadModelFields',
				mode: 'add',
				valuesLabel: 'Model Fields',
				fieldWords: { singular: 'field', plural: 'fields' },
				addAllFields: false,
				supportAutoMap: false,
				noFieldsError: 'This model has no fields of its own, or they can\'t be read now.',
			},
		},
		description:
			"What else the chosen model takes, as its provider states it. What you leave empty isn't sent. Changing the model empties these fields, since another model has others.",
		displayOptions,
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/6f3c1f0e-…/callback',
		description:
			'Where the provider calls when the video has ended: the production URL of a Sora Video Trigger in another workflow. It must begin with https and be reachable from the internet. A signature made with the API key is added to it, by which the trigger knows calls of this job, so use the same credential in both nodes. Leave it empty if nothing is to be called.',
		displayOptions: {
			show: {
				operation: ['create'],
				provider: providers.filter((provider) => provider.callbacks?.checkUrl).map(({ id }) => id),
			},
		},
	},
	...shortLivedNotices,
];
