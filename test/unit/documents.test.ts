import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import manifest from '../../package.json';
import { isObject } from '../e2e/guards';
import { anchorsOf, blocksOf, linksOf, pages, readPage, root } from './markdown';

const links = pages.flatMap(linksOf);

it('finds links', () => {
	expect(links.length).toBeGreaterThan(40);
});

it('every file that a page links to is there', () => {
	expect(links.filter(({ file }) => !existsSync(path.join(root, file)))).toEqual([]);
});

it('every anchor that a page links to is there', () => {
	const anchored = links.filter(({ anchor }) => anchor !== null);
	expect(anchored.length).toBeGreaterThan(15);
	expect(anchored.filter(({ file, anchor }) => !anchorsOf(file).includes(anchor ?? ''))).toEqual([]);
});

it('every test that a page names is there', () => {
	const named = pages.flatMap((page) => [...readPage(page).matchAll(/`((?:test\/)?(?:unit|engine|e2e|sandbox)\/[^`*<]+\.test\.ts)`/g)].map(([, file = '']) => ({ page, file })));
	expect(named.length).toBeGreaterThan(50);
	const place = (file: string) => path.join(root, file.startsWith('test/') ? file : `test/${file}`);
	expect(named.filter(({ file }) => !existsSync(place(file)))).toEqual([]);
});

it('every threat in SECURITY.md names the test that it is held by', () => {
	const rows = readPage('SECURITY.md').split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Threat'));
	expect(rows.length).toBeGreaterThan(15);
	expect(rows.filter((row) => !/`test\/[^`]+\.test\.ts` \|$/.test(row))).toEqual([]);
});

/** The source file that an npm script runs last, and those beside it. */
function sourceOf(script: string): string {
	const command: string = Object(manifest.scripts)[script] ?? '';
	const [, file] = /(test\/\S+\.ts)$/.exec(command) ?? [];
	if (file === undefined) return '';
	const folder = path.join(root, path.dirname(file));
	return readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
}

