import type { IDataObject } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import type { Sandbox } from '../sandbox';
import { runAsTool } from './harness';
import {
	createJobs,
	createsOf,
	credentialTypes,
	itemKeys,
	only,
	providerCases,
	sandboxCredentials,
	withSandbox,
	type ProviderCase,
} from './setup';

const fromAi = (name: string) => `={{ $fromAI('${name}', 'The ${name}', 'string') }}`;

async function call(
	sandbox: Sandbox,
	{ provider, textModel }: ProviderCase,
	via: 'request' | 'invoke',
	operation: string,
	args: IDataObject,
) {
	const chosen = { __rl: true, mode: 'id', value: textModel };
	const asksFor = operation.startsWith('create') ? 'prompt' : 'jobId';
	return await runAsTool(new SoraVideo(), args, {
		via,
		parameters: { provider, operation, timeout: 1, binaryPropertyName: 'data', model: chosen, [asksFor]: fromAi(asksFor) },
		credentials: sandboxCredentials(sandbox),
		credentialTypes,
	});
}

/** The items that the language model reads. */
function itemsIn(answer: string | undefined): IDataObject[] {
	const parsed: unknown = JSON.parse(answer ?? 'null');
	return Array.isArray(parsed) ? parsed : [];
}

const ways = providerCases.flatMap((providerCase) =>
	(['request', 'invoke'] as const).map((via) => ({ provider: providerCase.provider, via, providerCase })),
);

describe('as the tool of an AI Agent', () => {
	test.concurrent.each(ways)('$provider, $via: every ending of a job reaches the agent', async ({ via, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const endings = [
				{ prompt: 'Sea', expected: { status: 'completed', videoUrl: providerCase.givesNoLink ? null : expect.stringContaining('http') } },
				{ prompt: '[sandbox fail=moderation]', expected: { status: 'failed', failure: { category: 'moderation' } } },
				{ prompt: '[sandbox slow]', expected: { videoUrl: null, failure: null } },
			];
			const runs = await Promise.all(
				endings.map(async ({ prompt }) => await call(sandbox, providerCase, via, 'createAndWait', { prompt })),
			);
			for (const [index, { prompt, expected }] of endings.entries()) {
				const { error, answer, tool } = runs[index] ?? {};
				expect(error).toBeUndefined();
				expect(tool?.parameters).toEqual(['prompt']);
				const item = only(itemsIn(answer));
				expect(Object.keys(item).sort()).toEqual(itemKeys);
				const job = sandbox.jobs.find((each) => each.prompt === prompt);
				expect(item).toMatchObject({ ...expected, id: job?.id });
			}
			expect(createsOf(sandbox)).toHaveLength(3);
		});
	});

	test.concurrent.each(ways)('$provider, $via: every operation answers', async ({ via, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const [jobId = ''] = await createJobs(sandbox, providerCase, ['Sea']);
			sandbox.clock.advance(1000);
			for (const operation of ['getStatus', 'waitForCompletion', 'download']) {
				const { answer, error } = await call(sandbox, providerCase, via, operation, { jobId });
				expect(error).toBeUndefined();
				// An older agent is told of the file besides.
				expect(answer).toContain(jobId);
				expect(answer).toContain('completed');
			}
			const { answer } = await call(sandbox, providerCase, via, 'create', { prompt: 'Moor' });
			expect(answer).toContain(sandbox.jobs[1]?.id);
		});
	});

	test.concurrent.each(ways)('$provider, $via: what went wrong reaches the agent, with the id', async ({ via, providerCase }) => {
		await withSandbox(async (sandbox) => {
			const { unknownId } = providerCase;
			const unknown = await call(sandbox, providerCase, via, 'waitForCompletion', { jobId: unknownId });
			expect(`${unknown.answer} ${unknown.error?.message}`).toContain(unknownId);
			const empty = await call(sandbox, providerCase, via, 'createAndWait', { prompt: ' ' });
			expect(`${empty.answer} ${empty.error?.message}`).toContain('prompt is empty');
			expect(createsOf(sandbox)).toEqual([]);
		});
	});

	it.each(['cancel', 'create', 'createAndWait', 'download', 'getStatus', 'waitForCompletion'])('%s is described for a language model', async (operation) => {
		await withSandbox(async (sandbox) => {
			const asksFor = operation.startsWith('create') ? 'prompt' : 'jobId';
			const { tool } = await runAsTool(new SoraVideo(), { [asksFor]: 'x' }, {
				parameters: { provider: 'replicate', operation, [asksFor]: fromAi(asksFor) },
				credentials: sandboxCredentials(sandbox),
				credentialTypes,
			});
			expect(tool?.description).toMatch(operation.startsWith('create') ? /Costs money each time/ : /by its id/);
			expect(tool?.description).not.toContain(new SoraVideo().description.description);
		});
	});

	test.concurrent.each(['request', 'invoke'] as const)('%s: a limit that is left to the agent stops the create', async (via) => {
		await withSandbox(async (sandbox) => {
			const { answer, error } = await runAsTool(new SoraVideo(), { prompt: 'Sea', limit: 1_000 }, {
				via,
				parameters: {
					provider: 'openRouter',
					operation: 'createAndWait',
					model: { __rl: true, mode: 'id', value: 'alibaba/wan-2.7' },
					prompt: fromAi('prompt'),
					options: { maxCost: "={{ $fromAI('limit', 'What to spend', 'number') }}" },
				},
				credentials: sandboxCredentials(sandbox),
				credentialTypes,
			});
			expect(`${answer} ${error?.message}`).toContain('Options > Max Cost is left to the AI agent');
			expect(createsOf(sandbox)).toEqual([]);
		});
	});
});
