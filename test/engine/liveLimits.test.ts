import type { IDataObject } from 'n8n-workflow';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { createsOf, expectSentence, itemsOf, messageOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyCall, type TinyReply } from './tinyServer';

// Limits that a live list states, on the provider whose list states them.
const provider = 'openRouter';
const isThere = findProvider(provider)?.modelList?.statesModels === true;

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
		const { run, calls, creates } = await createAt((call) => (isList(call) ? reply : job), { duration: 99, options: { batchSize: 1 } }, ['a', 'b', 'c']);
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

	it('that nothing was checked is said once in a run, and not of a model that is known', async () => {
		const list = { body: { data: [{ id: 'x/y' }] } };
		const hintsOf = async (id: string) => {
			const { run } = await createAt((call) => (isList(call) ? list : job), { model: model(id) }, ['a', 'b', 'c']);
			return run.hints.map(({ message }) => message);
		};
		expect(await hintsOf('a/b')).toEqual([expect.stringMatching(/^What a\/b takes isn't known, .*nothing of it was checked\.$/)]);
		expect(await hintsOf('x/y')).toEqual([]);
	});

	it('fields that the model does not take are named before anything is sent', async () => {
		const listed = { id: 'a/b', name: 'Bee', supported_durations: null, supported_resolutions: [], supported_aspect_ratios: ['16:9'] };
		const { run, creates } = await createAt((call) => (isList(call) ? { body: { data: [listed] } } : job), { duration: 5, aspectRatio: '16:9' });
		expectSentence(messageOf(only(only(run.outputs))), 'a/b takes no duration: set Duration to Model Default');
		expect(creates).toEqual([]);
	});
});

it('AI/ML API is asked once in a run for what a model takes, without the key, and never for a model of its pages', async () => {
	const create = async (id: string, items: number) =>
		await runSoraVideo(sandbox, {
			provider: 'aimlApi',
			operation: 'create',
			parameters: { model: model(id), prompt: '={{ $json.prompt }}' },
			items: itemsOf(Array.from({ length: items }, (_, index) => ({ prompt: `Sea ${index}` }))),
		});
	await create('openai/sora-2-t2v', 1);
	expect(sandbox.requests.map(({ method }) => method)).toEqual(['POST']);
	sandbox.reset();
	await create('google/veo-3.1', 3);
	const asked = sandbox.requests.filter(({ method }) => method === 'GET');
	expect(only(asked)).toMatchObject({ path: '/docs-json', query: { model: 'google/veo-3.1', endpoint: 'internal/video-generations/submit' } });
	expect(only(asked).headers.authorization).toBeUndefined();
	expect(createsOf(sandbox)).toHaveLength(3);
});
