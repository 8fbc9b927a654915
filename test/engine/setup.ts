import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { SoraVideoAimlApi } from '../../credentials/SoraVideoAimlApi.credentials';
import { SoraVideoEvoLinkApi } from '../../credentials/SoraVideoEvoLinkApi.credentials';
import { SoraVideoFalApi } from '../../credentials/SoraVideoFalApi.credentials';
import { SoraVideoGeminiApi } from '../../credentials/SoraVideoGeminiApi.credentials';
import { SoraVideoKieApi } from '../../credentials/SoraVideoKieApi.credentials';
import { SoraVideoOpenAiApi } from '../../credentials/SoraVideoOpenAiApi.credentials';
import { SoraVideoOpenRouterApi } from '../../credentials/SoraVideoOpenRouterApi.credentials';
import { SoraVideoReplicateApi } from '../../credentials/SoraVideoReplicateApi.credentials';
import { SoraVideoVtrixApi } from '../../credentials/SoraVideoVtrixApi.credentials';
import { SoraVideoWaveSpeedApi } from '../../credentials/SoraVideoWaveSpeedApi.credentials';
import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { startSandbox } from '../sandbox';
import type { RecordedRequest, Sandbox, SandboxOptions } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import type { NodeRun, RunNodeOptions } from './harness';
import { runNode } from './harness';

/** A provider with a model of each kind, for tests that every provider must pass. */
export interface ProviderCase {
	provider: 'aimlApi' | 'evoLink' | 'fal' | 'gemini' | 'kie' | 'vtrix' | 'openAi' | 'openRouter' | 'replicate' | 'waveSpeed';
	displayName: string;
	textModel: string;
	imageModel: string;
	/** A model that the provider's table doesn't know; it makes videos of 7 seconds. */
	freeModel: string;
	/** An id of the provider's form that no job has. */
	unknownId: string;
	/** Set where the API serves its videos itself, with the key, and gives no link. */
	givesNoLink?: true;
	/** Set where a job's status doesn't tell what it cost. */
	tellsNoCost?: true;
	/** The file of a video of which nothing was said but its aspect ratio, where that isn't `1280x720-4s.mp4`. */
	usualVideo?: string;
	/** Set where a job's status doesn't name its model. */
	tellsNoModel?: true;
	/** What a completed job's raw answer holds, where that isn't its `id` and the `status` completed. */
	rawEnding?(id: string): object;
	/** Set where it refuses a model that it doesn't have with a 404 that doesn't say so. */
	isUnsureOfGone?: true;
	/** The HTTP status, or the code that amounts to one, by which a model is refused that isn't there; 404 where absent. */
	goneStatus?: number;
	/** Set where its 429 names seconds in its body, whatever its headers are. */
	saysSecondsInBody?: true;
	/** Set where the video is told by a second request, whose answer names neither the job nor its status. */
	tellsResultApart?: true;
	/** The shape that its image model is asked for; absent where that takes both 16:9 and 720p. */
	imageShape?: IDataObject;
}

/** The shape that a request with an image asks for. */
export function imageShapeOf({ imageShape }: ProviderCase): IDataObject {
	return imageShape ?? { aspectRatio: '16:9', resolution: '720p' };
}

/** The model's own part of a create's body. */
export function fieldsIn(body: unknown): IDataObject {
	const { input } = Object(body);
	return Object(input?.[0]?.params ?? (Array.isArray(input) ? body : (input ?? body)));
}

