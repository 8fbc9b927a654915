import { findProvider, providers } from '../../nodes/SoraVideo/providers';
import type { CredentialRef } from '../e2e/n8nRest';
import { chain, videoStep, webhookStart, withCredential, type Step } from '../e2e/workflowBuilder';

/** What one node of a flow does with each job. */
export interface Stage {
	node: string;
	operation: 'create' | 'createAndWait' | 'waitForCompletion' | 'getStatus' | 'download' | 'cancel';
	/** Whether its items carry the video. */
	downloads: boolean;
}

/** A way to make videos at a provider: a workflow that a webhook starts with a list of prompts. */
export interface Flow {
	/** The webhook's path too. */
	name: string;
	kind: string;
	provider: string;
	stages: Stage[];
	/** How long its jobs run, in seconds: at least, at most. */
	jobSeconds: [number, number];
	workflow: ReturnType<typeof chain>;
}

interface Kind {
	name: string;
	steps: Array<{ operation: Stage['operation']; parameters?: object; settings?: Partial<Step> }>;
	jobSeconds(callsBack: boolean): [number, number];
	isFor?: (provider: string) => boolean;
	/** Whether a create whose answer is lost is sent again, where a provider's documents say that it makes no second job. */
	resends?: true;
}

const inMemory = { waitUsing: 'polling', timeout: 150 };
const suspended = { waitUsing: 'suspend', timeout: 300 };
const file = { downloadVideo: true };
const goOn: Partial<Step> = { onError: 'continueRegularOutput' };
const short = (): [number, number] => [2, 8];
/** Long enough to be suspended for: until a callback, or a date, which n8n keeps by the minute. */
const long = (callsBack: boolean): [number, number] => (callsBack ? [10, 40] : [70, 100]);

const kinds: Kind[] = [
	{
		name: 'memory',
		steps: [{ operation: 'createAndWait', parameters: { ...inMemory, ...file }, settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 } }],
		jobSeconds: short,
		resends: true,
	},
	{ name: 'suspended', steps: [{ operation: 'createAndWait', parameters: { ...suspended, ...file }, settings: goOn }], jobSeconds: long },
	{ name: 'later', steps: [{ operation: 'create' }, { operation: 'waitForCompletion', parameters: { ...suspended, ...file } }], jobSeconds: long },
	{
		name: 'steps',
		steps: [
			{ operation: 'create', settings: goOn },
			{ operation: 'waitForCompletion', parameters: inMemory, settings: goOn },
			{ operation: 'getStatus', settings: goOn },
			{ operation: 'download', settings: goOn },
		],
		jobSeconds: short,
	},
	{
		name: 'cancel',
		steps: [{ operation: 'create', settings: goOn }, { operation: 'cancel', settings: goOn }],
		jobSeconds: () => [60, 90],
		isFor: (provider) => findProvider(provider)?.cancel !== undefined,
	},
];

function flowOf({ name: kind, steps, jobSeconds, resends }: Kind, provider: string, credential: CredentialRef): Flow {
	const name = `${kind}-${provider}`;
	const stages = steps.map(({ operation, parameters }): Stage => ({
		node: `Sora Video ${operation}`,
		operation,
		downloads: operation === 'download' || (parameters !== undefined && 'downloadVideo' in parameters),
	}));
	const nodes = steps.map(({ operation, parameters, settings }, index) => {
		const named = operation.startsWith('create') ? {} : { jobId: '={{ $json.id }}' };
		const options = resends && findProvider(provider)?.idempotencyHeader !== undefined ? { options: { resendUnknown: true } } : {};
		const step = videoStep(provider, { operation, ...named, ...options, ...parameters });
		return withCredential({ ...step, ...settings, name: stages[index]?.node ?? operation }, credential);
	});
	const callsBack = findProvider(provider)?.callbacks?.checkUrl !== undefined;
	return { name, kind, provider, stages, jobSeconds: jobSeconds(callsBack), workflow: chain(name, [...webhookStart(name), ...nodes]) };
}

/** Every way at every provider that has it. */
export function allFlows(credentials: readonly CredentialRef[]): Flow[] {
	return kinds.flatMap((kind) =>
		providers
			.filter(({ id }) => kind.isFor?.(id) ?? true)
			.map(({ id, credentialType }) => {
				const credential = credentials.find(({ type }) => type === credentialType);
				if (!credential) throw new Error(`No credential for ${id}`);
				return flowOf(kind, id, credential);
			}),
	);
}
