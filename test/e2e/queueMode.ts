import { randomBytes } from 'node:crypto';
import { createConnection } from 'node:net';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './freePorts';
import type { N8nInstall } from './n8nInstall';
import { startN8nProcess, type N8nProcess } from './n8nProcess';
import { startN8n, type N8nServer } from './n8nServer';
import { startPostgres, startRedis, type Service } from './services';

export interface QueueModeOptions {
	install: N8nInstall;
	packageTarball: string;
	/** Of the worker: how many executions it runs at once. */
	concurrency?: number;
	/** 1, unless told; with 0, main serves the webhooks. */
	webhookProcessors?: number;
	env?: Record<string, string>;
	/** Whether main and what runs beside it can be asked for `liveBytes`. */
	inspect?: boolean;
}

/** n8n as it is run at scale: main, one worker, one webhook processor, Redis and PostgreSQL. */
export interface QueueMode {
	readonly main: N8nServer;
	/** Where webhooks and resume URLs are served. */
	readonly webhookUrl: string;
	/** Those of all webhook processors, the first one's among them. */
	readonly webhookUrls: string[];
	/** The first one, which runs from the beginning. */
	readonly worker: N8nProcess;
	/** In the order of their URLs. */
	readonly webhookProcessors: readonly N8nProcess[];
	readonly redis: Service;
	readonly postgres: Service;
	/** One more, on a folder of its own, as on another machine; done when it is ready. */
	startWorker(): Promise<N8nProcess>;
	/** The webhook processor of this place among the URLs once more, after it has ended; done when it is ready. */
	startWebhookProcessor(index: number): Promise<N8nProcess>;
	/** How many executions the workers hold right now. */
	heldJobs(): Promise<number>;
	/** How many executions wait for a worker. */
	waitingJobs(): Promise<number>;
	logs(): Promise<string>;
	dispose(): Promise<void>;
}

const START_LIMIT_MS = 120_000;

/** One Redis command with a number for an answer. */
async function askRedis(port: number, command: string): Promise<number> {
	return await new Promise((resolve, reject) => {
		const socket = createConnection(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
		socket.on('error', reject);
		socket.on('data', (answer) => {
			socket.destroy();
			const [, number] = /^:(\d+)/.exec(answer.toString()) ?? [];
			if (number === undefined) reject(new Error(`Redis answered ${answer.toString()}`));
			else resolve(Number(number));
		});
	});
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
	for (const end = Date.now() + START_LIMIT_MS; !(await isSo()); await sleep(200)) {
		if (Date.now() > end) throw new Error(`${what} did not start in time`);
	}
}

export async function startQueueMode(options: QueueModeOptions): Promise<QueueMode> {
	const { install, packageTarball, concurrency = 5, webhookProcessors = 1 } = options;
	const ends: Array<() => Promise<void>> = [];
	const dispose = async () => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	const started = async (starting: Promise<Service>): Promise<Service> => {
		const service = await starting;
		ends.push(service.stop);
		return service;
	};
	const inspectPort = async () => (options.inspect ? (await freePorts(1))[0] : undefined);
	try {
		const redis = await started(startRedis());
		const postgres = await started(startPostgres());
		const env = {
			EXECUTIONS_MODE: 'queue',
			N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'n8n',
			...options.env,
		};
		const main = await startN8n({ install, packageTarball, env, inspectPort: await inspectPort() });
		ends.push(main.dispose);
		const webhookPorts = await freePorts(2 * webhookProcessors);
		const logFile = (name: string) => path.join(main.userFolder, `${name}.log`);
		const beside = async (name: string, args: string[], more: Record<string, string>): Promise<N8nProcess> => {
			const process = startN8nProcess({ install, args, inspectPort: await inspectPort(), env: { ...main.env, ...more }, cwd: main.userFolder, logFile: logFile(name) });
			ends.push(process.stop);
			return process;
		};
		const workers: string[] = [];
		const startWorker = async () => {
			const name = `worker${workers.length === 0 ? '' : workers.length + 1}`;
			workers.push(name);
			const [broker = 0] = await freePorts(1);
			const folder = await mkdtemp(path.join(tmpdir(), 'sora-video-worker-'));
			ends.push(async () => await rm(folder, { recursive: true, force: true }));
			await mkdir(path.join(folder, '.n8n'));
			await cp(path.join(main.userFolder, '.n8n', 'nodes'), path.join(folder, '.n8n', 'nodes'), { recursive: true });
			const worker = await beside(name, ['worker', `--concurrency=${concurrency}`], { N8N_USER_FOLDER: folder, N8N_RUNNERS_BROKER_PORT: String(broker) });
			await until('The worker', async () => (await logOf(name)).includes('worker is now ready'));
			return worker;
		};
		const logOf = async (name: string) => await readFile(logFile(name), 'utf8').catch(() => '');
		const webhooks = Array.from({ length: webhookProcessors }, (_, index) => `webhook${index === 0 ? '' : index + 1}`);
		const webhookUrls = webhooks.map((_, index) => `http://127.0.0.1:${webhookPorts[2 * index] ?? 0}`);
		const launchWebhookProcessor = async (index: number) => {
			const [port = 0, broker = 0] = webhookPorts.slice(2 * index);
			return await beside(webhooks[index] ?? '', ['webhook'], { N8N_PORT: String(port), N8N_RUNNERS_BROKER_PORT: String(broker) });
		};
		const untilServed = async (index: number) =>
			await until('The webhook processor', async () => await fetch(`${webhookUrls[index] ?? ''}/healthz`).then(({ ok }) => ok, () => false));
		const startWebhookProcessor = async (index: number) => {
			const processor = await launchWebhookProcessor(index);
			await untilServed(index);
			return processor;
		};
		const launched = await Promise.all(webhooks.map(async (_, index) => await launchWebhookProcessor(index)));
		const worker = await startWorker();
		for (const [index] of webhooks.entries()) await untilServed(index);
		return {
			main,
			webhookUrl: webhookUrls[0] ?? main.url,
			webhookUrls,
			worker,
			webhookProcessors: launched,
			redis,
			postgres,
			startWorker,
			startWebhookProcessor,
			heldJobs: async () => await askRedis(redis.port, 'LLEN bull:jobs:active'),
			waitingJobs: async () => await askRedis(redis.port, 'LLEN bull:jobs:wait'),
			logs: async () => (await Promise.all(['n8n', ...webhooks, ...workers].map(logOf))).join('\n---\n'),
			dispose,
		};
	} catch (error) {
		await dispose();
		throw error;
	}
}
