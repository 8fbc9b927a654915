import type { INodeProperties } from 'n8n-workflow';

import { showFor } from './show';

const displayOptions = showFor('createAndWait', 'waitForCompletion');

/** Seconds; below them the panel tells what a timeout costs. */
const shortTimeout = 300;

/** The fields of the operations that wait. */
export const waitingFields: INodeProperties[] = [
	{
		displayName: 'Wait Using',
		name: 'waitUsing',
		type: 'options',
		options: [
			{
				name: 'Polling',
				value: 'polling',
				description: 'The execution goes on running and asks the provider now and then. Reacts soonest.',
			},
			{
				name: 'Suspended Execution',
				value: 'suspend',
				description:
					'The execution is paused and stored, so it survives a restart of n8n and keeps no other one waiting. It goes on by itself when the video is done, up to a minute later. As an AI Agent\'s tool, in n8n\'s Engine 2.0 and in sub-workflows before n8n 2.14 the node asks as with Polling.',
			},
		],
		default: 'polling',
		description:
			'How to wait for the video. Choose Suspended Execution for many or long videos, or if n8n may be restarted meanwhile.',
		displayOptions,
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86_400 },
		default: 1800,
		hint: 'Seconds; 1800 = 30 minutes',
		description:
			'How long to wait for the video, in seconds. A job that is not done by then leaves by the output Timed Out and goes on at the provider: wait for it again with its ID.',
		displayOptions,
	},
	{
		displayName:
			'A video can take several minutes, and longer while its provider is busy. One that is not done when Timeout is over is charged all the same: it leaves by the output Timed Out, with its ID, by which it can be waited for again.',
		name: 'shortTimeoutNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...displayOptions.show, timeout: [{ _cnd: { lt: shortTimeout } }] } },
	},
	{
		displayName: 'Download Video',
		name: 'downloadVideo',
		type: 'boolean',
		default: false,
		description:
			'Whether to put the finished video into the item as a file. Without it the item has only links, which can expire within 24 hours.',
		displayOptions,
	},
];

export const binaryPropertyFields: INodeProperties[] = [
	{ operation: ['createAndWait', 'waitForCompletion'], downloadVideo: [true] },
	{ operation: ['download'] },
].map((show) => ({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the output binary field to put the file in',
	description: 'The name of the field in the item that gets the video, as later nodes will refer to it',
	displayOptions: { show },
}));
