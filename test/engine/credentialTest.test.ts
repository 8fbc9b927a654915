import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { testKey } from '../../nodes/SoraVideo/transport/testKey';
import { startSandbox, type Sandbox } from '../sandbox';
import { startEngine } from './harness';
import { expectSentence, providerCases, sandboxCredentials } from './setup';
import { closedUrl, startTinyServer, type TinyReply } from './tinyServer';

let sandbox: Sandbox;
beforeAll(async () => {
	await startEngine();
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

async function testCredential(type: string, data: ICredentialDataDecryptedObject) {
	return await testKey.call(new CredentialTestContext(), { id: '1', name: 'Mine', type, data });
}

/** Which of the provider's hosts in the sandbox tells whether a key is right. */
function findBase(provider: string): string {
	const hosts = { baseUrl: '', apiBaseUrl: 'Api', filesBaseUrl: 'Files' };
	return provider + hosts[findProvider(provider)?.keyTests[0]?.base ?? 'baseUrl'];
}

describe.each(providerCases)('the credential of $displayName', ({ provider, displayName }) => {
	const type = findProvider(provider)?.credentialType ?? '';
	const right = (): ICredentialDataDecryptedObject => Object(sandboxCredentials(sandbox))[type];

	/** With a server in the place of all those that it names. */
	const rightAt = (url: string) => Object.fromEntries(Object.entries(right()).map(([name, value]) => [name, /baseUrl$/i.test(name) ? url : value]));

	/** The verdict on a right key at a server that answers everything with one reply. */
	const testAt = async (reply: TinyReply | 'drop') => {
		const server = await startTinyServer(() => reply);
		const verdict = await testCredential(type, { ...rightAt(server.url), apiKey: 'sk-secret' });
		await server.close();
		expect(server.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
		return { verdict, calls: server.calls };
	};

	it('passes with the right key, and costs nothing', async () => {
		expect(await testCredential(type, right())).toMatchObject({ status: 'OK' });
		expect(await testCredential(type, { ...right(), baseUrl: `${String(right().baseUrl)}/` })).toMatchObject({ status: 'OK' });
		expect(sandbox.requests.map(({ method, provider: base }) => [method, base])).toEqual([
			['GET', findBase(provider)],
			['GET', findBase(provider)],
		]);
		expect(sandbox.jobs).toEqual([]);
		expect(sandbox.leaks).toEqual([]);
	});

	it('fails with a wrong key', async () => {
		const verdict = await testCredential(type, { ...right(), apiKey: 'sk-wrong' });
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message, displayName, '401');
		expect(verdict.message).not.toContain('sk-wrong');
	});

	it.each(['', '  ', undefined])('fails with the key %j, and asks nobody', async (apiKey) => {
		const verdict = await testCredential(type, { ...right(), apiKey: apiKey ?? '' });
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message, 'API Key', 'empty');
		expect(sandbox.requests).toEqual([]);
	});

	it.each(['', 'nonsense', 'api.example.com', 'http://exa mple'])('fails with the base URL "%s"', async (baseUrl) => {
		const verdict = await testCredential(type, { ...right(), baseUrl });
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message, 'Base URL');
	});

	it('fails where nobody answers', async () => {
		const verdict = await testCredential(type, rightAt(await closedUrl()));
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message, displayName, 'ECONNREFUSED');
		const dropped = await testAt('drop');
		expect(dropped.verdict.status).toBe('Error');
		expectSentence(dropped.verdict.message, displayName);
	});

	it.each([200, 401, 403, 404, 500])('fails at a web site that answers %i', async (status) => {
		const { verdict } = await testAt({ status, headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' });
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message);
	});

	it.each([{ ok: true }, [], null])('fails at an API of another kind that answers %j', async (body) => {
		const { verdict } = await testAt({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message, 'Base URL');
	});

	it.each([429, 500, 503])('does not blame the key for a %i', async (status) => {
		const { verdict } = await testAt({ status, body: { message: 'not now' } });
		expect(verdict.status).toBe('Error');
		expectSentence(verdict.message, displayName, String(status), 'try again');
	});

	it.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
		const other = await startTinyServer(() => ({ body: { current_balance: 1, data: {} } }));
		const { verdict, calls } = await testAt({ status, headers: { location: `${other.url}/v2/billing` } });
		await other.close();
		expect(verdict.status).toBe('Error');
		expect(other.calls).toEqual([]);
		expect(calls.length).toBeGreaterThan(0);
	});

	it('does not repeat a key that the provider repeats', async () => {
		const { verdict } = await testAt({ status: 401, body: { message: 'Incorrect API key: sk-secret' } });
		expect(verdict.status).toBe('Error');
		expect(verdict.message).not.toContain('sk-secret');
	});
});

describe('AI/ML API', () => {
	const credential = () => sandboxCredentials(sandbox).soraVideoAimlApi;

	it('asks the older billing call where the newer is absent', async () => {
		sandbox.settings.aimlBilling = 'legacy';
		expect(await testCredential('soraVideoAimlApi', credential())).toMatchObject({ status: 'OK' });
		expect(sandbox.requests.map(({ path }) => path)).toEqual(['/v2/billing', '/v1/billing/balance']);
		const wrong = await testCredential('soraVideoAimlApi', { ...credential(), apiKey: 'sk-wrong' });
		expect(wrong.status).toBe('Error');
	});

	it.each(['/v2/billing', '/v1/billing/balance'])('takes a key without credits (403 of %s) for a right one', async (path) => {
		const server = await startTinyServer(({ url }) => ({
			status: url === path ? 403 : 404,
			body: { message: "You've run out of credits. Please top up your balance" },
		}));
		const verdict = await testCredential('soraVideoAimlApi', { apiKey: 'k', baseUrl: server.url });
		await server.close();
		expect(verdict).toMatchObject({ status: 'OK' });
		expect(verdict.message).toContain('credits');
	});
});

describe('OpenAI-Compatible API', () => {
	it.each(['/openai', '/openai/v1/', '/openai/v1/videos'])('completes the base URL …%s as requests do', async (path) => {
		const credential = { ...sandboxCredentials(sandbox).soraVideoOpenAiApi, baseUrl: sandbox.url + path };
		expect(await testCredential('soraVideoOpenAiApi', credential)).toMatchObject({ status: 'OK' });
		expect(sandbox.requests.map((request) => request.path)).toEqual(['/v1/models']);
	});
});

it('says that no provider uses a credential of another type', async () => {
	const verdict = await testCredential('httpHeaderAuth', { apiKey: 'k', baseUrl: sandbox.url });
	expect(verdict.status).toBe('Error');
	expect(sandbox.requests).toEqual([]);
});
