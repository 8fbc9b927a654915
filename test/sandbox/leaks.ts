import { decodePart } from './checks';
import type { Call, Provider } from './types';

/** Where an API key was seen that it must not be: off its own base, or on it outside the Authorization header. */
export function findLeaks(call: Call, url: string, owner: Provider | null, providers: readonly Provider[]): string[] {
	const { authorization, ...otherHeaders } = call.headers;
	const places: Record<string, string> = {
		URL: decodePart(url),
		headers: JSON.stringify(otherHeaders),
		body: call.raw.toString('latin1'),
	};
	const found = providers.flatMap((provider) => [
		...Object.entries(places).filter(([, content]) => content.includes(provider.apiKey)).map(([place]) => `${provider.id} key in the ${place}`),
		...Object.entries({ ...places, Authorization: authorization ?? '' })
			.filter(([, content]) => provider.webhookSecret !== undefined && content.includes(provider.webhookSecret))
			.map(([place]) => `${provider.id} webhook secret in the ${place}`),
		...(provider !== owner && authorization?.includes(provider.apiKey) ? [`${provider.id} key in the Authorization header`] : []),
	]);
	if (!owner && authorization !== undefined && !found.some((leak) => leak.endsWith('Authorization header'))) {
		found.push('an Authorization header');
	}
	return found.map((leak) => `${leak} of ${call.method} ${url}`);
}
