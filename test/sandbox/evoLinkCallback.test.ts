import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { openHttpsFront, type HttpsFront } from '../e2e/httpsFront';
import { startSandbox, type Sandbox } from './index';
import { create, statusOf } from './testClient';

const host = 'n8n.example.com';
const callbackUrl = `https://${host}/webhook-waiting/7?signature=abc`;
let sandbox: Sandbox;
let receiver: Server;
let front: HttpsFront;
let received: Array<{ request: IncomingMessage; body: unknown }>;
let answers: number[];

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 1000 });
	receiver = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			received.push({ request, body: JSON.parse(Buffer.concat(chunks).toString()) });
			response.writeHead(answers.shift() ?? 200).end();
		});
	});
	await once(receiver.listen(0, '127.0.0.1'), 'listening');
	const address = receiver.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	front = await openHttpsFront(host, address.port);
});

beforeEach(() => {
	sandbox.reset();
	sandbox.settings.callbackHosts[host] = front;
	received = [];
	answers = [];
});

afterAll(async () => {
	await front.close();
	receiver.close();
	await sandbox.stop();
});

async function order(prompt: string, url = callbackUrl): Promise<unknown> {
	const { body } = await create(sandbox, 'evoLink', { model: 'sora-2-preview', prompt, callback_url: url });
	return body.id;
}

async function until(isSo: () => boolean): Promise<void> {
	const end = Date.now() + 5000;
	while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}

it.each([
	['completed', 'a cat', {}],
	['failed', '[sandbox fail=moderation]', { error: { code: 'content_policy_violation' } }],
	['failed', '[sandbox fail=cancelled]', { error: { code: 'request_cancelled' } }],
])('calls back when a job has %s: %s', async (status, prompt, more) => {
	const id = await order(prompt);
	await until(() => sandbox.callbacks.length > 0);
	expect(received).toHaveLength(1);
	expect(received[0]?.request).toMatchObject({ method: 'POST', url: '/webhook-waiting/7?signature=abc' });
	expect(received[0]?.request.headers).toMatchObject({ host, 'content-type': 'application/json' });
	expect(received[0]?.body).toMatchObject({ id, status, ...more });
	await statusOf(sandbox, 'evoLink', id);
	expect((await statusOf(sandbox, 'evoLink', id)).body).toEqual(received[0]?.body);
	const job = sandbox.jobs[0];
	expect(sandbox.callbacks).toEqual([{ at: expect.any(Number), jobId: id, status: 200, attempt: 1 }]);
	expect(sandbox.callbacks[0]?.at).toBeGreaterThanOrEqual(job?.endedAt ?? Infinity);
	expect(sandbox.leaks).toEqual([]);
});

it('tries again after 1, 2 and 4 s of its clock, then no more', async () => {
	answers = [409, 500, 301, 503];
	await order('a cat');
	await until(() => sandbox.callbacks.length === 4);
	await new Promise((resolve) => setTimeout(resolve, 60));
	expect(sandbox.callbacks.map(({ status, attempt }) => [attempt, status])).toEqual([[1, 409], [2, 500], [3, 301], [4, 503]]);
	const [first = 0, second = 0, third = 0, fourth = 0] = sandbox.callbacks.map(({ at }) => at);
	expect(second - first).toBeGreaterThanOrEqual(1000);
	expect(third - second).toBeGreaterThanOrEqual(2000);
	expect(fourth - third).toBeGreaterThanOrEqual(4000);
});

it('stops trying after a success', async () => {
	answers = [502, 204];
	await order('a cat');
	await until(() => sandbox.callbacks.length === 2);
	expect(sandbox.callbacks.map(({ status }) => status)).toEqual([502, 204]);
});

it('keeps quiet until the clock says the job has ended', async () => {
	sandbox.clock.speed = 0;
	await order('a cat');
	await order('[sandbox slow]');
	await new Promise((resolve) => setTimeout(resolve, 60));
	expect(sandbox.callbacks).toEqual([]);
	sandbox.clock.advance(60_000);
	await until(() => sandbox.callbacks.length > 0);
	expect(received).toHaveLength(1);
});

it('never calls out for a reserved name, nor trusts a stranger’s certificate', async () => {
	await order('a cat', 'https://hooks.example.com/x');
	sandbox.settings.callbackHosts[host] = { port: front.port };
	await order('a dog');
	await until(() => sandbox.callbacks.length === 8);
	expect(sandbox.callbacks.every(({ status }) => status === 0)).toBe(true);
	expect(received).toEqual([]);
});

it('is told of over /control', async () => {
	const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
	sandbox.settings.callbackHosts = {};
	await fetch(`${sandbox.url}/control/settings`, { ...post, body: JSON.stringify({ callbackHosts: { [host]: { port: front.port, ca: front.ca } } }) });
	await order('a cat');
	await until(() => sandbox.callbacks.length > 0);
	const told: unknown = await (await fetch(`${sandbox.url}/control/callbacks`)).json();
	expect(told).toEqual(sandbox.callbacks);
	expect(received).toHaveLength(1);
});
