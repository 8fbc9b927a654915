import type { IDataObject } from 'n8n-workflow';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, expectSentence, itemsOf, messageOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyCall, type TinyReply } from './tinyServer';

// Limits that a live list states, on the provider whose list states them.
const provider = 'openRouter';
const isThere = findProvider(provider)?.modelList?.statesLimits === true;

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

const goOn = { onError: 'continueRegularOutput' } as const;
const listsOf = () => sandbox.requests.filter(({ path }) => path.endsWith('/videos/models'));

async function create(parameters: IDataObject, prompts = ['Sea']) {
	return await runSoraVideo(sandbox, {
		provider,
		operation: 'create',
		parameters: { model: model('google/veo-3.1'), prompt: '={{ $json.prompt }}', ...parameters },
		items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		settings: goOn,
	});
}

(isThere ? describe : describe.skip)('limits from the live list', () => {
	it('what the model refuses is told before anything is sent, with one question for the whole batch', async () => {
		const run = await create({ duration: 5 }, ['a', 'b', 'c', 'd']);
		for (const item of only(run.outputs)) {
			expectSentence(messageOf(item), 'google/veo-3.1 makes videos of 4, 6 or 8 seconds, not 5: change Duration');
			expect(item.json.failure).toMatchObject({ code: 'invalid_input', category: 'invalidInput' });
		}
		expect(createsOf(sandbox)).toEqual([]);
		expect(listsOf()).toHaveLength(1);
		expect(sandbox.leaks).toEqual([]);
	});

	it('what the model takes is made, and the list is asked for again only after some minutes', async () => {
		for (const duration of [4, 8]) {
			const run = await create({ duration });
			expect(only(only(run.outputs)).json).toMatchObject({ failure: null });
		}
		expect(createsOf(sandbox)).toHaveLength(2);
		expect(listsOf()).toHaveLength(1);
	});

	const createAt = async (answer: (call: TinyCall) => TinyReply | 'drop', parameters: IDataObject = {}, prompts = ['Sea']) => {
		const server = await startTinyServer(answer);
		const credentials = { soraVideoOpenRouterApi: { apiKey: 'sk-some-key', baseUrl: server.url } };
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model('a/b'), prompt: '={{ $json.prompt }}', ...parameters },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
			credentials,
			settings: goOn,
		});
		await server.close();
		return { run, calls: server.calls, creates: server.calls.filter(({ method }) => method === 'POST') };
	};
	const isList = ({ url }: TinyCall) => url.endsWith('/videos/models');
	const job = { status: 202, body: { id: 'job-1', polling_url: '/x', status: 'pending' } };

	it.each<[string, TinyReply | 'drop']>([
		['a dropped connection', 'drop'],
		['a 500', { status: 500, body: {} }],
		['another form', { body: { models: [] } }],
	])('a list that fails (%s) is asked for once in a run, and stops nothing', async (_name, reply) => {
		const { run, calls, creates } = await createAt((call) => (isList(call) ? reply : job), { duration: 99 }, ['a', 'b', 'c']);
		for (const item of only(run.outputs)) expect(item.json).toMatchObject({ id: 'job-1', failure: null });
		expect(creates).toHaveLength(3);
		expect(calls.filter(isList)).toHaveLength(1);
	});

	it('limits that are known only in the second try of Retry On Fail lose no job of the first', async () => {
		let lists = 0;
		let creates = 0;
		const listed = { data: [{ id: 'a/b', supported_durations: [4] }] };
		const server = await startTinyServer((call) => {
			if (isList(call)) return (lists += 1) === 1 ? { status: 500, body: {} } : { body: listed };
			creates += 1;
			return call.body.includes('Wood') ? (creates > 2 ? job : { status: 400, body: { error: { message: 'no' } } }) : job;
		});
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model('a/b'), prompt: '={{ $json.prompt }}', duration: '={{ $json.duration }}' },
			items: itemsOf([{ prompt: 'Sea', duration: 99 }, { prompt: 'Wood', duration: 4 }]),
			credentials: { soraVideoOpenRouterApi: { apiKey: 'sk-some-key', baseUrl: server.url } },
			settings: { retryOnFail: true, maxTries: 3 },
		});
		await server.close();
		expect(run.status).toBe('success');
		expect(only(run.outputs).map(({ json }) => json.id)).toEqual(['job-1', 'job-1']);
		expect(creates).toBe(3);
	});

	it('and do not call a request unsent that may have been accepted in the first', async () => {
		let lists = 0;
		const listed = { data: [{ id: 'a/b', supported_durations: [4] }] };
		const server = await startTinyServer((call) => {
			if (!isList(call)) return 'drop';
			return (lists += 1) === 1 ? { status: 500, body: {} } : { body: listed };
		});
		const run = await runSoraVideo(sandbox, {
			provider,
			operation: 'create',
			parameters: { model: model('a/b'), prompt: 'Sea', duration: 99 },
			credentials: { soraVideoOpenRouterApi: { apiKey: 'sk-some-key', baseUrl: server.url } },
			settings: { retryOnFail: true, maxTries: 3 },
		});
		await server.close();
		expectSentence(run.error?.message, 'may have created', 'an earlier try sent it');
		expect(server.calls.filter((call) => !isList(call))).toHaveLength(1);
	});

	it('a model that is not in the list is not judged', async () => {
		const { run } = await createAt((call) => (isList(call) ? { body: { data: [{ id: 'x/y', supported_durations: [1] }] } } : job), { duration: 99 });
		expect(only(only(run.outputs)).json).toMatchObject({ failure: null });
	});

	it('fields that the model does not take are not sent', async () => {
		const listed = { id: 'a/b', name: 'Bee', supported_durations: [], supported_resolutions: [], supported_aspect_ratios: ['16:9'] };
		const { creates } = await createAt((call) => (isList(call) ? { body: { data: [listed] } } : job));
		expect(JSON.parse(only(creates).body)).toEqual({ model: 'a/b', prompt: 'Sea', aspect_ratio: '16:9' });
	});
});

it('a provider whose list states no limits is not asked before a create', async () => {
	await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'create', parameters: { model: model('google/veo-3.1'), prompt: 'Sea', duration: 99 } });
	expect(sandbox.requests.map(({ method }) => method)).toEqual(['POST']);
});
