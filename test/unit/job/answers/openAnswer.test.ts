import { readJob } from '../../../../nodes/SoraVideo/job/answers/readAnswer';
import { openAi } from '../../../../nodes/SoraVideo/providers/openAi';
import { providers } from '../../../../nodes/SoraVideo/providers';
import { readFailure } from '../../fixtures';

/** How often entries of a list of so many are looked at. */
function looksAt(length: number, read: (entries: object[]) => void): number {
	let looks = 0;
	const entry = new Proxy({}, {
		get(target, name): unknown {
			looks += 1;
			return name === 'url' ? 'no link' : Reflect.get(target, name);
		},
	});
	read(Array.from({ length }, () => entry));
	return looks;
}

// A stranger can send 256 KB to the trigger, and a provider answer with 32 MB: 20,000 entries held n8n for ten seconds.
it.each(providers)('a list of any length is looked through up to a bound: $id', ({ reading }) => {
	for (const field of ['data', 'results', 'videos', 'output', 'errors', 'error', 'detail']) {
		for (const status of ['completed', 'failed']) {
			const read = (entries: object[]) => void readJob(reading, { id: 'a', status, [field]: entries }, {});
			expect(looksAt(20_000, read)).toBe(looksAt(200, read));
		}
	}
});

it.each<[string, unknown]>([
	['text', 'x'.repeat(100_000)],
	['a list', ['x'.repeat(100_000)]],
	['a list of objects', [{ msg: 'x'.repeat(100_000) }]],
	['the place of a problem', [{ loc: Array.from({ length: 50_000 }, () => 'x'), msg: 'no' }]],
])('a reason of any length is told up to a bound: %s', (_name, error) => {
	expect(readFailure(openAi, { id: 'a', status: 'failed', error }).message.length).toBeLessThan(3000);
});
