import type { Sandbox } from '.';

/** A sandbox's addresses, keys and secrets, as lines for a person who makes credentials of them. */
export function describeSandbox({ apiKeys, baseUrls, webhookSecrets }: Sandbox): string[] {
	const keys: Record<string, string> = apiKeys;
	return [
		...Object.entries(baseUrls).map(([name, url]) => `${name.padEnd(14)} ${url}${keys[name] ? `   key ${keys[name]}` : ''}`),
		...Object.entries(webhookSecrets).map(([name, secret]) => `${name.padEnd(14)} signs its callbacks with ${secret}`),
	];
}
