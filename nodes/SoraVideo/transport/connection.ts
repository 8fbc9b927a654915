import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { readText } from '../job/read';
import { findProvider } from '../providers';
import type { BaseUrlField, Provider } from '../providers/Provider';

/** One execution's way to one provider. */
export interface Connection {
	context: IExecuteFunctions;
	provider: Provider;
	/** From the credential, without a slash at the end. The API key goes nowhere else. */
	baseUrls: Record<BaseUrlField, string>;
	/** Takes the API key out of text, since some providers repeat a refused key. */
	redact: (text: string) => string;
}

/** A function that takes a key out of text. */
export function redactorOf(apiKey: string | null): (text: string) => string {
	// A few letters would be found inside words.
	return (text) =>
		apiKey === null || apiKey.length < 8 ? text : text.replaceAll(apiKey, '(API key)');
}

/** Reads the node's provider and its credential. Throws NodeOperationError where either is unusable. */
export async function connect(context: IExecuteFunctions): Promise<Connection> {
	const name = readText(context.getNodeParameter('provider', 0, '')) ?? '';
	const provider = findProvider(name);
	if (!provider) {
		throw new NodeOperationError(
			context.getNode(),
			`"${name}" is not a provider of this node: choose one in Provider.`,
		);
	}
	const credential = await context.getCredentials(provider.credentialType);
	const baseUrl = (field: BaseUrlField) => (readText(credential[field]) ?? '').replace(/\/+$/, '');
	const baseUrls = { baseUrl: baseUrl('baseUrl'), filesBaseUrl: baseUrl('filesBaseUrl') };
	if (!/^https?:/i.test(baseUrls.baseUrl) || !URL.canParse(baseUrls.baseUrl)) {
		throw new NodeOperationError(
			context.getNode(),
			`The Base URL "${baseUrls.baseUrl}" in the ${provider.displayName} credential is not a URL: correct it there, for example https://api.example.com.`,
		);
	}
	return { context, provider, baseUrls, redact: redactorOf(readText(credential.apiKey)) };
}
