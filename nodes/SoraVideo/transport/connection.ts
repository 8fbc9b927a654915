import { createHmac } from 'node:crypto';

import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { readText } from '../job/read';
import { findProvider } from '../providers';
import type { BaseUrlField, Provider } from '../providers/Provider';
import { fingerprintOf } from './http/fingerprintOf';

/** Where n8n runs code of ours that may call a provider. */
export type CallingContext = IExecuteFunctions | IWebhookFunctions | ILoadOptionsFunctions;

/** One node's way to one provider. */
export interface Connection<Context extends CallingContext = IExecuteFunctions> {
	context: Context;
	provider: Provider;
	/** From the credential, without a slash at the end. The API key goes nowhere else. */
	baseUrls: Record<BaseUrlField, string>;
	/** Tells this provider, key and base URLs from others. */
	fingerprint: string;
	/** Takes the API key out of text, since some providers repeat a refused key. */
	redact: (text: string) => string;
	/** Signs text so that only this credential's key can have signed it; null where it holds no key. */
	sign: (text: string) => string | null;
	/** For the provider's signatures under its callbacks; null where the credential holds none. */
	webhookSecret: string | null;
	/** How the service wants its requests written, where the credential says so; null where it has no such field. */
	dialect: string | null;
	/** The credential that requests go with; undefined where each reads it anew, since a job may take hours. */
	credential?: ICredentialsDecrypted;
}

/** For texts that come back over other people's servers. The prefix keeps such a signature good for nothing else. */
function signerOf(apiKey: string | null): (text: string) => string | null {
	return (text) =>
		apiKey &&
		createHmac('sha256', apiKey).update(`n8n-nodes-sora-video correlation\n${text}`).digest('base64url');
}

/** A base URL as requests use it: what stands in the credential, without slashes at its end, completed. */
export function readBaseUrl(provider: Provider, value: unknown): string {
	const [address = '', query] = (readText(value) ?? '').split(/\?(.*)/s);
	const baseUrl = address.replace(/\/+$/, '');
	const completed = provider.completeBaseUrl?.(baseUrl) ?? baseUrl;
	return query ? `${completed}?${query}` : completed;
}

/** What of a key shows in any Base64 that holds it, such as that of `Basic`: the text depends on how many bytes stand before. */
function base64Of(apiKey: string): string[] {
	return [0, 1, 2].flatMap((before) => {
		const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(apiKey)]);
		// Each letter holds 6 bits: those at both ends are shared with what stands beside the key.
		const text = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
		return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
	});
}

/** A key as providers repeat it: as it is, inside JSON text (also with slashes escaped, as PHP does, and in JSON within JSON), in a URL, and in Base64. */
function formsOf(apiKey: string): string[] {
	const inJson = JSON.stringify(apiKey).slice(1, -1);
	const inUrl = encodeURIComponent(apiKey.replace(/\p{Surrogate}/gu, ''));
	const forms = [
		apiKey,
		inJson,
		inJson.replaceAll('/', '\\/'),
		JSON.stringify(inJson).slice(1, -1),
		inUrl,
		inUrl.replace(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase()),
		inUrl.replaceAll('%20', '+'),
		...base64Of(apiKey),
	];
	// The longest first: a shorter one may be a part of it.
	return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

/** A function that takes a key out of text. */
export function redactorOf(apiKey: string | null): (text: string) => string {
	// A few letters would be found inside words.
	if (apiKey === null || apiKey.length < 8) return (text) => text;
	const forms = formsOf(apiKey);
	return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '(API key)'), text);
}

/**
 * The provider that a node names.
 *
 * @throws NodeOperationError where there is none of that name.
 */
export function requireProvider(context: CallingContext, name: unknown): Provider {
	const id = readText(name) ?? '';
	const provider = findProvider(id);
	if (provider) return provider;
	throw new NodeOperationError(context.getNode(), `"${id}" is not a provider of this node: choose one in Provider.`);
}

/**
 * The way to a provider, with its credential's base URLs.
 *
 * @param name The value of the node's `provider` parameter.
 * @param credential The provider's credential, where it has been read already.
 * @throws NodeOperationError where the provider is unknown or its credential unusable.
 */
export async function connectTo<Context extends CallingContext>(
	context: Context,
	name: unknown,
	credential?: ICredentialsDecrypted,
): Promise<Connection<Context>> {
	const provider = requireProvider(context, name);
	const fields: ICredentialDataDecryptedObject =
		credential?.data ?? (await context.getCredentials(provider.credentialType));
	const baseUrl = (field: BaseUrlField) => readBaseUrl(provider, fields[field]);
	const baseUrls = {
		baseUrl: baseUrl('baseUrl'),
		apiBaseUrl: baseUrl('apiBaseUrl'),
		filesBaseUrl: baseUrl('filesBaseUrl'),
	};
	if (!/^https?:/i.test(baseUrls.baseUrl) || !URL.canParse(baseUrls.baseUrl)) {
		throw new NodeOperationError(
			context.getNode(),
			`The Base URL "${baseUrls.baseUrl}" in the ${provider.displayName} credential is not a URL: correct it there, for example https://api.example.com.`,
		);
	}
	const apiKey = readText(fields.apiKey);
	return {
		context,
		provider,
		baseUrls,
		fingerprint: fingerprintOf([provider.id, fields.apiKey, baseUrls]),
		redact: redactorOf(apiKey),
		sign: signerOf(apiKey),
		webhookSecret: readText(fields.webhookSecret),
		dialect: readText(fields.dialect),
		...(credential && { credential }),
	};
}

/** One execution's way to the provider that its node names. */
export async function connect(context: IExecuteFunctions): Promise<Connection> {
	return await connectTo(context, context.getNodeParameter('provider', 0, ''));
}
