import { readFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from './freePorts';
import type { N8nInstall } from './n8nInstall';
import { startN8nProcess, type N8nProcess } from './n8nProcess';
import { N8nRest } from './n8nRest';
import { N8nSession, type Owner } from './n8nSession';
import { cleanEnvironment, runCommand } from './runCommand';

export interface StartOptions {
	install: N8nInstall;
	/** Installed as a community package; may be left out for a folder that has it already. */
	packageTarball?: string;
	env?: Record<string, string>;
	nodeFlags?: string[];
	inspectPort?: number;
	port?: number;
	/** Used as it is and kept; without one a fresh folder is made and removed at the end. */
	userFolder?: string;
}

export interface N8nServer {
	readonly url: string;
	readonly userFolder: string;
	readonly install: N8nInstall;
	readonly owner: Owner;
	readonly rest: N8nRest;
	/** The environment it runs in, for a worker or webhook process beside it. */
	readonly env: NodeJS.ProcessEnv;
	logs(): Promise<string>;
	/** Whether it has ended by itself, or was killed. */
	hasExited(): boolean;
	/** Bytes of memory that it holds right now. */
	residentBytes(): Promise<number>;
	/** Bytes that it still needs after a full collection of garbage; for a server with an `inspectPort`. */
	liveBytes(): Promise<number>;
	/** Of processor time that it has used. */
	processorMilliseconds(): Promise<number>;
	/** Orderly shutdown; `restart` can bring it back. */
	stop(): Promise<void>;
	/** A crash: SIGKILL for the whole process group. */
	kill(): Promise<void>;
	/** Stops it if it runs, and starts it on the same folder and port. */
	restart(): Promise<void>;
	/** Ends it for good and removes its folder, if it made that. `N8N_E2E_KEEP=1` keeps folders. */
	dispose(): Promise<void>;
}

const OWNER: Owner = { email: 'owner@example.com', password: 'Only4Tests' };
const START_LIMIT_MS = 180_000;
const servers = new Set<N8nServer>();

export async function disposeAllServers(): Promise<void> {
	await Promise.all([...servers].map(async (server) => await server.dispose()));
}

if (typeof afterAll === 'function') afterAll(disposeAllServers, 120_000);

export async function installCommunityPackage(userFolder: string, tarball: string): Promise<void> {
	const folder = path.join(userFolder, '.n8n', 'nodes');
	await mkdir(folder, { recursive: true });
	const manifest = path.join(folder, 'package.json');
	if (!existsSync(manifest)) await writeFile(manifest, JSON.stringify({ name: 'installed-nodes', private: true }));
	// As n8n itself installs community packages: no scripts, no peers (n8n gives n8n-workflow).
	const flags = ['--ignore-scripts', '--legacy-peer-deps', '--omit=dev', '--omit=peer', '--no-audit', '--no-fund'];
	await runCommand('npm', ['install', tarball, ...flags], { cwd: folder });
}

function environment(userFolder: string, port: number, brokerPort: number): NodeJS.ProcessEnv {
	return {
		...cleanEnvironment(),
		N8N_USER_FOLDER: userFolder,
		N8N_HOST: '127.0.0.1',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		N8N_SECURE_COOKIE: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		// Whatever would call out or cover the editor.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	};
}

export async function startN8n(options: StartOptions): Promise<N8nServer> {
	const { install } = options;
	const userFolder = options.userFolder ?? (await mkdtemp(path.join(tmpdir(), 'sora-video-n8n-')));
	await mkdir(userFolder, { recursive: true });
	if (options.packageTarball) await installCommunityPackage(userFolder, options.packageTarball);
	const [freePort = 0, brokerPort = 0] = await freePorts(2);
	const port = options.port ?? freePort;
	const env = { ...environment(userFolder, port, brokerPort), ...options.env };
	const logFile = path.join(userFolder, 'n8n.log');
	const session = new N8nSession(`http://127.0.0.1:${port}`);
	let n8n: N8nProcess | undefined;

	const logs = async () => await readFile(logFile, 'utf8').catch(() => '');
	const launch = async () => {
		const started = startN8nProcess({ install, args: ['start'], nodeFlags: options.nodeFlags, inspectPort: options.inspectPort, env, cwd: userFolder, logFile });
		n8n = started;
		try {
			await session.waitUntilServed(START_LIMIT_MS, () => {
				if (started.hasExited()) throw new Error('n8n ended while starting');
			});
			await session.signIn(OWNER);
		} catch (error) {
			await started.kill();
			throw new Error(`${String(error)}\n${(await logs()).slice(-4000)}`);
		}
	};

	const server: N8nServer = {
		url: session.url,
		userFolder,
		install,
		owner: OWNER,
		rest: new N8nRest(session),
		env,
		logs,
		hasExited: () => n8n?.hasExited() ?? true,
		residentBytes: async () => (await n8n?.residentBytes()) ?? 0,
		liveBytes: async () => (await n8n?.liveBytes()) ?? 0,
		processorMilliseconds: async () => (await n8n?.processorMilliseconds()) ?? 0,
		stop: async () => await n8n?.stop(),
		kill: async () => await n8n?.kill(),
		restart: async () => {
			await n8n?.stop();
			await launch();
		},
		dispose: async () => {
			await n8n?.kill();
			servers.delete(server);
			if (options.userFolder !== undefined || process.env.N8N_E2E_KEEP) return;
			await rm(userFolder, { recursive: true, force: true });
		},
	};
	servers.add(server);
	await launch();
	return server;
}
