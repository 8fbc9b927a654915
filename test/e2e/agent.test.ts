import { startSandbox, type Sandbox } from '../sandbox';
import { createCredentials } from './createCredentials';
import { chooseCredentials, nodeOf, readExample, SORA_VIDEO_TOOL, type Example } from './exampleWorkflows';
import { asObject, isObject } from './guards';
import { executionError, nodeOutputs, type N8nExecution } from './n8nExecution';
import { installN8n } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { startScriptedModel, type ScriptedModel } from './scriptedModel';

// The node as the tool of n8n's own AI Agent. Only the language model is played: a server that speaks OpenAI's
// chat completions, and calls the tools as a test wrote it.

const fromAi = (key: string, what: string, type = 'string') => `={{ $fromAI('${key}', '${what}', '${type}') }}`;

const make = {
	provider: 'openRouter',
	operation: 'createAndWait',
	model: { __rl: true, mode: 'id', value: 'alibaba/wan-2.7' },
	prompt: fromAi('prompt', 'What the video shows'),
	duration: fromAi('duration', 'Length of the video in seconds', 'number'),
	resolution: '720p',
	timeout: 60,
};

describe("as a tool of n8n's AI Agent", () => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let model: ScriptedModel;
	let credentials: CredentialRef[];

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		sandbox = await startSandbox({ jobSeconds: 1 });
		model = await startScriptedModel();
		server = await startN8n({ install, packageTarball });
		const openAi = await server.rest.createCredential('openAiApi', 'Scripted', { apiKey: 'scripted', url: model.url });
		credentials = [...(await createCredentials(server.rest, sandbox)), openAi];
	}, 1_200_000);

	beforeEach(() => sandbox.reset());

	afterEach(() => expect(sandbox.leaks).toEqual([]));

	afterAll(async () => {
		await server.dispose();
		await model.stop();
		await sandbox.stop();
	}, 120_000);

	function choose(example: Example): void {
		chooseCredentials(example, credentials);
		const openAi = credentials.find(({ type }) => type === 'openAiApi');
		if (openAi) nodeOf(example, 'Chat Model').credentials = { openAiApi: openAi };
	}

	/** An agent with these tools, which is asked for something. */
	function agentWith(tools: Record<string, object>): Example {
		const place = (name: string, type: string, typeVersion: number, parameters: object, x: number) => ({ id: name, name, type, typeVersion, position: [x * 240, 0], parameters: { ...parameters } });
		const names = Object.keys(tools);
		const link = (type: string) => ({ [type]: [[{ node: 'AI Agent', type, index: 0 }]] });
		const example = {
			file: '',
			name: 'Agent',
			nodes: [
				place('Start', 'n8n-nodes-base.manualTrigger', 1, {}, 0),
				place('AI Agent', '@n8n/n8n-nodes-langchain.agent', 3, { promptType: 'define', text: 'Make a video', options: {} }, 1),
				place('Chat Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} }, 2),
				...names.map((name, index) => place(name, SORA_VIDEO_TOOL, 1, tools[name] ?? {}, index + 3)),
			],
			connections: { Start: link('main'), 'Chat Model': link('ai_languageModel'), ...Object.fromEntries(names.map((name) => [name, link('ai_tool')])) },
		};
		choose(example);
		return example;
	}

	async function ask(tools: Record<string, object>): Promise<N8nExecution> {
		const workflow = await server.rest.createWorkflow(agentWith(tools));
		return await server.rest.waitForExecution(await server.rest.runWorkflow(workflow), { timeoutMs: 120_000 });
	}

	/** The items in a tool's answer. */
	function itemsIn(answer: string | undefined): Array<Record<string, unknown>> {
		const parsed: unknown = JSON.parse(answer ?? 'null');
		return Array.isArray(parsed) ? parsed.filter(isObject) : [];
	}

	it('makes a video, and the model reads its link in a small answer', async () => {
		model.play([[{ name: 'Make_Video', args: { prompt: 'A paper boat', duration: 5 } }], 'Here it is.']);
		const execution = await ask({ 'Make Video': make });
		expect(executionError(execution)).toBeUndefined();
		expect(nodeOutputs(execution, 'AI Agent')[0]?.[0]?.json.output).toBe('Here it is.');
		const [answer = ''] = model.answers();
		expect(itemsIn(answer)).toEqual([expect.objectContaining({ id: sandbox.jobs[0]?.id, status: 'completed', videoUrl: expect.stringContaining('http'), failure: null })]);
		expect(answer).not.toMatch(/"(raw|binary)":/);
		expect(answer.length).toBeLessThan(1_500);
		expect(sandbox.creates).toHaveLength(1);
	});

	it('the model is told what each tool does and takes, and of nothing that the workflow decides', async () => {
		model.play(['Nothing to do.']);
		const id = fromAi('id', 'The id that Make_Video gave');
		await ask({
			'Make Video': { ...make, options: { maxCost: 0.5 } },
			'Status of Video': { provider: 'openRouter', operation: 'getStatus', jobId: id },
			'Cancel Video': { provider: 'replicate', operation: 'cancel', jobId: id },
		});
		const told = Object.fromEntries(model.tools().map(({ name, description, parameters }) => [name, { description, properties: Object.keys(asObject(asObject(parameters, 'schema').properties, 'properties')) }]));
		expect(told).toEqual({
			Make_Video: { description: expect.stringMatching(/^Makes one video and waits .* Costs money each time it is called/), properties: ['prompt', 'duration'] },
			Status_of_Video: { description: expect.stringMatching(/^Tells by its id how far a video is .* Costs nothing/), properties: ['id'] },
			Cancel_Video: { description: expect.stringMatching(/^Stops a video that is still being made, by its id/), properties: ['id'] },
		});
		expect(sandbox.creates).toEqual([]);
	});

	it('waits no longer than the workflow says; status and cancel go by the id it was given', async () => {
		sandbox.settings.jobSeconds = 600;
		const cancellable = { provider: 'replicate', model: { __rl: true, mode: 'id', value: 'bytedance/seedance-2.0' } };
		const id = fromAi('id', 'The id that Make_Video gave');
		const idIn = (answers: string[]) => String(itemsIn(answers[0])[0]?.id);
		model.play([
			[{ name: 'Make_Video', args: { prompt: 'A paper boat', duration: 5 } }],
			(answers) => [{ name: 'Status_of_Video', args: { id: idIn(answers) } }],
			(answers) => [{ name: 'Cancel_Video', args: { id: idIn(answers) } }],
			'It was cancelled.',
		]);
		const execution = await ask({
			'Make Video': { ...make, ...cancellable, timeout: 2 },
			'Status of Video': { provider: 'replicate', operation: 'getStatus', jobId: id },
			'Cancel Video': { provider: 'replicate', operation: 'cancel', jobId: id },
		});
		expect(executionError(execution)).toBeUndefined();
		const [made, status, cancelled] = model.answers().map((answer) => itemsIn(answer)[0]);
		expect(made).toMatchObject({ id: sandbox.jobs[0]?.id, videoUrl: null, failure: null });
		expect(status).toMatchObject({ id: sandbox.jobs[0]?.id, failure: null });
		expect(cancelled).toMatchObject({ id: sandbox.jobs[0]?.id, status: 'cancelled' });
		expect(sandbox.creates).toHaveLength(1);
	});

	describe('money', () => {
		const limited = { 'Make Video': { ...make, options: { maxCost: 0.5 } } };

		it('a video above Max Cost is not made; the model reads why, and may ask for a shorter one', async () => {
			const call = (duration: number) => [{ name: 'Make_Video', args: { prompt: 'A paper boat', duration } }];
			model.play([call(10), call(5), 'Here it is.']);
			expect(executionError(await ask(limited))).toBeUndefined();
			const [refused, made] = model.answers();
			expect(refused).toContain('would cost $1.00, and at most $0.50 are allowed');
			expect(itemsIn(made)[0]).toMatchObject({ status: 'completed' });
			expect(sandbox.creates).toHaveLength(1);
		});

		it.each([
			['Max Cost', { options: { maxCost: fromAi('maxCost', 'The limit in USD', 'number') } }],
			['If Price Unknown', { options: { maxCost: 0.01, unknownPrice: fromAi('unknown', 'refuse or create') } }],
			['Resend If Outcome Unknown', { options: { resendUnknown: fromAi('resend', 'Whether to send again', 'boolean') } }],
			['Additional Body', { options: { additionalBody: fromAi('body', 'More fields', 'json') } }],
		])('%s handed to the agent: nothing is made, and the sentence says what to change', async (field, more) => {
			const args = { prompt: 'A paper boat', duration: 5, maxCost: 1_000, unknown: 'create', resend: true, body: {} };
			model.play([[{ name: 'Make_Video', args }], 'I could not.']);
			await ask({ 'Make Video': { ...make, ...more } });
			expect(model.answers()[0]).toContain(`Options > ${field} is left to the AI agent`);
			expect(sandbox.creates).toEqual([]);
		});

		it('arguments that the tool has not got change nothing', async () => {
			const args = { prompt: 'A paper boat', duration: 10, maxCost: 1_000, options: { maxCost: 1_000 }, apiKey: 'x', baseUrl: 'http://127.0.0.1:9' };
			model.play([[{ name: 'Make_Video', args }], 'I could not.']);
			await ask(limited);
			expect(model.answers()[0]).toContain('at most $0.50 are allowed');
			expect(sandbox.creates).toEqual([]);
		});

		it('two calls are two videos, also where they ask for the same', async () => {
			const call = { name: 'Make_Video', args: { prompt: 'A paper boat', duration: 5 } };
			model.play([[call], [call], 'Two videos.']);
			expect(executionError(await ask(limited))).toBeUndefined();
			expect(new Set(model.answers().map((answer) => itemsIn(answer)[0]?.id)).size).toBe(2);
			expect(sandbox.creates).toHaveLength(2);
		});

		it('asked again after its wait was over, it gives the same job and creates none', async () => {
			sandbox.settings.jobSeconds = 4;
			const call = { name: 'Make_Video', args: { prompt: 'A paper boat', duration: 5 } };
			model.play([[call], [call], [call], 'Here it is.']);
			expect(executionError(await ask({ 'Make Video': { ...make, timeout: 2 } }))).toBeUndefined();
			expect(new Set(model.answers().map((answer) => itemsIn(answer)[0]?.id))).toEqual(new Set([sandbox.jobs[0]?.id]));
			expect(sandbox.creates).toHaveLength(1);
		});

		it('asked again after the answer to a create was lost, it sends nothing and says so', async () => {
			const call = { name: 'Make_Video', args: { prompt: 'A boat [sandbox create=drop:1]', duration: 5 } };
			model.play([[call], [call], 'Nobody knows.']);
			await ask({ 'Make Video': make });
			expect(model.answers()).toHaveLength(2);
			expect(model.answers()[1]).toMatch(/not sent again/);
			expect(sandbox.creates).toHaveLength(1);
		});
	});

	it.each([
		['a wrong length', { prompt: 'A boat', duration: 99 }, 'makes videos of 2, 3, 4'],
		['no prompt', { prompt: ' ', duration: 5 }, 'prompt is empty'],
	])('%s comes back to the model as a sentence', async (_what, args, said) => {
		model.play([[{ name: 'Make_Video', args }], 'I could not.']);
		expect(executionError(await ask({ 'Make Video': make }))).toBeUndefined();
		expect(model.answers()[0]).toContain(said);
		expect(sandbox.creates).toEqual([]);
	});

	it('runs the example: asked in the chat, too dear, then made', async () => {
		const example = await readExample('agent-with-limit.json');
		choose(example);
		const chat = nodeOf(example, 'When Chat Message Received');
		Object.assign(chat.parameters, { public: true, mode: 'webhook' });
		const workflow = await server.rest.createWorkflow(example);
		await server.rest.activate(workflow);
		const call = (duration: number) => [{ name: 'Make_Video', args: { prompt: 'A paper boat', aspectRatio: '9:16', duration } }];
		model.play([call(10), call(5), (answers) => [{ name: 'Status_of_Video', args: { id: String(itemsIn(answers[1])[0]?.id) } }], 'Here is your video.']);
		const answer = await fetch(`${server.url}/webhook/${chat.webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId: 'one', chatInput: 'A paper boat, please' }),
		});
		expect(await answer.json()).toMatchObject({ output: 'Here is your video.' });
		const [refused, made, status] = model.answers();
		expect(refused).toContain('at most $0.50 are allowed');
		expect(itemsIn(made)[0]).toMatchObject({ status: 'completed', id: sandbox.jobs[0]?.id });
		expect(itemsIn(status)[0]).toMatchObject({ status: 'completed', id: sandbox.jobs[0]?.id });
		expect(sandbox.creates).toHaveLength(1);
		const told = Object.fromEntries(model.tools().map(({ name, parameters }) => [name, Object.keys(asObject(asObject(parameters, 'schema').properties, 'properties'))]));
		expect(told).toEqual({ Make_Video: ['prompt', 'aspectRatio', 'duration'], Status_of_Video: ['id'] });
		await server.rest.deactivate(workflow);
	});
});
