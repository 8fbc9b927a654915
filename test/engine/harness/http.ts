import type { IWorkflowExecuteAdditionalData } from 'n8n-workflow';

export interface CallOptions {
	method?: string;
	/** An object becomes JSON; a string or Buffer is sent as it is. */
	body?: unknown;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	/** What follows the execution's id in a resume URL; that of the node that waits, unless given. */
	suffix?: string;
}

export interface HttpAnswer {
	status: number;
	headers: Record<string, string>;
	/** What was sent: an object for JSON, a string for text, undefined when nothing was. */
	body: unknown;
	/** Whether an answer was sent at all; n8n leaves the caller hanging otherwise. */
	sent: boolean;
}

export type HttpRequest = NonNullable<IWorkflowExecuteAdditionalData['httpRequest']>;
export type HttpResponse = NonNullable<IWorkflowExecuteAdditionalData['httpResponse']>;

/** An Express request as it reaches n8n, before its body is parsed. */
export function makeRequest(url: URL, call: CallOptions): HttpRequest {
	const given = call.body;
	const raw =
		given === undefined
			? Buffer.alloc(0)
			: Buffer.isBuffer(given)
				? given
				: Buffer.from(typeof given === 'string' ? given : JSON.stringify(given));
	const headers: Record<string, string> = { host: url.host };
	if (given !== undefined) headers['content-type'] = 'application/json';
	for (const [name, value] of Object.entries(call.headers ?? {})) headers[name.toLowerCase()] = value;
	for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
	const request: Record<string, unknown> = {
		method: call.method ?? 'POST',
		url: url.pathname + url.search,
		originalUrl: url.pathname + url.search,
		path: url.pathname,
		headers,
		query: Object.fromEntries(url.searchParams),
		params: {},
		ip: '127.0.0.1',
		ips: [],
		contentType: headers['content-type']?.split(';')[0]?.trim(),
		get: (name: string) => headers[name.toLowerCase()],
		header: (name: string) => headers[name.toLowerCase()],
	};
	request.readRawBody = async () => {
		request.rawBody = raw;
	};
	return request as unknown as HttpRequest;
}

interface ParsedRequest {
	body?: unknown;
	rawBody?: Buffer;
	contentType?: string;
	readRawBody: () => Promise<void>;
}

const PARSED_TYPES = /^application\/json$|\/xml$|\+xml$|^application\/x-www-form-urlencoded$|^text\/plain$/;

/** cli's `parseRequestBody`; XML stays unparsed here. Returns false for a body that can't be read. */
export async function parseBody(request: HttpRequest, nodeVersion: number): Promise<boolean> {
	const target = request as unknown as ParsedRequest;
	const type = target.contentType ?? '';
	if (nodeVersion > 1 && !PARSED_TYPES.test(type)) return true;
	await target.readRawBody();
	const text = target.rawBody?.toString() ?? '';
	if (text === '') return true;
	try {
		if (type === 'application/json') target.body = JSON.parse(text.replace(/^\uFEFF/, ''));
		if (type === 'text/plain') target.body = text;
		if (type === 'application/x-www-form-urlencoded') {
			target.body = Object.fromEntries(new URLSearchParams(text));
		}
		return true;
	} catch {
		return false;
	}
}

/** An Express response that remembers what was sent. */
export function makeResponse(): { response: HttpResponse; answer: HttpAnswer } {
	const answer: HttpAnswer = { status: 200, headers: {}, body: undefined, sent: false };
	const send = (body?: unknown) => {
		if (answer.sent) throw new Error('Cannot set headers after they are sent to the client');
		answer.sent = true;
		answer.body = body;
		response.headersSent = true;
		return response;
	};
	const set = (name: string | Record<string, string>, value?: string) => {
		const entries = typeof name === 'string' ? [[name, String(value)] as const] : Object.entries(name);
		for (const [key, text] of entries) answer.headers[key.toLowerCase()] = text;
		return response;
	};
	const response: Record<string, unknown> = {
		headersSent: false,
		locals: {},
		status: (code: number) => {
			answer.status = code;
			return response;
		},
		sendStatus: (code: number) => {
			answer.status = code;
			return send();
		},
		set,
		header: set,
		setHeader: set,
		writeHead: (code: number, headers: Record<string, string> = {}) => {
			answer.status = code;
			return set(headers);
		},
		type: (value: string) => set('content-type', value),
		json: send,
		send,
		end: (body?: unknown) => (answer.sent ? response : send(body)),
	};
	Object.defineProperty(response, 'statusCode', {
		get: () => answer.status,
		set: (code: number) => {
			answer.status = code;
		},
	});
	return { response: response as unknown as HttpResponse, answer };
}
