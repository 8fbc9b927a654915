import { startSandbox, type Sandbox } from '../sandbox';
import { itemsOf, jsonsOf, model, runSoraVideo } from './setup';

// n8n puts words of its own in the place of a message in which it finds the name of a network error:
// "You can retry the request immediately", which after a create means to pay twice.

const codes = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'ERRADDRINUSE', 'EADDRNOTAVAIL', 'ECONNABORTED', 'EHOSTUNREACH', 'EAI_AGAIN', 'ENOENT', 'EISDIR', 'ENOTDIR', 'EACCES', 'EEXIST', 'EPERM', 'GETADDRINFO'];

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

/** The headline that n8n shows when the node stops, and what its error output holds. */
async function wordsFor(prompt: string): Promise<string[]> {
	const run = async (settings: object) =>
		await runSoraVideo(sandbox, {
			provider: 'aimlApi',
			operation: 'create',
			parameters: { model: model('openai/sora-2-t2v'), prompt },
			items: itemsOf([{}]),
			settings,
		});
	const stopped = await run({});
	const going = await run({ onError: 'continueErrorOutput' });
	const errors = jsonsOf(going).flat().flatMap(({ error }) => (error === undefined ? [] : [String(error)]));
	return [stopped.error?.message ?? '', ...errors];
}

it.each([
	['a dropped connection', 'Sea [sandbox create=drop]', 'its answer never came (ECONNRESET)'],
	...codes.map((code): [string, string, string] => [`a prompt with ${code.toLowerCase()} in it`, `A pr${code.toLowerCase()}ing sea [sandbox create=500]`, 'it answered HTTP 500']),
])('%s: the error is the node\'s own sentence', async (_name, prompt, said) => {
	const words = await wordsFor(prompt);
	expect(words).toHaveLength(2);
	for (const each of words) {
		expect(each).toContain('AI/ML API may have created and charged a job');
		expect(each).toContain(said);
		expect(each).not.toContain('You can retry');
	}
});
