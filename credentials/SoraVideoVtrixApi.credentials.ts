import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoVtrixApi implements ICredentialType {
	name = 'soraVideoVtrixApi';

	displayName = 'Sora Video: Vtrix API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://doc.vtrix.ai';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made on the API Key Management page at vtrix.ai',
			description: 'The key from the API Key Management page at vtrix.ai',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://cloud.vtrix.ai',
			required: true,
			description: 'Leave it as it is, unless you reach Vtrix through a proxy of your own',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
