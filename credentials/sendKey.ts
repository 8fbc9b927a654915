import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

type SendKey = (credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions) => Promise<IHttpRequestOptions>;

function originOf(url: unknown): string | null {
	return typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : null;
}

/**
 * Puts the API key on a request. A function and not an expression, since n8n builds a sandbox for each
 * expression, which takes longer than the rest of a callback.
 *
 * @param header The header that the provider reads the key from.
 * @param prefix What stands before the key in it.
 * @throws Error where the request goes to another server than the credential's Base URLs name.
 */
export function sendKeyAs(header: string, prefix: string): SendKey {
	return async (credentials, options) => {
		const origin = originOf(options.url) ?? originOf(options.baseURL);
		const own = [credentials.baseUrl, credentials.apiBaseUrl, credentials.filesBaseUrl].map(originOf);
		if (origin === null || !own.includes(origin)) {
			throw new Error(
				`The API key was not sent to ${origin ?? 'an unknown server'}: it goes only to the Base URL of its own credential, so correct the request's URL or the credential.`,
			);
		}
		const { apiKey } = credentials;
		// A line break, copied along with the key, would make the header invalid.
		const key = typeof apiKey === 'string' ? apiKey.trim() : '';
		return await Promise.resolve({
			...options,
			headers: { ...options.headers, [header]: `${prefix}${key}` },
		});
	};
}

/** The usual way. */
export const sendBearerKey = sendKeyAs('Authorization', 'Bearer ');
