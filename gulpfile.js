const { spawn } = require('node:child_process');
const { rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild-wasm');
const { dest, series, src } = require('gulp');
const { n8n } = require('./package.json');

const clean = () => rm('dist', { recursive: true, force: true });

// As ES modules, which bundle without a wrapper around each file.
const options = ['--module', 'es2022', '--moduleResolution', 'bundler', '--outDir', 'dist/compiled'];
const compile = () =>
	spawn(process.execPath, [require.resolve('typescript/bin/tsc'), ...options], { stdio: 'inherit' });

const compiled = (file) => file.replace('dist/', 'dist/compiled/');
const forNode = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['n8n-workflow'] };

// One file per credential, and one for all nodes, which share most of their code: n8n loads each file at
// every start, and time goes by files, not bytes. The other nodes' files only lead to the first one's.
const bundle = async () => {
	const [first, ...others] = n8n.nodes;
	await esbuild.build({
		...forNode,
		entryPoints: n8n.credentials.map(compiled),
		outdir: 'dist',
		outbase: 'dist/compiled',
	});
	await esbuild.build({
		...forNode,
		stdin: {
			contents: n8n.nodes.map((file) => `export * from './${compiled(file)}';`).join('\n'),
			resolveDir: __dirname,
		},
		outfile: first,
	});
	for (const file of others) {
		await writeFile(file, `module.exports = require('./${path.relative(path.dirname(file), first)}');\n`);
	}
	await rm('dist/compiled', { recursive: true });
};

// Icons and codex files are read by n8n beside the JavaScript; without them the node shows a question
// mark and can't be found by its search words.
const assets = () =>
	src(['nodes/**/*.node.json', 'icons/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, compile, bundle, assets);
exports.default = exports.build;
