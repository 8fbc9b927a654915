import type { ICredentialDataDecryptedObject, INodeListSearchResult } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { searchList, type CredentialValues } from './harness';
import { credentialTypes, model, only, providerCases, runSoraVideo, sandboxCredentials } from './setup';
import { closedUrl, startTinyServer, type TinyReply } from './tinyServer';

let sandbox: Sandbox;
// A sandbox of its own for each test: lists are kept by base URL, and each has another port.
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

/** A model that is in the provider's live list, and in no table. */
const liveModels: Record<string, string> = {
	aimlApi: 'google/veo-3.1',
	evoLink: 'veo-3.1',
	fal: 'fal-ai/veo3.1',
	vtrix: 'veo_3_1',
	openAi: 'veo-3.1',
	openRouter: 'google/veo-3.1',
	replicate: 'google/veo-3.1',
	waveSpeed: 'bytedance/seedance-2.0/text-to-video-turbo',
};
/** A list of these models, as its provider answers it. */
const listOf: Record<string, (ids: readonly string[]) => object> = {
	vtrix: (ids) => ({ data: { models: ids.map((id) => ({ id, type: 'Video' })), page: 1, total_pages: 1 } }),
	replicate: (ids) => ({ slug: 'image-to-video', models: ids.map((id) => ({ owner: id.split('/')[0], name: id.split('/')[1] })) }),
	fal: (ids) => ({ models: ids.map((id) => ({ endpoint_id: id, metadata: { category: 'audio-to-video' } })), has_more: false }),
	waveSpeed: (ids) => ({ code: 200, message: 'success', data: ids.map((id) => ({ model_id: id, type: 'text-to-video' })) }),
};
const usualList = (ids: readonly string[]) => ({ object: 'list', data: ids.map((id) => ({ id })) });
const cases = providerCases.filter(({ provider }) => provider in liveModels);
const knownOf = (provider: string) => findProvider(provider)?.models.map(({ id }) => id) ?? [];
const withTable = cases.filter(({ provider }) => knownOf(provider).length > 0);
/** Those whose list is open to all are asked for it without the key. */
const withKey = cases.filter(({ provider }) => {
	const request = findProvider(provider)?.modelList?.request;
	return request !== undefined && !('url' in request) && !('withoutKey' in request);
});

interface Search {
	filter?: string;
	paginationToken?: string;
	/** Fields of the credential other than the sandbox's; null: none is chosen. */
	credential?: Record<string, string> | null;
}

async function open(provider: string, search: Search = {}): Promise<INodeListSearchResult> {
	const all: Record<string, ICredentialDataDecryptedObject> = sandboxCredentials(sandbox);
	const type = findProvider(provider)?.credentialType ?? '';
	const credentials: CredentialValues =
		search.credential === null ? {} : { [type]: { ...all[type], ...search.credential } };
	return await searchList(new SoraVideo(), {
		path: 'parameters.model',
		method: 'searchModels',
		parameters: { provider },
		credentials,
		credentialTypes,
		filter: search.filter,
		paginationToken: search.paginationToken,
	});
}

/** The whole list, which the editor gets a hundred lines at a time. */
async function openAll(provider: string): Promise<INodeListSearchResult> {
	const results: INodeListSearchResult['results'] = [];
	let page = await open(provider);
	results.push(...page.results);
	while (page.paginationToken !== undefined) {
		page = await open(provider, { paginationToken: String(page.paginationToken) });
		results.push(...page.results);
	}
	return { results };
}

const valuesOf = ({ results }: INodeListSearchResult) => results.map(({ value }) => value);
const lineOf = ({ results }: INodeListSearchResult, id: string) => results.find(({ value }) => value === id)?.name;
/** Lines that can't be chosen, and behind them the models that are known without asking. */
function expectNoticesAndKnown(list: INodeListSearchResult, provider: string, notices: boolean[]): void {
	expect(valuesOf(list).slice(0, notices.length)).toEqual(notices);
	expect(valuesOf(list).slice(notices.length).sort()).toEqual(knownOf(provider).sort());
}

