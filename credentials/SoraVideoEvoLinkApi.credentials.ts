import type { IAuthenticate, ICredentialType, INodeProperties } from 'n8n-workflow';

import { sendBearerKey } from './sendKey';

export class SoraVideoEvoLinkApi implements ICredentialType {
	name = 'soraVideoEvoLinkApi';

	displayName = 'Sora Video: EvoLink API';

	icon = {
		light: 'file:../icons/soraVideo.svg',
		dark: 'file:../icons/soraVideo.dark.svg',
	} as const;

	documentationUrl = 'https://docs.evolink.ai/en/quickstart';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Made at https://evolink.ai/dashboard/keys',
			description: 'The key from https://evolink.ai/dashboard/keys',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.evolink.ai',
			required: true,
			description: 'Leave it as it is, unless you reach EvoLink through a proxy of your own',
		},
		{
			displayName: 'Files Base URL',
			name: 'filesBaseUrl',
			type: 'string',
			default: 'https://files-api.evolink.ai',
			required: true,
			description:
				'Where pictures from binary data are uploaded, so that EvoLink can read them. Leave it as it is.',
		},
	];

	authenticate: IAuthenticate = sendBearerKey;
}
