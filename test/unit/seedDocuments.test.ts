import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/seed-documents.md'), 'utf8');

interface Row {
	section: string;
	statement: string;
	treatment: string;
	tests: string;
}

const sections = text.split(/^## /m).slice(1).map((part) => ({ title: part.split('\n', 1)[0] ?? '', part }));
const rows: Row[] = sections.flatMap(({ title, part }) =>
	[...part.matchAll(/^\| (.+) \| (.+) \| (.+) \|$/gm)]
		.map(([, statement = '', treatment = '', tests = '']) => ({ section: title, statement, treatment, tests }))
		.filter(({ statement }) => statement !== 'in the document'),
);
/** `file` › `name`, sometimes › `row`. */
const named = [...new Set(rows.flatMap(({ tests }) => (tests === 'none' ? [] : tests.split('<br>'))))];

/** What stands between backticks. */
function quoted(cell: string): string[] {
	return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The first arguments of `it`, `test`, `describe` and their like, as the file has them. */
function titlesIn(source: string): string[] {
	const titles: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node) && /^(it|test|describe|\w+Test)\b/.test(node.expression.getText())) {
			titles.push(node.arguments[0]?.getText() ?? '');
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('a.ts', source, ts.ScriptTarget.ES2022, true));
	return titles;
}

/** Every parameter, status, field and error code, as the documents name them. */
const everything: Array<[title: string, words: string]> = [
	['AI/ML API, sora-2-pro-i2v, the page as text', 'sora-2-pro-i2v 1280x720 720x1280 1792x1024 1024x1792 16:9 9:16 720p 1080p completed'],
	[
		'AI/ML API, sora-2-pro-t2v',
		'openai/sora-2-pro-t2v /v2/video/generations model prompt duration aspect_ratio resolution generation_id queued generating completed error',
	],
	[
		'AI/ML API, sora-2-pro-i2v, the page as Markdown, with OpenAPI and sample clients',
		'https://api.aimlapi.com /v2/video/generations access-token model prompt image_url resolution aspect_ratio duration generation_id id status video video.url error error.name error.message meta meta.usage credits_used queued generating completed waiting active 720p 1080p 16:9 9:16 4 8 12',
	],
	[
		'Vtrix, sora_2_i2v',
		'authorization model prompt size seconds input_reference remix_video_id error error.code error.error_message output output[].content content[].type content[].url usage usage.cost usage.discount metadata completed failed 720x1280 1280x720 4 8 12 014001095 014001096 014001097 014001098 014001099',
	],
	[
		'EvoLink, sora-2-pro-preview',
		'model prompt aspect_ratio duration quality image_urls callback_url created id object progress status task_info type usage pending processing completed failed 16:9 9:16 4 8 12 720p 1080p 2048',
	],
];

describe('docs/seed-documents.md', () => {
	it('has a section for each of the five documents, with its public address', () => {
		expect(sections.map(({ title }) => title)).toEqual(everything.map(([title]) => title));
		for (const { part } of sections) expect(part).toMatch(/^<https:\/\/docs?\.(aimlapi\.com|vtrix\.ai|evolink\.ai)\/\S+>$/m);
	});

	it('is tables whose every line is a row', () => {
		const lines = text.split('\n').filter((line) => line.startsWith('|'));
		expect(rows).toHaveLength(lines.length - 2 * sections.length);
		for (const { section, statement, treatment, tests } of rows) {
			for (const cell of [statement, treatment, tests]) expect({ section, cell, bars: cell.includes('|') }).toMatchObject({ bars: false });
		}
	});

	it.each(everything)('%s: has a row for each of %s', (title, words) => {
		const statements = rows.filter(({ section }) => section === title).map(({ statement }) => statement);
		const listed = new Set(statements.flatMap(quoted).flatMap((code) => code.split(' ')));
		expect(words.split(' ').filter((word) => !listed.has(word))).toEqual([]);
	});

	it('says why, where a row has no test', () => {
		for (const row of rows.filter(({ tests }) => tests === 'none')) expect(row.treatment).toMatch(/^Not (used|yet): /);
	});

	it.each(named)('%s', (test) => {
		const [file = '', title = '', ...details] = quoted(test);
		expect(test).toBe([file, title, ...details].map((each) => `\`${each}\``).join(' › '));
		const path = join(root, 'test', file);
		expect([file, existsSync(path)]).toEqual([file, true]);
		const source = readFileSync(path, 'utf8');
		expect(titlesIn(source).some((each) => title !== '' && each.includes(title))).toBe(true);
		expect(details.filter((detail) => !source.includes(detail))).toEqual([]);
	});
});
