import { OutgoingMessage, ClientRequest } from 'node:http';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

// Every HTTP request that leaves this process is looked through for the secrets of the tests' credentials: a key
// may go to the hosts of its own credential's base URLs, a webhook secret nowhere. At the end of each file of
// tests it must have been seen at other hosts 0 times.

const ownHosts = new Map<string, Set<string>>();
const bodies = new WeakMap<ClientRequest, Buffer[]>();
const strays: string[] = [];

/** From now on these secrets are watched. */
export function watchKeys(credential: ICredentialDataDecryptedObject): void {
	const urls = Object.entries(credential).flatMap(([name, value]) => (/baseUrl$/i.test(name) && URL.canParse(String(value)) ? [new URL(String(value)).host] : []));
	for (const [name, hosts] of [['apiKey', urls], ['webhookSecret', []]] as const) {
		const secret = credential[name];
		// What is shorter stands in other texts too.
		if (typeof secret !== 'string' || secret.length < 8) continue;
		const own = ownHosts.get(secret) ?? new Set();
		for (const host of hosts) own.add(host);
		ownHosts.set(secret, own);
	}
}

/** Where a secret went that it must not: the method and host of each such request. */
export function strayKeys(): readonly string[] {
	return strays;
}

/** Forgets what was seen: for a test that has sent one on purpose. */
export function forgetStrayKeys(): void {
	strays.length = 0;
}

function formsOf(secret: string): string[] {
	return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64').replace(/..?=*$/, '')];
}

function look(request: ClientRequest): void {
	const host = String(request.getHeader('host'));
	const sent = [request.path, JSON.stringify(request.getHeaders()), Buffer.concat(bodies.get(request) ?? []).toString('latin1')].join('\n');
	for (const [secret, own] of ownHosts) {
		if (own.has(host) || !formsOf(secret).some((form) => sent.includes(form))) continue;
		strays.push(`${request.method} ${host}`);
	}
}

function note(message: OutgoingMessage, chunk: unknown): void {
	if (!(message instanceof ClientRequest) || (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))) return;
	const body = bodies.get(message) ?? [];
	bodies.set(message, [...body, Buffer.from(chunk)]);
}

const { write, end } = OutgoingMessage.prototype;

function begin(): void {
	OutgoingMessage.prototype.write = function (this: OutgoingMessage, ...args: Parameters<typeof write>) {
		note(this, args[0]);
		return Reflect.apply(write, this, args);
	} as typeof write;
	OutgoingMessage.prototype.end = function (this: OutgoingMessage, ...args: Parameters<typeof end>) {
		note(this, args[0]);
		if (this instanceof ClientRequest) look(this);
		return Reflect.apply(end, this, args);
	} as typeof end;
}

// Benchmarks use the harness without jest.
if (typeof beforeAll === 'function') {
	beforeAll(begin);
	afterAll(() => {
		Object.assign(OutgoingMessage.prototype, { write, end });
		expect(strays).toEqual([]);
	});
}
