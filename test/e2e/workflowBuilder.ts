import type { CredentialRef } from './n8nRest';

export interface Step {
	name: string;
	type: string;
	typeVersion?: number;
	parameters: object;
	credentials?: object;
	webhookId?: string;
	/** What n8n does when the step throws; absent: it stops the workflow. */
	onError?: string;
	retryOnFail?: boolean;
	maxTries?: number;
	/** Milliseconds. */
	waitBetweenTries?: number;
}

export function withCredential(step: Step, credential: CredentialRef): Step {
	const { id, name, type } = credential;
	return { ...step, credentials: { [type]: { id, name } } };
}

/** A workflow in which each step leads to the next by its first output. */
export function chain(name: string, steps: Step[]) {
	return {
		name,
		nodes: steps.map((step, index) => ({ id: step.name, typeVersion: 1, position: [index * 200, 0], ...step })),
		connections: Object.fromEntries(
			steps.slice(1).map((step, index) => [steps[index]?.name ?? '', { main: [[{ node: step.name, type: 'main', index: 0 }]] }]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** Answers its caller at once; a call's body is `{ prompts: [...] }`. */
export function webhookStart(path: string): Step[] {
	const parameters = { path, httpMethod: 'POST', responseMode: 'onReceived', options: {} };
	return [
		{ name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path, parameters },
		split('body.prompts'),
	];
}

export function manualStart(prompts: readonly string[]): Step[] {
	const assignment = { id: 'prompts', name: 'prompts', value: `={{ ${JSON.stringify(prompts)} }}`, type: 'array' };
	const parameters = { assignments: { assignments: [assignment] }, options: {} };
	return [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
		{ name: 'Prompts', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters },
		split('prompts'),
	];
}

function split(fieldToSplitOut: string): Step {
	const parameters = { fieldToSplitOut, options: { destinationFieldName: 'prompt' } };
	return { name: 'One Item Each', type: 'n8n-nodes-base.splitOut', parameters };
}

/** A model for each provider that makes a video of a prompt alone. */
export const textModels: ReadonlyMap<string, string> = new Map([
	['aimlApi', 'bytedance/seedance-2-0'],
	['evoLink', 'seedance-2.5-text-to-video'],
	['fal', 'fal-ai/bytedance/seedance/v1.5/pro/text-to-video'],
	['kie', 'bytedance/seedance-2'],
	['vtrix', 'sora_2_t2v'],
	['openAi', 'sora-2'],
	['openRouter', 'google/veo-3.1'],
	['replicate', 'google/veo-3.1'],
	['gemini', 'gemini-omni-1.2-flash'],
	['waveSpeed', 'bytedance/seedance-2.0/text-to-video-turbo'],
]);

/** Makes a video of each item's prompt and waits for it. */
export function videoStep(provider: string, parameters: object): Step {
	return {
		name: 'Sora Video',
		type: 'n8n-nodes-sora-video.soraVideo',
		parameters: {
			provider,
			operation: 'createAndWait',
			model: { __rl: true, mode: 'id', value: textModels.get(provider) },
			prompt: '={{ $json.prompt }}',
			...parameters,
		},
	};
}
