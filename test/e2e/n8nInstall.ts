import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { withLock } from './installLock';
import { cleanEnvironment, runCommand } from './runCommand';

export type N8nVersion = 'n8n-2' | 'n8n-1';

export interface N8nInstall {
	version: N8nVersion;
	root: string;
	/** The Node 24 binary that this n8n runs on. */
	node: string;
	/** n8n's command-line script. */
	bin: string;
}

const MARKER = '.installed';
const NODE_PACKAGE = path.join('node_modules', 'node');

function cacheFolder(): string {
	const own = process.env.N8N_NODES_SORA_VIDEO_CACHE;
	if (own) return path.resolve(own);
	return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'n8n-nodes-sora-video');
}

function describe(version: N8nVersion, root: string): N8nInstall {
	return {
		version,
		root,
		node: path.join(root, NODE_PACKAGE, 'bin', 'node'),
		bin: path.join(root, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}

async function headersFolder(root: string): Promise<string> {
	const parent = path.join(root, NODE_PACKAGE, 'node_modules');
	for (const name of await readdir(parent)) {
		if (existsSync(path.join(parent, name, 'include', 'node', 'node_api.h'))) return path.join(parent, name);
	}
	throw new Error(`No Node headers below ${parent}`);
}

async function loadsSqlite({ node, root }: N8nInstall): Promise<boolean> {
	return await runCommand(node, ['-e', 'require("sqlite3")'], { cwd: root }).then(
		() => true,
		() => false,
	);
}

async function buildSqlite(install: N8nInstall, say: (line: string) => void): Promise<void> {
	if (await loadsSqlite(install)) return;
	say('building sqlite3, about a minute (needs python3, make and g++)');
	const env = cleanEnvironment();
	await runCommand('npm', ['rebuild', 'sqlite3'], {
		cwd: install.root,
		env: {
			...env,
			// With these headers the build needs no download.
			npm_config_nodedir: await headersFolder(install.root),
			PATH: `${path.dirname(install.node)}${path.delimiter}${env.PATH ?? ''}`,
		},
	});
	if (!(await loadsSqlite(install))) throw new Error('sqlite3 was built, but does not load');
}

async function installInto(version: N8nVersion, root: string, say: (line: string) => void): Promise<void> {
	await mkdir(root, { recursive: true });
	for (const file of ['package.json', 'package-lock.json']) {
		await copyFile(path.join(__dirname, version, file), path.join(root, file));
	}
	say('npm ci, one to five minutes and up to 3 GB');
	// Without scripts: several natives want downloads that a closed network refuses, and n8n runs
	// without them.
	await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root });
	say('fetching the Node 24 binary');
	await runCommand(process.execPath, ['installArchSpecificPackage.js'], { cwd: path.join(root, NODE_PACKAGE) });
	await buildSqlite(describe(version, root), say);
}

/** Installs n8n once into a cache outside the tree; the lock file's hash names the folder. */
export async function installN8n(version: N8nVersion): Promise<N8nInstall> {
	const say = (line: string) => process.stderr.write(`[${version}] ${line}\n`);
	const lockFile = await readFile(path.join(__dirname, version, 'package-lock.json'));
	const hash = createHash('sha256').update(lockFile).digest('hex').slice(0, 12);
	const cache = cacheFolder();
	const name = `${version}-${hash}`;
	const root = path.join(cache, name);
	const isDone = () => existsSync(path.join(root, MARKER));
	if (isDone()) return describe(version, root);

	await mkdir(cache, { recursive: true });
	const install = async () => {
		if (isDone()) return;
		const started = Date.now();
		say(`installing into ${root}`);
		for (const entry of await readdir(cache)) {
			// Only the lock's holder writes here, so these are from installs that were cut off.
			if (entry.startsWith(`${name}.tmp-`)) await rm(path.join(cache, entry), { recursive: true, force: true });
		}
		await rm(root, { recursive: true, force: true });
		const temporary = path.join(cache, `${name}.tmp-${process.pid}`);
		await installInto(version, temporary, say);
		await writeFile(path.join(temporary, MARKER), new Date().toISOString());
		await rename(temporary, root);
		say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
	};
	await withLock(path.join(cache, `${name}.lock`), install, (pid) => say(`process ${pid} is installing it, waiting`));
	return describe(version, root);
}
