import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import type { Sandbox } from '../sandbox';
import { catchCalls, endJob, receiveCall } from './caughtCalls';
import { searchList } from './harness';
import { createJobs, createsOf, credentialTypes, expectSentence, messageOf, model, only, providerCases, runSoraVideo, sandboxCredentials } from './setup';
import { startTinyServer, type TinyCall, type TinyServer } from './tinyServer';

// What Google Gemini has of its own; the rest is in the suites of all providers.

const gemini = only(providerCases.filter(({ provider }) => provider === 'gemini'));
const goOn = { onError: 'continueRegularOutput' } as const;
const provider = 'gemini';

let sandbox: Sandbox;
let catcher: TinyServer;
catchCalls((caught) => ({ sandbox, catcher } = caught));

/** A job that has ended, and the call that tells of it. */
async function ended(prompt: string): Promise<{ id: string; call: TinyCall }> {
	const answer = await fetch(`${sandbox.baseUrls.gemini}/v1beta/interactions`, {
		method: 'POST',
		headers: { 'x-goog-api-key': sandbox.apiKeys.gemini, 'content-type': 'application/json' },
		body: JSON.stringify({
			model: gemini.textModel,
			input: prompt,
			background: true,
			response_format: { type: 'video', delivery: 'uri' },
			webhook_config: { uris: [`${catcher.url}/hook`] },
		}),
	});
	expect(answer.status).toBe(200);
	return await endJob({ sandbox, catcher });
}

const receive = async (call: Pick<TinyCall, 'raw' | 'headers'>) => await receiveCall(sandbox, call, { provider });

describe('a callback', () => {
	it.each([
		['Sea', 0, 'completed'],
		// "Completed" says the callback, and holds no video.
		['[sandbox fail=moderation]', 1, 'failed'],
		['[sandbox fail=internal]', 1, 'failed'],
	])('starts the workflow with what the provider tells when asked: %s', async (prompt, output, status) => {
		const { id, call } = await ended(prompt);
		const received = await receive(call);
		expect(received.status).toBe(200);
		const item = only(received.outputs?.flat());
		expect(received.outputs?.[output]).toEqual([item]);
		expect(item).toMatchObject({ id, status });
		expect(sandbox.leaks).toEqual([]);
		const keys = only(sandbox.requests.filter(({ path }) => path.endsWith('/jwks.json')));
		expect(keys.headers['x-goog-api-key']).toBeUndefined();
	});

	it('with another token starts nothing, and nobody is asked for the job', async () => {
		const { id, call } = await ended('Sea');
		const token = String(call.headers['webhook-signature']);
		const [head, , signature] = token.split('.');
		const claims = Buffer.from(JSON.stringify({ iss: 'https://accounts.google.com', exp: 9_999_999_999 })).toString('base64url');
		for (const forged of [`${head}.${claims}.${signature}`, `${token.slice(0, -8)}AAAAAAAA`, '']) {
			const received = await receive({ ...call, headers: { ...call.headers, 'webhook-signature': forged } });
			expect(received.outputs).toBeNull();
			expect(received.status).toBeGreaterThanOrEqual(400);
		}
		expect(sandbox.requests.filter(({ method, path }) => method === 'GET' && path.endsWith(id))).toEqual([]);
	});
});

it('goes on from an earlier video, and says before it is sent what can not be', async () => {
	const [id = ''] = await createJobs(sandbox, gemini, ['Sea']);
	sandbox.clock.advance(60_000);
	const longer = async (duration: number) =>
		await runSoraVideo(sandbox, { provider, operation: 'create', parameters: { model: model(gemini.textModel), prompt: 'And on', duration, options: { remixVideoId: id } }, settings: goOn });
	const refused = only(only((await longer(12)).outputs));
	expectSentence(messageOf(refused), 'Duration', 'extend');
	expect(createsOf(sandbox)).toHaveLength(1);
	expect(only(only((await longer(10)).outputs)).json).toMatchObject({ failure: null });
	expect(sandbox.jobs.at(-1)).toMatchObject({ duration: 18, prompt: 'And on' });
});

it('says that the key is wrong, though Google calls it an argument', async () => {
	const credentials = { ...sandboxCredentials(sandbox), soraVideoGeminiApi: { apiKey: 'wrong', baseUrl: sandbox.baseUrls.gemini } };
	for (const [operation, parameters] of [['create', { model: model(gemini.textModel), prompt: 'Sea' }], ['getStatus', { jobId: gemini.unknownId }]] as const) {
		const run = await runSoraVideo(sandbox, { provider, operation, parameters, credentials, settings: goOn });
		expectSentence(messageOf(only(only(run.outputs))), 'put a valid API key into', 'API key not valid');
	}
});

it('waits as long as a refusal asks in its body', async () => {
	const times: number[] = [];
	const busy = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Resource has been exhausted.', details: [{ retryDelay: '4s' }] } };
	const server = await startTinyServer(({ method }) => {
		if (method === 'POST') times.push(Date.now());
		return times.length > 1 ? { body: { id: 'v1_a', status: 'queued' } } : { status: 429, body: busy };
	});
	const credentials = { soraVideoGeminiApi: { apiKey: 'key', baseUrl: server.url } };
	const run = await runSoraVideo(sandbox, { provider, operation: 'create', parameters: { model: model(gemini.textModel), prompt: 'Sea' }, credentials });
	await server.close();
	expect(only(only(run.outputs)).json).toMatchObject({ id: 'v1_a' });
	const [first = 0, second = 0, ...more] = times;
	// Without what the refusal says, the first pause would be shorter.
	expect(second - first).toBeGreaterThanOrEqual(4_000);
	expect(more).toEqual([]);
});

it('says that an account is empty, and asks once', async () => {
	const run = await runSoraVideo(sandbox, { provider, operation: 'create', parameters: { model: model(gemini.textModel), prompt: '[sandbox create=403credits]' }, settings: goOn });
	expect(only(only(run.outputs)).json).toMatchObject({ id: null, failure: { category: 'quota', retryable: false } });
	expect(sandbox.creates).toHaveLength(1);
});

it('cancels what runs; what has ended says so', async () => {
	const [id = ''] = await createJobs(sandbox, gemini, ['Sea']);
	const cancel = async (jobId: string) => only(only((await runSoraVideo(sandbox, { provider, operation: 'cancel', parameters: { jobId }, settings: goOn })).outputs));
	expect((await cancel(id)).json).toMatchObject({ id, status: 'cancelled', failure: { category: 'cancelled' } });
	expect(only(sandbox.jobs).status).not.toBe('completed');
	const [done = ''] = await createJobs(sandbox, gemini, ['Moor']);
	sandbox.clock.advance(60_000);
	expect((await cancel(done)).json).toMatchObject({ id: done, status: 'completed' });
	expectSentence(messageOf(await cancel(gemini.unknownId)), gemini.unknownId);
});

it('lists its video models alone', async () => {
	const { results } = await searchList(new SoraVideo(), {
		path: 'parameters.model',
		method: 'searchModels',
		parameters: { provider },
		credentials: { soraVideoGeminiApi: sandboxCredentials(sandbox).soraVideoGeminiApi },
		credentialTypes,
	});
	expect(results.map(({ name, value }) => [value, name])).toEqual([
		['gemini-omni-1.1-flash', expect.stringContaining('3 to 10 s')],
		['gemini-omni-1.2-flash', expect.stringContaining('3 to 15 s')],
	]);
});
