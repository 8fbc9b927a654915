import type { IDataObject } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import type { NodeRun } from './harness';
import { createsOf, expectSentence, inputsOf, itemsOf, messageOf, model, only, runSoraVideo } from './setup';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => {
	expect(sandbox.leaks).toEqual([]);
	await sandbox.stop();
});

async function create(provider: string, parameters: IDataObject, options: IDataObject, more = {}): Promise<NodeRun> {
	return await runSoraVideo(sandbox, {
		provider,
		operation: 'create',
		parameters: { prompt: 'Sea', ...parameters, options },
		settings: { onError: 'continueRegularOutput' },
		...more,
	});
}

const wan = { model: model('alibaba/wan-2.7'), duration: 5 };

it('what costs no more than the limit is created, and the price told', async () => {
	const run = await create('openRouter', wan, { maxCost: 0.5 });
	expect(only(only(run.outputs)).json).toMatchObject({ failure: null });
	expect(createsOf(sandbox)).toHaveLength(1);
	expect(run.hints.map(({ message }) => message)).toEqual(["By the provider's prices, one video costs $0.50 in all."]);
});

it('what costs more is not sent, and the sentence names price and limit', async () => {
	const run = await create('openRouter', wan, { maxCost: 0.49 });
	const item = only(only(run.outputs));
	expectSentence(messageOf(item), 'OpenRouter', '$0.50', '$0.49', 'Max Cost');
	expect(item.json).toMatchObject({ id: null, failure: { code: 'max_cost', category: 'invalidInput' } });
	expect(createsOf(sandbox)).toEqual([]);
});

it('is asked of each item by itself, and the sum of those that are created told', async () => {
	const items = itemsOf([{ seconds: 2 }, { seconds: 10 }, { seconds: 5 }]);
	const run = await create('openRouter', { ...wan, duration: '={{ $json.seconds }}' }, { maxCost: 0.6 }, { items });
	expect(inputsOf(run)).toEqual([[0, 1, 2]]);
	expect(createsOf(sandbox).map(({ body }) => Object(body).duration).sort()).toEqual([2, 5]);
	expect(run.hints.map(({ message }) => message).join()).toContain('2 videos cost $0.70 in all');
});

it('with On Error set to stop, one above the limit means that none is sent', async () => {
	const items = itemsOf([{ seconds: 2 }, { seconds: 10 }]);
	const run = await create('openRouter', { ...wan, duration: '={{ $json.seconds }}' }, { maxCost: 0.6 }, { items, settings: {} });
	expect(run.status).toBe('error');
	expect(createsOf(sandbox)).toEqual([]);
});

describe('a price that is not known', () => {
	it.each([
		['openRouter', 'bytedance/seedance-2.0', "isn't known before"],
		['openRouter', 'google/veo-3.1', 'set Duration'],
		['vtrix', 'sora_2_t2v', "Vtrix doesn't tell it"],
		['aimlApi', 'openai/sora-2-t2v', "isn't known before"],
		['fal', 'fal-ai/veo3.1', '$0.40 for each unit, "seconds"'],
	])('%s, %s: is refused with the reason, however high the limit', async (provider, id, said) => {
		const run = await create(provider, { model: model(id) }, { maxCost: 1_000 });
		expectSentence(messageOf(only(only(run.outputs))), said, '$1000.00', 'If Price Unknown');
		expect(createsOf(sandbox)).toEqual([]);
	});

	it('since Additional Body asks for another model than the one whose price is known', async () => {
		const run = await create('openRouter', wan, { maxCost: 0.5, additionalBody: { model: 'google/veo-3.1' } });
		expectSentence(messageOf(only(only(run.outputs))), "isn't known before", 'Additional Body', 'If Price Unknown');
		expect(createsOf(sandbox)).toEqual([]);
		const same = await create('openRouter', wan, { maxCost: 0.5, additionalBody: { model: 'alibaba/wan-2.7' } });
		expect(only(only(same.outputs)).json).toMatchObject({ failure: null });
	});

	it('is created where the user chose so, and a hint says that the limit was not kept', async () => {
		const run = await create('fal', { model: model('fal-ai/veo3.1') }, { maxCost: 0, unknownPrice: 'create' });
		expect(only(only(run.outputs)).json).toMatchObject({ failure: null });
		expect(createsOf(sandbox)).toHaveLength(1);
		expect(run.hints.map(({ message }) => message).join()).toContain('could not be kept');
	});

	it('since the provider is not there just now is one too', async () => {
		sandbox.settings.withdrawnModels = ['alibaba/wan-2.7'];
		const run = await create('openRouter', wan, { maxCost: 1 });
		expectSentence(messageOf(only(only(run.outputs))), "isn't known before");
	});
});

