const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const vm = require('node:vm');
const esbuild = require('esbuild-wasm');
const { dest, series, src } = require('gulp');
const { n8n } = require('./package.json');

const clean = () => rm('dist', { recursive: true, force: true });

// As ES modules, which bundle without a wrapper around each file.
const options = ['--module', 'es2022', '--moduleResolution', 'bundler', '--outDir', 'dist/compiled'];
const compile = () =>
	spawn(process.execPath, [require.resolve('typescript/bin/tsc'), ...options], { stdio: 'inherit' });

const compiled = (file) => file.replace('dist/', 'dist/compiled/');

const forNode = { bundle: true, platform: 'node', target: 'node20', external: ['n8n-workflow'], write: false };

// Puts the values of the nodes' descriptions in the place of the file that works them out: n8n reads the
// nodes at every start, and needs no provider and no table of models for that.
const descriptionValues = {
	name: 'description-values',
	setup(build) {
		build.onLoad({ filter: /fields[\\/]description\.js$/ }, async ({ path: file }) => {
			const { outputFiles } = await esbuild.build({ ...forNode, format: 'cjs', entryPoints: [file] });
			const working = { exports: {} };
			vm.runInThisContext(`(module, require) => {${outputFiles[0].text}}`)(working, require);
			const json = JSON.stringify(working.exports);
			assert.deepEqual(JSON.parse(json), { ...working.exports });
			const names = Object.keys(working.exports).join(', ');
			return { contents: `export const { ${names} } = JSON.parse(${JSON.stringify(json)});` };
		});
	},
};

// n8n loads all nodes and credentials at every start, and time goes by files and by bytes. So what they
// share is in few files, and what is imported by `await import()` in files of their own, which are read
// when the node first runs. esbuild splits ES modules only, so each is made a CommonJS module afterwards.
const bundle = async () => {
	const { outputFiles } = await esbuild.build({
		...forNode,
		format: 'esm',
		plugins: [descriptionValues],
		entryPoints: [...n8n.credentials, ...n8n.nodes].map(compiled),
		splitting: true,
		chunkNames: 'shared/[hash]',
		outdir: 'dist',
		outbase: 'dist/compiled',
	});
	for (const file of outputFiles) {
		const { code } = await esbuild.transform(file.text, {
			format: 'cjs',
			platform: 'node',
			target: 'node20',
			// So that the parts loaded later are required like the others.
			supported: { 'dynamic-import': false },
		});
		await mkdir(path.dirname(file.path), { recursive: true });
		await writeFile(file.path, code);
	}
	await rm('dist/compiled', { recursive: true });
};

// Icons and codex files are read by n8n beside the JavaScript; without them the node shows a question
// mark and can't be found by its search words.
const assets = () =>
	src(['nodes/**/*.node.json', 'icons/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, compile, bundle, assets);
exports.default = exports.build;
