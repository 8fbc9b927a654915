const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const esbuild = require('esbuild-wasm');
const { dest, series, src } = require('gulp');
const { n8n } = require('./package.json');

const clean = () => rm('dist', { recursive: true, force: true });

// As ES modules, which bundle without a wrapper around each file.
const options = ['--module', 'es2022', '--moduleResolution', 'bundler', '--outDir', 'dist/compiled'];
const compile = () =>
	spawn(process.execPath, [require.resolve('typescript/bin/tsc'), ...options], { stdio: 'inherit' });

// One file per node and credential: n8n loads each at every start, and time goes by files, not bytes.
const bundle = async () => {
	const entryPoints = [...n8n.nodes, ...n8n.credentials].map((file) =>
		file.replace('dist/', 'dist/compiled/'),
	);
	await esbuild.build({
		entryPoints,
		outdir: 'dist',
		outbase: 'dist/compiled',
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		external: ['n8n-workflow'],
	});
	await rm('dist/compiled', { recursive: true });
};

// Icons and codex files are read by n8n beside the JavaScript; without them the node shows a question
// mark and can't be found by its search words.
const assets = () =>
	src(['nodes/**/*.node.json', 'icons/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, compile, bundle, assets);
exports.default = exports.build;
