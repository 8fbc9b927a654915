import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

import { describeFailure } from '../../nodes/SoraVideo/job/failure';
import { codeOfGone } from '../../nodes/SoraVideo/job/goneWords';
import { categoryWords, failureCodes, troubleshootingPage, troubleshootingPath } from '../docs/troubleshooting';
import { categories } from './fixtures';

const root = resolve(__dirname, '../../nodes');

/** What stands in brackets in a message, where a network error has no code of its own. */
const notOfFailures = new Set(['no_answer']);

/** Every word that the source writes as a `code`, with the file. */
function codesOf(file: string): Array<[string, string]> {
	const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
	const found = new Set<string>();
	const visit = (node: ts.Node, isCode: boolean): void => {
		const isWhole = ts.isPropertyAssignment(node.parent ?? node) && isCode;
		const form = isWhole ? /^[a-z]+(_[a-z]+)*$/ : /^[a-z]+(_[a-z]+)+$/;
		if (isCode && ts.isStringLiteralLike(node) && form.test(node.text) && !notOfFailures.has(node.text)) found.add(node.text);
		const begins = ts.isPropertyAssignment(node) && node.name.getText() === 'code';
		ts.forEachChild(node, (child) => visit(child, isCode || begins));
	};
	visit(source, false);
	return [...found].map((code) => [code, file]);
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const written = files.flatMap(codesOf);

it('finds the codes of the source', () => {
	expect(written.length).toBeGreaterThan(10);
});

it.each(written)('%s (%s) is explained', (code) => {
	expect(Object.keys(failureCodes)).toContain(code);
});

it('explains no code that nothing makes', () => {
	const nothingSaid = { code: null, message: null };
	const derived = [codeOfGone(nothingSaid), describeFailure('It failed', nothingSaid).code];
	expect(derived).toEqual(['model_gone', 'unknown']);
	expect(describeFailure('It failed', nothingSaid, 503).code).toBe('http_503');
	const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join();
	expect(Object.keys(failureCodes).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});

it('explains every category', () => {
	expect(categoryWords.map(([category]) => category).sort()).toEqual([...categories].sort());
});

it('docs/troubleshooting.md is the page of the table: `npm run docs` writes it', () => {
	expect(readFileSync(troubleshootingPath, 'utf8')).toBe(troubleshootingPage());
});
