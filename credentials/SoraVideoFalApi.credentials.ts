import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendKeyAs } from './sendKey';

export class SoraVideoFalApi implements ICredentialType {
	name = 'soraVideoFalApi';

	displayName = 'Sora Video: Fal API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://fal.ai/docs/documentation/setting-up/authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://fal.ai/dashboard/keys',
			description: 'The key from https://fal.ai/dashboard/keys, both parts of it with the colon between them',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://queue.fal.run',
			required: true,
			description: 'Leave it as it is, unless you reach fal through a proxy of your own',
		},
		{
			displayName: 'Platform Base URL',
			name: 'apiBaseUrl',
			type: 'string',
			default: 'https://api.fal.ai',
			required: true,
			description: 'Where models and their prices are listed. Leave it as it is.',
		},
		{
			displayName: 'Files Base URL',
			name: 'filesBaseUrl',
			type: 'string',
			default: 'https://rest.fal.ai',
			required: true,
			description: 'Where files from binary data are uploaded, so that fal can read them. Leave it as it is.',
		},
	];

	authenticate: IAuthenticate = sendKeyAs('Authorization', 'Key ');
}
