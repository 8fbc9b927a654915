import type { IDataObject } from 'n8n-workflow';

import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import type { Sandbox } from '../sandbox';
import { signedHeaders, standardSigner } from '../sandbox/webhookSignature';
import { catchCalls, endJob, receiveCall } from './caughtCalls';
import { callTrigger } from './harness';
import { credentialTypes, jsonsOf, only, runSoraVideo, sandboxCredentials } from './setup';
import { startTinyServer, type TinyCall, type TinyServer } from './tinyServer';

// Callbacks as the sandbox signs and sends them, caught on their way and handed to the trigger.

let sandbox: Sandbox;
let catcher: TinyServer;
catchCalls((caught) => ({ sandbox, catcher } = caught));

const secrets = { openAi: 'whsec_c2VjcmV0IG9mIHRoZSBwcm9qZWN0', openRouter: 'or_secret_of_the_workspace', kie: 'sandbox-kie-webhook-key' };

interface Signed {
	name: string;
	provider: 'openAi' | 'openRouter' | 'kie';
	credential: 'soraVideoOpenAiApi' | 'soraVideoOpenRouterApi' | 'soraVideoKieApi';
	signature: string;
	/** Stands before the provider's own id. */
	prefix?: string;
	/** Set where the signature is of the job and the time, and not of the body. */
	leavesBody?: true;
	create(prompt: string): Promise<Response>;
}

async function post(provider: Signed['provider'], body: object, path = '/videos'): Promise<Response> {
	return await fetch(`${sandbox.baseUrls[provider]}${path}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox.apiKeys[provider]}`, 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}

function kieRow(name: string, prefix: string, path: string, body: (prompt: string) => object): Signed {
	return {
		name,
		provider: 'kie',
		credential: 'soraVideoKieApi',
		signature: 'x-webhook-signature',
		prefix,
		leavesBody: true,
		async create(prompt) {
			sandbox.settings.kieWebhookKey = secrets.kie;
			return await post('kie', { ...body(prompt), callBackUrl: `${catcher.url}/hook` }, `/api/v1/${path}`);
		},
	};
}

const signed: Signed[] = [
	{
		name: 'OpenAI',
		provider: 'openAi',
		credential: 'soraVideoOpenAiApi',
		signature: 'webhook-signature',
		async create(prompt) {
			sandbox.settings.openAiWebhook = { url: `${catcher.url}/hook`, secret: secrets.openAi };
			return await post('openAi', { model: 'sora-2', prompt });
		},
	},
	{
		name: 'OpenRouter',
		provider: 'openRouter',
		credential: 'soraVideoOpenRouterApi',
		signature: 'x-openrouter-signature',
		async create(prompt) {
			sandbox.settings.openRouterSecret = secrets.openRouter;
			return await post('openRouter', { model: 'bytedance/seedance-2.0-fast', prompt, duration: 4, callback_url: `${catcher.url}/hook` });
		},
	},
	kieRow("Kie's market", '', 'jobs/createTask', (prompt) => ({ model: 'bytedance/seedance-2', input: { prompt } })),
	kieRow("Kie's Veo", 'veo:', 'veo/generate', (prompt) => ({ model: 'veo3_fast', prompt })),
	kieRow("Kie's Runway", 'runway:', 'runway/generate', (prompt) => ({ prompt, duration: 5, quality: '720p' })),
	kieRow("Kie's Aleph", 'aleph:', 'aleph/generate', (prompt) => ({ prompt, videoUrl: 'https://example.com/a.mp4' })),
];

/** A job that has ended, and the call that tells of it. */
async function ended({ create, prefix = '' }: Signed, prompt = 'Sea'): Promise<{ id: string; call: TinyCall }> {
	const answer = await create(prompt);
	expect(answer.ok).toBe(true);
	const { id, call } = await endJob({ sandbox, catcher });
	return { id: `${prefix}${id}`, call };
}

async function receive({ provider, credential }: Signed, call: Pick<TinyCall, 'raw' | 'headers'>, parameters: IDataObject = {}, secret: string | null = secrets[provider]) {
	const credentials = sandboxCredentials(sandbox);
	Object.assign(credentials[credential], { webhookSecret: secret ?? '' });
	return await receiveCall(sandbox, call, { provider, ...parameters }, credentials);
}

describe.each(signed)('$name', (scheme) => {
	it.each([
		['Sea', 0, 'completed'],
		['[sandbox fail=moderation]', 1, 'failed'],
	])('a signed call starts the workflow, with the fields of Get Status: %s', async (prompt, output, status) => {
		const { id, call } = await ended(scheme, prompt);
		const received = await receive(scheme, call);
		expect(received.status).toBe(200);
		const item = only(received.outputs?.flat());
		expect(received.outputs?.[output]).toEqual([item]);
		expect(item).toMatchObject({ id, status, correlation: null });
		const asked = await runSoraVideo(sandbox, { provider: scheme.provider, operation: 'getStatus', parameters: { jobId: id } });
		expect({ ...only(jsonsOf(asked).flat()), correlation: null }).toEqual(item);
		expect(sandbox.leaks).toEqual([]);
	});

	it('is refused with the body, the signature or the time changed, and nobody is asked', async () => {
		const { call } = await ended(scheme);
		const before = sandbox.requests.length;
		const text = call.raw.toString('utf8');
		const forgeries: Array<Pick<TinyCall, 'raw' | 'headers'>> = [
			...(scheme.leavesBody ? [text.replaceAll(only(sandbox.jobs).id, 'another')] : [text.replace('completed', 'failed'), `${text} `]).map((raw) => ({ ...call, raw: Buffer.from(raw) })),
			{ ...call, headers: { ...call.headers, [scheme.signature]: String(call.headers[scheme.signature]).replace(/.{4}$/, 'AAA=') } },
			{ ...call, headers: { ...call.headers, [scheme.signature]: '' } },
			{ ...call, headers: { 'content-type': 'application/json' } },
		];
		for (const forgery of forgeries) expect(await receive(scheme, forgery)).toEqual({ status: 401, outputs: null });
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 3_600_000);
		expect(await receive(scheme, call)).toEqual({ status: 401, outputs: null });
		jest.restoreAllMocks();
		expect(sandbox.requests.slice(before)).toEqual([]);
		expect((await receive(scheme, call)).outputs?.flat()).toHaveLength(1);
	});

	it('is refused with another secret', async () => {
		const { call } = await ended(scheme);
		expect(await receive(scheme, call, {}, 'whsec_b3RoZXI=')).toEqual({ status: 401, outputs: null });
	});

	it('without a secret is believed only as far as the provider confirms it', async () => {
		const { id, call } = await ended(scheme);
		expect(await receive(scheme, call, { verifyCallback: false }, null)).toEqual({ status: 401, outputs: null });
		expect(only((await receive(scheme, call, {}, null)).outputs?.[0])).toMatchObject({ id });
	});

	it('of another provider is no callback', async () => {
		const other = signed.find(({ provider }) => provider !== scheme.provider) ?? scheme;
		const { call } = await ended(other);
		// Which job it is of must be read before its signature can be checked.
		expect(await receive(scheme, call)).toEqual({ status: scheme.leavesBody ? 400 : 401, outputs: null });
		forgetAll();
		expect(await receive(scheme, call, {}, null)).toEqual({ status: 400, outputs: null });
	});
});

