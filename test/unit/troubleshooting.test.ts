import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

import { describeFailure } from '../../nodes/SoraVideo/job/failure';
import { codeOfGone } from '../../nodes/SoraVideo/job/goneWords';
import { categoryWords, failureCodes, troubleshootingPage, troubleshootingPath } from '../docs/troubleshooting';
import { categories } from './fixtures';

const root = resolve(__dirname, '../../nodes');

/** Every word that the source writes as a `code`, with the file. */
function codesOf(file: string): Array<[string, string]> {
	const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
	const found: Array<[string, string]> = [];
	const visit = (node: ts.Node): void => {
		const isCode = ts.isPropertyAssignment(node) && node.name.getText() === 'code';
		if (isCode && ts.isStringLiteralLike(node.initializer) && /^[a-z]+(_[a-z]+)*$/.test(node.initializer.text)) {
			found.push([node.initializer.text, file]);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
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
	const made = [...written.map(([code]) => code), ...derived];
	expect(Object.keys(failureCodes).filter((code) => !made.includes(code))).toEqual([]);
});

it('explains every category', () => {
	expect(categoryWords.map(([category]) => category).sort()).toEqual([...categories].sort());
});

it('docs/troubleshooting.md is the page of the table: `npm run docs` writes it', () => {
	expect(readFileSync(troubleshootingPath, 'utf8')).toBe(troubleshootingPage());
});
