import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import type { Sandbox } from '../sandbox';
import { runAsTool, type NodeRun, type ToolOptions } from './harness';
import { deduplicator } from './harness/deduplicator';
import { readLog } from './harness/log';
import {
	createsOf,
	credentialTypes,
	expectSentence,
	itemsOf,
	jsonsOf,
	messageOf,
	model,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	sandboxCredentials,
	withSandbox,
} from './setup';

const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
const aimlApi = only(providerCases.filter(({ provider }) => provider === 'aimlApi'));
const five = { retryOnFail: true, maxTries: 5 } as const;
const lines = readLog();
/** Makes a clock run ahead. */
function hurry(clock: { now: () => number }): void {
	const now = clock.now.bind(clock);
	const begun = now();
	jest.spyOn(clock, 'now').mockImplementation(() => begun + (now() - begun) * 20);
}
beforeAll(() => {
	// Waits are as long as they are for users, on clocks that run ahead.
	hurry(Date);
	hurry(performance);
});
beforeEach(() => {
	lines.length = 0;
});
afterAll(() => {
	jest.restoreAllMocks();
});

/** The part of a prompt that its item gave, whatever the expression added to it. */
function itemOf(prompt: string): string {
	return /Video \d+\b/.exec(prompt)?.[0] ?? prompt;
}

function jobsByItem(sandbox: Sandbox): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { prompt } of sandbox.jobs) counts[itemOf(prompt)] = (counts[itemOf(prompt)] ?? 0) + 1;
	return counts;
}

/** Everything that a run of the node has told anywhere in n8n. */
function toldBy({ outputs, error, hints }: Pick<NodeRun, 'outputs' | 'error' | 'hints'>): string {
	return JSON.stringify([outputs, error?.message, error?.description, hints]);
}

/** No item has two jobs; each id that came is told in n8n and in the log, and each other create in the log by its request. */
function expectNothingLost(sandbox: Sandbox, told: string): void {
	expect(Object.values(jobsByItem(sandbox)).filter((count) => count > 1)).toEqual([]);
	for (const { id, prompt } of sandbox.jobs) {
		const isLost = prompt.includes('create=drop');
		expect(lines.filter((line) => line.includes(isLost ? `"${prompt.slice(0, 60)}` : id))).not.toEqual([]);
		if (!isLost) expect(told).toContain(id);
	}
}

/** A third of the creates gets no answer, and every second status question is refused once. */
function troubledItems(count: number): INodeExecutionData[] {
	return itemsOf(
		Array.from({ length: count }, (_, index) => {
			const trouble = index % 3 === 2 ? 'create=drop' : index % 2 === 0 ? 'status=401:1' : '';
			return { prompt: `Video ${index}${trouble && ` [sandbox ${trouble}]`}` };
		}),
	);
}

const changing = { prompt: '={{ $json.prompt }} {{ Math.random() }}' };

describe('Retry On Fail 5, a third of the creates lost, half of the questions refused, another prompt with each try', () => {
	it.each(['create', 'createAndWait'].flatMap((operation) => [evoLink, aimlApi].map(({ provider, textModel }) => ({ operation, provider, textModel }))))(
		'in a workflow: $provider, $operation',
		async ({ operation, provider, textModel }) => {
			await withSandbox(async (sandbox) => {
				const run = await runSoraVideo(sandbox, {
					provider,
					operation,
					parameters: { ...changing, model: model(textModel), timeout: 20 },
					items: troubledItems(12),
					settings: five,
				});
				expect(run.status).toBe('error');
				expect(run.error?.message).toMatch(/^Of 12 videos, [78] are created and charged \(IDs below\), but then: /);
				for (const { prompt } of sandbox.jobs.filter((job) => job.prompt.includes('drop'))) {
					expect(run.error?.description).toContain(itemOf(prompt));
				}
				expect(sandbox.jobs.length).toBeGreaterThan(8);
				expectNothingLost(sandbox, toldBy(run));
			});
		},
	);

	it.each(['request', 'invoke'] as const)("as an agent's tool: %s", async (via) => {
		await withSandbox(async (sandbox) => {
			const told: string[] = [];
			for (const { json } of troubledItems(6)) {
				const { error, answers } = await runTool(sandbox, { ...json, via }, five);
				told.push(JSON.stringify([error?.message, error?.description, answers]));
			}
			expect(sandbox.jobs).toHaveLength(6);
			expectNothingLost(sandbox, told.join());
			for (const [index, { prompt }] of sandbox.jobs.entries()) {
				if (prompt.includes('drop')) expect(told[index]).toContain(itemOf(prompt));
			}
		});
	});
});

