import type { Sandbox } from '.';

/** The credentials that the sandbox accepts, by credential type. */
export function sandboxCredentials({ baseUrls, apiKeys }: Sandbox) {
	return {
		soraVideoAimlApi: { apiKey: apiKeys.aimlApi, baseUrl: baseUrls.aimlApi },
		soraVideoEvoLinkApi: {
			apiKey: apiKeys.evoLink,
			baseUrl: baseUrls.evoLink,
			filesBaseUrl: baseUrls.evoLinkFiles,
		},
		soraVideoVtrixApi: { apiKey: apiKeys.vtrix, baseUrl: baseUrls.vtrix },
	};
}