/** What the list throws, as n8n's editor would show it. */
async function errorOf(list: Promise<unknown>): Promise<{ message: string; description?: string; httpCode?: string }> {
	const nothing: unknown = await list.then(() => null, (error: unknown) => error);
	if (!(nothing instanceof Error)) throw new Error('The list should have failed');
	return Object(nothing);
}

describe.each(cases)('the models of $displayName', ({ provider }) => {
	const liveModel = liveModels[provider];

	it('are the living ones first, and behind them what has been retired, which says so', async () => {
		const list = await openAll(provider);
		expect(valuesOf(list)).toEqual(expect.arrayContaining([...knownOf(provider), liveModel]));
		const isRetired = list.results.map(({ name }) => name.startsWith('Retired'));
		expect(isRetired[valuesOf(list).indexOf(liveModel ?? '')]).toBe(false);
		expect(isRetired).toEqual([...isRetired].sort((one, other) => Number(one) - Number(other)));
		for (const { name, value } of list.results) {
			if (/sora[-_]2/.test(String(value))) expect(name).toMatch(/^Retired 2026-09-24\. /);
		}
		expect(new Set(valuesOf(list)).size).toBe(list.results.length);
		expect(sandbox.leaks).toEqual([]);
	});

	it('are found by part of an id', async () => {
		const [word = ''] = /veo|seedance/.exec(liveModel ?? '') ?? [];
		const found = valuesOf(await open(provider, { filter: word.toUpperCase() }));
		expect(found).toContain(liveModel);
		for (const id of found) expect(String(id)).toMatch(new RegExp(word, 'i'));
	});

	it('are none where nothing fits', async () => {
		expect((await open(provider, { filter: 'no such model' })).results).toEqual([]);
	});

	it('are asked for once in some minutes, whatever is searched for', async () => {
		const first = await open(provider);
		const { length } = sandbox.requests;
		expect(length).toBeGreaterThan(0);
		await open(provider, { filter: 'veo' });
		expect(await open(provider)).toEqual(first);
		expect(sandbox.requests).toHaveLength(length);
	});

	it('are asked for again with another base URL', async () => {
		await open(provider);
		const { length } = sandbox.requests;
		const all: Record<string, ICredentialDataDecryptedObject> = sandboxCredentials(sandbox);
		const baseUrl = String(all[findProvider(provider)?.credentialType ?? '']?.baseUrl);
		await open(provider, { credential: { baseUrl: baseUrl.replace('127.0.0.1', 'localhost') } });
		expect(sandbox.requests.length).toBeGreaterThan(length);
	});

	it('are shown a hundred at a time, all of them', async () => {
		const ids = Array.from({ length: 250 }, (_, index) => `google/veo-${index}`);
		const body = (listOf[provider] ?? usualList)(ids);
		const server = await startTinyServer(() => ({ body }));
		const credential = { baseUrl: server.url, apiBaseUrl: server.url };
		const pages = [await open(provider, { credential })];
		for (let token; (token = pages.at(-1)?.paginationToken) !== undefined; ) {
			pages.push(await open(provider, { credential, paginationToken: token }));
		}
		await server.close();
		expect(new Set(pages.map(({ results }) => results.length).slice(0, -1))).toEqual(new Set([100]));
		expect(pages.flatMap(valuesOf).sort()).toEqual([...knownOf(provider), ...ids].sort());
	});
});

