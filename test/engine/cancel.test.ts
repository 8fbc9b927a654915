import {
	createJobs,
	createsOf,
	inputsOf,
	isQuestionFor,
	itemKeys,
	itemsOf,
	jsonsOf,
	messageOf,
	promptFromItem,
	providerCases,
	runSoraVideo,
	withSandbox,
} from './setup';

const items = itemsOf(['One', 'Two', 'Three'].map((prompt) => ({ prompt: `${prompt} [sandbox slow]` })));

// What is not heeded goes on for ten minutes, or as long as the sandbox hangs: longer than a test may take.
describe('cancelling', () => {
	test.concurrent.each(providerCases)('$provider: a wait ends, and its ids stay visible', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'createAndWait',
				parameters: { ...promptFromItem(providerCase), timeout: 600 },
				items,
				settings: { cancelWhen: () => sandbox.jobs.length === items.length },
			});
			expect(run.status).toBe('canceled');
			// Still running and paid for.
			expect(inputsOf(run)).toEqual([[], [], [0, 1, 2]]);
			expect(jsonsOf(run)[2]?.map(({ id }) => id).sort()).toEqual(sandbox.jobs.map(({ id }) => id).sort());
			expect(run.runData.Node?.at(-1)?.executionStatus).toBe('success');
		});
	});

	test.concurrent.each(providerCases)('$provider: a wait for given ids ends', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			const ids = await createJobs(sandbox, providerCase, ['[sandbox slow]', '[sandbox slow status=hang]']);
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'waitForCompletion',
				parameters: { jobId: '={{ $json.id }}', timeout: 600 },
				items: itemsOf(ids.map((id) => ({ id }))),
				settings: { cancelWhen: () => ids.every((id) => sandbox.requests.some((request) => isQuestionFor(request, id))) },
			});
			expect(run.status).toBe('canceled');
			expect(jsonsOf(run).flat().map(({ id }) => id)).toEqual(ids);
		});
	});

	test.concurrent.each(providerCases)('$provider: items not begun create nothing and are not lost', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'createAndWait',
				parameters: { ...promptFromItem(providerCase), timeout: 600, options: { batchSize: 1 } },
				items,
				settings: { cancelWhen: () => sandbox.jobs.length === 1 },
			});
			expect(run.status).toBe('canceled');
			expect(createsOf(sandbox)).toHaveLength(1);
			expect(inputsOf(run)).toEqual([[], [1, 2], [0]]);
			for (const item of run.outputs[1] ?? []) {
				expect(Object.keys(item.json).sort()).toEqual(itemKeys);
				expect(item.json).toMatchObject({ id: null, failure: { category: 'cancelled' } });
			}
		});
	});

	test.concurrent.each(providerCases)('$provider: a create that hangs ends, its outcome unknown', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'create',
				parameters: { ...promptFromItem(providerCase), timeout: 600 },
				items: itemsOf([{ prompt: '[sandbox create=hang]' }, { prompt: 'Sea' }]),
				settings: { cancelWhen: () => sandbox.jobs.length === 2, onError: 'continueRegularOutput' },
			});
			expect(run.status).toBe('canceled');
			expect(createsOf(sandbox)).toHaveLength(2);
			expect(messageOf(run.outputs[0]?.[0])).toContain('may have created');
			expect(jsonsOf(run)).toMatchObject([
				[{ id: null, failure: { code: 'outcome_unknown' } }, { id: sandbox.jobs[1]?.id, failure: null }],
			]);
		});
	});

	test.concurrent.each(providerCases)('$provider: a create that is on its way still tells its id', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			sandbox.faults.create.push({ kind: 'hang', hangSeconds: 0.2 });
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'createAndWait',
				parameters: { ...promptFromItem(providerCase), timeout: 600 },
				items: itemsOf([{ prompt: 'Sea' }]),
				settings: { cancelWhen: () => createsOf(sandbox).length === 1 },
			});
			expect(run.status).toBe('canceled');
			expect(jsonsOf(run)).toMatchObject([[], [], [{ id: sandbox.jobs[0]?.id }]]);
		});
	});

	test.concurrent.each(providerCases)('$provider: a create that waits for its turn after a 429 is not sent any more', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'createAndWait',
				parameters: { ...promptFromItem(providerCase), timeout: 600 },
				items: itemsOf([{ prompt: '[sandbox create=429:1]' }, { prompt: 'Too [sandbox create=429:1]' }]),
				settings: { cancelWhen: () => createsOf(sandbox).filter(({ status }) => status === 429).length === 2, onError: 'continueRegularOutput' },
			});
			expect(run.status).toBe('canceled');
			expect(createsOf(sandbox)).toHaveLength(2);
			expect(sandbox.jobs).toEqual([]);
		});
	});

	test.concurrent.each(providerCases)('$provider: a download ends, and the id and the link stay', async (providerCase) => {
		await withSandbox(async (sandbox) => {
			const [id = ''] = await createJobs(sandbox, providerCase, ['[sandbox download=hang]']);
			sandbox.clock.advance(1000);
			const run = await runSoraVideo(sandbox, {
				provider: providerCase.provider,
				operation: 'waitForCompletion',
				parameters: { jobId: id, timeout: 600, downloadVideo: true },
				settings: { cancelWhen: () => sandbox.requests.some(({ path }) => /\.mp4$|\/content$|:download$/.test(path)), onError: 'continueRegularOutput' },
			});
			expect(run.status).toBe('canceled');
			const videoUrl = providerCase.givesNoLink ? null : expect.stringContaining('http');
			expect(jsonsOf(run).flat()).toMatchObject([{ id, status: 'completed', videoUrl }]);
		});
	});
});
