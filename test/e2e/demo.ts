import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { findProvider, providers } from '../../nodes/SoraVideo/providers';
import type { Sandbox } from '../sandbox';
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
import { providerOf, readAllExamples, runsByItself, soraVideoNodes, switchProvider, type Example } from './exampleWorkflows';
import { executionError, nodeOutputs, type N8nExecution } from './n8nExecution';
import type { CredentialRef } from './n8nRest';
import type { N8nServer } from './n8nServer';

const help = `npm run demo -- [options]
  --open     leave n8n open at the end, until Ctrl+C (as it is in a terminal anyway)
  --no-open  end when the examples have run
  --clean    delete what earlier demos left, and leave nothing but the videos`;

const ENDINGS = ['Completed', 'Failed', 'Timed Out'];
const JOB_SECONDS = 12;
const PROGRESS_SECONDS = 15;
const keyVariables = new Map([
	['aimlApi', 'AIMLAPI_API_KEY'],
	['evoLink', 'EVOLINK_API_KEY'],
	['openRouter', 'OPENROUTER_API_KEY'],
]);

/** Nodes that need no account, no person and no call from outside. */

interface Result {
	workflow: string;
	provider: string;
	ending: string;
	job: string;
	seconds: number;
	result: string;
}

function ownKeys(): Map<string, string> {
	const found = [...keyVariables].map(([provider, name]): [string, string] => [provider, process.env[name] ?? '']);
	return new Map(found.filter(([, key]) => key !== ''));
}

async function agreeToCosts(keys: Map<string, string>): Promise<boolean> {
	const names = [...keys.keys()].map((id) => findProvider(id)?.displayName).join(', ');
	console.log(`\nAn API key is set for ${names}: the example workflows will make real videos of some 5 to 8 seconds there.`);
	console.log("That costs real money: the price of each model is on the provider's own pages. Jobs that fail are usually free.");
	console.log('n8n keeps the keys in a folder that is deleted at the end, with all that you build in it.');
	if (!process.stdin.isTTY) {
		console.log('There is nobody to ask here, so nothing was made. Unset the keys to use the sandbox instead.');
		return false;
	}
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	const answer = await terminal.question('Make them? [y/N] ');
	terminal.close();
	return /^y(es)?$/i.test(answer.trim());
}

async function createOwnCredentials(n8n: N8nServer, keys: Map<string, string>): Promise<CredentialRef[]> {
	const own = providers.filter(({ id }) => keys.has(id));
	return await Promise.all(
		own.map(async ({ id, displayName, credentialType }) => await n8n.rest.createCredential(credentialType, displayName, { apiKey: keys.get(id) })),
	);
}

function useOwnProvider(example: Example, keys: Map<string, string>): void {
	const [first] = keys.keys();
	if (first !== undefined && !keys.has(providerOf(example))) switchProvider(example, first);
}

