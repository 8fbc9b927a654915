import { watch } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import {
	fitToSandbox,
	importExamples,
	N8N_FOLDER,
	OUTPUT_FOLDER,
	sayHowToOpen,
	sayWhatIsKept,
	setSandboxCredentials,
	startDemoN8n,
	startDemoSandbox,
	untilInterrupted,
} from './demoServer';
import { readAllExamples } from './exampleWorkflows';
import { runCommand } from './runCommand';

// A real n8n that takes in each change of the source: `npm run dev`. It shares its folder with the demo.
// `npm run dev -- --inspect` opens it to a debugger.

const ROOT = path.resolve(__dirname, '..', '..');
const WATCHED = ['nodes', 'credentials', 'icons'];
const SETTLE_MS = 200;
const JOB_SECONDS = 8;

/**
 * Builds, and puts the result where n8n has the package. n8n watches that folder (`N8N_DEV_RELOAD`) and reads the
 * package anew. The shared files go first: they have new names, and the nodes then find them.
 */
async function buildInto(installed: string): Promise<void> {
	const started = Date.now();
	console.log('Building …');
	await runCommand('npm', ['run', 'build', '--silent'], { cwd: ROOT });
	for (const folder of ['shared', 'icons', 'credentials', 'nodes']) {
		await cp(path.join(ROOT, 'dist', folder), path.join(installed, 'dist', folder), { recursive: true });
	}
	console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s; n8n reads it now. Reload the editor's page where it still shows the old fields.`);
}

/**
 * Calls `work` after changes, never twice at once, and again where files changed while it worked.
 *
 * @returns Ends it: a watcher of folders below keeps the process alive, though it is told not to.
 */
function onChange(work: () => Promise<void>): () => void {
	let timer: NodeJS.Timeout | undefined;
	let running = false;
	let again = false;
	const run = async () => {
		if (running) {
			again = true;
			return;
		}
		running = true;
		do {
			again = false;
			await work().catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
		} while (again);
		running = false;
	};
	const watchers = WATCHED.map((folder) =>
		watch(path.join(ROOT, folder), { recursive: true }, () => {
			clearTimeout(timer);
			timer = setTimeout(() => void run(), SETTLE_MS);
		}),
	);
	return () => {
		clearTimeout(timer);
		for (const watcher of watchers) watcher.close();
	};
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { inspect: { type: 'boolean' } } });
	await mkdir(OUTPUT_FOLDER, { recursive: true });
	const interrupted = untilInterrupted();
	const sandbox = await startDemoSandbox(JOB_SECONDS);
	const n8n = await startDemoN8n({ userFolder: N8N_FOLDER, env: { N8N_DEV_RELOAD: 'true' }, nodeFlags: values.inspect ? ['--inspect=127.0.0.1:9229'] : [] });
	try {
		const examples = await readAllExamples();
		for (const example of examples) fitToSandbox(example, sandbox);
		await importExamples(n8n.rest, examples, await setSandboxCredentials(n8n.rest, sandbox));
		const installed = path.join(N8N_FOLDER, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-sora-video');
		const stopWatching = onChange(async () => await buildInto(installed));
		sayHowToOpen(n8n);
		console.log(`n8n's log is ${path.relative(process.cwd(), path.join(N8N_FOLDER, 'n8n.log'))}. Each change in ${WATCHED.join('/, ')}/ is built and taken in. Ctrl+C ends it.`);
		await interrupted;
		stopWatching();
	} finally {
		await n8n.stop();
		await n8n.dispose();
		await sandbox.stop();
		sayWhatIsKept();
	}
}

void main();
