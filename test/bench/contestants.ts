import type { Sandbox, SandboxJob } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import type { CredentialRef, N8nRest } from '../e2e/n8nRest';
import { videoStep, withCredential, type Step } from '../e2e/workflowBuilder';

/** A node that makes a video of each item's prompt and waits for it. */
export interface Contestant {
	name: string;
	/** As the sandbox records its requests. */
	provider: string;
	step: (credentials: CredentialRef[]) => Step;
}

function find(credentials: CredentialRef[], type: string): CredentialRef {
	const credential = credentials.find((each) => each.type === type);
	if (!credential) throw new Error(`No credential ${type}`);
	return credential;
}

/** n8n's own node, "Generate a Video", as it is when it's put on the canvas. */
export const n8nOpenAi: Contestant = {
	name: 'n8n’s OpenAI node',
	provider: 'openAi',
	step: (credentials) =>
		withCredential(
			{
				name: 'Generate a Video',
				type: '@n8n/n8n-nodes-langchain.openAi',
				typeVersion: 2,
				parameters: {
					resource: 'video',
					operation: 'generate',
					modelId: { __rl: true, mode: 'id', value: 'sora-2' },
					prompt: '={{ $json.prompt }}',
					seconds: 4,
					size: '1280x720',
					options: {},
				},
			},
			find(credentials, 'openAiApi'),
		),
};

export function soraVideo(name: string, provider: 'aimlApi' | 'evoLink', parameters: object = {}): Contestant {
	const type = { aimlApi: 'soraVideoAimlApi', evoLink: 'soraVideoEvoLinkApi' }[provider];
	// The first tells how long its jobs usually take, the second doesn't.
	const model = { __rl: true, mode: 'id', value: { aimlApi: 'openai/sora-2-t2v', evoLink: 'sora-2-preview' }[provider] };
	return { name, provider, step: (credentials) => withCredential(videoStep(provider, { model, ...parameters }), find(credentials, type)) };
}

export async function createCredentials(rest: N8nRest, sandbox: Sandbox): Promise<CredentialRef[]> {
	const { aimlApi, evoLink } = { aimlApi: 'soraVideoAimlApi', evoLink: 'soraVideoEvoLinkApi' };
	const openAi = { apiKey: sandbox.apiKeys.openAi, url: sandbox.baseUrls.openAi, header: false };
	const own = Object.entries(sandboxCredentials(sandbox)).filter(([type]) => type === aimlApi || type === evoLink);
	const created: CredentialRef[] = [];
	for (const [type, data] of [...own, ['openAiApi', openAi] as const]) created.push(await rest.createCredential(type, type, data));
	return created;
}

export interface Asking {
	jobs: number;
	/** Status requests per job. */
	requests: number;
	/** Milliseconds from a job's end until the node knew, or went on to download it. */
	meanLateness: number;
	worstLateness: number;
}

/** What the sandbox saw of the jobs of one contestant. */
export function readAsking(sandbox: Sandbox, provider: string, jobs: SandboxJob[]): Asking {
	const calls = sandbox.requests.filter((request) => request.provider === provider && request.method === 'GET');
	const latenesses = jobs.flatMap(({ id, endedAt }) => {
		const own = calls.filter(({ path, query }) => path.split('/').includes(id) || Object.values(query).includes(id));
		// n8n's node sleeps between learning of the end and asking for the content.
		const content = own.find(({ path }) => path.endsWith('/content'));
		const noticed = content ?? own.find(({ at }) => endedAt !== null && at >= endedAt);
		return noticed && endedAt !== null ? [noticed.at - endedAt] : [];
	});
	const status = jobs.reduce((sum, { asks }) => sum + asks, 0);
	return {
		jobs: jobs.length,
		requests: status / jobs.length,
		meanLateness: latenesses.reduce((sum, each) => sum + each, 0) / latenesses.length,
		worstLateness: Math.max(...latenesses),
	};
}

/** How many jobs beyond the first were made for one prompt. */
export function countDuplicates(jobs: readonly SandboxJob[]): number {
	return jobs.length - new Set(jobs.map(({ prompt }) => prompt)).size;
}
