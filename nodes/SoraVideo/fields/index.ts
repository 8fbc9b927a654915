import type { INodeProperties } from 'n8n-workflow';

import { operations } from '../operations';
import { jobIdField } from './job';
import { optionsField, resendNotice } from './options';
import { credentialPlace, providerField } from './provider';
import { toolFields } from './tool';
import { videoFields } from './video';
import { binaryPropertyFields, waitingFields } from './waiting';

const operationField: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: operations.map(({ option }) => option),
	default: 'createAndWait',
	description: 'What to do with the video',
};

/** Everything the node's panel shows, from top to bottom. */
export const fields: INodeProperties[] = [
	providerField,
	credentialPlace,
	operationField,
	...toolFields,
	...videoFields,
	jobIdField,
	...waitingFields,
	...binaryPropertyFields,
	optionsField,
	resendNotice,
];
