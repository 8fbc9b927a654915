import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from './runCommand';

export interface HttpsFront {
	readonly host: string;
	readonly port: number;
	/** The certificate, which is its own authority. */
	readonly ca: string;
	/** What n8n is told in WEBHOOK_URL. */
	readonly publicUrl: string;
	close(): Promise<void>;
}

async function makeCertificate(host: string): Promise<{ key: string; cert: string }> {
	const folder = await mkdtemp(path.join(tmpdir(), 'sora-video-tls-'));
	try {
		const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
		const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
		await runCommand('openssl', ['req', '-x509', ...curve, ...name, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder });
		const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map(async (file) => await readFile(path.join(folder, file), 'utf8')));
		if (key === undefined || cert === undefined) throw new Error('openssl left no certificate');
		return { key, cert };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
	const headers = { ...incoming.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' };
	const onward = request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers, agent: false }, (answer) => {
		outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(outgoing);
	});
	onward.on('error', () => {
		// As nginx does while the server behind it is down.
		if (!outgoing.headersSent) outgoing.writeHead(502);
		outgoing.end();
	});
	incoming.pipe(onward);
}

async function listen(server: Server): Promise<number> {
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No port given');
	return address.port;
}

/** A reverse proxy with TLS in front of local ports, as a public n8n has one; each call goes to the next of them. */
export async function openHttpsFront(host: string, ...targetPorts: number[]): Promise<HttpsFront> {
	const { key, cert } = await makeCertificate(host);
	let calls = 0;
	const server = createServer({ key, cert }, (incoming, outgoing) => forward(incoming, outgoing, targetPorts[calls++ % targetPorts.length] ?? 0));
	const port = await listen(server);
	return {
		host,
		port,
		ca: cert,
		publicUrl: `https://${host}/`,
		async close() {
			server.closeAllConnections();
			await once(server.close(), 'close');
		},
	};
}
