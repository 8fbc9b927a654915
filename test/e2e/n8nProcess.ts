import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveMemory } from './liveMemory';
import type { N8nInstall } from './n8nInstall';

export interface N8nProcessOptions {
	install: N8nInstall;
	/** n8n's command and its flags: `start`, `worker`, `webhook`. */
	args: string[];
	/** Flags of Node itself, such as `--inspect`. */
	nodeFlags?: string[];
	/** Where its inspector listens, which `liveBytes` needs. */
	inspectPort?: number;
	env: NodeJS.ProcessEnv;
	cwd: string;
	logFile: string;
}

export interface N8nProcess {
	pid: number;
	hasExited(): boolean;
	/** Bytes of memory that n8n itself holds right now. */
	residentBytes(): Promise<number>;
	/** Bytes that n8n still needs after a full collection of garbage, which this makes. */
	liveBytes(): Promise<number>;
	/** Of processor time that n8n itself has used. */
	processorMilliseconds(): Promise<number>;
	/** SIGTERM, as an orderly shutdown; SIGKILL when that takes too long. */
	stop(): Promise<void>;
	/** SIGKILL at once, as a crash. */
	kill(): Promise<void>;
}

// jest hides the real process events from tests, so an exit handler can't be relied on. The guard
// holds a pipe to us instead: when we go, however that happens, the pipe ends and the group dies.
const GUARD = `
const { spawn } = require('node:child_process');
const [node, ...args] = process.argv.slice(1);
const child = spawn(node, args, { stdio: ['ignore', 'inherit', 'inherit'] });
process.on('SIGTERM', () => child.kill('SIGTERM'));
process.on('SIGINT', () => {});
process.stdin.on('end', () => process.kill(-process.pid, 'SIGKILL')).resume();
child.on('exit', (code) => process.exit(code ?? 1));
`;

const STOP_LIMIT_MS = 30_000;

export function startN8nProcess(options: N8nProcessOptions): N8nProcess {
	const { install, inspectPort } = options;
	const inspected = inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectPort}`];
	const log = openSync(options.logFile, 'a');
	const guard = spawn(install.node, ['-e', GUARD, '--', install.node, ...inspected, ...(options.nodeFlags ?? []), install.bin, ...options.args], {
		cwd: options.cwd,
		env: options.env,
		stdio: ['pipe', log, log],
		detached: true,
	});
	closeSync(log);
	guard.on('error', () => {});
	const { pid } = guard;
	if (pid === undefined) throw new Error(`Could not start ${install.node}`);

	const hasExited = () => guard.exitCode !== null || guard.signalCode !== null;
	const exited = once(guard, 'exit');
	const killGroup = () => {
		try {
			process.kill(-pid, 'SIGKILL');
		} catch {
			// Nobody left in the group.
		}
	};
	const kill = async () => {
		killGroup();
		await exited;
	};
	const readProc = async (file: string) => {
		// The guard's first child is n8n.
		const [child = ''] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ');
		return await readFile(`/proc/${child}/${file}`, 'utf8');
	};
	return {
		pid,
		hasExited,
		async residentBytes() {
			const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readProc('status')) ?? [];
			return Number(kilobytes) * 1024;
		},
		async liveBytes() {
			if (inspectPort === undefined) throw new Error('It was started without an inspector');
			return await liveMemory(inspectPort);
		},
		async processorMilliseconds() {
			// Behind the name, which may hold spaces: user and system time in hundredths of a second.
			const fields = (await readProc('stat')).split(') ')[1]?.split(' ') ?? [];
			return (Number(fields[11]) + Number(fields[12])) * 10;
		},
		kill,
		async stop() {
			if (!hasExited()) guard.kill('SIGTERM');
			await Promise.race([exited, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
			await kill();
		},
	};
}