interface Ask {
	via: 'request' | 'invoke';
	prompt?: unknown;
}

async function runTool(sandbox: Sandbox, { via, prompt }: Ask, options: ToolOptions = {}, operation = 'createAndWait') {
	return await runAsTool(new SoraVideo(), { prompt: String(prompt) }, {
		via,
		parameters: {
			provider: 'aimlApi',
			operation,
			timeout: 20,
			model: { __rl: true, mode: 'id', value: aimlApi.textModel },
			prompt: "={{ $fromAI('prompt', '', 'string') }} {{ Math.random() }}",
		},
		credentials: sandboxCredentials(sandbox),
		credentialTypes,
		...options,
	});
}

const ways = ['request', 'invoke'] as const;

describe.each(ways)("an agent's tool: %s", (via) => {
	it('two asks for the same video are two videos', async () => {
		for (const atOnce of [false, true]) {
			await withSandbox(async (sandbox) => {
				const then = [{ prompt: 'Sea' }, { prompt: 'Moor' }];
				sandbox.faults.create.push({ kind: 'hang', hangSeconds: 0.3 });
				const { answers } = await runTool(sandbox, { via, prompt: 'Sea' }, { ...five, then, atOnce });
				expect(sandbox.jobs.map(({ prompt }) => prompt.split(' ')[0]).sort()).toEqual(['Moor', 'Sea', 'Sea']);
				for (const { id } of sandbox.jobs) expect(answers.filter((answer) => answer.includes(id))).toHaveLength(1);
			});
		}
	});

	it('a try that failed after its job was created goes on with it', async () => {
		await withSandbox(async (sandbox) => {
			const { answer } = await runTool(sandbox, { via, prompt: 'Sea [sandbox status=401:2]' }, five);
			expect(answer).toContain(only(sandbox.jobs).id);
			expect(answer).toContain('completed');
		});
	});
});

it.each(ways)('an agent that asks again for what its tool could not give gets the job that it has paid for: %s', async (via) => {
	await withSandbox(async (sandbox) => {
		// More often than a wait asks again.
		const again = [{ prompt: 'Sea [sandbox status=401:8]' }];
		const { answers } = await runTool(sandbox, { via, prompt: again[0]?.prompt }, { then: again });
		const { id } = only(sandbox.jobs);
		expect(answers[0]).toContain('refused to tell');
		expect(answers[1]).toContain(id);
		expect(answers[1]).toContain('completed');
	});
});

it.each(ways)('an agent that asks again for a video whose create was lost gets none: %s', async (via) => {
	await withSandbox(async (sandbox) => {
		const prompt = 'Sea [sandbox create=drop]';
		for (const settings of [{}, { onError: 'continueRegularOutput' as const }]) {
			sandbox.reset();
			const { answers } = await runTool(sandbox, { via, prompt }, { ...settings, then: [{ prompt }] });
			expect(answers[1]).toContain('not sent again');
			expect(createsOf(sandbox)).toHaveLength(1);
		}
	});
});

