import { setTimeout as sleep } from 'node:timers/promises';

import type { IDataObject } from 'n8n-workflow';

import type { Sandbox } from '../sandbox';
import {
	createsOf,
	expectSentence,
	inputsOf,
	itemsOf,
	jsonsOf,
	messageOf,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	withSandbox,
	type ProviderCase,
} from './setup';

const goOn = { onError: 'continueRegularOutput' } as const;
const aimlApi = only(providerCases.filter(({ provider }) => provider === 'aimlApi'));

function numbered(count: number, directive = ''): string[] {
	return Array.from({ length: count }, (_, index) => `Video ${index}${directive}`);
}

async function run(sandbox: Sandbox, providerCase: ProviderCase, prompts: string[], more: IDataObject = {}, settings: object = goOn) {
	return await runSoraVideo(sandbox, {
		provider: providerCase.provider,
		operation: 'createAndWait',
		parameters: { ...promptFromItem(providerCase), ...more },
		items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		settings,
	});
}

/** The most jobs that ran at the provider at once. */
function mostInFlight({ jobs }: Sandbox): number {
	const runningAt = (time: number) =>
		jobs.filter(({ createdAt, runSeconds }) => createdAt <= time && time < createdAt + runSeconds * 1000).length;
	return Math.max(...jobs.map(({ createdAt }) => runningAt(createdAt)));
}

/** Every item has left by Completed with its own job, and each job was created once. */
function expectAllDone(sandbox: Sandbox, prompts: string[], outcome: Awaited<ReturnType<typeof run>>): void {
	expect(outcome.status).toBe('success');
	expect(inputsOf(outcome)).toEqual([[...prompts.keys()], [], []]);
	expect(sandbox.jobs).toHaveLength(prompts.length);
	const idByPrompt = new Map(sandbox.jobs.map(({ prompt, id }) => [prompt, id]));
	expect(jsonsOf(outcome)[0]?.map(({ id }) => id)).toEqual(prompts.map((prompt) => idByPrompt.get(prompt)));
}

/** Waits until something is so; the test's own time ends a wait for what never comes. */
async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await sleep(5);
}

test.concurrent('fifty items are all in flight before the first has ended', async () => {
	await withSandbox(async (sandbox) => {
		const prompts = numbered(50);
		// The jobs stand still until all are there.
		sandbox.clock.speed = 0;
		const running = run(sandbox, aimlApi, prompts);
		await until(() => sandbox.jobs.length === prompts.length);
		sandbox.clock.speed = 1;
		sandbox.clock.advance(2_000);
		expectAllDone(sandbox, prompts, await running);
	}, { jobSeconds: 2 });
});

test.concurrent('Batch Size bounds the jobs in flight', async () => {
	await withSandbox(async (sandbox) => {
		const prompts = numbered(5);
		const outcome = await run(sandbox, aimlApi, prompts, { options: { batchSize: 2 } });
		expectAllDone(sandbox, prompts, outcome);
		expect(mostInFlight(sandbox)).toBe(2);
	}, { jobSeconds: 3 });
});

test.concurrent("a provider's cap slows the batch and loses nothing", async () => {
	await withSandbox(async (sandbox) => {
		const prompts = numbered(12);
		const outcome = await run(sandbox, aimlApi, prompts, {}, {});
		expectAllDone(sandbox, prompts, outcome);
		expect(mostInFlight(sandbox)).toBe(3);
		// Nine at once are refused; from then on one at a time knocks.
		expect(createsOf(sandbox).length).toBeLessThanOrEqual(40);
	}, { jobSeconds: 1, maxConcurrentJobs: 3 });
});

test.concurrent('a cap, without waiting for the jobs', async () => {
	await withSandbox(async (sandbox) => {
		const prompts = numbered(8);
		const outcome = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'create',
			parameters: { ...promptFromItem(only(providerCases.filter(({ provider }) => provider === 'evoLink'))) },
			items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		});
		expect(outcome.status).toBe('success');
		expect(inputsOf(outcome)).toEqual([[...prompts.keys()]]);
		expect(sandbox.jobs.map(({ prompt }) => prompt).sort()).toEqual(prompts);
	}, { jobSeconds: 1, maxConcurrentJobs: 3 });
});

test.concurrent('Retry-After holds for the whole batch, whatever was accepted meanwhile', async () => {
	await withSandbox(async (sandbox) => {
		const refused = [0, 1, 2].map((index) => `Refused ${index} [sandbox create=429:1 retryAfter=3]`);
		const late = 'Accepted late [sandbox create=hang:1 hang=0.5]';
		const prompts = [...refused, late, ...numbered(4)];
		const outcome = await run(sandbox, aimlApi, prompts);
		expectAllDone(sandbox, prompts, outcome);
		const times = sandbox.creates.map(({ at }) => at).sort((one, other) => one - other);
		// Eight at once, a pause as long as was asked for at least, then the three again.
		expect((times[8] ?? 0) - (times[2] ?? 0)).toBeGreaterThanOrEqual(2900);
		expect(sandbox.creates).toHaveLength(prompts.length + refused.length);
	});
});

test.concurrent('many refusals at once are waited out, and each item is created once', async () => {
	await withSandbox(async (sandbox) => {
		const prompts = numbered(20, ' [sandbox create=429:1]');
		const outcome = await run(sandbox, aimlApi, prompts);
		expectAllDone(sandbox, prompts, outcome);
	});
});

test.concurrent.each([
	['no Retry-After', ''],
	['a Retry-After beyond it', ' retryAfter=60'],
])('patience with 429 ends with the timeout (%s)', async (_name, directive) => {
	await withSandbox(async (sandbox) => {
		const prompts = [...numbered(3, ` [sandbox create=429${directive}]`)];
		const outcome = await run(sandbox, aimlApi, prompts, { timeout: 3 });
		expect(inputsOf(outcome)).toEqual([[], [0, 1, 2], []]);
		expect(sandbox.jobs).toEqual([]);
		for (const item of outcome.outputs[1] ?? []) {
			expect(item.json).toMatchObject({ id: null, failure: { category: 'rateLimit', retryable: true } });
			expectSentence(messageOf(item), 'AI/ML API', '429', 'Batch Size');
		}
	});
});

test.concurrent('an item whose turn never came says so', async () => {
	await withSandbox(async (sandbox) => {
		const prompts = ['First [sandbox create=429 retryAfter=60]', 'Slow [sandbox create=hang:1 hang=0.3]', 'Later'];
		const outcome = await run(sandbox, aimlApi, prompts, { timeout: 2, options: { batchSize: 2 } });
		expect(inputsOf(outcome)[1]).toEqual([0, 2]);
		expect(messageOf(outcome.outputs[1]?.[1])).toContain('turn did not come');
		expectSentence(messageOf(outcome.outputs[1]?.[1]), 'AI/ML API', '429', 'Batch Size');
		expect(createsOf(sandbox)).toHaveLength(2);
	}, { jobSeconds: 60 });
});

test.concurrent('where one item stops the node, those that wait for their turn are not sent any more', async () => {
	await withSandbox(async (sandbox) => {
		const prompts = ['Sea', ...numbered(3, ' [sandbox create=429:1]'), '[sandbox nonsense]'];
		const outcome = await run(sandbox, aimlApi, prompts, {}, {});
		expect(outcome.status).toBe('error');
		expect(sandbox.jobs.map(({ prompt }) => prompt)).toEqual(['Sea']);
		expect(outcome.error?.description).toContain(sandbox.jobs[0]?.id);
		expect(createsOf(sandbox)).toHaveLength(prompts.length);
	});
});
