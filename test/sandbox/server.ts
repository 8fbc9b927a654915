import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveCdn } from './cdn';
import { isRecord, jsonBody } from './checks';
import { findLeaks } from './leaks';
import type { Call, GeneratedPart, Provider, RecordedRequest, Reply, World } from './types';

export type ControlHandler = (call: Call) => Reply;

interface Route {
	name: string;
	prefix: string;
	owner: Provider | null;
	handle(call: Call): Reply | Promise<Reply>;
}

export class HttpFront {
	private readonly servers: Server[] = [];
	private stopping = new AbortController();
	private routes: Route[] = [];
	private readonly unanswered = new Set<RecordedRequest>();

	constructor(private readonly providers: readonly Provider[]) {}

	/** Loopback only, but both of its families: `localhost` may mean either. */
	async listen(port: number, triesLeft = 5): Promise<number> {
		const opened = await this.open('127.0.0.1', port);
		try {
			await this.open('::1', opened);
		} catch (error) {
			const code = error instanceof Error && 'code' in error ? error.code : null;
			if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return opened;
			// The port is a stranger's on the other family: localhost would lead there.
			await this.close();
			if (port === 0 && triesLeft > 0) return await this.listen(0, triesLeft - 1);
			throw error;
		}
		return opened;
	}

	serve(world: World, control: ControlHandler): void {
		this.stopping = new AbortController();
		const handled = this.providers.flatMap((owner) =>
			owner.bases.map(({ name, prefix }): Route => ({ name, prefix, owner, handle: (call) => owner.handle(call, world) })),
		);
		this.routes = [
			...handled,
			{ name: 'cdn', prefix: '/cdn', owner: null, handle: (call) => serveCdn(call, world) },
			{ name: 'control', prefix: '/control', owner: null, handle: control },
		];
		for (const server of this.servers) {
			server.on('request', (request: IncomingMessage, response: ServerResponse) => {
				// A bug in the sandbox must not look like a provider's 500.
				this.answer(request, response, world).catch((error: unknown) => {
					if (!request.destroyed || request.complete) console.error('sandbox bug', error);
					response.destroy();
				});
			});
		}
	}

	async close(): Promise<void> {
		this.stopping.abort();
		this.unanswered.clear();
		await Promise.all(
			this.servers.splice(0).map((server) => {
				server.closeAllConnections();
				return new Promise((resolve) => server.close(resolve));
			}),
		);
	}

	private async open(host: string, port: number): Promise<number> {
		const server = createServer();
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, host, resolve);
		});
		this.servers.push(server);
		const address = server.address();
		return isRecord(address) && typeof address.port === 'number' ? address.port : port;
	}

	private async answer(request: IncomingMessage, response: ServerResponse, world: World): Promise<void> {
		const started = performance.now();
		const target = request.url ?? '/';
		const url = new URL(target, world.url);
		const route = this.routes.find(({ prefix }) => url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(Buffer.from(chunk));
		const call: Call = {
			method: request.method ?? 'GET',
			path: url.pathname.slice(route?.prefix.length ?? 0) || '/',
			query: url.searchParams,
			headers: request.headers,
			raw: Buffer.concat(chunks),
			base: route?.name ?? 'nowhere',
		};
		const record = recordOf(call, world);
		if (route?.name !== 'control') {
			record.beside = [...this.unanswered].filter(({ method }) => method === record.method).length;
			this.unanswered.add(record);
			world.requests.push(record);
			world.leaks.push(...findLeaks(call, target, route?.owner ?? null, this.providers));
		}
		const reply = (await route?.handle(call)) ?? { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
		if (reply.delayMs && !(await this.waited(reply.delayMs))) return;
		this.unanswered.delete(record);
		record.status = reply.effect === 'drop' || reply.effect === 'reset' ? 0 : reply.status;
		response.once('finish', () => (record.took = performance.now() - started));
		send(call, response, reply);
	}

	private async waited(ms: number): Promise<boolean> {
		try {
			await sleep(ms, undefined, { signal: this.stopping.signal });
			return true;
		} catch {
			return false;
		}
	}
}

function recordOf(call: Call, world: World): RecordedRequest {
	const { method, path, headers, raw } = call;
	const body = jsonBody(raw, headers['content-type']) ?? (raw.length ? raw.toString('utf8') : null);
	return { at: world.clock.now(), provider: call.base, method, path, query: Object.fromEntries(call.query), headers, body, status: 0, took: null, beside: 0 };
}

function send(call: Call, response: ServerResponse, reply: Reply): void {
	if (reply.effect === 'drop') {
		response.destroy();
		return;
	}
	if (reply.effect === 'reset') {
		response.socket?.resetAndDestroy();
		return;
	}
	if (isGenerated(reply.body)) {
		sendGenerated(call, response, reply, reply.body);
		return;
	}
	const isBytes = Buffer.isBuffer(reply.body);
	const content = payload(reply.body);
	const length = reply.claimedLength === undefined ? content.length : reply.claimedLength;
	response.writeHead(reply.status, {
		'content-type': isBytes ? 'application/octet-stream' : 'application/json; charset=utf-8',
		...reply.headers,
		...(length !== null && { 'content-length': length }),
	});
	if (call.method === 'HEAD') response.end();
	else if (reply.effect === 'truncate') response.write(content.subarray(0, content.length / 2), () => response.destroy());
	else if (reply.effect === 'trickle') trickle(response, content);
	else if (reply.effect === 'drip') drip(response, content);
	else if (reply.effect === 'endless') pour(response, [content], true);
	else if (length !== null && length > content.length) response.write(content, () => response.destroy());
	else response.end(content);
}

function isGenerated(body: unknown): body is GeneratedPart {
	return isRecord(body) && typeof body.length === 'number' && 'chunks' in body;
}

function sendGenerated(call: Call, response: ServerResponse, reply: Reply, { length, chunks }: GeneratedPart): void {
	response.writeHead(reply.status, { ...reply.headers, 'content-length': length });
	if (call.method === 'HEAD') response.end();
	else pour(response, chunks, false);
}

function drip(response: ServerResponse, content: Buffer): void {
	let at = 200;
	response.write(content.subarray(0, at));
	const timer = setInterval(() => response.write(content.subarray(at, ++at)), 50);
	response.on('close', () => clearInterval(timer));
}

function trickle(response: ServerResponse, content: Buffer): void {
	const size = Math.max(1, Math.ceil(content.length / 25));
	let at = 0;
	const timer = setInterval(() => {
		response.write(content.subarray(at, at + size));
		at += size;
		if (at < content.length) return;
		clearInterval(timer);
		response.end();
	}, 20);
	response.on('close', () => clearInterval(timer));
}

/** Writes no faster than the client reads. */
function pour(response: ServerResponse, chunks: Iterable<Buffer>, isEndless: boolean): void {
	const iterator = chunks[Symbol.iterator]();
	let last: Buffer = Buffer.alloc(65_536, 7);
	const step = (): void => {
		for (;;) {
			if (response.destroyed) return;
			const next = iterator.next();
			if (next.done && !isEndless) {
				response.end();
				return;
			}
			if (!next.done) last = next.value;
			if (!response.write(last)) {
				response.once('drain', step);
				return;
			}
		}
	};
	step();
}

function payload(body: unknown): Buffer {
	if (Buffer.isBuffer(body)) return body;
	if (body === undefined) return Buffer.alloc(0);
	return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
