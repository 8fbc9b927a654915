import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoAimlApi implements ICredentialType {
	name = 'soraVideoAimlApi';

	displayName = 'Sora Video: AI/ML API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://docs.aimlapi.com/quickstart/setting-up';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://aimlapi.com/app/keys',
			description: 'The key from https://aimlapi.com/app/keys',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.aimlapi.com',
			required: true,
			description: 'Leave it as it is, unless you reach AI/ML API through a proxy of your own',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
