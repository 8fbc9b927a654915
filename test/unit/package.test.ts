import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as ts from 'typescript';

import { providers } from '../../nodes/SoraVideo/providers';
import manifest from '../../package.json';

const root = resolve(__dirname, '../..');

function filesBelow(folder: string, ending: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith(ending))
		.map((name) => join(folder, name).replaceAll('\\', '/'))
		.sort();
}

interface Import {
	file: string;
	from: string;
	/** Gone once compiled. */
	typeOnly: boolean;
}

/** Whether an import clause brings nothing that exists when the package runs. */
function isTypeOnly(node: ts.ImportDeclaration): boolean {
	const clause = node.importClause;
	if (!clause) return false;
	if (clause.isTypeOnly) return true;
	const named = clause.namedBindings;
	return (
		!clause.name &&
		named !== undefined &&
		ts.isNamedImports(named) &&
		named.elements.length > 0 &&
		named.elements.every((element) => element.isTypeOnly)
	);
}

/** Every import, export-from, dynamic import and require of a source file. */
function importsOf(file: string): Import[] {
	const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
	const found: Import[] = [];
	const add = (from: ts.Expression | undefined, typeOnly: boolean) => {
		if (from) found.push({ file, from: ts.isStringLiteralLike(from) ? from.text : from.getText(), typeOnly });
	};
	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node));
		else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
		else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
			add(node.moduleReference.expression, node.isTypeOnly);
		} else if (
			ts.isCallExpression(node) &&
			(node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')
		) {
			add(node.arguments[0], false);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

const shipped = [...filesBelow('nodes', '.ts'), ...filesBelow('credentials', '.ts')];
const imports = shipped.flatMap(importsOf);

/** The folder of nodes/SoraVideo that a relative import leads to. */
function roomOf({ file, from }: Import): string {
	return relative('nodes/SoraVideo', join(dirname(file), from)).replaceAll('\\', '/').split('/')[0] ?? '';
}

describe('package.json', () => {
	it('has the name and the licence', () => {
		expect(manifest.name).toBe('n8n-nodes-sora-video');
		expect(manifest.license).toBe('MIT');
		expect(existsSync(join(root, 'LICENSE'))).toBe(true);
	});

	it('has no runtime dependencies, and n8n-workflow as its only peer', () => {
		for (const field of ['dependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies']) {
			expect(manifest).not.toHaveProperty(field);
		}
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('runs nothing when it is installed', () => {
		for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
			expect(manifest.scripts).not.toHaveProperty(script);
		}
	});

	it('is found as a community node package', () => {
		expect(manifest.keywords).toContain('n8n-community-node-package');
	});

	it('has what a registry page shows', () => {
		expect(manifest.version).toMatch(/^\d+\.\d+\.\d+/);
		expect(manifest.description).not.toBe('');
		expect(manifest.author.name).not.toBe('');
		expect(manifest.author.email).toContain('@');
		expect(manifest.repository.url).toMatch(/^git\+https:\/\//);
	});

	it('ships dist only', () => {
		expect(manifest.files).toEqual(['dist']);
	});

	it('has the commands of the contract that exist so far', () => {
		for (const script of ['test', 'demo', 'test:e2e', 'sandbox']) {
			expect(manifest.scripts).toHaveProperty([script]);
		}
	});

});

describe('package.json n8n', () => {
	const asBuilt = (sources: string[]) => sources.map((path) => `dist/${path.replace(/\.ts$/, '.js')}`);

	it('lists every node of the source, and no other', () => {
		expect(manifest.n8n.n8nNodesApiVersion).toBe(1);
		expect([...manifest.n8n.nodes].sort()).toEqual(asBuilt(filesBelow('nodes', '.node.ts')));
	});

	it('lists every credential of the source, and no other', () => {
		expect([...manifest.n8n.credentials].sort()).toEqual(asBuilt(filesBelow('credentials', '.credentials.ts')));
	});

	it('every node has its codex file beside it', () => {
		for (const node of filesBelow('nodes', '.node.ts')) {
			expect(existsSync(join(root, node.replace(/\.ts$/, '.json')))).toBe(true);
		}
	});

	it('every icon that a node or credential names is there', () => {
		for (const file of shipped) {
			const text = readFileSync(join(root, file), 'utf8');
			for (const [, icon] of text.matchAll(/'file:([^']+\.svg)'/g)) {
				expect(existsSync(join(root, dirname(file), icon ?? ''))).toBe(true);
			}
		}
	});
});

it('the date, which a server can set back, is read only where a date is meant; for how long goes by the clock that only goes forward', () => {
	const meant = {
		'batch/creating/readRequest.ts': 'until when a callback URL is valid',
		'batch/itemStates.ts': 'what n8n stores',
		'batch/waitForJobs.ts': 'until when n8n suspends',
		'callbacks/genuine/checkSignature.ts': 'when a provider signed',
		'callbacks/receiveCallback.ts': 'until when a callback URL is valid, and when a job was created',
		'downloads/errand.ts': 'until when a link is valid, and when a job was created',
		'transport/askForJob.ts': 'Retry-After',
		'transport/askForResult.ts': 'Retry-After',
		'transport/createOnce.ts': 'when a job was created, and Retry-After',
		'transport/http/openLink.ts': 'Retry-After',
	};
	const reading = shipped.filter((file) => /\bDate\.now\b|new Date\(\)/.test(readFileSync(join(root, file), 'utf8').replace(/^\s*(\*|\/).*$/gm, '')));
	expect(reading.map((file) => file.replace('nodes/SoraVideo/', '')).sort()).toEqual(Object.keys(meant));
});

describe('imports of the source', () => {
	it('finds them', () => {
		expect(shipped.length).toBeGreaterThan(20);
		expect(imports.length).toBeGreaterThan(shipped.length);
	});

	it('at runtime come from its own files, n8n-workflow and crypto only', () => {
		const others = imports.filter(
			({ from, typeOnly }) => !typeOnly && !/^\.\.?(\/|$)|^n8n-workflow$|^(node:)?crypto$/.test(from),
		);
		expect(others).toEqual([]);
	});

	it('of types come from there as well', () => {
		const others = imports.filter(({ from }) => !/^\.\.?(\/|$)|^n8n-workflow$|^(node:)?crypto$/.test(from));
		expect(others).toEqual([]);
	});

	it('of its own files lead to files, inside nodes and credentials', () => {
		for (const { file, from } of imports.filter((each) => each.from.startsWith('.'))) {
			const target = join(dirname(file), from);
			const forms = [`${target}.ts`, `${target}/index.ts`, target].filter((form) => form.endsWith('.ts') || form.endsWith('.json'));
			expect({ file, from, found: forms.some((form) => existsSync(join(root, form))) }).toEqual({ file, from, found: true });
			expect(target).toMatch(/^(nodes|credentials)[\\/]/);
		}
	});

	/** Never upward, never across (CONTRIBUTING.md). */
	it.each([
		['job', ['job']],
		['models', ['job', 'models']],
		['providers', ['job', 'models', 'providers']],
		['transport', ['job', 'models', 'providers', 'transport']],
		['downloads', ['job', 'models', 'providers', 'transport', 'downloads']],
		['images', ['job', 'models', 'providers', 'transport', 'images']],
		['waiting', ['job', 'models', 'providers', 'transport', 'waiting']],
		['callbacks', ['job', 'models', 'providers', 'transport', 'callbacks']],
		['paidJobs', ['job', 'models', 'providers', 'transport', 'waiting', 'paidJobs']],
	])('of %s lead to %j only', (room, allowed) => {
		const astray = imports
			.filter(({ file, from }) => file.startsWith(`nodes/SoraVideo/${room}/`) && from.startsWith('.'))
			.filter((each) => !allowed.includes(roomOf(each)));
		expect(astray).toEqual([]);
	});
});

describe('providers', () => {
	const ids = providers.flatMap(({ id, displayName, credentialType }) => [id, displayName, credentialType]);

	const others = shipped.filter(
		(file) => !providers.some(({ id }) => file === `nodes/SoraVideo/providers/${id}.ts`) && !file.startsWith('credentials/'),
	);

	/** What a field begins with, and what n8n's linter wants spelled out: nothing is compared with either. */
	function isListed({ parent }: ts.Node): boolean {
		if (ts.isPropertyAssignment(parent)) return ['default', 'name'].includes(parent.name.getText());
		return ts.isCallExpression(parent) && parent.expression.getText() === 'onlyFor';
	}

	it.each(others)('%s compares no provider by its name', (file) => {
		const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
		const found: string[] = [];
		const visit = (node: ts.Node): void => {
			const text = ts.isStringLiteralLike(node) || ts.isIdentifier(node) ? node.text : '';
			const isKey = ts.isIdentifier(node) && ts.isPropertyAssignment(node.parent) && node.parent.name === node;
			const isName = ids.includes(text) && (isKey || ts.isStringLiteralLike(node));
			if (isName && !isListed(node)) found.push(node.parent.getText());
			ts.forEachChild(node, visit);
		};
		visit(source);
		expect(found).toEqual([]);
	});

	it.each(providers.map(({ id }) => id))('%s is named in no other provider\'s file', (id) => {
		const files = shipped.filter((file) => /\/providers\/[a-z]+[A-Z]*[a-zA-Z]*\.ts$/.test(file) && !file.endsWith(`/${id}.ts`));
		const naming = files.filter((file) => readFileSync(join(root, file), 'utf8').includes(`'${id}'`));
		expect(naming).toEqual([]);
	});
});

describe('the pure rooms', () => {
	const pure = shipped.filter((file) => /^nodes\/SoraVideo\/(models|job|providers)\//.test(file));

	it('know of n8n only its types and error classes', () => {
		const runtime = imports.filter(
			({ file, from, typeOnly }) => pure.includes(file) && !typeOnly && !from.startsWith('.'),
		);
		expect(runtime.filter(({ from }) => from !== 'n8n-workflow' && !/^(node:)?crypto$/.test(from))).toEqual([]);
	});

	it.each(pure)('%s reads no clock and no randomness, and does no I/O', (file) => {
		const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
		const found: string[] = [];
		const visit = (node: ts.Node): void => {
			const text = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.getText() : '';
			if (/^(Date\.now|Date\(|Math\.random|performance\.|fetch\(|setTimeout|setInterval|crypto\.random|randomUUID|console\.)|^new Date\(\)/.test(text)) {
				found.push(text);
			}
			ts.forEachChild(node, visit);
		};
		visit(source);
		expect(found).toEqual([]);
	});
});
