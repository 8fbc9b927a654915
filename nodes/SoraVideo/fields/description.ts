import { NodeConnectionTypes } from 'n8n-workflow';

import { operations } from '../operations';
import { callingProviders, providers } from '../providers';
import { fields } from './index';
import { creating } from './show';
import { triggerFields } from './trigger';

// What the descriptions of both nodes are made of: plain values, nothing else. The build puts the values
// in the place of this file, so that n8n, which reads the nodes at every start, doesn't read the
// providers and their tables for them.

const namesOf = (entries: ReadonlyArray<{ name: string; value: string }>) =>
	JSON.stringify(Object.fromEntries(entries.map(({ name, value }) => [value, name])));
const providerNames = (list: typeof providers) =>
	namesOf(list.map(({ id, displayName }) => ({ name: displayName, value: id })));
const operationNames = namesOf(operations.map(({ option }) => option));
const waitingOperations = operations
	.filter(({ outputCount }) => outputCount === 3)
	.map(({ option }) => option.value);

export const action = {
	fields,
	providers: providers.map(({ id }) => ({ id })),
	/** The model's ID where the operation uses one, else the provider. */
	subtitle: `={{ (${operationNames})[$parameter["operation"]] + ": " + ((${JSON.stringify(creating)}.includes($parameter["operation"]) && $parameter["model"]) || (${providerNames(providers)})[$parameter["provider"]]) }}`,
	/** Self-contained, since n8n evaluates its text wherever it draws or runs the node. */
	outputs: `={{ ${JSON.stringify(waitingOperations)}.includes($parameter["operation"])
	? [
			{ type: "${NodeConnectionTypes.Main}", displayName: "Completed" },
			{ type: "${NodeConnectionTypes.Main}", displayName: "Failed" },
			{ type: "${NodeConnectionTypes.Main}", displayName: "Timed Out" },
		]
	: ["${NodeConnectionTypes.Main}"] }}` as const,
};

export const trigger = {
	fields: triggerFields,
	providers: callingProviders.map(({ id }) => ({ id })),
	subtitle: `={{ (${providerNames(callingProviders)})[$parameter["provider"]] }}`,
};
