import { isRecord, jsonBody } from './checks';
import type { CallbackHost } from './callbackPost';
import { isFaultKind, type Chaos, type Fault, type Stage } from './faults';
import type { Sandbox } from './index';
import type { Call, CreateRecord, Reply } from './types';

// What tests reach through the code API, for other processes: JSON over /control.

export function handleControl(call: Call, sandbox: Sandbox): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	try {
		const answer = route(`${call.method} ${call.path}`, isRecord(body) ? body : {}, sandbox);
		return answer === undefined ? { status: 404, body: { error: 'no such control' } } : { status: 200, body: answer };
	} catch (error) {
		return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
	}
}

function route(name: string, body: Record<string, unknown>, sandbox: Sandbox): unknown {
	switch (name) {
		case 'GET /':
			return { url: sandbox.url, baseUrls: sandbox.baseUrls, apiKeys: sandbox.apiKeys, webhookSecrets: sandbox.webhookSecrets, settings: sandbox.settings, clock: clockOf(sandbox) };
		case 'GET /requests':
			return sandbox.requests;
		case 'GET /jobs':
			return sandbox.jobs;
		case 'GET /creates':
			return sandbox.creates;
		case 'GET /leaks':
			return sandbox.leaks;
		case 'GET /callbacks':
			return sandbox.callbacks;
		case 'GET /counters':
			return countersOf(sandbox);
		case 'GET /clock':
			return clockOf(sandbox);
		case 'POST /clock':
			return setClock(body, sandbox);
		case 'GET /faults':
			return sandbox.faults;
		case 'POST /faults':
			return addFaults(body, sandbox);
		case 'POST /settings':
			return setSettings(body, sandbox);
		case 'POST /reset':
			sandbox.reset();
			return { ok: true };
		default:
			return undefined;
	}
}

/** A misspelt wish would quietly test nothing. */
function allowOnly(body: Record<string, unknown>, names: string[]): void {
	const stranger = Object.keys(body).find((name) => !names.includes(name));
	if (stranger) throw new Error(`unknown field ${stranger}; known: ${names.join(', ')}`);
}

function clockOf({ clock }: Sandbox) {
	return { now: clock.now(), speed: clock.speed };
}

function setClock(body: Record<string, unknown>, sandbox: Sandbox): unknown {
	allowOnly(body, ['speed', 'advance']);
	const { speed, advance = 0 } = body;
	if (typeof speed === 'number' && speed >= 0) sandbox.clock.speed = speed;
	else if (speed !== undefined) throw new Error('speed must be a number ≥ 0');
	if (typeof advance !== 'number') throw new Error('advance must be milliseconds');
	sandbox.clock.advance(advance);
	return clockOf(sandbox);
}

function addFaults(body: Record<string, unknown>, { faults }: Sandbox): unknown {
	allowOnly(body, ['create', 'status', 'download', 'retryAfter', 'hangSeconds', 'chaos']);
	const chaos = body.chaos === undefined ? faults.chaos : readChaos(body.chaos);
	// Read all before adding any, so that a refused request changes nothing.
	const read = { create: faultsIn(body.create, 'create'), status: faultsIn(body.status, 'status'), download: faultsIn(body.download, 'download') };
	faults.create.push(...read.create);
	faults.status.push(...read.status);
	faults.download.push(...read.download);
	faults.chaos = chaos;
	if (typeof body.retryAfter === 'string' || body.retryAfter === null) faults.retryAfter = body.retryAfter;
	if (typeof body.hangSeconds === 'number') faults.hangSeconds = body.hangSeconds;
	return faults;
}

function readChaos(value: unknown): Chaos | null {
	if (value === null) return null;
	const { seed, percent } = isRecord(value) ? value : {};
	if (typeof seed !== 'number' || !isRecord(percent)) throw new Error('chaos needs a seed and a percent of each stage');
	allowOnly(percent, ['create', 'status', 'download']);
	const share = (stage: Stage) => (typeof percent[stage] === 'number' ? { [stage]: percent[stage] } : {});
	return { seed, percent: { ...share('create'), ...share('status'), ...share('download') } };
}

function faultsIn(value: unknown, stage: Stage): Fault[] {
	if (value === undefined) return [];
	const entries: unknown[] = Array.isArray(value) ? value : [value];
	return entries.map((entry) => {
		if (!isRecord(entry) || !isFaultKind(entry.kind, stage)) throw new Error(`unknown fault ${JSON.stringify(entry)}`);
		const { kind, times, provider, prompt, retryAfter, hangSeconds } = entry;
		return {
			kind,
			...(typeof times === 'number' ? { times } : {}),
			...(typeof provider === 'string' ? { provider } : {}),
			...(typeof prompt === 'string' ? { prompt } : {}),
			...(typeof retryAfter === 'string' ? { retryAfter } : {}),
			...(typeof hangSeconds === 'number' ? { hangSeconds } : {}),
		};
	});
}

