import { decodePart } from './checks';
import type { Call, Provider } from './types';

/** Where an API key was seen that it must not be: off its own base, or on it outside the header it belongs in. */
export function findLeaks(call: Call, url: string, owner: Provider | null, providers: readonly Provider[]): string[] {
	const everywhere: Record<string, string> = { URL: decodePart(url), body: call.raw.toString('latin1') };
	const found = providers.flatMap((provider) => {
		const keyHeader = provider.keyHeader ?? 'authorization';
		const { [keyHeader]: keyValue, ...otherHeaders } = call.headers;
		const places = { ...everywhere, headers: JSON.stringify(otherHeaders) };
		const own = { [nameOf(keyHeader)]: String(keyValue ?? '') };
		return [
			...whereIn(places, provider.apiKey).map((place) => `${provider.id} key in the ${place}`),
			...whereIn({ ...places, ...own }, provider.webhookSecret).map((place) => `${provider.id} webhook secret in the ${place}`),
			...(provider === owner ? [] : whereIn(own, provider.apiKey).map((place) => `${provider.id} key in the ${place} header`)),
		];
	});
	if (!owner && call.headers.authorization !== undefined && !found.some((leak) => leak.endsWith('Authorization header'))) {
		found.push('an Authorization header');
	}
	return found.map((leak) => `${leak} of ${call.method} ${url}`);
}

function nameOf(header: string): string {
	return header === 'authorization' ? 'Authorization' : header;
}

function whereIn(places: Record<string, string>, secret: string | undefined): string[] {
	return secret === undefined ? [] : Object.keys(places).filter((place) => places[place]?.includes(secret));
}
