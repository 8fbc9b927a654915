import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

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
			hint: 'Made on the API keys page of the service',
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
			displayName: 'Dialect',
			name: 'dialect',
			type: 'options',
			default: 'automatic',
			options: [
				{
					name: 'Automatic',
					value: 'automatic',
					description: "OpenAI's own way: JSON, and a form with a file where the picture is binary data",
				},
				{
					name: 'JSON, Picture as Object',
					value: 'jsonObject',
					description: 'Always JSON; a picture from binary data goes as a data URL in it',
				},
				{
					name: 'JSON, Picture as Text',
					value: 'jsonText',
					description: 'New API, one-hub, SGLang, Bifrost: the link or data URL is the field itself',
				},
				{
					name: 'JSON, Picture as Text, Seconds as Number',
					value: 'jsonTextNumber',
					description: 'NVIDIA Dynamo',
				},
				{
					name: 'Multipart Form Always',
					value: 'multipart',
					description: 'VLLM-Omni, LaoZhang: also without a picture',
				},
			],
			description:
				"How the service wants a request for a video written. Leave it on Automatic until a request is refused: the error then names the choice, where it shows which one is wanted.",
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