async function runShowingProgress(n8n: N8nServer, id: string, name: string, sandbox: Sandbox | null): Promise<N8nExecution> {
	const started = Date.now();
	const known = sandbox?.jobs.length ?? 0;
	const running = n8n.rest.waitForExecution(await n8n.rest.runWorkflow(id), { timeoutMs: 3_600_000 });
	let done = false;
	void running.finally(() => (done = true)).catch(() => undefined);
	for (let seconds = 0; !done; seconds++) {
		const jobs = sandbox?.jobs.slice(known).map(({ status }) => status) ?? [];
		const line = `  ${name}: ${Math.round((Date.now() - started) / 1000)} s${jobs.length > 0 ? ` (${jobs.join(', ')})` : ''}`;
		if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(100)}`);
		else if (seconds % PROGRESS_SECONDS === 0) console.log(line);
		await sleep(1000);
	}
	if (process.stdout.isTTY) process.stdout.write('\n');
	return await running;
}

async function collect(n8n: N8nServer, example: Example, execution: N8nExecution, seconds: number): Promise<Result[]> {
	// Not every node runs: some are for what may come.
	const last = soraVideoNodes(example).findLast(({ name }) => nodeOutputs(execution, name).length > 0);
	const provider = findProvider(providerOf(example))?.displayName ?? '';
	const row = { workflow: example.name, provider, seconds };
	const error = executionError(execution);
	if (!last || error !== undefined) return [{ ...row, ending: 'Error', job: '', result: error ?? 'no node' }];
	const rows = nodeOutputs(execution, last.name).flatMap((items, output) =>
		items.map(async ({ json, binary }) => {
			const failure = json.failure === null ? '' : String(Object(json.failure).message);
			const result = { ...row, ending: ENDINGS[output] ?? '', job: String(json.id), result: failure };
			if (!binary?.data) return result;
			const file = path.join(OUTPUT_FOLDER, binary.data.fileName ?? 'video.mp4');
			await writeFile(file, await n8n.rest.download(binary.data));
			return { ...result, result: path.relative(process.cwd(), file) };
		}),
	);
	return await Promise.all(rows);
}

function show(results: Result[]): void {
	const widths = [0, 0, 0, 0];
	const rows = [
		['Workflow', 'Provider', 'Output', 'Seconds', 'File'],
		...results.map(({ workflow, provider, ending, seconds, result }) => [
			workflow,
			provider,
			ending,
			String(seconds),
			ending === 'Completed' ? result : 'see below',
		]),
	];
	for (const row of rows) widths.forEach((width, column) => (widths[column] = Math.max(width, row[column]?.length ?? 0)));
	console.log();
	for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
	for (const { ending, job, result } of results) {
		if (ending !== 'Completed') console.log(`\n${ending}: ${result || `job ${job}`}`);
	}
}

async function runExamples(n8n: N8nServer, sandbox: Sandbox | null, keys: Map<string, string>): Promise<void> {
	const examples = await readAllExamples();
	for (const example of examples) {
		if (sandbox) fitToSandbox(example, sandbox);
		else useOwnProvider(example, keys);
	}
	const credentials = await (sandbox ? setSandboxCredentials(n8n.rest, sandbox) : createOwnCredentials(n8n, keys));
	const ids = await importExamples(n8n.rest, examples, credentials);
	const left = examples.filter((example) => !runsByItself(example)).map(({ name }) => name);
	const results: Result[] = [];
	console.log('\nRunning the example workflows that run by themselves:');
	for (const example of examples.filter(runsByItself)) {
		const started = Date.now();
		const execution = await runShowingProgress(n8n, ids.get(example.name) ?? '', example.name, sandbox);
		results.push(...(await collect(n8n, example, execution, Math.round((Date.now() - started) / 1000))));
	}
	show(results);
	const made = results.filter(({ ending }) => ending === 'Completed').length;
	if (sandbox) console.log('\nOne video of the batch fails on purpose, to show the output Failed.');
	console.log(`\n${made} of ${results.length} videos completed; the files are in ${path.relative(process.cwd(), OUTPUT_FOLDER)}/`);
	if (left.length > 0) console.log(`Imported, and not run, since they want a person, an account or a public address: ${left.join('; ')}.`);
	process.exitCode = made > 0 ? 0 : 1;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		allowNegative: true,
		options: { open: { type: 'boolean' }, clean: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return console.log(help);
	const keys = ownKeys();
	if (keys.size > 0 && !(await agreeToCosts(keys))) return;
	const keep = keys.size === 0 && !values.clean;
	if (values.clean) await rm(N8N_FOLDER, { recursive: true, force: true });
	await mkdir(OUTPUT_FOLDER, { recursive: true });

	const interrupted = untilInterrupted();
	const sandbox = keys.size === 0 ? await startDemoSandbox(JOB_SECONDS) : null;
	const n8n = await startDemoN8n(keep ? { userFolder: N8N_FOLDER } : {});
	try {
		const ended = await Promise.race([runExamples(n8n, sandbox, keys).then(() => 'run'), interrupted]);
		if (ended === 'run' && (values.open ?? process.stdout.isTTY)) {
			sayHowToOpen(n8n);
			const kept = 'Ctrl+C ends it; what you build is kept.';
			console.log(keep ? kept : 'Ctrl+C ends it, and DELETES what you built in it: export what you want to keep.');
			await interrupted;
		}
	} finally {
		await n8n.stop();
		await n8n.dispose();
		await sandbox?.stop();
		if (keep) sayWhatIsKept();
	}
}

void main();