describe('five rows, the fifth blank', () => {
	const rows = itemsOf(['A', 'B', 'C', 'D', ''].map((prompt) => ({ prompt })));
	const call = (operation: string, settings = {}) => ({
		provider: 'evoLink',
		operation,
		parameters: { ...promptFromItem(evoLink), timeout: 20 },
		items: rows,
		settings,
	});

	it.each(['create', 'createAndWait'])('%s: nothing is sent, and one sentence names it', async (operation) => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, call(operation, five));
			expectSentence(run.error?.message, 'Nothing was sent to EvoLink, because in item 5 of 5 the prompt is empty: ');
			expect(sandbox.requests).toEqual([]);
			expect(lines).toEqual([]);
		});
	});

	it.each(['create', 'createAndWait'])('%s, On Error set to continue: four jobs', async (operation) => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, call(operation, { onError: 'continueRegularOutput' }));
			expect(sandbox.jobs).toHaveLength(4);
			expect(run.outputs.flat()).toHaveLength(5);
			expect(messageOf(run.outputs.flat().find(({ json }) => json.id === null))).toContain('prompt is empty');
		});
	});

	it('all problems of all items stand in one error', async () => {
		await withSandbox(async (sandbox) => {
			const run = await runSoraVideo(sandbox, {
				...call('create'),
				parameters: { ...promptFromItem(evoLink), duration: '={{ $json.duration }}' },
				items: itemsOf([
					{ prompt: '', duration: 5 }, { prompt: 'B', duration: 4 }, { prompt: ' ', duration: 4 },
					{ prompt: 'D', duration: 7 }, { prompt: '', duration: 4 },
				]),
			});
			expectSentence(run.error?.message, 'in item 1 of 5 ', 'not 5', 'in item 3 of 5', 'in item 4 of 5', "and 1 more item has problems");
			expect(run.error?.description).toContain('in item 5 of 5 the prompt is empty');
			expect(sandbox.requests).toEqual([]);
		});
	});
});

describe('what becomes of creates is in the log', () => {
	it('before each is sent, and after', async () => {
		await withSandbox(async (sandbox) => {
			const prompts = ['Sea\n\u001b[2J forged', '[sandbox create=drop]', '[sandbox create=404]'];
			await runSoraVideo(sandbox, {
				provider: 'aimlApi',
				operation: 'create',
				parameters: { ...promptFromItem(aimlApi), options: { batchSize: 1 } },
				items: itemsOf(prompts.map((prompt) => ({ prompt }))),
				settings: { onError: 'continueRegularOutput', executionId: '77' },
			});
			const where = (item: number) => `(execution 77, node "Node", item ${item} of 3)`;
			const sends = (prompt: string, item: number) => `Sora Video sends a create to AI/ML API: "${prompt}" (openai/sora-2-t2v) ${where(item)}`;
			expect(lines).toEqual([
				sends('Sea  [2J forged', 1),
				`Sora Video created AI/ML API job ${sandbox.jobs[0]?.id} ${where(1)}`,
				sends('[sandbox create=drop]', 2),
				expect.stringMatching(/^Sora Video doesn't know what became of a create: .*item 2 of 3\)$/),
				sends('[sandbox create=404]', 3),
				expect.stringMatching(/^Sora Video created nothing: .*item 3 of 3\)$/),
			]);
			expect(lines.join('')).not.toMatch(/[\p{Cc}]/u);
		});
	});

	it('the line stands there before the request leaves', async () => {
		await withSandbox(async (sandbox) => {
			const seen: number[] = [];
			const { push } = lines;
			lines.push = (...added) => {
				seen.push(createsOf(sandbox).length);
				return push.apply(lines, added);
			};
			await runSoraVideo(sandbox, { provider: 'aimlApi', operation: 'create', parameters: { ...promptFromItem(aimlApi), prompt: 'Sea' } });
			lines.push = push;
			expect(seen).toEqual([0, 1]);
		});
	});
});

