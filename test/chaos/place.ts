import { sooner } from '../crash/crashPlace';
import { createCredentials } from '../e2e/createCredentials';
import { openHttpsFront, type HttpsFront } from '../e2e/httpsFront';
import { installN8n } from '../e2e/n8nInstall';
import type { N8nProcess } from '../e2e/n8nProcess';
import type { CredentialRef } from '../e2e/n8nRest';
import { startN8n, type N8nServer } from '../e2e/n8nServer';
import { packPackage } from '../e2e/packPackage';
import { startQueueMode, type QueueMode } from '../e2e/queueMode';
import type { Service } from '../e2e/services';
import { startSandbox, type Sandbox } from '../sandbox';

export const publicHost = 'n8n.example.com';

/** What can be killed, and is started again at once. */
export interface Victim {
	name: string;
	/** Whether it has ended without being killed by us. */
	hasExited(): boolean;
	/** SIGKILL, and a new start; done when it is ready. */
	crash(): Promise<void>;
}

/** A real n8n, and the sandbox that its nodes ask, which runs in this process and is never killed. */
export interface ChaosPlace {
	main: N8nServer;
	sandbox: Sandbox;
	credentials: CredentialRef[];
	/** Where webhooks are served, each by a process of its own. */
	webhookUrls: string[];
	/** In the order in which they are killed. */
	victims: Victim[];
	/** Of all processes, also of those that were killed. */
	logs(): Promise<string>;
	close(): Promise<void>;
}

/** One process whose successor takes its place. */
function replaceable(name: string, first: N8nProcess, start: () => Promise<N8nProcess>): Victim {
	let current = first;
	return {
		name,
		hasExited: () => current.hasExited(),
		async crash() {
			await current.kill();
			current = await start();
		},
	};
}

function mainOf(server: N8nServer): Victim {
	const crash = async () => {
		await server.kill();
		await server.restart();
	};
	return { name: 'main', hasExited: server.hasExited, crash };
}

/** What is opened here is closed in the opposite order, also where the opening fails. */
async function opened<Place extends object>(open: (onClose: (end: () => Promise<void>) => void) => Promise<Place>): Promise<Place & { close(): Promise<void> }> {
	const ends: Array<() => Promise<void>> = [];
	const close = async () => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	try {
		return { ...(await open((end) => ends.push(end))), close };
	} catch (error) {
		await close();
		throw error;
	}
}

const env = { WEBHOOK_URL: `https://${publicHost}/` };

/** To be done after each reset of the sandbox. */
export function letCallbacksThrough(sandbox: Sandbox, front: HttpsFront): void {
	sandbox.settings.callbackHosts[publicHost] = front;
}

async function openFront(sandbox: Sandbox, webhookUrls: string[]): Promise<HttpsFront> {
	const front = await openHttpsFront(publicHost, ...webhookUrls.map((url) => Number(new URL(url).port)));
	letCallbacksThrough(sandbox, front);
	return front;
}

/** n8n as one process, on SQLite. */
export async function openSqlite(): Promise<ChaosPlace> {
	return await opened(async (onClose) => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		const sandbox = await startSandbox();
		onClose(sandbox.stop);
		const main = await startN8n({ install, packageTarball, env });
		onClose(main.dispose);
		const front = await openFront(sandbox, [main.url]);
		onClose(front.close);
		const credentials = await createCredentials(main.rest, sandbox);
		return { main, sandbox, credentials, webhookUrls: [main.url], victims: [mainOf(main)], logs: main.logs };
	});
}

/** The queue mode behind a place, for who wants to see its processes. */
export interface QueuePlace extends ChaosPlace {
	queue: QueueMode;
}

export interface QueuePlaceOptions {
	workers: number;
	webhookProcessors: number;
	concurrency: number;
	/** Whether its processes can be asked for `liveBytes`. */
	inspect?: boolean;
}

/** n8n as main, workers and webhook processors, with Redis and PostgreSQL. */
export async function openQueue({ workers, webhookProcessors, concurrency, inspect }: QueuePlaceOptions): Promise<QueuePlace> {
	return await opened(async (onClose) => {
		const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
		const sandbox = await startSandbox();
		onClose(sandbox.stop);
		const queue = await startQueueMode({ install, packageTarball, concurrency, webhookProcessors, inspect, env: { ...env, ...sooner } });
		onClose(queue.dispose);
		const front = await openFront(sandbox, queue.webhookUrls);
		onClose(front.close);
		const all = [queue.worker];
		while (all.length < workers) all.push(await queue.startWorker());
		const workerVictims = all.map((worker, index) => replaceable(`worker ${index + 1}`, worker, queue.startWorker));
		const processorVictims = queue.webhookProcessors.map((processor, index) =>
			replaceable(`webhook processor ${index + 1}`, processor, async () => await queue.startWebhookProcessor(index)),
		);
		const service = (name: string, { crash }: Service): Victim => ({ name, hasExited: () => false, crash });
		// Of each sort one first, so that a short run meets them all.
		const victims = [
			...workerVictims.slice(0, 1),
			service('Redis', queue.redis),
			service('PostgreSQL', queue.postgres),
			...processorVictims.slice(0, 1),
			mainOf(queue.main),
			...workerVictims.slice(1),
			...processorVictims.slice(1),
		];
		const credentials = await createCredentials(queue.main.rest, sandbox);
		return { queue, main: queue.main, sandbox, credentials, webhookUrls: queue.webhookUrls, victims, logs: queue.logs };
	});
}
