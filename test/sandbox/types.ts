import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from './clock';
import type { CallbackHost, CallbackPost } from './callbackPost';
import type { Faults } from './faults';
import type { Job, JobStore } from './jobs';
import type { FileStore } from './files';

/** `drop`: no answer. `reset`: no answer, and the connection is torn down. `trickle`: the whole body, in many small pieces. `truncate`: half of the body, and the connection ends. `drip`: a byte now and then. `endless`: the body, and then more and more. */
export type Effect = 'drop' | 'reset' | 'trickle' | 'truncate' | 'drip' | 'endless';

/** A body that is made as it is sent. */
export interface GeneratedPart {
	length: number;
	chunks: Iterable<Buffer>;
}

/** What a provider answers; `effect` is what happens to the connection instead of a whole answer. */
export interface Reply {
	status: number;
	headers?: Record<string, string>;
	/** JSON, text, a buffer or a generated part. */
	body?: unknown;
	effect?: Effect;
	/** What the Content-Length says, where that isn't the body's length; null for none. */
	claimedLength?: number | null;
	delayMs?: number;
}

export interface Call {
	method: string;
	/** Below the provider's prefix, as the provider itself would see it. */
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	raw: Buffer;
	/** Which of the provider's bases was called. */
	base: string;
}

export type RefusalKind = '400' | '401' | '403credits' | '404' | '429' | '500' | '503';

export interface Refusal {
	kind: RefusalKind;
	message?: string;
	field?: string;
	code?: string;
}

export interface Provider {
	readonly id: string;
	/** A base's name is its key in `baseUrls` and the `provider` of its recorded requests. */
	readonly bases: ReadonlyArray<{ name: string; prefix: string }>;
	readonly apiKey: string;
	/** The header that carries the key, in lower case, where that isn't Authorization. */
	readonly keyHeader?: string;
	/** Signs callbacks; no client may ever send it. */
	readonly webhookSecret?: string;
	/** What `[sandbox fail=…]` may ask for here. */
	readonly failures: readonly string[];
	handle(call: Call, world: World): Reply | Promise<Reply>;
	/** Whether the provider's own rate limit refuses one more create just now. */
	isTooFast?(world: World): boolean;
	/** The provider's own words for a refusal. */
	refuse(refusal: Refusal, world: World): Reply;
}

export type UnknownFields = 'refuse' | 'ignore';

/** Switches that tests may flip while the sandbox runs. */
export interface Settings {
	jobSeconds: number;
	strictCallbacks: boolean;
	/** By host name: callbacks to it go to a port of this machine. */
	callbackHosts: Record<string, CallbackHost>;
	/** Unfinished jobs per provider; one more is refused with 429. 0: no cap. */
	maxConcurrentJobs: number;
	aimlBilling: 'v2' | 'legacy';
	aimlErrors: 'problem' | 'legacy';
	/** What AI/ML API does with a field that the model's document doesn't name isn't documented. */
	aimlUnknownFields: UnknownFields;
	/** By model: the `pricing` that AI/ML API tells where it is asked for; of none is a real one known. */
	aimlPricing: Record<string, unknown>;
	/** Nor what EvoLink does; MiniMax H3 refuses them there, whatever this says. */
	evoLinkUnknownFields: UnknownFields;
	/** The webhook of the OpenAI project, as its dashboard holds it. */
	openAiWebhook: { url: string; secret: string } | null;
	/** Whether `openAi` is a gateway that copies OpenAI's API, with the deviations of gateways. */
	openAiGateway: boolean;
	/** Of the OpenRouter workspace. Without one, callbacks aren't signed. */
	openRouterSecret: string | null;
	/** Whether OpenRouter tells the signed links to its storage. */
	openRouterSignedUrls: boolean;
	/** fal tells what a model says against a request in the status already, and not only in its result. */
	falTellsModelErrors: boolean;
	/** Whether a model of fal's that is told to stop does so. */
	falStopsWhenAsked: boolean;
	/** What fal no longer knows once a result is too old: the result, or the whole request. */
	falForgets: 'result' | 'request';
	/** Results of fal are filled up to this many bytes. 0: they aren't. */
	falResultBytes: number;
	/** Of the Kie account. Without one, callbacks aren't signed. */
	kieWebhookKey: string | null;
	/** New tasks that Kie takes within ten seconds. 0: no limit. */
	kieCreateLimit: number;
	/** Whether Kie's codes are HTTP statuses too; its documents can be read both ways. */
	kieHttpErrors: boolean;
	/** Kie's code for a field that it doesn't take: 422 in its documents, 500 in what its users report. */
	kieFieldCode: 422 | 500;
	/** Seconds after its creation during which Kie doesn't know a task yet. */
	kieRecordDelay: number;
	/** By model: what Vtrix tells of its fields, beside the few that its clients' tests hold. */
	vtrixSpecs: Record<string, unknown>;
	/** Whether EvoLink takes no notice of idempotency keys: nobody here has seen the live API honour one. */
	evoLinkIgnoresKeys: boolean;
	/** Models that the providers have switched off. */
	withdrawnModels: string[];
	/** Models that still answer, and whose end is announced. */
	retiringModels: string[];
	/** By model: the one that is named in its place. */
	successors: Record<string, string>;
	/** Finished videos are made up, of this many bytes, instead of the clips that are stored. 0: they aren't. */
	videoBytes: number;
}

export interface RecordedRequest {
	at: number;
	provider: string;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: IncomingHttpHeaders;
	body: unknown;
	/** 0 until answered, and for good when the connection was dropped. */
	status: number;
	/** Milliseconds from the request until the answer's last byte had left; null until then. */
	took: number | null;
	/** How many others of its method had no answer yet when it came. */
	beside: number;
}

export interface CreateRecord {
	at: number;
	provider: string;
	fingerprint: string;
	prompt: string;
	/** null: refused, nothing was created. */
	jobId: string | null;
	fault: string | null;
}

export interface World {
	readonly clock: Clock;
	readonly faults: Faults;
	readonly jobs: JobStore;
	readonly files: FileStore;
	readonly callbackPost: CallbackPost;
	readonly settings: Settings;
	readonly requests: RecordedRequest[];
	readonly creates: CreateRecord[];
	readonly leaks: string[];
	/** http://127.0.0.1:PORT */
	readonly url: string;
	/** http://localhost:PORT/cdn: another host name than the API, as with the real providers. */
	readonly cdnUrl: string;
}

export type Render = (job: Job) => Reply;
