import type { INodeProperties } from 'n8n-workflow';

import { callingProviders, cancellingProviders, providers } from '../providers';
import { creating } from './show';

const remixing = providers
	.filter(({ models }) => models.some(({ remix }) => remix !== undefined))
	.map(({ id }) => id);

/** The providers that take a callback URL with each job. */
const calledPerJob = callingProviders.filter(({ callbacks }) => callbacks.checkUrl).map(({ id }) => id);

/** The providers whose documents say that a repeated create makes no second job. */
const keyed = providers
	.filter(({ idempotencyHeader }) => idempotencyHeader !== undefined)
	.map(({ displayName }) => displayName)
	.join(' or ');

/** The providers that tell what a video will cost. */
const priced = providers
	.filter(({ prices }) => prices !== undefined)
	.map(({ displayName }) => displayName)
	.join(', ');

/** An option as it is, and, in an AI agent's tool, without the button that lets the agent fill it in. */
function neverByAgent(option: INodeProperties): INodeProperties[] {
	const { show } = option.displayOptions ?? {};
	return [
		{ ...option, displayOptions: { ...(show && { show }), hide: { '@tool': [true] } } },
		{ ...option, noDataExpression: true, displayOptions: { show: { ...show, '@tool': [true] } } },
	];
}

/** A link or a binary field, as the entries of Last Frame and References have them. */
const mediaFields = (what: string): INodeProperties[] => [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{ name: 'URL', value: 'url', description: `${what} is on the web, or written out as a data URL` },
			{ name: 'Binary Data', value: 'binary', description: `An earlier node put ${what.toLowerCase()} into the item` },
		],
		default: 'url',
		description: 'Where it comes from',
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last-frame.png',
		description: 'Public link that the provider can open without signing in',
		displayOptions: { show: { source: ['url'] } },
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryProperty',
		type: 'string',
		default: 'data',
		placeholder: 'e.g. data',
		description: 'The name of the field in the item that holds the file, as the Binary tab of the input shows it',
		displayOptions: { show: { source: ['binary'] } },
	},
];

