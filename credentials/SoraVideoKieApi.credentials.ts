import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoKieApi implements ICredentialType {
	name = 'soraVideoKieApi';

	displayName = 'Sora Video: Kie API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://docs.kie.ai';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://kie.ai/api-key',
			description: 'The key from https://kie.ai/api-key',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.kie.ai',
			required: true,
			description: 'Leave it as it is, unless you reach Kie through a proxy of your own',
		},
		{
			displayName: 'Files Base URL',
			name: 'filesBaseUrl',
			type: 'string',
			default: 'https://kieai.redpandaai.co',
			required: true,
			description:
				'Where pictures from binary data are uploaded, so that Kie can read them. Leave it as it is.',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Optional, for the Sora Video Trigger only: the webhook key (webhookHmacKey), if you switched one on at https://kie.ai/settings',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
