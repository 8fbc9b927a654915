import { patienceWithRefusals } from '../../nodes/SoraVideo/waiting/refusals';
import { patienceAtDeadline } from '../../nodes/SoraVideo/waiting/waitForJob';
import type { Sandbox } from '../sandbox';
import {
	createJobs,
	createsOf,
	inputsOf,
	isQuestionFor,
	itemsOf,
	jsonsOf,
	messageOf,
	model,
	providerCases,
	runSoraVideo,
	withSandbox,
	type ProviderCase,
} from './setup';

Object.assign(patienceWithRefusals, { pauses: [200], blip: 8_000 });
Object.assign(patienceAtDeadline, { pauses: [50, 50] });

// The looks at a job are seconds apart, so everything here waits side by side.
const goOn = { onError: 'continueRegularOutput' } as const;

/** When a job's status was asked for, in seconds from the first time. */
function asksFor(sandbox: Sandbox, id: string): number[] {
	const asked = sandbox.requests.filter((request) => isQuestionFor(request, id));
	return asked.map(({ at }) => (at - (asked[0]?.at ?? 0)) / 1000);
}

async function waitForIds(sandbox: Sandbox, provider: string, ids: string[], timeout: number) {
	return await runSoraVideo(sandbox, {
		provider,
		operation: 'waitForCompletion',
		parameters: { jobId: '={{ $json.id }}', timeout },
		items: itemsOf(ids.map((id) => ({ id }))),
		settings: goOn,
	});
}

/** Trouble about jobs that the node is told to wait for, and has not seen before. */
async function troubleWithGivenIds(sandbox: Sandbox, providerCase: ProviderCase): Promise<void> {
	const all = ['500:2', '503:2', '429:2', '502html:2', 'empty:2', 'othershape:2', 'drop:2', 'truncate:2'];
	// Obeyed, half a minute each: longer than this test lasts.
	const kinds = all.filter((kind) => !(kind === '429:2' && providerCase.saysSecondsInBody));
	const patient = ['429:1 retryAfter=7', '503:1 retryAfter=7'];
	const strange = 'generating,reticulating,completed';
	const prompts = [...[...kinds, ...patient].map((kind) => `status=${kind}`), `states=${strange}`];
	const ids = await createJobs(sandbox, providerCase, prompts.map((prompt) => `[sandbox ${prompt}]`));
	const run = await waitForIds(sandbox, providerCase.provider, ids, 120);
	const leaves = inputsOf(run).map((inputs) => inputs.map((input) => prompts[Number(input)]));
	expect(leaves).toEqual([prompts, [], []]);
	expect(jsonsOf(run)[0]?.filter(({ failure }) => failure !== null)).toEqual([]);
	for (const [index, id] of ids.entries()) {
		const [, second = 0, ...later] = asksFor(sandbox, id);
		const isPatient = prompts[index]?.includes('retryAfter') === true;
		// Neither hammered nor given up, and not before the provider wants it.
		expect(second).toBeGreaterThanOrEqual(isPatient ? 7 : 1);
		// The trouble meets a question for the result as often, after which the status is asked for again.
		if (!providerCase.tellsResultApart) expect(later).toHaveLength(isPatient ? 0 : 1);
	}
}

/** Trouble about jobs that the node has just created, with a model that no table knows to be slow. */
async function troubleWithNewJobs(sandbox: Sandbox, { provider, freeModel: free }: ProviderCase): Promise<void> {
	const kinds = ['404:1', '500:1', 'drop:1', '401', '401:2', '404:2', '403html:2'];
	const prompts = kinds.map((kind) => `[sandbox status=${kind}]`);
	const run = await runSoraVideo(sandbox, {
		provider,
		operation: 'createAndWait',
		parameters: { model: model(free), prompt: '={{ $json.prompt }}', timeout: 120 },
		items: itemsOf(prompts.map((prompt) => ({ prompt }))),
		settings: goOn,
	});
	// A key that goes on being refused is; one that is refused now and then is not, nor is a job unknown that was just created.
	expect(inputsOf(run)).toEqual([[0, 1, 2, 4, 5, 6], [3], []]);
	const id = sandbox.jobs.find(({ prompt }) => prompt === prompts[3])?.id;
	expect(messageOf(run.outputs[1]?.[0])).toContain(id);
	expect(jsonsOf(run)[1]).toMatchObject([{ id, failure: { category: 'invalidInput' } }]);
	expect(createsOf(sandbox)).toHaveLength(kinds.length);
}

test.concurrent.each(providerCases)('$provider: trouble while waiting is waited out', async (providerCase) => {
	await Promise.all(
		[troubleWithGivenIds, troubleWithNewJobs].map(async (trouble) => {
			await withSandbox(async (sandbox) => await trouble(sandbox, providerCase));
		}),
	);
});

test.concurrent.each(providerCases)('$provider: trouble up to the deadline leaves by Timed Out, with the id', async (providerCase) => {
	await withSandbox(async (sandbox) => {
		const kinds = ['500', '429', 'drop', '502html'];
		const ids = await createJobs(sandbox, providerCase, kinds.map((kind) => `[sandbox status=${kind}]`));
		const run = await waitForIds(sandbox, providerCase.provider, ids, 1);
		expect(inputsOf(run)).toEqual([[], [], [0, 1, 2, 3]]);
		expect(jsonsOf(run)[2]?.map(({ id }) => id)).toEqual(ids);
	});
});
