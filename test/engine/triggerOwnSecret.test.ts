import type { IDataObject } from 'n8n-workflow';

import type { Sandbox } from '../sandbox';
import { catchCalls, endJob, receiveCall } from './caughtCalls';
import { createJobs, jsonsOf, only, providerCases, runSoraVideo } from './setup';
import type { TinyCall, TinyServer } from './tinyServer';

// Callbacks that are signed with a secret which the provider tells the key's holder.

let sandbox: Sandbox;
let catcher: TinyServer;
catchCalls((caught) => ({ sandbox, catcher } = caught));

const creates = {
	replicate: (prompt: string, webhook: string): [path: string, body: object] => ['/models/google/veo-3.1/predictions', { input: { prompt }, webhook, webhook_events_filter: ['completed'] }],
	waveSpeed: (prompt: string, webhook: string): [path: string, body: object] => [`/api/v3/bytedance/seedance-2.0/text-to-video-turbo?webhook=${encodeURIComponent(webhook)}`, { prompt }],
};

const secretPaths = { replicate: '/v1/webhooks/default/secret', waveSpeed: '/api/v3/webhook/secret' };

describe.each(['replicate', 'waveSpeed'] as const)('%s', (provider) => {
	const providerCase = only(providerCases.filter((each) => each.provider === provider));

	/** A job that has ended, and the call that tells of it. */
	async function ended(prompt = 'Sea'): Promise<{ id: string; call: TinyCall }> {
		// By hand, since the node takes only public https URLs for callbacks.
		const [path, body] = creates[provider](prompt, `${catcher.url}/hook`);
		await fetch(sandbox.baseUrls[provider] + path, {
			method: 'POST',
			headers: { authorization: `Bearer ${sandbox.apiKeys[provider]}`, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		return await endJob({ sandbox, catcher });
	}

	const receive = async (call: Pick<TinyCall, 'raw' | 'headers'>, parameters: IDataObject = {}) => await receiveCall(sandbox, call, { provider, ...parameters });

	const asked = (before: number) => sandbox.requests.slice(before).map(({ path }) => path);

	it.each([
		['Sea', 0, 'completed'],
		['[sandbox fail=moderation]', 1, 'failed'],
	])('a signed call starts the workflow, with the fields of Get Status: %s', async (prompt, output, status) => {
		const { id, call } = await ended(prompt);
		const received = await receive(call);
		expect(received.status).toBe(200);
		const item = only(received.outputs?.flat());
		expect(received.outputs?.[output]).toEqual([item]);
		expect(item).toMatchObject({ id, status, correlation: null });
		const own = await runSoraVideo(sandbox, { provider, operation: 'getStatus', parameters: { jobId: id } });
		expect({ ...only(jsonsOf(own).flat()), correlation: null }).toEqual(item);
		expect(sandbox.leaks).toEqual([]);
	});

	it('is refused with the body, the signature or the time changed, and the job is not asked for', async () => {
		const { call } = await ended();
		const before = sandbox.requests.length;
		const signature = String(call.headers['webhook-signature']);
		const forgeries: Array<Pick<TinyCall, 'raw' | 'headers'>> = [
			{ ...call, raw: Buffer.from(`${call.raw.toString('utf8')} `) },
			{ ...call, headers: { ...call.headers, 'webhook-signature': signature.replace(/.{4}$/, 'AAA=') } },
			{ ...call, headers: { ...call.headers, 'webhook-signature': signature.replace(/^v\d/, 'v9') } },
			{ ...call, headers: { ...call.headers, 'webhook-id': 'another' } },
			{ ...call, headers: { 'content-type': 'application/json' } },
		];
		for (const forgery of forgeries) expect(await receive(forgery)).toEqual({ status: 401, outputs: null });
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 3_600_000);
		expect(await receive(call)).toEqual({ status: 401, outputs: null });
		jest.restoreAllMocks();
		expect(new Set(asked(before))).toEqual(new Set([secretPaths[provider]]));
		expect((await receive(call)).outputs?.flat()).toHaveLength(1);
	});

	it('is believed unasked where Verify Callback is off, and the secret is asked for once', async () => {
		const { id, call } = await ended();
		const before = sandbox.requests.length;
		const { outputs } = await receive(call, { verifyCallback: false });
		expect(only(outputs?.[0])).toMatchObject({ id, status: 'completed', videoUrl: expect.stringMatching(/^http/) });
		await receive(call, { verifyCallback: false });
		expect(asked(before)).toEqual([secretPaths[provider]]);
	});

	it('of a job that has not ended starts nothing', async () => {
		const [id = ''] = await createJobs(sandbox, providerCase, ['[sandbox slow]']);
		expect((await receive({ raw: Buffer.from(JSON.stringify({ id, status: 'processing' })), headers: { 'content-type': 'application/json' } })).outputs).toBeNull();
	});
});
