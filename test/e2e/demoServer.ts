import path from 'node:path';

import { providers } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { describeSandbox } from '../sandbox/describe';
import { chooseCredentials, setField, type Example } from './exampleWorkflows';
import { freePort } from './freePorts';
import { installN8n } from './n8nInstall';
import type { CredentialRef, N8nRest } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage, removePacked } from './packPackage';

// What `npm run demo` and `npm run dev` share: a real n8n with the package, in a folder that is kept, and the
// provider sandbox, with a credential of each provider and the example workflows.

const ROOT = path.resolve(__dirname, '..', '..');
export const OUTPUT_FOLDER = path.join(ROOT, 'demo-output');
/** n8n's own folder: its database, its key, what one built in it. */
export const N8N_FOLDER = path.join(OUTPUT_FOLDER, 'n8n');
const SANDBOX_PORT = 4010;
const N8N_PORT = 5690;
const MINUTE_MS = 60_000;

/** Says what is being done, and each minute that it still is. */
export async function saying<T>(what: string, work: Promise<T>): Promise<T> {
	console.log(`\n${what} …`);
	let minutes = 0;
	const timer = setInterval(() => console.log(`  … ${++minutes} min: still busy. ${what}.`), MINUTE_MS);
	try {
		return await work;
	} finally {
		clearInterval(timer);
	}
}

export async function startDemoSandbox(jobSeconds: number): Promise<Sandbox> {
	const sandbox = await startSandbox({ jobSeconds, port: await freePort(SANDBOX_PORT) });
	console.log(`\nThe provider sandbox runs at ${sandbox.url}: it answers as the providers' documents say, and costs nothing.`);
	console.log('Its addresses and keys, for credentials of your own:');
	console.log(describeSandbox(sandbox).map((line) => `  ${line}`).join('\n'));
	return sandbox;
}

export interface DemoN8nOptions {
	/** Kept, with all that is built in it; without one a fresh folder is made, and deleted at the end. */
	userFolder?: string;
	env?: Record<string, string>;
	nodeFlags?: string[];
}

export async function startDemoN8n(options: DemoN8nOptions): Promise<N8nServer> {
	const install = await saying('Looking for n8n, and installing it the first time (5 to 7 minutes, 2.7 GB)', installN8n('n8n-2'));
	const packageTarball = await packPackage();
	try {
		const port = await freePort(N8N_PORT);
		return await saying('Starting n8n with the package installed', startN8n({ ...options, install, packageTarball, port }));
	} finally {
		await removePacked();
	}
}

/** A credential of each provider, with the sandbox's address as it is now. */
export async function setSandboxCredentials(rest: N8nRest, sandbox: Sandbox): Promise<CredentialRef[]> {
	const data = new Map<string, object>(Object.entries(sandboxCredentials(sandbox)));
	const set: CredentialRef[] = [];
	for (const { credentialType, displayName } of providers) {
		set.push(await rest.setCredential(credentialType, `${displayName} (sandbox)`, data.get(credentialType) ?? {}));
	}
	return set;
}

/** What the sandbox can be asked with: its pictures, and one prompt that fails, so that the branch for that is seen. */
export function fitToSandbox(example: Example, sandbox: Sandbox): void {
	if (example.file === 'first-and-last-frame.json') {
		for (const field of ['firstFrame', 'lastFrame']) setField(example, 'Your Pictures', field, () => sandbox.imageUrl('1280x720'));
	}
	if (example.file !== 'rows-to-videos.json') return;
	setField(example, 'Your Rows', 'rows', (rows) => rows.replace('Macro shot', '[sandbox fail=moderation] Macro shot'));
}

/** Imports the examples that aren't there yet, and leaves those that are, which may have been changed. */
export async function importExamples(rest: N8nRest, examples: readonly Example[], credentials: CredentialRef[]): Promise<Map<string, string>> {
	const known = await rest.workflowIds();
	for (const example of examples) {
		if (known.has(example.name)) continue;
		chooseCredentials(example, credentials);
		known.set(example.name, await rest.createWorkflow(example));
	}
	return known;
}

/** What to know to look around. */
export function sayHowToOpen({ url, owner }: N8nServer): void {
	console.log(`\nn8n is open: ${url}/home/workflows`);
	console.log(`  email ${owner.email}, password ${owner.password} (for this n8n alone, which only this computer reaches)`);
}

/** What is left where the folder is kept. */
export function sayWhatIsKept(): void {
	console.log(`\nn8n's folder, with the workflows, is ${path.relative(process.cwd(), N8N_FOLDER)}/: \`npm run demo\` goes on with it, \`npm run demo -- --clean\` deletes it.`);
}

/** Resolves at the first Ctrl+C. A second one ends the process as usual. */
export async function untilInterrupted(): Promise<void> {
	await new Promise<void>((resolve) => {
		process.once('SIGINT', () => {
			console.log('\nEnding n8n … (Ctrl+C again ends it at once)');
			resolve();
		});
	});
}
