import type { INodeProperties } from 'n8n-workflow';

import { callingProviders } from '../providers';
import { credentialPlace } from './provider';

/** The providers that take a callback URL with each job. */
const calledPerJob = callingProviders.filter(({ callbacks }) => callbacks.checkUrl).map(({ id }) => id);

/** Everything the trigger's panel shows, from top to bottom. */
export const triggerFields: INodeProperties[] = [
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'options',
		noDataExpression: true,
		options: callingProviders.map(({ id, displayName }) => ({ name: displayName, value: id })),
		default: 'evoLink',
		description: 'The service that makes the videos and calls this workflow when one has ended',
	},
	credentialPlace,
	...callingProviders.map(
		({ id, callbacks }): INodeProperties => ({
			displayName: callbacks.setUp,
			name: `${id}Notice`,
			type: 'notice',
			default: '',
			displayOptions: { show: { provider: [id] } },
		}),
	),
	{
		displayName: 'Verify Callback',
		name: 'verifyCallback',
		type: 'boolean',
		default: true,
		description:
			'Whether to ask the provider for the job before the call is believed. Switched off, anybody who knows the URL of this trigger can start the workflow with a made-up video, unless the provider signs its calls and the credential holds its Webhook Secret.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Include Raw Response',
				name: 'includeRaw',
				type: 'boolean',
				default: false,
				description: "Whether to add the provider's full answer to the item, as the field raw",
			},
			{
				displayName: 'Only Own Callback URLs',
				name: 'ownUrlsOnly',
				type: 'boolean',
				default: false,
				displayOptions: { show: { '/provider': calledPerJob } },
				description:
					'Whether to refuse calls of any URL but those that the node Sora Video gave to the provider (its operation Create signs each Callback URL). Switch it on if all videos are created in this way, so that nobody else who knows the URL of this trigger can start the workflow before the provider does, and without Correlation.',
			},
		],
	},
];
