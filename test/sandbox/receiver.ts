import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { openHttpsFront } from '../e2e/httpsFront';
import type { Sandbox } from './index';

export interface Received {
	path: string;
	headers: IncomingHttpHeaders;
	/** As it came, since signatures are of the bytes. */
	raw: string;
	body: Record<string, unknown>;
}

export interface Receiver {
	received: Received[];
	/** Statuses of the next answers; 200 after the last. */
	answers: number[];
	/** Makes a sandbox find the receiver under its public name. */
	serve(sandbox: Sandbox): void;
	/** The first `count` callbacks, as soon as they are there. */
	next(count?: number): Promise<Received[]>;
	close(): Promise<void>;
}

/** Takes callbacks at a public-looking https address, which the sandbox finds on this machine. */
export async function openReceiver(host: string): Promise<Receiver> {
	const received: Received[] = [];
	const answers: number[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const raw = Buffer.concat(chunks).toString('utf8');
			received.push({ path: request.url ?? '', headers: request.headers, raw, body: Object(JSON.parse(raw)) });
			response.writeHead(answers.shift() ?? 200).end();
		});
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	const front = await openHttpsFront(host, address.port);
	return {
		received,
		answers,
		serve(sandbox) {
			received.length = 0;
			answers.length = 0;
			sandbox.settings.callbackHosts[host] = front;
		},
		async next(count = 1) {
			const end = Date.now() + 5000;
			while (received.length < count && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
			if (received.length < count) throw new Error(`${received.length} of ${count} callbacks came`);
			return received.slice(0, count);
		},
		async close() {
			await front.close();
			server.close();
		},
	};
}