export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Additional Body',
			name: 'additionalBody',
			type: 'json',
			default: '{}',
			placeholder: 'e.g. {"seed": 7}',
			description:
				'More fields for the provider\'s request, as JSON, for what the node has no field for. They replace what the node\'s own fields send under the same name; null takes a field out, for example {"resolution": null}.',
			displayOptions: { show: { '/operation': creating } },
		},
		{
			displayName: 'Batch Size',
			name: 'batchSize',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description:
				'How many items are worked on at once. Lower it if the provider refuses so many jobs at a time.',
		},
		{
			displayName: 'Cancel On Timeout',
			name: 'cancelOnTimeout',
			type: 'boolean',
			default: false,
			description:
				'Whether to cancel a job at the provider that is not done when Timeout is over, instead of letting it go on. A job that is cancelled then leaves by the output Failed, one that was done after all by Completed. Whether it is charged all the same is up to the provider.',
			displayOptions: {
				show: { '/operation': ['createAndWait', 'waitForCompletion'], '/provider': cancellingProviders.map(({ id }) => id) },
			},
		},
		{
			displayName: 'Correlation',
			name: 'correlation',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.orderNumber }}',
			description:
				'Your own text, such as an order number, that the Sora Video Trigger gives back with the finished video. It travels in the callback URL, signed with the API key, so use the same credential in both nodes. The provider can read it.',
			displayOptions: { show: { '/operation': ['create'], '/provider': calledPerJob } },
		},
		{
			displayName: 'Generate Audio',
			name: 'generateAudio',
			type: 'boolean',
			default: true,
			description: 'Whether the video gets sound. Models that always or never make sound refuse the choice.',
			displayOptions: { show: { '/operation': creating } },
		},
		{
			displayName: 'If Price Unknown',
			name: 'unknownPrice',
			type: 'options',
			options: [
				{ name: 'Refuse', value: 'refuse', description: 'Send nothing for the item, and say why' },
				{ name: 'Create', value: 'create', description: 'Create the video, whatever it costs' },
			],
			default: 'refuse',
			description: 'What to do with Max Cost where the provider does not tell exactly what the video will cost',
			displayOptions: { show: { '/operation': creating } },
		},
		{
			displayName: 'Image Check',
			name: 'imageCheck',
			type: 'options',
			options: [
				{
					name: 'Strict',
					value: 'strict',
					description: 'Refuse an image that the model would refuse, before anything is paid for',
				},
				{ name: 'Off', value: 'off', description: 'Send every image as it is, unread; one that the model can not use may be paid for in vain' },
			],
			default: 'strict',
			description:
				"Whether to look at the images first: that each is a whole JPEG, PNG or WebP picture, and has the size that the model asks for. Of a linked image only the beginning is read, without the API key; where that can't be done, the image is sent and a hint says so.",
			displayOptions: { show: { '/operation': creating } },
		},
		{
			displayName: 'Include Raw Response',
			name: 'includeRaw',
			type: 'boolean',
			default: false,
			description:
				"Whether to add the provider's full answer to the item, as the field raw",
		},
		{
			displayName: 'Last Frame',
			name: 'lastFrame',
			type: 'fixedCollection',
			placeholder: 'Add image',
			default: {},
			options: [{ displayName: 'Image', name: 'image', values: mediaFields('The image') }],
			description:
				'An image that the video ends with, for models that take one. Most of them want Image Source set as well, for the image that it begins with.',
			displayOptions: { show: { '/operation': creating } },
		},
		...neverByAgent({
			displayName: 'Max Cost',
			name: 'maxCost',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 1,
			placeholder: 'e.g. 0.5',
			hint: 'US dollars for each video',
			description:
				`What one video may cost at most, in US dollars. The price is asked for before anything is created; an item above it is not sent, and says what it would cost. ${priced} tell prices, not of each model exactly. Where none is known, If Price Unknown decides.`,
			displayOptions: { show: { '/operation': creating } },
		}),
		{
			displayName: 'Max File Size',
			name: 'maxFileSize',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 2000,
			placeholder: 'e.g. 500',
			hint: 'Megabytes (MB)',
			description:
				'The largest video to download, in megabytes. A larger one fails its item, which keeps the link, and is not stored.',
			displayOptions: { show: { '/operation': ['createAndWait', 'waitForCompletion', 'download'] } },
		},
		{
			displayName: 'Negative Prompt',
			name: 'negativePrompt',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			placeholder: 'e.g. blurry, text, watermark',
			description: 'What the video should not show, for models that take that',
			displayOptions: { show: { '/operation': creating } },
		},
		{
			displayName: 'References',
			name: 'references',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add reference',
			default: {},
			options: [
				{
					displayName: 'Reference',
					name: 'reference',
					values: [
						{
							displayName: 'Kind',
							name: 'kind',
							type: 'options',
							options: [
								{ name: 'Audio', value: 'audio' },
								{ name: 'Image', value: 'image' },
								{ name: 'Video', value: 'video' },
							],
							default: 'image',
							description: 'What the file is',
						},
						...mediaFields('The file'),
					],
				},
			],
			description:
				'Images, videos or sounds that the model takes things over from, such as a person, a product, a style or a voice, without beginning the video with them. Which kinds and how many depends on the model.',
			displayOptions: { show: { '/operation': creating } },
		},
		{
			displayName: 'Remix Video ID',
			name: 'remixVideoId',
			type: 'string',
			default: '',
			placeholder: 'e.g. video_68e57b98ad708191',
			description:
				'ID of a finished video of the same provider whose structure, motion and framing the new video takes over. EvoLink wants the ID that Create gave (task-unified-…) and the model sora-2-pro-remix; Vtrix wants the ID of the video itself (video_…), which is in its answer where Include Raw Response is on.',
			displayOptions: { show: { '/operation': creating, '/provider': remixing } },
		},
		...neverByAgent({
			displayName: 'Resend If Outcome Unknown',
			name: 'resendUnknown',
			type: 'boolean',
			default: false,
			description:
				`Whether a request whose answer was lost may be sent again: by a try of Retry On Fail, by a retry of the execution, or by an execution that n8n begins again after a crash. The provider may then make, and charge for, the same video twice. ${keyed} is documented to know a repeated request by its key and to make one video of it, which has not been tried on its live API.`,
			displayOptions: { show: { '/operation': creating } },
		}),
		{
			displayName: 'Seed',
			name: 'seed',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description:
				'A whole number that makes chance repeatable: the same seed with the same fields gives a similar video, for models that take one',
			displayOptions: { show: { '/operation': creating } },
		},
	],
};

/** Stays in sight while the option is on, since it is the one that can cost twice. */
export const resendNotice: INodeProperties = {
	displayName:
		'Resend If Outcome Unknown is on: a request whose answer was lost may be sent again, and the same video be made and charged for twice.',
	name: 'resendNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { operation: creating, '/options.resendUnknown': [true] } },
};
