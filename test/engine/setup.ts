import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { SoraVideoAimlApi } from '../../credentials/SoraVideoAimlApi.credentials';
import { SoraVideoEvoLinkApi } from '../../credentials/SoraVideoEvoLinkApi.credentials';
import { SoraVideoVtrixApi } from '../../credentials/SoraVideoVtrixApi.credentials';
import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import type { Sandbox } from '../sandbox';
import type { NodeRun, RunNodeOptions } from './harness';
import { runNode } from './harness';

/** A provider with a model of each kind, for tests that every provider must pass. */
export interface ProviderCase {
	provider: 'aimlApi' | 'evoLink' | 'vtrix';
	displayName: string;
	textModel: string;
	imageModel: string;
	/** An id of the provider's form that no job has. */
	unknownId: string;
}

export const providerCases: ProviderCase[] = [
	{
		provider: 'aimlApi',
		displayName: 'AI/ML API',
		textModel: 'openai/sora-2-t2v',
		imageModel: 'openai/sora-2-pro-i2v',
		unknownId: 'video_00000000:openai/sora-2-t2v',
	},
	{
		provider: 'evoLink',
		displayName: 'EvoLink',
		textModel: 'sora-2-preview',
		imageModel: 'sora-2-pro-preview',
		unknownId: 'task-unified-1757169743-unknown1',
	},
	{
		provider: 'vtrix',
		displayName: 'Vtrix',
		textModel: 'sora_2_t2v',
		imageModel: 'sora_2_i2v',
		unknownId: 'unknown-job',
	},
];

/** The credentials that the sandbox accepts. */
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

export interface NodeCall {
	provider: string;
	operation: string;
	parameters?: IDataObject;
	items?: INodeExecutionData[];
	settings?: Partial<Omit<RunNodeOptions, 'parameters' | 'items' | 'credentials' | 'credentialTypes'>>;
	credentials?: RunNodeOptions['credentials'];
}

/** Runs the Sora Video node on the engine against the sandbox. */
export async function runSoraVideo(sandbox: Sandbox, call: NodeCall): Promise<NodeRun> {
	const { provider, operation, parameters = {}, items = [{ json: {} }], settings = {} } = call;
	return await runNode(new SoraVideo(), {
		...settings,
		parameters: { provider, operation, ...parameters },
		items,
		credentials: call.credentials ?? sandboxCredentials(sandbox),
		credentialTypes: [new SoraVideoAimlApi(), new SoraVideoEvoLinkApi(), new SoraVideoVtrixApi()],
	});
}

/** A model parameter as the editor stores it. */
export function model(id: string): IDataObject {
	return { __rl: true, mode: 'id', value: id };
}
