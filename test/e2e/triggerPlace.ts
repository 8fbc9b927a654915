import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

import type { Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { openHttpsFront, type HttpsFront } from './httpsFront';
import type { CredentialRef, N8nRest } from './n8nRest';
import { chain, manualStart, videoStep, withCredential, type Step } from './workflowBuilder';

export const publicHost = 'n8n.example.com';
const credentialType = 'soraVideoEvoLinkApi';

export interface PlaceOptions {
	rest: N8nRest;
	/** Where this n8n serves webhooks. */
	webhookUrl: string;
	sandbox: Sandbox;
}

/** An n8n whose trigger the sandbox calls as if it were public, which its WEBHOOK_URL must say. */
export interface TriggerPlace extends PlaceOptions {
	front: HttpsFront;
	credential: CredentialRef;
}

export interface ActiveTrigger {
	workflow: string;
	/** What a user copies out of the trigger's panel. */
	productionUrl: string;
	/** The same on this machine. */
	localUrl: string;
}

export async function openTriggerPlace(options: PlaceOptions): Promise<TriggerPlace> {
	const { rest, webhookUrl, sandbox } = options;
	const front = await openHttpsFront(publicHost, Number(new URL(webhookUrl).port));
	const credential = await rest.createCredential(credentialType, 'EvoLink', sandboxCredentials(sandbox)[credentialType]);
	return { ...options, front, credential };
}

/** From now on the sandbox's callbacks arrive; `reset` forgets it. */
export function letCallbacksThrough({ sandbox, front }: TriggerPlace): void {
	sandbox.settings.callbackHosts[publicHost] = front;
}

export function triggerStep({ credential }: TriggerPlace, parameters: object = {}, webhookId: string = randomUUID()): Step & { webhookId: string } {
	const step = { name: 'Trigger', type: 'n8n-nodes-sora-video.soraVideoTrigger', typeVersion: 1.1, webhookId, parameters: { provider: 'evoLink', ...parameters } };
	return { ...withCredential(step, credential), webhookId };
}

/** Tells the sandbox that a run came out of this output, and what it was given. */
export function report({ sandbox }: PlaceOptions, output: string): Step {
	const url = `=${sandbox.url}/ran/${output}?id={{ $json.id }}&correlation={{ $json.correlation }}&status={{ $json.status }}`;
	const parameters = { url, options: { response: { response: { neverError: true } } } };
	return { name: output, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, parameters };
}

export interface Run {
	output: string;
	id: string;
	correlation: string;
	status: string;
}

/** What the `report` steps have told the sandbox. */
export function runsSeen({ requests }: Sandbox): Run[] {
	return requests.flatMap(({ path, query }) => {
		const [, output] = /^\/ran\/(\w+)$/.exec(path) ?? [];
		return output === undefined ? [] : [{ output, id: query.id ?? '', correlation: query.correlation ?? '', status: query.status ?? '' }];
	});
}

/** An active workflow that begins with the trigger; the steps follow its outputs, Completed and Failed. */
export async function activateTrigger(place: TriggerPlace, parameters: object, completed: Step[], failed: Step[]): Promise<ActiveTrigger> {
	const trigger = triggerStep(place, parameters);
	const base = chain('Called there', [trigger, ...completed]);
	const nodes = [...base.nodes, ...chain('', failed).nodes];
	const outputs = [completed, failed].map(([first]) => (first ? [{ node: first.name, type: 'main', index: 0 }] : []));
	const connections = { ...base.connections, [trigger.name]: { main: outputs } };
	const workflow = await place.rest.createWorkflow({ ...base, nodes, connections });
	await place.rest.activate(workflow);
	const path = `webhook/${trigger.webhookId}/callback`;
	return { workflow, productionUrl: `https://${publicHost}/${path}`, localUrl: `${place.webhookUrl}/${path}` };
}

/** One execution that creates a job for each prompt, to be called back at this URL with the prompt for a correlation. */
export async function createJobs({ rest, credential }: TriggerPlace, callbackUrl: string, prompts: string[]): Promise<void> {
	const parameters = { operation: 'create', callbackUrl, options: { correlation: '=Order: {{ $json.prompt }}' } };
	const step = withCredential(videoStep('evoLink', parameters), credential);
	const workflow = await rest.createWorkflow(chain('Create here', [...manualStart(prompts), step]));
	const { status } = await rest.waitForExecution(await rest.runWorkflow(workflow));
	if (status !== 'success') throw new Error(`The jobs were not created: ${status}`);
}

/** A connection for each call, as from a provider that calls now and then: n8n closes those that it has kept for a while. */
const agent = new Agent({ keepAlive: false });

export interface Sent {
	status: number;
	text: string;
	milliseconds: number;
}

/** Calls like a provider, or like whoever knows the URL. */
export async function send(url: string, content: string | Buffer, type = 'application/json', method = 'POST'): Promise<Sent> {
	const started = performance.now();
	return await new Promise((resolve) => {
		const done = (status: number, text: string) => resolve({ status, text, milliseconds: performance.now() - started });
		const length = Buffer.byteLength(content);
		const headers = { 'content-type': type, ...(method === 'GET' ? {} : { 'content-length': length }) };
		const sent = request(url, { method, headers, agent }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', () => done(0, 'cut off'));
			response.on('end', () => done(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
		});
		sent.on('error', (error) => done(0, error.message));
		sent.end(method === 'GET' ? undefined : content);
	});
}

/** Does all of it, so many at once, and gives the results in order. */
export async function inParallel<In, Out>(values: readonly In[], atOnce: number, work: (value: In) => Promise<Out>): Promise<Out[]> {
	const results: Out[] = [];
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < values.length; index = next++) {
			const value = values[index];
			if (value !== undefined) results[index] = await work(value);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	return results;
}

/** The local address of a job's callback, with the query that Create gave it. */
export function localCallback({ webhookUrl }: PlaceOptions, callbackUrl: string | null): string {
	const { pathname, search } = new URL(callbackUrl ?? '');
	return webhookUrl + pathname + search;
}

/** In an order of its own, the same in each run of the tests. */
export function shuffled<T>(values: readonly T[], seed = 1): T[] {
	let state = seed;
	const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
	return values.map((value) => ({ value, place: random() })).sort((one, other) => one.place - other.place).map(({ value }) => value);
}

