import { spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './freePorts';
import { runCommand } from './runCommand';

export interface Service {
	readonly port: number;
	/** SIGKILL, as a crash, and the same server again on what it had stored; done when it is up. */
	crash(): Promise<void>;
	stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/** PostgreSQL refuses to run as root, so root lends it Debian's own user. */
async function postgresUser(): Promise<{ flags: string[]; uid: number; gid: number } | null> {
	if (process.getuid?.() !== 0) return null;
	const [uid = 0, gid = 0] = (await Promise.all([idOf('-u'), idOf('-g')])).map(Number);
	return { flags: ['--reuid', 'postgres', '--regid', 'postgres', '--init-groups'], uid, gid };
}

async function idOf(flag: string): Promise<string> {
	return await runCommand('id', [flag, 'postgres'], { cwd: '/' });
}

async function postgresBinaries(): Promise<string> {
	const parent = '/usr/lib/postgresql';
	const newest = (await readdir(parent).catch(() => [])).sort((a, b) => Number(a) - Number(b)).at(-1);
	if (newest === undefined) throw new Error('PostgreSQL is not installed (Debian: apt-get install postgresql)');
	return path.join(parent, newest, 'bin');
}

/** Runs a server until it is stopped, or until this process ends, however that happens. */
async function serve(
	command: string[],
	{ folder, port, flags = [], isUp }: { folder: string; port: number; flags?: string[]; isUp: () => Promise<unknown> },
): Promise<Service> {
	const launch = () => {
		const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', ...flags, '--', ...command], { cwd: folder, stdio: 'ignore' });
		const exited = new Promise<void>((resolve) => {
			child.once('exit', () => resolve());
			child.once('error', () => resolve());
		});
		return { child, exited };
	};
	let server = launch();
	const stop = async () => {
		// SIGINT: PostgreSQL's fast shutdown, which doesn't wait for its clients.
		server.child.kill('SIGINT');
		await Promise.race([server.exited, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
		server.child.kill('SIGKILL');
		await server.exited;
		await rm(folder, { recursive: true, force: true });
	};
	const untilUp = async (again: boolean) => {
		for (const end = Date.now() + START_LIMIT_MS; Date.now() < end; await sleep(100)) {
			const { exitCode, signalCode, pid } = server.child;
			const isRunning = exitCode === null && signalCode === null && pid !== undefined;
			if (isRunning && (await isUp().then(() => true, () => false))) return;
			if (isRunning) continue;
			if (!again) break;
			server = launch();
		}
		await stop();
		throw new Error(`${command[0] ?? ''} did not start`);
	};
	await untilUp(false);
	const crash = async () => {
		server.child.kill('SIGKILL');
		await server.exited;
		server = launch();
		// PostgreSQL refuses to start until the last process of the killed one has noticed, and ended.
		await untilUp(true);
	};
	return { port, crash, stop };
}

/** A PostgreSQL of its own, whose superuser n8n needs no password. */
export async function startPostgres(): Promise<Service> {
	const [binaries, user, [port = 0]] = await Promise.all([postgresBinaries(), postgresUser(), freePorts(1)]);
	const folder = await mkdtemp(path.join(tmpdir(), 'sora-video-postgres-'));
	if (user) await chown(folder, user.uid, user.gid);
	const flags = user?.flags ?? [];
	const data = path.join(folder, 'data');
	const initdb = [path.join(binaries, 'initdb'), '-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
	await runCommand('setpriv', ['--pdeathsig', 'SIGKILL', ...flags, '--', ...initdb], { cwd: folder });
	const options = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=100'];
	const isUp = async () => await runCommand(path.join(binaries, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { cwd: '/' });
	return await serve([path.join(binaries, 'postgres'), ...options], { folder, port, flags, isUp });
}

/** A Redis of its own, which writes down what it is told. */
export async function startRedis(): Promise<Service> {
	const [port = 0] = await freePorts(1);
	const folder = await mkdtemp(path.join(tmpdir(), 'sora-video-redis-'));
	const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--dir', folder];
	const isUp = async () => await runCommand('redis-cli', ['-p', String(port), 'ping'], { cwd: '/' });
	return await serve(['redis-server', ...options], { folder, port, isUp });
}
