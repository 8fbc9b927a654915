import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { findProvider, providers } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { createCredentials } from './createCredentials';
import {
	chooseCredentials,
	providerOf,
	readDemoExamples,
	setField,
	soraVideoNodes,
	switchProvider,
	type Example,
} from './exampleWorkflows';
import { executionError, nodeOutputs, type N8nExecution } from './n8nExecution';
import { installN8n } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage, removePacked } from './packPackage';

const OUTPUT_FOLDER = path.resolve(__dirname, '..', '..', 'demo-output');
const ENDINGS = ['Completed', 'Failed', 'Timed Out'];
const JOB_SECONDS = 12;
const keyVariables = new Map([
	['aimlApi', 'AIMLAPI_API_KEY'],
	['evoLink', 'EVOLINK_API_KEY'],
	['openRouter', 'OPENROUTER_API_KEY'],
]);

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
	console.log(`\nAn API key is set for ${names}: the example workflows will make 5 real videos of some 5 to 8 seconds there.`);
	console.log("That costs real money: the price of each model is on the provider's own pages. Jobs that fail are usually free.");
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

function prepare(example: Example, sandbox: Sandbox | null, keys: Map<string, string>): void {
	if (sandbox) {
		// One of the batch fails, so that the branch for that is seen as well.
		if (example.file === 'rows-to-videos.json') {
			setField(example, 'Your Rows', 'rows', (rows) => rows.replace('Macro shot', '[sandbox fail=moderation] Macro shot'));
		}
		return;
	}
	const [first] = keys.keys();
	if (first !== undefined && !keys.has(providerOf(example))) switchProvider(example, first);
}

async function runShowingProgress(n8n: N8nServer, id: string, name: string, sandbox: Sandbox | null): Promise<N8nExecution> {
	const started = Date.now();
	const known = sandbox?.jobs.length ?? 0;
	const running = n8n.rest.waitForExecution(await n8n.rest.runWorkflow(id), { timeoutMs: 3_600_000 });
	let done = false;
	void running.finally(() => (done = true)).catch(() => undefined);
	while (!done) {
		const jobs = sandbox?.jobs.slice(known).map(({ status }) => status) ?? [];
		const line = `  ${name}: ${Math.round((Date.now() - started) / 1000)} s${jobs.length > 0 ? ` (${jobs.join(', ')})` : ''}`;
		if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(100)}`);
		else if (Math.round((Date.now() - started) / 1000) % 5 === 0) console.log(line);
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

async function main(): Promise<void> {
	const keys = ownKeys();
	if (keys.size > 0 && !(await agreeToCosts(keys))) return;
	const sandbox = keys.size === 0 ? await startSandbox({ jobSeconds: JOB_SECONDS }) : null;
	console.log(sandbox ? `The provider sandbox runs at ${sandbox.url}; no account is needed.` : 'Real providers will be used.');
	const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
	console.log('Starting n8n with the package installed …');
	const n8n = await startN8n({ install, packageTarball });
	try {
		await mkdir(OUTPUT_FOLDER, { recursive: true });
		const nameOf = (type: string) => `${providers.find(({ credentialType }) => credentialType === type)?.displayName ?? type} (sandbox)`;
		const credentials = await (sandbox ? createCredentials(n8n.rest, sandbox, nameOf) : createOwnCredentials(n8n, keys));
		const results: Result[] = [];
		console.log('Running the example workflows:');
		for (const example of await readDemoExamples()) {
			prepare(example, sandbox, keys);
			chooseCredentials(example, credentials);
			const started = Date.now();
			const execution = await runShowingProgress(n8n, await n8n.rest.createWorkflow(example), example.name, sandbox);
			results.push(...(await collect(n8n, example, execution, Math.round((Date.now() - started) / 1000))));
		}
		show(results);
		const made = results.filter(({ ending }) => ending === 'Completed').length;
		if (sandbox) console.log('\nOne video of the batch fails on purpose, to show the output Failed.');
		console.log(`\n${made} of ${results.length} videos completed; the files are in ${path.relative(process.cwd(), OUTPUT_FOLDER)}/`);
		process.exitCode = made > 0 ? 0 : 1;
		if (process.argv.includes('--open')) {
			console.log(`\nThe editor is open at ${n8n.url} (${n8n.owner.email}, ${n8n.owner.password}). Ctrl+C ends it.`);
			await new Promise((resolve) => process.once('SIGINT', resolve));
		}
	} finally {
		await n8n.dispose();
		await sandbox?.stop();
		await removePacked();
	}
}

void main();