export const providerCases: ProviderCase[] = [
	{
		provider: 'aimlApi',
		displayName: 'AI/ML API',
		textModel: 'openai/sora-2-t2v',
		imageModel: 'openai/sora-2-pro-i2v',
		freeModel: 'google/veo-3.1',
		unknownId: 'video_00000000:openai/sora-2-t2v',
	},
	{
		provider: 'evoLink',
		displayName: 'EvoLink',
		textModel: 'sora-2-preview',
		imageModel: 'sora-2-pro-preview',
		freeModel: 'veo-3.1',
		unknownId: 'task-unified-1757169743-unknown1',
	},
	{
		provider: 'fal',
		displayName: 'fal',
		textModel: 'fal-ai/bytedance/seedance/v1.5/pro/text-to-video',
		imageModel: 'fal-ai/bytedance/seedance/v1/pro/image-to-video',
		freeModel: 'bytedance/seedance-2.0/text-to-video',
		unknownId: 'fal-ai/veo3.1/requests/00000000-0000-0000-0000-000000000000',
		tellsNoModel: true,
		tellsResultApart: true,
	},
	{
		provider: 'gemini',
		displayName: 'Google Gemini',
		textModel: 'gemini-omni-1.2-flash',
		imageModel: 'gemini-omni-1.2-flash',
		freeModel: 'gemini-omni-1.1-flash',
		unknownId: 'v1_unknown',
		usualVideo: '1280x720-8s.mp4',
		saysSecondsInBody: true,
	},
	{
		provider: 'kie',
		displayName: 'Kie',
		textModel: 'bytedance/seedance-2',
		imageModel: 'bytedance/seedance-2-fast',
		freeModel: 'bytedance/seedance-2',
		unknownId: '0123456789abcdef0123456789abcdef',
		rawEnding: (id) => ({ data: { taskId: id, state: 'success' } }),
		goneStatus: 422,
	},
	{
		provider: 'vtrix',
		displayName: 'Vtrix',
		textModel: 'sora_2_t2v',
		imageModel: 'sora_2_i2v',
		freeModel: 'veo_3_1',
		unknownId: 'unknown-job',
	},
	{
		provider: 'openAi',
		displayName: 'OpenAI-Compatible API',
		textModel: 'sora-2',
		imageModel: 'sora-2-pro',
		freeModel: 'veo-3.1',
		unknownId: 'video_00000000',
		givesNoLink: true,
		tellsNoCost: true,
	},
	{
		provider: 'openRouter',
		displayName: 'OpenRouter',
		textModel: 'bytedance/seedance-2.0-fast',
		imageModel: 'google/veo-3.1',
		freeModel: 'bytedance/seedance-2.0-fast',
		unknownId: 'gen-vid-unknown',
		tellsNoModel: true,
	},
	{
		provider: 'replicate',
		displayName: 'Replicate',
		textModel: 'bytedance/seedance-2.0',
		imageModel: 'google/veo-3.1',
		freeModel: 'bytedance/seedance-2.0',
		unknownId: 'unknown0jobs0have0this0id0',
		rawEnding: (id) => ({ id, status: 'succeeded' }),
		isUnsureOfGone: true,
		saysSecondsInBody: true,
	},
	{
		provider: 'waveSpeed',
		displayName: 'WaveSpeed',
		textModel: 'bytedance/seedance-2.0/text-to-video-turbo',
		imageModel: 'minimax/hailuo-02/pro',
		freeModel: 'bytedance/seedance-2.0/text-to-video-turbo',
		unknownId: 'ffffffffffffffffffffffffffffffff',
		tellsNoCost: true,
		rawEnding: (id) => ({ data: { id, status: 'completed' } }),
		imageShape: {},
	},
];

export const credentialTypes = [
	new SoraVideoAimlApi(),
	new SoraVideoEvoLinkApi(),
	new SoraVideoFalApi(),
	new SoraVideoGeminiApi(),
	new SoraVideoKieApi(),
	new SoraVideoVtrixApi(),
	new SoraVideoOpenAiApi(),
	new SoraVideoOpenRouterApi(),
	new SoraVideoReplicateApi(),
	new SoraVideoWaveSpeedApi(),
];

export { sandboxCredentials };

export interface NodeCall {
	provider: string;
	operation: string;
	parameters?: IDataObject;
	items?: INodeExecutionData[];
	settings?: Partial<Omit<RunNodeOptions, 'parameters' | 'items' | 'credentials' | 'credentialTypes'>>;
	credentials?: RunNodeOptions['credentials'];
}

/** A test's own sandbox, so that tests can run side by side. */
export async function withSandbox<T>(
	use: (sandbox: Sandbox) => Promise<T>,
	options: SandboxOptions = { jobSeconds: 0.1 },
): Promise<T> {
	const sandbox = await startSandbox(options);
	try {
		return await use(sandbox);
	} finally {
		await sandbox.stop();
	}
}

