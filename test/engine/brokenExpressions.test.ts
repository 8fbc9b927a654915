import type { IDataObject } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import { createJobs, createsOf, expectSentence, itemsOf, messageOf, only, promptFromItem, providerCases, runSoraVideo } from './setup';

// A field whose expression fails once the job is there, for what is read late: the job is paid for by then.

const providerCase = only(providerCases.filter(({ provider }) => provider === 'evoLink'));
const broken = '={{ $("Nobody").item.json.name }}';
const late: IDataObject = { downloadVideo: true, binaryPropertyName: broken };

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

async function run(operation: string, onError: 'continueRegularOutput' | 'stopWorkflow', parameters: IDataObject) {
	const isCreate = operation === 'createAndWait';
	const ids = isCreate ? [] : await createJobs(sandbox, providerCase, ['Sea']);
	if (operation === 'download') await new Promise((resolve) => setTimeout(resolve, 300));
	const { run: first } = await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation,
		parameters: { ...(isCreate ? promptFromItem(providerCase) : { jobId: '={{ $json.id }}' }), ...parameters },
		items: itemsOf(isCreate ? [{ prompt: 'Sea' }] : ids.map((id) => ({ id }))),
		settings: { onError },
	});
	await new Promise((resolve) => setTimeout(resolve, 300));
	return first.status === 'waiting' ? await first.resumeByDate() : first;
}

it.each(['polling', 'suspend'])('createAndWait, %s: what can be read before the job is made, fails before it is paid for', async (waitUsing) => {
	const ended = await run('createAndWait', 'continueRegularOutput', { ...late, waitUsing });
	const item = only(ended.outputs('Node').flat());
	expect(item.json).toMatchObject({ id: null, failure: { category: 'invalidInput' } });
	expect(createsOf(sandbox)).toEqual([]);
});

describe.each([
	['waitForCompletion', 'polling'],
	['waitForCompletion', 'suspend'],
	['download', undefined],
])('%s, %s', (operation, waitUsing) => {
	const parameters = { ...late, ...(waitUsing && { waitUsing }) };

	it('the item leaves with the id of its job', async () => {
		const ended = await run(operation, 'continueRegularOutput', parameters);
		const item = only(ended.outputs('Node').flat());
		expect(item.json).toMatchObject({ id: only(sandbox.jobs).id, status: 'completed' });
		expectSentence(messageOf(item), `Job ${only(sandbox.jobs).id} `, 'Wait for Completion');
		expect(createsOf(sandbox)).toHaveLength(1);
	});

	it('the error names the job', async () => {
		const ended = await run(operation, 'stopWorkflow', parameters);
		expect(ended.status).toBe('error');
		expect(`${ended.error?.message} ${ended.error?.description}`).toContain(only(sandbox.jobs).id);
	});
});
