import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoWaveSpeedApi implements ICredentialType {
	name = 'soraVideoWaveSpeedApi';

	displayName = 'Sora Video: WaveSpeed API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://wavespeed.ai/docs';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://wavespeed.ai/accesskey',
			description: 'The key from https://wavespeed.ai/accesskey',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.wavespeed.ai',
			required: true,
			description: 'Leave it as it is, unless you reach WaveSpeed through a proxy of your own',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
