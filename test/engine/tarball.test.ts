import { readFileSync } from 'node:fs';
import path from 'node:path';

import manifest from '../../package.json';
import { asObject } from '../e2e/guards';
import { runCommand } from '../e2e/runCommand';

const root = path.resolve(__dirname, '..', '..');

/** The files that `npm publish` would publish; nothing is written and nobody is asked. */
async function packedFiles(): Promise<string[]> {
	const output = await runCommand('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: root });
	const [report]: unknown[] = JSON.parse(output.slice(output.indexOf('[')));
	const { files } = asObject(report, 'report of npm pack');
	if (!Array.isArray(files)) throw new Error('npm pack lists no files');
	return files.map((file: unknown) => String(asObject(file, 'file').path));
}

let files: string[];
beforeAll(async () => {
	files = await packedFiles();
}, 60_000);

it('holds the built package, the README and the licence, and nothing else', () => {
	const wanted = /^(LICENSE|README\.md|package\.json|dist\/(credentials\/\w+\.credentials\.js|icons\/[\w.]+\.svg|nodes\/SoraVideo\/\w+\.node\.(js|json)|shared\/\w+\.js))$/;
	expect(files.filter((file) => !wanted.test(file))).toEqual([]);
	expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', ...manifest.n8n.nodes, ...manifest.n8n.credentials]));
});

it('holds no place of the machine that built it, no source map and no test', () => {
	const built = files.filter((file) => file.startsWith('dist/'));
	const homes = /(?:^|["'` (])(\/(?:home|root|Users|work|tmp|builds?)\/[\w.-]+)|sourceMappingURL|\bdescribe\.each\(|from ['"]jest/m;
	const found = built.flatMap((file) => {
		const text = readFileSync(path.join(root, file), 'utf8');
		return text.includes(root) || homes.test(text) ? [file] : [];
	});
	expect(found).toEqual([]);
});