describe('npm commands', () => {
	const text = pages.map(readPage).join('\n');
	const commands = [...text.matchAll(/\bnpm (?:run ([a-z][a-z0-9:]*)|(test)\b)(?: -- ([^`\n|]*))?/g)].map(([, script, test, options]) => [script ?? test ?? '', options ?? ''] as const);

	it('are found', () => {
		expect(commands.length).toBeGreaterThan(20);
	});

	it('are scripts of package.json', () => {
		const named = [...new Set(commands.map(([script]) => script))];
		expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
	});

	it('have options that the script reads', () => {
		const options = commands.flatMap(([script, rest]) => [...rest.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => ({ script, option })));
		expect(options.length).toBeGreaterThan(3);
		const isRead = ({ script, option }: { script: string; option: string }) => new RegExp(`\\b${option.replace(/^no-/, '')}\\b`).test(sourceOf(script));
		expect(options.filter((each) => !isRead(each))).toEqual([]);
	});

	it('name the packed file as npm names it', () => {
		const names = [...new Set([...text.matchAll(/n8n-nodes-sora-video-[\d.]+\.tgz/g)].map(([name]) => name))];
		expect(names).toEqual([`${manifest.name}-${manifest.version}.tgz`]);
	});
});

describe('blocks of code', () => {
	const blocks = pages.flatMap(blocksOf);
	/** What a line of a shell block may begin with; everything else needs a test of its own. */
	const known = /^(npm (ci|run|test|pack|install|view)\b|mkdir -p |docker (exec|cp|restart) |git (clone|switch) |npx (jest|eslint) |cd |curl -s |N8N_[A-Z_]+=| +-[Hd] )/;

	it('are of languages that are checked here', () => {
		expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['', 'diff', 'json', 'sh']));
	});

	it('in JSON can be read', () => {
		for (const { text } of blocks.filter(({ language }) => language === 'json')) expect(() => void JSON.parse(text)).not.toThrow();
	});

	it('for a shell hold commands that are checked here', () => {
		const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ page, text }) => text.trim().split('\n').map((line) => ({ page, line })));
		expect(lines.length).toBeGreaterThan(10);
		expect(lines.filter(({ line }) => line !== '' && !known.test(line))).toEqual([]);
	});

	it('give n8n a list of packages that it can read', () => {
		const text = blocks.map((block) => block.text).join('');
		const [, list = ''] = /^N8N_COMMUNITY_PACKAGES='(.*)'$/m.exec(text) ?? [];
		expect(JSON.parse(list)).toEqual([{ name: manifest.name, version: manifest.version, checksum: expect.stringMatching(/^sha512-/) }]);
	});
});

describe('environment variables', () => {
	const prose = pages.map(readPage).join('\n');
	const named = [...new Set([...prose.matchAll(/\b(?:N8N|QUEUE|WEBHOOK|NODE_EXTRA|AIMLAPI|EVOLINK|OPENROUTER|CHROMIUM|SCREENSHOTS|EXECUTIONS)(?:_[A-Z0-9_]+)?\b/g)].map(([name]) => name))].filter((name) => name.includes('_') || name === 'SCREENSHOTS');

	/** Of n8n's main package, which is not installed for unit tests: `modules/community-packages/community-packages.config.js` in n8n 2.41.1. */
	const ofMainPackage = ['N8N_UNVERIFIED_PACKAGES_ENABLED', 'N8N_DEV_RELOAD'];

	function textsBelow(folder: string, ending: RegExp): string {
		const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => ending.test(name));
		return files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
	}

	it('are those of n8n or of this project', () => {
		expect(named.length).toBeGreaterThan(10);
		const read = [
			textsBelow(path.join(root, 'node_modules', '@n8n', 'config', 'dist'), /\.js$/),
			textsBelow(path.join(root, 'node_modules', 'n8n-core', 'dist'), /\.js$/),
			textsBelow(path.join(root, 'test'), /(?<!documents\.test)\.ts$/),
		].join('\n');
		const unknown = named.filter((name) => !new RegExp(`\\b${name}\\b`).test(read) && !ofMainPackage.includes(name));
		expect(unknown).toEqual([]);
	});
});

describe('what the pages say of the panel', () => {
	const { properties } = new SoraVideo().description;
	const options = properties.find(({ name }) => name === 'options')?.options ?? [];
	const titles = options.flatMap((option) => (isObject(option) && 'displayName' in option ? [String(option.displayName)] : []));

	it('names options that there are', () => {
		const text = pages.filter((page) => page !== 'CHANGELOG.md').map((page) => readPage(page).replaceAll('**', '').replace(/\s+/g, ' ')).join('\n');
		const said = [...text.matchAll(/Options > ([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*)/g)].map(([, title = '']) => title);
		expect(said.length).toBeGreaterThan(10);
		expect(said.filter((each) => !titles.some((title) => each.startsWith(title)) && each !== 'Only Own Callback URLs')).toEqual([]);
	});
});

describe('the sentences that troubleshooting explains', () => {
	const source = readdirSync(path.join(root, 'nodes'), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => readFileSync(path.join(root, 'nodes', name), 'utf8'))
		.join('\n');
	/** n8n's own sentence, of an n8n without the package. */
	const ofN8n = 'Unrecognized node type';

	it.each(['README.md', 'docs/troubleshooting.md'])('%s quotes what the source says', (page) => {
		const rows = readPage(page).split('\n').filter((line) => line.startsWith('| "'));
		const quoted = rows.map((row) => /^\| "([^"]+)"/.exec(row)?.[1] ?? row);
		expect(quoted.length).toBeGreaterThan(5);
		// An ellipsis stands for a name or a number.
		const isSaid = (words: string) => words.split('…').every((part) => source.includes(part.trim()));
		expect(quoted.filter((words) => words !== ofN8n && !isSaid(words))).toEqual([]);
	});
});