it('a signed event of another kind starts nothing, and is not sent again', async () => {
	const [openAi] = signed;
	if (!openAi) throw new Error('No OpenAI');
	const raw = JSON.stringify({ id: 'evt_1', object: 'event', type: 'batch.completed', data: { id: 'batch_1' } });
	const headers = { 'content-type': 'application/json', ...signedHeaders(standardSigner(secrets.openAi))(raw) };
	expect(await receive(openAi, { raw: Buffer.from(raw), headers })).toEqual({ status: 200, outputs: null });
	expect(await receive(openAi, { raw: Buffer.from(`${raw} `), headers })).toEqual({ status: 401, outputs: null });
});

it('a signed call of OpenRouter is believed unasked where Verify Callback is off', async () => {
	const [, openRouter] = signed;
	if (!openRouter) throw new Error('No OpenRouter');
	const { id, call } = await ended(openRouter);
	const before = sandbox.requests.length;
	const { outputs } = await receive(openRouter, call, { verifyCallback: false });
	expect(only(outputs?.[0])).toMatchObject({ id, status: 'completed', rawStatus: 'completed' });
	expect(sandbox.requests.slice(before)).toEqual([]);
});

it('a call of OpenAI tells no more than the id, so it is asked for even then', async () => {
	const [openAi] = signed;
	if (!openAi) throw new Error('No OpenAI');
	const { id, call } = await ended(openAi);
	const before = sandbox.requests.length;
	const { outputs } = await receive(openAi, call, { verifyCallback: false });
	expect(only(outputs?.[0])).toMatchObject({ id, status: 'completed' });
	expect(sandbox.requests.slice(before)).toHaveLength(1);
});

it.each([0, -1, '0001-01-01T00:00:00Z'])('a gateway that writes %j for a time it does not know gets its ending through', async (time) => {
	const server = await startTinyServer(() => ({ body: { id: 'video_1', object: 'video', status: 'completed', created_at: time, expires_at: time, model: 'veo' } }));
	const { http, run } = await callTrigger({
		trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters: { provider: 'openAi' } },
		credentials: { soraVideoOpenAiApi: { apiKey: 'sk-some-key', baseUrl: server.url } },
		credentialTypes,
		call: { body: { type: 'video.completed', data: { id: 'video_1' } } },
	});
	await server.close();
	expect(http.body).toBe('The workflow was started.');
	expect(only(run?.outputs('Trigger').flat()).json).toMatchObject({ id: 'video_1', createdAt: null, expiresAt: null });
});
