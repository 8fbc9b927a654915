import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';

import { isRecord } from '../checks';

/** A request as a gateway's router hands it on. */
export interface GatewayCall {
	method: string;
	/** Decoded, as routers give it. */
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	/** Of a JSON request; null where it is another one, or no JSON. */
	json: Record<string, unknown> | null;
	/** Of a form. */
	form: FormData | null;
	/** Whether the request has the gateway's key. */
	hasKey: boolean;
}

/** JSON, text, or a file. */
export interface GatewayReply {
	status: number;
	body: unknown;
}

/** A job as a gateway keeps it, and what of the request arrived. */
export interface GatewayJob {
	id: string;
	model: string;
	prompt: string;
	seconds: number;
	/** The picture's bytes, where it came as such; a link as text. */
	picture: Buffer | string | null;
	/** How often its status was asked for. */
	asked: number;
	createdAt: number;
}

/** What a gateway does with requests, from its source code. */
export interface Gateway {
	name: string;
	/** A model by a name of the form that it wants. */
	model: string;
	handle(call: GatewayCall, jobs: Map<string, GatewayJob>, url: string): Promise<GatewayReply> | GatewayReply;
}

export interface RunningGateway {
	/** http://127.0.0.1:PORT */
	url: string;
	calls: GatewayCall[];
	jobs: Map<string, GatewayJob>;
	stop(): Promise<void>;
}

export const gatewayKey = 'sandbox-gateway-key';

/** The video that every gateway's jobs make. */
export const gatewayVideo = readFileSync(join(__dirname, '../media/1280x720-4s.mp4'));

export function json(status: number, body: unknown): GatewayReply {
	return { status, body };
}

export function asText(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

/** What a text that is a link or a data URL stands for. */
export function pictureOf(text: string | null): Buffer | string | null {
	const base64 = /^data:image\/\w+;base64,(.*)$/s.exec(text ?? '')?.[1];
	return base64 === undefined ? text : Buffer.from(base64, 'base64');
}

/** A form's file, or null. */
export async function fileIn(form: FormData, name: string): Promise<Buffer | null> {
	const value = form.get(name);
	return value instanceof File ? Buffer.from(await value.arrayBuffer()) : null;
}

/** A form's text, or null. */
export function textIn(form: FormData, name: string): string | null {
	return asText(form.get(name));
}

let made = 0;

/** Keeps a new job; its id counts up behind what the gateway puts before it. */
export function keep(jobs: Map<string, GatewayJob>, prefix: string, job: Omit<GatewayJob, 'id' | 'asked' | 'createdAt'>): GatewayJob {
	made += 1;
	const kept = { ...job, id: `${prefix}${made}`, asked: 0, createdAt: 1757169743 };
	jobs.set(kept.id, kept);
	return kept;
}

async function readCall(method: string, url: URL, headers: IncomingHttpHeaders, raw: Buffer): Promise<GatewayCall> {
	const type = headers['content-type'] ?? '';
	const isForm = type.includes('multipart/form-data');
	const form = isForm ? await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData() : null;
	let parsed: unknown = null;
	try {
		parsed = isForm ? null : JSON.parse(raw.toString('utf8'));
	} catch {
		// No JSON: as with a gateway, the router sees none.
	}
	return {
		method,
		path: decodeURIComponent(url.pathname),
		query: url.searchParams,
		headers,
		json: isRecord(parsed) ? parsed : null,
		form,
		hasKey: headers.authorization === `Bearer ${gatewayKey}`,
	};
}

export async function startGateway(gateway: Gateway): Promise<RunningGateway> {
	const jobs = new Map<string, GatewayJob>();
	const calls: GatewayCall[] = [];
	let url = '';
	const server = createServer((request, response) => {
		const answer = async () => {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(Buffer.from(chunk));
			const call = await readCall(request.method ?? 'GET', new URL(request.url ?? '/', url), request.headers, Buffer.concat(chunks));
			calls.push(call);
			const { status, body } = await gateway.handle(call, jobs, url);
			const isFile = Buffer.isBuffer(body);
			const isText = typeof body === 'string';
			response.writeHead(status, { 'content-type': isFile ? 'video/mp4' : isText ? 'text/plain' : 'application/json' });
			response.end(isFile || isText ? body : JSON.stringify(body));
		};
		answer().catch((error: unknown) => {
			console.error('gateway bug', error);
			response.destroy();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The gateway has no port');
	url = `http://127.0.0.1:${address.port}`;
	return {
		url,
		calls,
		jobs,
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
