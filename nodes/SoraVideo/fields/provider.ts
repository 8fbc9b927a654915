import type { INodeProperties } from 'n8n-workflow';

import { providers } from '../providers';

export const providerField: INodeProperties = {
	displayName: 'Provider',
	name: 'provider',
	type: 'options',
	noDataExpression: true,
	options: providers.map(({ id, displayName, description }) => ({
		name: displayName,
		value: id,
		description,
	})),
	default: 'aimlApi',
	description: 'The service that makes the video and charges for it',
};

/** Where n8n's editor puts the credential: below the provider that it is for. By itself it would put it above. */
export const credentialPlace: INodeProperties = {
	displayName: 'Credential',
	name: 'credentials',
	type: 'credentials',
	default: '',
	description: 'The key of an account with the provider',
};
