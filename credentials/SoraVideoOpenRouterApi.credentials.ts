import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoOpenRouterApi implements ICredentialType {
	name = 'soraVideoOpenRouterApi';

	displayName = 'Sora Video: OpenRouter API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://openrouter.ai/docs/quickstart';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://openrouter.ai/settings/keys',
			description: 'The key from https://openrouter.ai/settings/keys',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://openrouter.ai/api/v1',
			required: true,
			description: 'Leave it as it is, unless you reach OpenRouter through a proxy of your own',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				"Optional, for the Sora Video Trigger only: the signing secret for video callbacks from your workspace's settings at https://openrouter.ai/settings",
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
