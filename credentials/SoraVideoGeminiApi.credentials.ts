import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendKeyAs } from './sendKey';

export class SoraVideoGeminiApi implements ICredentialType {
	name = 'soraVideoGeminiApi';

	displayName = 'Sora Video: Google Gemini API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://ai.google.dev/gemini-api/docs/api-key';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://aistudio.google.com/apikey',
			description:
				'The key from https://aistudio.google.com/apikey, of a project with billing: videos are made for paying projects only',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://generativelanguage.googleapis.com',
			required: true,
			description: 'Leave it as it is, unless you reach the Gemini API through a proxy of your own',
		},
	];

	authenticate: IAuthenticate = sendKeyAs('x-goog-api-key', '');
}