it('AI/ML API: the price of the variant that is asked for', async () => {
	sandbox.settings.aimlPricing = {
		'openai/sora-2-pro-t2v': { kind: 'variants', dimensions: ['resolution'], variants: [{ when: { resolution: '720p' }, price: 0.3, unit: 'second', per: 1 }, { when: { resolution: '1080p' }, price: 0.5, unit: 'second', per: 1 }] },
	};
	const video = { model: model('openai/sora-2-pro-t2v'), duration: 4, resolution: '1080p' };
	const run = await create('aimlApi', video, { maxCost: 1.9 });
	expectSentence(messageOf(only(only(run.outputs))), '$2.00', '$1.90');
	const cheaper = await create('aimlApi', { ...video, resolution: '720p' }, { maxCost: 1.9 });
	expect(only(only(cheaper.outputs)).json).toMatchObject({ failure: null });
	const asked = sandbox.requests.filter(({ query }) => query.include === 'pricing');
	expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

it('EvoLink: the price that its rules give the request, pictures with it, asked for without the key', async () => {
	const picture = { imageSource: 'url', imageUrl: `${sandbox.url}/cdn/images/red.png` };
	const video = { model: model('grok-imagine-video-1.5-preview'), duration: 10, resolution: '1080p' };
	const run = await create('evoLink', video, { maxCost: 1.74 });
	expectSentence(messageOf(only(only(run.outputs))), '$1.75', '$1.74');
	const dearer = await create('evoLink', { ...video, ...picture }, { maxCost: 1.755, imageCheck: 'off' });
	expectSentence(messageOf(only(only(dearer.outputs))), '$1.76');
	const created = await create('evoLink', video, { maxCost: 1.75 });
	expect(only(only(created.outputs)).json).toMatchObject({ failure: null });
	const byResult = await create('evoLink', { model: model('happyhorse-1.1-text-to-video') }, { maxCost: 100 });
	expectSentence(messageOf(only(only(byResult.outputs))), 'by what it made');
	const asked = sandbox.requests.filter(({ path }) => path.includes('pricing-rules'));
	expect(asked.map(({ headers }) => headers.authorization)).toEqual(asked.map(() => undefined));
	expect(createsOf(sandbox)).toHaveLength(1);
});

it.each([-1, 'much'])('a limit of %j is told before anything is sent', async (maxCost) => {
	const run = await create('openRouter', wan, { maxCost });
	expectSentence(messageOf(only(only(run.outputs))), 'Max Cost', String(maxCost));
	expect(createsOf(sandbox)).toEqual([]);
});

it.each(['={{ $json.limit }}', '={{ $json.limit ?? "" }}'])('a limit by an expression that gives nothing (%s) is no leave to spend anything', async (maxCost) => {
	const run = await create('openRouter', wan, { maxCost }, { items: itemsOf([{ limit: 0.5 }, {}]) });
	const [first, second] = only(run.outputs);
	expect(first?.json).toMatchObject({ failure: null });
	expectSentence(messageOf(second), 'Max Cost', 'gives nothing');
	expect(createsOf(sandbox)).toHaveLength(1);
});

it('nobody is asked for a price without a limit', async () => {
	await create('fal', { model: model('fal-ai/veo3.1') }, {});
	expect(sandbox.requests.some(({ path }) => path.includes('pricing'))).toBe(false);
});
