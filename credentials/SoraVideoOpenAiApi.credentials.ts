import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendBearerKey';

export class SoraVideoOpenAiApi implements ICredentialType {
	name = 'soraVideoOpenAiApi';

	displayName = 'Sora Video: OpenAI-Compatible API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://developers.openai.com/api/docs/guides/video-generation';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'The key from the API keys page of the service that you use. For OpenAI itself that is https://platform.openai.com/api-keys.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.openai.com/v1',
			required: true,
			placeholder: 'e.g. https://api.example.com/v1',
			description:
				'The address of the service, up to and including its version, as its page on "OpenAI SDK" or "base URL" gives it. If it holds no version like v1, then /v1 is added to it.',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_…',
			description:
				'Optional, for the Sora Video Trigger only: the signing secret that the service shows once, when you add a webhook. For OpenAI itself that is under Settings > Project > Webhooks.',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
