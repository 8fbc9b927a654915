import type { Sandbox } from '.';

/** The credentials that the sandbox accepts, by credential type. */
export function sandboxCredentials({ baseUrls, apiKeys, webhookSecrets }: Sandbox) {
	return {
		soraVideoAimlApi: { apiKey: apiKeys.aimlApi, baseUrl: baseUrls.aimlApi },
		soraVideoEvoLinkApi: {
			apiKey: apiKeys.evoLink,
			baseUrl: baseUrls.evoLink,
			filesBaseUrl: baseUrls.evoLinkFiles,
		},
		soraVideoFalApi: {
			apiKey: apiKeys.fal,
			baseUrl: baseUrls.fal,
			apiBaseUrl: baseUrls.falApi,
			filesBaseUrl: baseUrls.falFiles,
		},
		soraVideoKieApi: {
			apiKey: apiKeys.kie,
			baseUrl: baseUrls.kie,
			filesBaseUrl: baseUrls.kieFiles,
			webhookSecret: webhookSecrets.kie,
		},
		soraVideoOpenAiApi: {
			apiKey: apiKeys.openAi,
			baseUrl: baseUrls.openAi,
			webhookSecret: webhookSecrets.openAi,
		},
		soraVideoOpenRouterApi: {
			apiKey: apiKeys.openRouter,
			baseUrl: baseUrls.openRouter,
			webhookSecret: webhookSecrets.openRouter,
		},
		soraVideoGeminiApi: { apiKey: apiKeys.gemini, baseUrl: baseUrls.gemini },
		soraVideoReplicateApi: { apiKey: apiKeys.replicate, baseUrl: baseUrls.replicate },
		soraVideoWaveSpeedApi: { apiKey: apiKeys.waveSpeed, baseUrl: baseUrls.waveSpeed },
		soraVideoVtrixApi: { apiKey: apiKeys.vtrix, baseUrl: baseUrls.vtrix },
	};
}