describe('an execution that n8n begins again after a crash', () => {
	const call = (settings: object, options: IDataObject = {}) => ({
		provider: 'evoLink',
		operation: 'create',
		parameters: { ...promptFromItem(evoLink), options },
		items: itemsOf([{ prompt: 'Sea' }, { prompt: 'Moor' }]),
		settings,
	});

	it('creates nothing once more, and says where to look', async () => {
		await withSandbox(async (sandbox) => {
			const first = await runSoraVideo(sandbox, call({ executionId: 'crashed-1' }));
			expect(first.status).toBe('success');
			const again = await runSoraVideo(sandbox, call({ ...five, executionId: 'crashed-1' }));
			expect(again.status).toBe('error');
			expect(again.error?.message).toContain('n8n has begun this execution again');
			expect(again.error?.message).toContain('log of n8n');
			for (const prompt of ['Sea', 'Moor']) expect(again.error?.description).toContain(`"${prompt}"`);
			const items = await runSoraVideo(sandbox, call({ executionId: 'crashed-1', onError: 'continueRegularOutput' }));
			expect(jsonsOf(items)[0]).toMatchObject([{ id: null, failure: { code: 'outcome_unknown' } }, { id: null }]);
			expect(sandbox.jobs).toHaveLength(2);
			expect(lines.filter((line) => line.includes('may have sent'))).toHaveLength(4);
		});
	});

	it('creates them where the user allows it', async () => {
		await withSandbox(async (sandbox) => {
			await runSoraVideo(sandbox, call({ executionId: 'crashed-2' }));
			const again = await runSoraVideo(sandbox, call({ executionId: 'crashed-2' }, { resendUnknown: true }));
			expect(again.status).toBe('success');
			expect(sandbox.jobs).toHaveLength(4);
		});
	});

	it('one write a run, whatever its items and tries; and none where nothing is created', async () => {
		await withSandbox(async (sandbox) => {
			const before = deduplicator.writes;
			await runSoraVideo(sandbox, { ...call(five), items: itemsOf([{ prompt: 'A' }, { prompt: 'B [sandbox create=404:3]' }]) });
			expect(createsOf(sandbox)).toHaveLength(5);
			expect(deduplicator.writes).toBe(before + 1);
			await runSoraVideo(sandbox, { ...call({}), items: itemsOf([{ prompt: '' }]) });
			expect(deduplicator.writes).toBe(before + 1);
		});
	});

	it('two that set the first mark of a node at once both set it', async () => {
		await withSandbox(async (sandbox) => {
			deduplicator.rows.clear();
			const runs = async () => await Promise.all(['x-1', 'x-2'].map(async (executionId) => await runSoraVideo(sandbox, call({ executionId }))));
			for (const run of await runs()) expect(run.status).toBe('success');
			for (const run of await runs()) expect(run.error?.message).toContain('begun this execution again');
			expect(sandbox.jobs).toHaveLength(4);
		});
	});

	it('many that set their marks at once in one process all set them, with one write each', async () => {
		await withSandbox(async (sandbox) => {
			await runSoraVideo(sandbox, call({ executionId: 'many-0' }));
			const before = deduplicator.writes;
			const ids = Array.from({ length: 8 }, (_, index) => `many-${index + 1}`);
			const runs = async () => await Promise.all(ids.map(async (executionId) => await runSoraVideo(sandbox, call({ executionId }))));
			for (const run of await runs()) expect(run.status).toBe('success');
			expect(deduplicator.writes).toBe(before + ids.length);
			for (const run of await runs()) expect(run.error?.message).toContain('begun this execution again');
			expect(sandbox.jobs).toHaveLength(18);
		});
	});

	it('a mark that another process has overwritten is set again with the next one', async () => {
		await withSandbox(async (sandbox) => {
			deduplicator.rows.clear();
			await runSoraVideo(sandbox, call({ executionId: 'lost-1' }));
			deduplicator.rows.clear();
			await runSoraVideo(sandbox, call({ executionId: 'lost-2' }));
			const again = await runSoraVideo(sandbox, call({ executionId: 'lost-1' }));
			expect(again.error?.message).toContain('begun this execution again');
			expect(sandbox.jobs).toHaveLength(4);
		});
	});

	it('where n8n can set no mark the node goes on without', async () => {
		await withSandbox(async (sandbox) => {
			deduplicator.failing = 4;
			const run = await runSoraVideo(sandbox, call({ executionId: 'no-mark' }));
			expect(run.status).toBe('success');
			expect(deduplicator.failing).toBe(0);
			expect(sandbox.jobs).toHaveLength(2);
		});
	});

	it.each(['request', 'invoke'] as const)("an agent's tool: %s", async (via) => {
		await withSandbox(async (sandbox) => {
			const asks = { then: [{ prompt: 'Moor' }], executionId: `agent-${via}`, onError: 'continueRegularOutput' as const };
			const first = await runTool(sandbox, { via, prompt: 'Sea' }, asks);
			expect(first.answers.join()).not.toContain('outcome_unknown');
			const again = await runTool(sandbox, { via, prompt: 'Hill' }, asks);
			for (const answer of again.answers) expect(answer).toContain('outcome_unknown');
			expect(sandbox.jobs).toHaveLength(2);
		});
	});
});
