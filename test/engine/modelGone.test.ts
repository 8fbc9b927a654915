import type { INodeExecutionData } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, expectSentence, itemsOf, messageOf, model, only, providerCases, runSoraVideo, sandboxCredentials } from './setup';
import { startTinyServer, type TinyReply } from './tinyServer';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

const goOn = { onError: 'continueRegularOutput' } as const;
const retired = 'OpenAI retired Sora 2 at the source on 2026-09-24, so choose another one in Model';

describe.each(providerCases)('$displayName', ({ provider, displayName, textModel, unknownId, isUnsureOfGone, goneStatus = 404 }) => {
	const saysGone = isUnsureOfGone ? `${displayName} answers as if it didn't have the model` : `${displayName} doesn't have the model`;
	const orBaseUrl = isUnsureOfGone ? ', or correct the Base URL in the credential if every model is refused.' : '.';
	const create = async (id: string, prompts = ['Sea']) =>
		await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model(id), prompt: '={{ $json.prompt }}' },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
			settings: goOn,
		});

	it('says of a withdrawn model which it is, since when Sora is, and what to do', async () => {
		sandbox.settings.withdrawnModels = [textModel];
		const item = only(only((await create(textModel)).outputs));
		expectSentence(messageOf(item), `${saysGone} ${textModel} (HTTP ${goneStatus}, `, textModel.includes('sora') ? `: ${retired}.` : `: check its spelling, or choose another one in Model${orBaseUrl}`);
		expect(item.json).toMatchObject({
			id: null,
			status: 'failed',
			failure: { code: expect.stringMatching(/^model_(gone|not_found)$/), category: 'invalidInput', retryable: false },
		});
		expect(createsOf(sandbox)).toHaveLength(1);
		expect(sandbox.leaks).toEqual([]);
	});

	it('says nothing of Sora about another model', async () => {
		const item = only(only((await create('some/other-model')).outputs));
		expectSentence(messageOf(item), `${saysGone} some/other-model (HTTP ${goneStatus}, `, `: check its spelling, or choose another one in Model${orBaseUrl}`);
		expect(messageOf(item)).not.toMatch(/sora|OpenAI retired/i);
	});

	it('a job that is not known is no model that is gone', async () => {
		sandbox.settings.withdrawnModels = [textModel];
		const run = await runSoraVideo(sandbox, { provider, operation: 'getStatus', parameters: { jobId: unknownId }, settings: goOn });
		expect(messageOf(only(only(run.outputs)))).toMatch(new RegExp(`^${displayName} finds no job ${unknownId} .*check that the id`));
		expect(sandbox.requests).toHaveLength(1);
	});
});

describe('AI/ML API', () => {
	const parameters = { model: model('openai/sora-2-t2v'), prompt: '={{ $json.prompt }}' };

	it('names the successor, which its feed is asked for once in a batch', async () => {
		sandbox.settings.withdrawnModels = ['openai/sora-2-t2v'];
		sandbox.settings.successors = { 'openai/sora-2-t2v': 'google/veo-3.1' };
		const items = itemsOf(['a', 'b', 'c'].map((prompt) => ({ prompt })));
		const run = await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'create', parameters, items, settings: goOn });
		for (const item of only(run.outputs)) {
			expectSentence(messageOf(item), `${retired}, for example google/veo-3.1, which the provider names in its place.`);
		}
		expect(createsOf(sandbox)).toHaveLength(3);
		expect(sandbox.requests.filter(({ path }) => path === '/v1/models/deprecations')).toHaveLength(1);
	});

	it("a job's id beside such words waits for no feed", async () => {
		const jobId = 'video_a1:openai/sora-2-t2v';
		const server = await startTinyServer(() => ({ status: 409, body: { id: jobId, message: 'Model openai/sora-2-t2v not found' } }));
		const credentials = { soraVideoAimlApi: { ...sandboxCredentials(sandbox).soraVideoAimlApi, baseUrl: server.url } };
		const run = await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'create', parameters, items: itemsOf([{ prompt: 'a' }]), credentials, settings: goOn });
		await server.close();
		expect(only(only(run.outputs)).json.id).toBe(jobId);
		expect(server.calls.map(({ method }) => method)).toEqual(['POST']);
	});

	it('does without the feed where it fails', async () => {
		const server = await startTinyServer(({ method }) =>
			method === 'POST' ? { status: 404, body: { message: 'Model openai/sora-2-t2v not found' } } : { status: 500, body: {} },
		);
		const credentials = { soraVideoAimlApi: { ...sandboxCredentials(sandbox).soraVideoAimlApi, baseUrl: server.url } };
		const run = await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'create', parameters, items: itemsOf([{ prompt: 'a' }]), credentials, settings: goOn });
		await server.close();
		expectSentence(messageOf(only(only(run.outputs))), `${retired}.`);
		expect(server.calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
	});
});

