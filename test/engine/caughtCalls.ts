import type { INodeParameters } from 'n8n-workflow';

import { forgetTrust } from '../../nodes/SoraVideo/callbacks/genuine/readTrust';
import { forgetAll } from '../../nodes/SoraVideo/callbacks/workflowState';
import { SoraVideoTrigger } from '../../nodes/SoraVideo/SoraVideoTrigger.node';
import { startSandbox, type Sandbox } from '../sandbox';
import { callTrigger, NoOp } from './harness';
import { credentialTypes, only, sandboxCredentials } from './setup';
import { startTinyServer, type TinyCall, type TinyServer } from './tinyServer';

interface Caught {
	sandbox: Sandbox;
	/** Where the sandbox's callbacks go. */
	catcher: TinyServer;
}

/** Opens a sandbox for a test file, and a server that catches its callbacks; each test finds both fresh. */
export function catchCalls(give: (caught: Caught) => void): void {
	let caught: Caught;
	beforeAll(async () => {
		caught = {
			sandbox: await startSandbox({ jobSeconds: 60, speed: 0, strictCallbacks: false }),
			catcher: await startTinyServer(() => ({ body: 'ok' })),
		};
		give(caught);
	});
	beforeEach(() => {
		caught.sandbox.reset();
		forgetAll();
		forgetTrust();
		caught.catcher.calls.length = 0;
	});
	afterAll(async () => {
		await caught.sandbox.stop();
		await caught.catcher.close();
	});
}

/** Lets the sandbox's only job end: its id, and the call that tells of it. */
export async function endJob({ sandbox, catcher }: Caught): Promise<{ id: string; call: TinyCall }> {
	const { id } = only(sandbox.jobs);
	sandbox.clock.advance(60_000);
	for (let tries = 0; catcher.calls.length === 0 && tries < 200; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
	return { id, call: only(catcher.calls) };
}

/** Hands a caught call to the trigger: what it answered, and what left by each output of the run, if one began. */
export async function receiveCall(sandbox: Sandbox, { raw, headers }: Pick<TinyCall, 'raw' | 'headers'>, parameters: INodeParameters, credentials = sandboxCredentials(sandbox)) {
	const { http, run } = await callTrigger({
		trigger: { name: 'Trigger', type: new SoraVideoTrigger(), parameters },
		nodes: [{ name: 'Completed', type: new NoOp() }, { name: 'Failed', type: new NoOp() }],
		connections: [{ from: 'Trigger', to: 'Completed' }, { from: 'Trigger', output: 1, to: 'Failed' }],
		credentials,
		credentialTypes,
		call: { body: raw, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) },
	});
	return { status: http.status, outputs: run ? ['Completed', 'Failed'].map((name) => run.outputs(name).flat().map(({ json }) => json)) : null };
}