describe.each(withTable)('the known models of $displayName', ({ provider, displayName, textModel }) => {
	it('say what they can do', async () => {
		const list = await openAll(provider);
		expect(lineOf(list, textModel)).toMatch(new RegExp(`Sora 2.*, .* [\\d/]+ s \\(${textModel}\\)$`));
	});

	it('are found by words of their text, in any order', async () => {
		const found = valuesOf(await open(provider, { filter: '4/8/12 SORA' }));
		expect(found).toContain(textModel);
		expect(found.length).toBeLessThan(valuesOf(await open(provider)).length);
	});

	it('are the known ones where no credential is chosen, with a line that says so', async () => {
		const list = await open(provider, { credential: null });
		expectNoticesAndKnown(list, provider, [false]);
		expect(list.results[0]?.name).toBe(`For all models, choose a credential of ${displayName}:`);
		expect(sandbox.requests).toEqual([]);
	});

	it('are the known ones where the provider can not be reached, and are asked for anew the next time', async () => {
		const baseUrl = await closedUrl();
		const list = await open(provider, { credential: { baseUrl } });
		expectNoticesAndKnown(list, provider, [false, true]);
		expect(list.results.slice(0, 2).map(({ name }) => name)).toEqual([
			`${displayName} can't be reached (ECONNREFUSED).`,
			"Look at the credential's Base URL. Known models:",
		]);
		const found = await open(provider, { credential: { baseUrl }, filter: 'sora pro' });
		expect(valuesOf(found)[0]).toBe(false);
		expect(valuesOf(found).length).toBeLessThan(valuesOf(list).length);
	});

	it.each<[string, TinyReply | 'drop', RegExp]>([
		['a 500', { status: 500, body: { error: { message: 'Out of order' } } }, /can't list its models now \(HTTP 500, Out of order\)/],
		['a 429', { status: 429, body: {} }, /can't list its models now \(HTTP 429\)/],
		['a 404 in HTML', { status: 404, body: '<html>Not found</html>' }, /gives no list of models \(HTTP 404\)/],
		['another list', { body: { data: 'none' } }, /gives no list of models \(HTTP 200\)/],
		['a dropped connection', 'drop', /can't be reached/],
		['a redirect', { status: 302, headers: { location: 'https://example.com/' } }, /gives no list of models \(HTTP 302\)/],
	])('are the known ones after %s', async (_name, reply, why) => {
		const server = await startTinyServer(() => reply);
		const list = await open(provider, { credential: { baseUrl: server.url, apiKey: 'sk-secret-key' } });
		await server.close();
		expectNoticesAndKnown(list, provider, [false, true]);
		expect(list.results[0]?.name).toMatch(why);
		expect(JSON.stringify(list)).not.toContain('sk-secret-key');
	});
});

it.each(withKey)(
	'$displayName: where the key is refused, the error says so, and not the key',
	async ({ provider, displayName }) => {
		const server = await startTinyServer(() => ({ status: 401, body: { error: { message: 'Invalid key sk-secret-key' } } }));
		const error = await errorOf(open(provider, { credential: { baseUrl: server.url, apiKey: 'sk-secret-key' } }));
		await server.close();
		expect(error.description).toBe('Invalid key (API key)');
		expect(error).toMatchObject({
			message: `${displayName} refuses this API key (HTTP 401): put a valid one into the credential`,
			// By which n8n's editor links to the credential.
			httpCode: '401',
		});
		expect(JSON.stringify(error)).not.toContain('sk-secret-key');
	},
);

describe('AI/ML API', () => {
	it('names what is withdrawn, what retires, and what to use instead', async () => {
		sandbox.settings.withdrawnModels = ['openai/sora-2-t2v', 'openai/sora-2-i2v'];
		sandbox.settings.retiringModels = ['google/veo-3.1'];
		sandbox.settings.successors = { 'openai/sora-2-t2v': 'google/veo-3.1', 'google/veo-3.1': 'google/veo-4' };
		const list = await openAll('aimlApi');
		expect(lineOf(list, 'openai/sora-2-t2v')).toBe(
			'Retired 2026-09-24, use google/veo-3.1. Sora 2, text to video, 720p, 4/8/12 s (openai/sora-2-t2v)',
		);
		expect(lineOf(list, 'openai/sora-2-i2v')).toMatch(/^Retired 2026-09-24\. Sora 2/);
		expect(lineOf(list, 'google/veo-3.1')).toBe(
			'Retires 2027-01-31, use google/veo-4. Veo 3.1 Text-to-Video (google/veo-3.1)',
		);
		expect(list.results.find(({ value }) => value === 'google/veo-3.1')?.url).toMatch(/^https:\/\/docs\.aimlapi\.com\//);
	});

	it('says what a model costs at least', async () => {
		sandbox.settings.aimlPricing = { 'google/veo-3.1': { kind: 'variants', variants: [{ when: { resolution: '720p' }, price: 0.2, unit: 'second', per: 1 }] } };
		expect(lineOf(await openAll('aimlApi'), 'google/veo-3.1')).toBe('Veo 3.1 Text-to-Video, from $0.2/s (google/veo-3.1)');
	});

	it('still lists its models where its feed of retirements fails', async () => {
		const server = await startTinyServer(({ url }) =>
			url.includes('deprecations')
				? { status: 500, body: {} }
				: { body: { data: [{ id: 'google/veo-9', aliases: ['veo-9'], info: { name: 'Veo 9' } }] } },
		);
		const list = await open('aimlApi', { credential: { baseUrl: server.url } });
		await server.close();
		expect(lineOf(list, 'google/veo-9')).toBe('Veo 9 (google/veo-9)');
	});

	it('a known model that is listed under another name is there', async () => {
		const server = await startTinyServer(() => ({ body: { data: [{ id: 'vendor/sora-2', aliases: ['openai/sora-2-t2v'], info: { name: 'Sora' } }] } }));
		const list = await open('aimlApi', { credential: { baseUrl: server.url } });
		await server.close();
		expect(lineOf(list, 'openai/sora-2-t2v')).toMatch(/^Retired 2026-09-24\. Sora 2, text/);
		expect(valuesOf(list)).not.toContain('vendor/sora-2');
	});
});

describe('EvoLink', () => {
	it('lists its video models only, though its list says of none what it makes', async () => {
		const ids = valuesOf(await open('evoLink'));
		const video = ['kling-o3-text-to-video', 'MiniMax-Hailuo-2.3', 'seedance-1.5-pro', 'veo-3.1', 'wan2.6-image-to-video'];
		expect(ids).toEqual(expect.arrayContaining(video));
		const others = ['gpt-4o', 'gpt-image-1.5', 'wan2.5-text-to-image', 'doubao-seedream-4.5', 'gemini-3-pro-image-preview', 'suno-v5'];
		for (const other of others) expect(ids).not.toContain(other);
	});

	it('says what a second costs, where it publishes that', async () => {
		const list = await openAll('evoLink');
		expect(lineOf(list, 'kling-v3-text-to-video')).toMatch(/^kling-v3-text-to-video: unit price \$0\.0794\/s, /);
		expect(lineOf(list, 'sora-2-preview')).not.toContain('$');
		const asked = only(sandbox.requests.filter(({ path }) => path.includes('pricing-rules')));
		expect(asked.headers.authorization).toBeUndefined();
	});

	it('says which of the models that its pages have is not in its list', async () => {
		const server = await startTinyServer(() => ({ body: { data: [{ id: 'kling-v3-text-to-video' }] } }));
		const list = await open('evoLink', { credential: { baseUrl: server.url } });
		await server.close();
		expect(list.results[0]?.value).toBe('kling-v3-text-to-video');
		expect(list.results[0]?.name).not.toMatch(/not in/i);
		expect(lineOf(list, 'kling-v3-turbo-text-to-video')).toMatch(/^Not in its list now\. /);
	});

	it('refuses a wrong key', async () => {
		const error = await errorOf(open('evoLink', { credential: { apiKey: 'sk-wrong-key' } }));
		expect(error).toMatchObject({ httpCode: '401', description: 'Invalid or expired token' });
		expect(error.message).toContain('EvoLink refuses this API key');
	});

	it('asks again with another key, also if the first one was right', async () => {
		await open('evoLink');
		await errorOf(open('evoLink', { credential: { apiKey: 'sk-wrong-key' } }));
		expect(valuesOf(await open('evoLink'))).toContain('veo-3.1');
	});
});

describe('fal', () => {
	it('reads every page of every kind of video model, without the key', async () => {
		const ids = valuesOf(await open('fal', { filter: 'veo3.1' }));
		expect(ids).toEqual(expect.arrayContaining(['fal-ai/veo3.1', 'fal-ai/veo3.1/image-to-video']));
		expect(valuesOf(await open('fal', { filter: 'flux/dev' }))).toEqual([]);
		const asked = sandbox.requests.filter(({ path }) => path === '/v1/models');
		expect([...new Set(asked.map(({ query }) => query.category))]).toEqual(['text-to-video', 'image-to-video', 'video-to-video', 'audio-to-video']);
		expect(JSON.stringify(asked)).not.toContain(sandbox.apiKeys.fal);
	});

	it('says what a second or a video costs, of fifty at a time, with the key', async () => {
		const list = await openAll('fal');
		expect(lineOf(list, 'fal-ai/veo3.1')).toMatch(/, unit price \$0\.4\/s \(fal-ai\/veo3\.1\)$/);
		const asked = sandbox.requests.filter(({ path }) => path === '/v1/models/pricing');
		expect(asked).toHaveLength(Math.ceil(list.results.length / 50));
		expect(asked.every(({ headers }) => headers.authorization === `Key ${sandbox.apiKeys.fal}`)).toBe(true);
	});

	it('is shown without prices where its key is refused', async () => {
		const list = await open('fal', { credential: { apiKey: 'wrong' }, filter: 'veo3.1' });
		expect(valuesOf(list)).toContain('fal-ai/veo3.1');
		expect(JSON.stringify(list)).not.toContain('unit price');
	});
});

describe('Vtrix', () => {
	it("asks its open list without the key, on the host that the credential's base URL stands for", async () => {
		await open('vtrix');
		const request = only(sandbox.requests);
		expect(request).toMatchObject({ path: '/api/v1/skill/models', query: { type: 'video', page: '1' } });
		expect(request.headers.authorization).toBeUndefined();
		expect(JSON.stringify(request)).not.toContain(sandbox.apiKeys.vtrix);
	});

	it('says nothing of the key where its open list is closed', async () => {
		const server = await startTinyServer(() => ({ status: 401, body: { message: 'No' } }));
		const list = await open('vtrix', { credential: { baseUrl: server.url } });
		await server.close();
		expectNoticesAndKnown(list, 'vtrix', [false, true]);
		expect(list.results[0]?.name).toContain('Vtrix gives no list of models (HTTP 401, No)');
	});

	it('reads every page of its list', async () => {
		const page = (number: number) => ({ data: { models: [{ id: `kling_${number}`, type: 'Video' }], page: number, total_pages: 3 } });
		const server = await startTinyServer(({ url }) => ({ body: page(Number(new URL(url, 'http://x').searchParams.get('page'))) }));
		const list = await open('vtrix', { credential: { baseUrl: server.url } });
		await server.close();
		expect(valuesOf(list).slice(0, 3)).toEqual(['kling_1', 'kling_2', 'kling_3']);
	});

	it('a list that never ends is left after some pages', async () => {
		const server = await startTinyServer(({ url }) => {
			const page = Number(new URL(url, 'http://x').searchParams.get('page'));
			return { body: { data: { models: [], page, total_pages: page + 1 } } };
		});
		await open('vtrix', { credential: { baseUrl: server.url } });
		await server.close();
		expect(server.calls.length).toBeLessThanOrEqual(20);
	});
});

it('a provider that there is not is an error that says so', async () => {
	const search = searchList(new SoraVideo(), { path: 'parameters.model', method: 'searchModels', parameters: { provider: 'nobody' } });
	expect((await errorOf(search)).message).toContain('"nobody" is not a provider');
});

it.each(cases)('$displayName: a model that is only in the live list makes a video', async ({ provider }) => {
	const liveModel = liveModels[provider] ?? '';
	const run = await runSoraVideo(sandbox, { provider, operation: 'create', parameters: { model: model(liveModel), prompt: 'Sea' } });
	expect(only(only(run.outputs)).json).toMatchObject({ model: liveModel, failure: null });
	expect(sandbox.creates).toHaveLength(1);
});

for (const { provider, displayName } of withKey) {
	if (knownOf(provider).length > 0) continue;
	it(`${displayName} has no known models: a list that fails is an error that says why`, async () => {
		const error = await errorOf(open(provider, { credential: { baseUrl: await closedUrl() } }));
		expect(error.message).toBe(`${displayName} can't be reached: look at the credential's Base URL`);
		expect(error.description).toBe('ECONNREFUSED');
		const { results } = await open(provider, { credential: null });
		expect(results.map(({ name }) => name)).toEqual([`For all models, choose a credential of ${displayName}:`]);
	});
}
