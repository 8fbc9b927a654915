import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..', '..');

/** The files that a document of this folder links to, or names as its tests. */
function filesIn(document: string): string[] {
	const text = readFileSync(path.join(root, document), 'utf8');
	const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, file]) => file ?? '');
	const tests = [...text.matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, file]) => file ?? '');
	return [...links, ...tests];
}

it.each(['README.md', 'SECURITY.md'])('every file that %s names is there', (document) => {
	const named = filesIn(document);
	expect(named.length).toBeGreaterThan(5);
	expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

it('every threat in SECURITY.md names the test that it is held by', () => {
	const rows = readFileSync(path.join(root, 'SECURITY.md'), 'utf8').split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Threat'));
	expect(rows.length).toBeGreaterThan(15);
	expect(rows.filter((row) => !/`test\/[^`]+\.test\.ts` \|$/.test(row))).toEqual([]);
});