describe('what providers and gateways answer', () => {
	async function createAt(reply: TinyReply): Promise<{ item: INodeExecutionData; creates: number }> {
		const server = await startTinyServer(() => reply);
		const credentials = { soraVideoEvoLinkApi: { apiKey: 'sk-some-key', baseUrl: server.url, filesBaseUrl: server.url } };
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'create',
			parameters: { model: model('sora-2-preview'), prompt: 'Sea' },
			credentials,
			settings: goOn,
		});
		await server.close();
		return { item: only(only(run.outputs)), creates: server.calls.filter(({ method }) => method === 'POST').length };
	}

	it.each<[string, TinyReply, string]>([
		['410', { status: 410, body: { error: { message: 'Gone' } } }, 'model_gone'],
		['400, withdrawn', { status: 400, body: { error: { message: 'This model has been withdrawn.' } } }, 'model_gone'],
		['OpenAI', { status: 404, body: { error: { message: 'The model `sora-2` does not exist or you do not have access to it.', code: 'model_not_found' } } }, 'model_not_found'],
		['Azure', { status: 404, body: { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } } }, 'DeploymentNotFound'],
		['Kie', { status: 422, body: { code: 422, msg: 'This interface is temporarily paused' } }, 'model_gone'],
		['new-api', { status: 403, body: { error: { code: 'no_available_channel', message: 'No available channel for model sora-2 under group default' } } }, 'no_available_channel'],
		['OpenRouter', { status: 404, body: { error: { code: 404, message: 'No endpoints found for openai/sora-2.' } } }, 'model_gone'],
	])('%s: the model is gone', async (_name, reply, code) => {
		const { item, creates } = await createAt(reply);
		expectSentence(messageOf(item), "EvoLink doesn't have the model sora-2-preview", retired);
		expect(item.json.failure).toMatchObject({ code, category: 'invalidInput', retryable: false });
		expect(creates).toBe(1);
	});

	it('a 2xx or a 5xx that says so proves nothing, and is told with what to choose', async () => {
		for (const status of [200, 500]) {
			const { item, creates } = await createAt({ status, body: { error: { message: 'Unknown model' } } });
			expectSentence(messageOf(item), 'may have created', `HTTP ${status} and said "Unknown model"`, retired);
			expect(creates).toBe(1);
		}
	});

	it('a 404 that names no model may be a wrong base URL, and says so', async () => {
		for (const [error, code] of [[{ message: 'Not found' }, 'model_gone'], [{ code: 404, message: 'Not found' }, '404']] as const) {
			const { item } = await createAt({ status: 404, body: { error } });
			expectSentence(messageOf(item), retired, 'or correct the Base URL in the credential if every model is refused');
			expect(item.json.failure).toMatchObject({ code, category: 'invalidInput', retryable: false });
		}
	});

	it.each<[string, TinyReply]>([
		['a web page', { status: 404, body: '<html>Not found</html>' }],
		['another path', { status: 404, body: { error: { message: 'Invalid URL (POST /v1/v1/videos/generations)' } } }],
		['an Express server', { status: 404, body: { message: 'Cannot POST /v1/videos/generations' } }],
	])('a 404 of %s is a wrong base URL', async (_name, reply) => {
		const { item } = await createAt(reply);
		expectSentence(messageOf(item), 'EvoLink refused to create the video', 'correct the Base URL in the EvoLink credential');
		expect(messageOf(item)).not.toContain('2026-09-24');
	});

	it.each<[string, TinyReply]>([
		['a wrong key', { status: 401, body: { error: { message: 'model not found' } } }],
		['no credits', { status: 402, body: { error: { message: 'Insufficient quota' } } }],
		['a prompt that is too long', { status: 422, body: { error: { message: 'Prompt is too long for this model' } } }],
	])('%s is no model that is gone', async (_name, reply) => {
		const { item } = await createAt(reply);
		expect(messageOf(item)).not.toContain('2026-09-24');
	});

	it.each(['no_available_channel', 'model_not_found'])('a 503 with %s leaves the outcome unknown, and tells of the model too', async (code) => {
		const { item, creates } = await createAt({ status: 503, body: { error: { code, message: 'No available channel for model sora-2' } } });
		expectSentence(messageOf(item), 'may have created and charged a job', "look for it in the provider's dashboard", retired);
		expect(item.json.failure).toMatchObject({ code: 'outcome_unknown', category: 'unknown', retryable: false });
		expect(creates).toBe(1);
	});

	it("names EvoLink's own suggestion", async () => {
		const { item } = await createAt({ status: 404, body: { error: { code: 'model_unavailable', message: 'Model unavailable', fallback_suggestion: 'seedance-1.5-pro' } } });
		expectSentence(messageOf(item), 'for example seedance-1.5-pro, which the provider names in its place.');
	});

	it('a job that fails since its model is gone says so too', async () => {
		const id = 'task-unified-1757169743-7cvnl5zw';
		const { item } = await createAt({ body: { id, model: 'sora-2-preview', status: 'failed', error: { code: 'model_unavailable', message: 'Model unavailable' } } });
		expectSentence(messageOf(item), `EvoLink job ${id} failed`, `${retired}.`);
		expect(item.json).toMatchObject({ id, failure: { code: 'model_unavailable', category: 'invalidInput', retryable: false } });
	});
});
