import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoReplicateApi implements ICredentialType {
	name = 'soraVideoReplicateApi';

	displayName = 'Sora Video: Replicate API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://replicate.com/docs/topics/security/api-tokens';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://replicate.com/account/api-tokens',
			description: 'The key from https://replicate.com/account/api-tokens',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.replicate.com/v1',
			required: true,
			description: 'Leave it as it is, unless you reach Replicate through a proxy of your own',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