/** Runs the Sora Video node on the engine against the sandbox. */
export async function runSoraVideo(sandbox: Sandbox, call: NodeCall): Promise<NodeRun> {
	const { provider, operation, parameters = {}, items = [{ json: {} }], settings = {} } = call;
	return await runNode(new SoraVideo(), {
		...settings,
		parameters: { provider, operation, ...parameters },
		items,
		credentials: call.credentials ?? sandboxCredentials(sandbox),
		credentialTypes,
	});
}

/** A model parameter as the editor stores it. */
export function model(id: string): IDataObject {
	return { __rl: true, mode: 'id', value: id };
}

/** The keys of every item that leaves the node. */
export const itemKeys = [
	'costUsd',
	'createdAt',
	'expiresAt',
	'failure',
	'id',
	'model',
	'progress',
	'prompt',
	'provider',
	'rawStatus',
	'status',
	'usage',
	'videoUrl',
	'videoUrls',
];

export function itemsOf(values: IDataObject[]): INodeExecutionData[] {
	return values.map((json) => ({ json }));
}

/** Parameters that create what each item's `prompt` says. */
export function promptFromItem({ textModel }: ProviderCase): IDataObject {
	return { model: model(textModel), prompt: '={{ $json.prompt }}' };
}

/** What left a node, per output, without what n8n adds. */
export function jsonsOf({ outputs }: NodeRun): IDataObject[][] {
	return outputs.map((items) => items.map(({ json }) => json));
}

/** The indexes of the input items that the leaving ones are paired with, per output. */
export function inputsOf({ outputs }: NodeRun): unknown[][] {
	return outputs.map((items) =>
		items.map(({ pairedItem }) =>
			typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : pairedItem,
		),
	);
}

/** The only one of a list; anything else is a test gone wrong. */
export function only<T>(list: readonly T[] | undefined): T {
	const [first] = list ?? [];
	if (first === undefined || list?.length !== 1) {
		throw new Error(`There should be one, and there are ${list?.length ?? 0}`);
	}
	return first;
}

/** Creates jobs by the node and gives back their ids. */
export async function createJobs(
	sandbox: Sandbox,
	providerCase: ProviderCase,
	prompts: string[],
): Promise<string[]> {
	const run = await runSoraVideo(sandbox, {
		provider: providerCase.provider,
		operation: 'create',
		parameters: { ...promptFromItem(providerCase), aspectRatio: '16:9' },
		items: itemsOf(prompts.map((prompt) => ({ prompt }))),
	});
	return run.outputs.flat().map(({ json }) => String(json.id));
}

/** Whether a request asked for a job's status. */
export function isQuestionFor({ method, path, query, provider }: RecordedRequest, id: string): boolean {
	const isApart = providerCases.some((each) => each.provider === provider && each.tellsResultApart);
	const isNamed = isApart ? path.endsWith(`${id}/status`) : (path.includes(id) && !/\/content$/.test(path)) || Object.values(query).includes(id);
	return method === 'GET' && isNamed;
}

/** Every request that asked for a new job, whatever was answered. */
export function createsOf(sandbox: Sandbox): RecordedRequest[] {
	return sandbox.requests.filter(
		({ method, path, provider }) => method === 'POST' && !provider.endsWith('Files') && !/upload|\/files$/.test(path),
	);
}

/**
 * Checks that a message is one sentence that a user can act on: it says what happened, then what to
 * do, and holds no stack and no key. What it quotes in brackets or quotation marks is the provider's.
 */
export function expectSentence(message: unknown, ...parts: string[]): void {
	const text = String(message);
	for (const part of parts) expect(text).toContain(part);
	// Twice, for brackets in brackets.
	const quoted = /"[^"]*"|\([^()]*\)/g;
	const own = text.replace(quoted, '…').replace(quoted, '…');
	// fal writes its name so.
	expect(own).toMatch(/^(\p{Lu}|fal |…|https?:)[^\n]*: [^\n]*[^.]\.$/u);
	expect(own).not.toMatch(/[.!?] \p{Lu}/u);
	expect(text).not.toMatch(/\n\s+at |undefined|\[object|sandbox-\w+-key|TypeError/);
}

/** What an item that failed says, wherever n8n has put it. */
export function messageOf(item: INodeExecutionData | undefined): string {
	const failure: unknown = item?.json.failure;
	const told: unknown = typeof failure === 'object' && failure !== null && 'message' in failure ? failure.message : null;
	return String(told ?? item?.error?.message ?? item?.json.error ?? 'no message');
}
