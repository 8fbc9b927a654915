import { provider as aimlApi } from './aimlApi';
import { provider as evoLink } from './evoLink';
import { provider as fal } from './fal';
import { provider as gemini } from './gemini';
import { provider as kie } from './kie';
import { provider as openAi } from './openAi';
import { provider as openRouter } from './openRouter';
import { provider as replicate } from './replicate';
import { provider as vtrix } from './vtrix';
import { provider as waveSpeed } from './waveSpeed';
import { Clock } from './clock';
import { handleControl } from './control';
import { CallbackPost, type CallbackTry } from './callbackPost';
import { Faults } from './faults';
import { FileStore } from './files';
import { JobStore, type Job } from './jobs';
import { HttpFront } from './server';
import type { CreateRecord, RecordedRequest, Settings, World } from './types';

export type { CreateRecord, RecordedRequest, Settings } from './types';
export type { Fault, FaultKind } from './faults';
export type SandboxJob = Job;

/** A new provider is one file and one word here. */
const providers = { aimlApi, evoLink, fal, gemini, kie, openAi, openRouter, replicate, vtrix, waveSpeed };

const addressesOf = (url: string) => ({
	aimlApi: `${url}/aimlapi`,
	evoLink: `${url}/evolink`,
	evoLinkFiles: `${url}/evolink-files`,
	fal: `${url}/fal`,
	falApi: `${url}/fal-api`,
	falFiles: `${url}/fal-files`,
	gemini: `${url}/gemini`,
	kie: `${url}/kie`,
	kieFiles: `${url}/kie-files`,
	openAi: `${url}/openai/v1`,
	openRouter: `${url}/openrouter/api/v1`,
	replicate: `${url}/replicate/v1`,
	vtrix: `${url}/vtrix`,
	waveSpeed: `${url}/wavespeed`,
});

const apiKeys = {
	aimlApi: aimlApi.apiKey,
	evoLink: evoLink.apiKey,
	fal: fal.apiKey,
	gemini: gemini.apiKey,
	kie: kie.apiKey,
	openAi: openAi.apiKey,
	openRouter: openRouter.apiKey,
	replicate: replicate.apiKey,
	vtrix: vtrix.apiKey,
	waveSpeed: waveSpeed.apiKey,
};

const webhookSecrets = {
	kie: kie.webhookSecret,
	openAi: openAi.webhookSecret,
	openRouter: openRouter.webhookSecret,
	replicate: replicate.webhookSecret,
	waveSpeed: waveSpeed.webhookSecret,
};

export interface SandboxOptions {
	port?: number;
	jobSeconds?: number;
	speed?: number;
	strictCallbacks?: boolean;
	maxConcurrentJobs?: number;
}

export interface Sandbox {
	/** http://127.0.0.1:PORT */
	readonly url: string;
	/** By provider, and by further hosts of it. */
	readonly baseUrls: ReturnType<typeof addressesOf>;
	readonly apiKeys: Record<keyof typeof providers, string>;
	/** What the callbacks are signed with, where the settings say so. */
	readonly webhookSecrets: typeof webhookSecrets;
	readonly clock: { now(): number; advance(ms: number): void; speed: number };
	readonly requests: RecordedRequest[];
	readonly jobs: SandboxJob[];
	/** Every valid create, also those refused by a fault or a cap. */
	readonly creates: CreateRecord[];
	readonly leaks: string[];
	/** Every try to call back, once it is over. */
	readonly callbacks: CallbackTry[];
	readonly faults: Faults;
	readonly settings: Settings;
	imageUrl(size: string): string;
	/** Puts a file on the CDN, as some other site's, and gives its link. */
	host(content: Buffer, name: string): string;
	reset(): void;
	stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const front = new HttpFront(Object.values(providers));
	const port = await front.listen(options.port ?? 0);
	const url = `http://127.0.0.1:${port}`;
	const clock = new Clock(options.speed ?? 1);
	const settings = settingsFrom(options);
	const world: World = {
		clock,
		settings,
		faults: new Faults(),
		jobs: new JobStore(),
		files: new FileStore(),
		callbackPost: new CallbackPost(clock, settings),
		requests: [],
		creates: [],
		leaks: [],
		url,
		cdnUrl: `http://localhost:${port}/cdn`,
	};
	const sandbox: Sandbox = {
		url,
		baseUrls: addressesOf(url),
		apiKeys,
		webhookSecrets,
		clock,
		requests: world.requests,
		jobs: world.jobs.all,
		creates: world.creates,
		leaks: world.leaks,
		callbacks: world.callbackPost.tries,
		faults: world.faults,
		settings,
		imageUrl: (size) => `${world.cdnUrl}/images/${size}.jpg`,
		host(content, name) {
			const { id } = world.files.add(name, 'application/octet-stream', content, Infinity);
			return `${world.cdnUrl}/files/${id}/${name}`;
		},
		reset() {
			for (const list of [world.requests, world.jobs.all, world.files.all, world.creates, world.leaks]) list.length = 0;
			world.callbackPost.reset();
			world.faults.reset();
			clock.reset(options.speed ?? 1);
			Object.assign(settings, settingsFrom(options));
		},
		async stop() {
			world.callbackPost.reset();
			await front.close();
		},
	};
	front.serve(world, (call) => handleControl(call, sandbox));
	return sandbox;
}

function settingsFrom(options: SandboxOptions): Settings {
	return {
		jobSeconds: options.jobSeconds ?? 60,
		strictCallbacks: options.strictCallbacks ?? true,
		callbackHosts: {},
		maxConcurrentJobs: options.maxConcurrentJobs ?? 0,
		aimlBilling: 'v2',
		aimlErrors: 'problem',
		aimlUnknownFields: 'refuse',
		aimlPricing: {},
		evoLinkUnknownFields: 'refuse',
		retiringModels: [],
		successors: {},
		falTellsModelErrors: false,
		falStopsWhenAsked: true,
		falForgets: 'result',
		falResultBytes: 0,
		kieWebhookKey: kie.webhookSecret,
		kieCreateLimit: 20,
		kieHttpErrors: false,
		kieFieldCode: 422,
		kieRecordDelay: 0,
		withdrawnModels: [],
		vtrixSpecs: {},
		videoBytes: 0,
		openAiWebhook: null,
		openAiGateway: false,
		openRouterSecret: openRouter.webhookSecret,
		openRouterSignedUrls: true,
		evoLinkIgnoresKeys: false,
	};
}
