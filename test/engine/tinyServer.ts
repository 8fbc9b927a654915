import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface TinyCall {
	method: string;
	url: string;
	headers: IncomingHttpHeaders;
	body: string;
	raw: Buffer;
}

export interface TinyReply {
	status?: number;
	headers?: Record<string, string>;
	/** Text and bytes go out as they are, anything else as JSON. */
	body?: unknown;
	/** What comes behind the body instead of an end: the connection is cut off, or nothing. */
	then?: 'break' | 'hang';
}

export interface TinyServer {
	/** http://127.0.0.1:PORT */
	url: string;
	calls: TinyCall[];
	close(): Promise<void>;
}

/** An HTTP server that answers as one test wants it; `hang` and `drop` never answer. */
export async function startTinyServer(
	answer: (call: TinyCall) => TinyReply | 'hang' | 'drop',
): Promise<TinyServer> {
	const calls: TinyCall[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method = 'GET', url = '/', headers } = request;
			const raw = Buffer.concat(chunks);
			const call = { method, url, headers, body: raw.toString('utf8'), raw };
			calls.push(call);
			const reply = answer(call);
			if (reply === 'drop') request.socket.destroy();
			if (reply === 'hang' || reply === 'drop') return;
			const { status = 200, body = '' } = reply;
			const isJson = typeof body !== 'string' && !Buffer.isBuffer(body);
			response.writeHead(status, {
				...(isJson && { 'content-type': 'application/json' }),
				...reply.headers,
			});
			const content = isJson ? JSON.stringify(body) : body;
			if (reply.then === undefined) response.end(content);
			else response.write(content, () => reply.then === 'break' && response.destroy());
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The server has no port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		calls,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** For the tests of a file or a block: a proxy behind which public hosts answer as `replyTo` says, by the whole URL. */
export function openPublicHosts(give: (proxy: TinyServer) => void, replyTo: (url: string) => TinyReply | undefined): void {
	let proxy: TinyServer;
	beforeAll(async () => {
		proxy = await startTinyServer(({ url }) => replyTo(url) ?? { status: 404 });
		process.env.HTTP_PROXY = proxy.url;
		process.env.NO_PROXY = '';
		give(proxy);
	});
	beforeEach(() => (proxy.calls.length = 0));
	afterAll(async () => {
		delete process.env.HTTP_PROXY;
		delete process.env.NO_PROXY;
		await proxy.close();
	});
}

/** An address that nothing listens on. */
export async function closedUrl(): Promise<string> {
	const server = await startTinyServer(() => 'drop');
	await server.close();
	return server.url;
}