function setSettings(body: Record<string, unknown>, { settings }: Sandbox): unknown {
	allowOnly(body, Object.keys(settings));
	const { jobSeconds, strictCallbacks, callbackHosts, maxConcurrentJobs, aimlBilling, aimlErrors, withdrawnModels, videoBytes } = body;
	const { openAiWebhook, openAiGateway, openRouterSecret, openRouterSignedUrls, evoLinkIgnoresKeys } = body;
	if (typeof jobSeconds === 'number') settings.jobSeconds = jobSeconds;
	if (typeof strictCallbacks === 'boolean') settings.strictCallbacks = strictCallbacks;
	if (isRecord(callbackHosts)) settings.callbackHosts = Object.fromEntries(Object.entries(callbackHosts).map(readHost));
	if (typeof maxConcurrentJobs === 'number') settings.maxConcurrentJobs = maxConcurrentJobs;
	const { retiringModels, successors } = body;
	if (Array.isArray(retiringModels)) settings.retiringModels = retiringModels.map(String);
	if (isRecord(successors)) settings.successors = Object.fromEntries(Object.entries(successors).map(([model, successor]) => [model, String(successor)]));
	if (aimlBilling === 'v2' || aimlBilling === 'legacy') settings.aimlBilling = aimlBilling;
	if (aimlErrors === 'problem' || aimlErrors === 'legacy') settings.aimlErrors = aimlErrors;
	for (const name of ['aimlUnknownFields', 'evoLinkUnknownFields'] as const) {
		const wish = body[name];
		if (wish === 'refuse' || wish === 'ignore') settings[name] = wish;
	}
	if (openAiWebhook === null || isRecord(openAiWebhook)) settings.openAiWebhook = readWebhook(openAiWebhook);
	if (typeof openAiGateway === 'boolean') settings.openAiGateway = openAiGateway;
	if (openRouterSecret === null || typeof openRouterSecret === 'string') settings.openRouterSecret = openRouterSecret;
	if (typeof openRouterSignedUrls === 'boolean') settings.openRouterSignedUrls = openRouterSignedUrls;
	setFalAndKie(body, settings);
	if (typeof evoLinkIgnoresKeys === 'boolean') settings.evoLinkIgnoresKeys = evoLinkIgnoresKeys;
	if (Array.isArray(withdrawnModels)) settings.withdrawnModels = withdrawnModels.map(String);
	if (isRecord(body.aimlPricing)) settings.aimlPricing = body.aimlPricing;
	if (isRecord(body.vtrixSpecs)) settings.vtrixSpecs = body.vtrixSpecs;
	if (typeof videoBytes === 'number') settings.videoBytes = videoBytes;
	return settings;
}

function setFalAndKie(body: Record<string, unknown>, settings: Sandbox['settings']): void {
	const { falTellsModelErrors, falStopsWhenAsked, falForgets, falResultBytes } = body;
	const { kieWebhookKey, kieCreateLimit, kieHttpErrors, kieFieldCode, kieRecordDelay } = body;
	if (typeof falTellsModelErrors === 'boolean') settings.falTellsModelErrors = falTellsModelErrors;
	if (typeof falStopsWhenAsked === 'boolean') settings.falStopsWhenAsked = falStopsWhenAsked;
	if (falForgets === 'result' || falForgets === 'request') settings.falForgets = falForgets;
	if (typeof falResultBytes === 'number') settings.falResultBytes = falResultBytes;
	if (kieWebhookKey === null || typeof kieWebhookKey === 'string') settings.kieWebhookKey = kieWebhookKey;
	if (typeof kieCreateLimit === 'number') settings.kieCreateLimit = kieCreateLimit;
	if (typeof kieHttpErrors === 'boolean') settings.kieHttpErrors = kieHttpErrors;
	if (kieFieldCode === 422 || kieFieldCode === 500) settings.kieFieldCode = kieFieldCode;
	if (typeof kieRecordDelay === 'number') settings.kieRecordDelay = kieRecordDelay;
}

function readHost([name, host]: [string, unknown]): [string, CallbackHost] {
	if (!isRecord(host) || typeof host.port !== 'number') throw new Error(`callbackHosts: ${name} needs a port`);
	return [name, { port: host.port, ...(typeof host.ca === 'string' ? { ca: host.ca } : {}) }];
}

function readWebhook(webhook: Record<string, unknown> | null): Sandbox['settings']['openAiWebhook'] {
	if (webhook === null) return null;
	const { url, secret } = webhook;
	if (typeof url !== 'string' || typeof secret !== 'string') throw new Error('openAiWebhook needs a url and a secret');
	return { url, secret };
}

function countersOf(sandbox: Sandbox): unknown {
	return {
		requests: sandbox.requests.length,
		jobs: sandbox.jobs.length,
		leaks: sandbox.leaks.length,
		byProvider: tally(sandbox.creates, (create) => create.provider),
		byPrompt: tally(sandbox.creates, (create) => create.prompt),
		byFingerprint: tally(sandbox.creates, (create) => create.fingerprint),
	};
}

function tally(creates: readonly CreateRecord[], keyOf: (create: CreateRecord) => string): Record<string, { creates: number; jobs: number }> {
	const counts = new Map<string, { creates: number; jobs: number }>();
	for (const create of creates) {
		const count = counts.get(keyOf(create)) ?? { creates: 0, jobs: 0 };
		counts.set(keyOf(create), { creates: count.creates + 1, jobs: count.jobs + (create.jobId === null ? 0 : 1) });
	}
	return Object.fromEntries(counts);
}
