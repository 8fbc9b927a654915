import { findProvider } from '../../nodes/SoraVideo/providers';
import { installN8n, type N8nVersion } from '../e2e/n8nInstall';
import type { N8nProcess } from '../e2e/n8nProcess';
import { packPackage } from '../e2e/packPackage';
import { startQueueMode, type QueueMode } from '../e2e/queueMode';
import { videoStep, withCredential, type Step } from '../e2e/workflowBuilder';
import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';

/** An n8n in queue mode whose worker can be killed, and the sandbox that its nodes ask. */
export interface CrashPlace {
	queue: QueueMode;
	sandbox: Sandbox;
	/** A Sora Video node of a provider. */
	video(provider: string, parameters: object): Step;
	/** Kills the worker with SIGKILL, and starts another one on a folder of its own. */
	replaceWorker(): Promise<void>;
	close(): Promise<void>;
}

/** One that takes idempotency keys, and one that doesn't. */
export const crashProviders = ['evoLink', 'aimlApi'];

/** Four times as fast as n8n's own, so that a dead worker is found sooner; nothing else is changed by them. */
export const sooner = { QUEUE_WORKER_LOCK_DURATION: '15000', QUEUE_WORKER_LOCK_RENEW_TIME: '2500', QUEUE_WORKER_STALLED_INTERVAL: '7500' };

export async function openCrashPlace(version: N8nVersion): Promise<CrashPlace> {
	const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
	const sandbox = await startSandbox();
	const ends = [sandbox.stop];
	const close = async () => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	try {
		const queue = await startQueueMode({ install, packageTarball, concurrency: 10, webhookProcessors: 0, env: sooner });
		ends.push(queue.dispose);
		const steps = new Map<string, (parameters: object) => Step>();
		for (const provider of crashProviders) {
			const type = findProvider(provider)?.credentialType;
			const [, data] = Object.entries(sandboxCredentials(sandbox)).find(([each]) => each === type) ?? [];
			if (type === undefined || data === undefined) throw new Error(`No credential for ${provider}`);
			const credential = await queue.main.rest.createCredential(type, type, data);
			steps.set(provider, (parameters) => withCredential(videoStep(provider, parameters), credential));
		}
		let worker: N8nProcess = queue.worker;
		return {
			queue,
			sandbox,
			video(provider, parameters) {
				const step = steps.get(provider);
				if (!step) throw new Error(`No credential for ${provider}`);
				return step(parameters);
			},
			async replaceWorker() {
				await worker.kill();
				worker = await queue.startWorker();
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Starts executions of a webhook's workflow, all at once: one for each list of prompts. */
export async function startByWebhook({ queue }: CrashPlace, path: string, lists: string[][]): Promise<void> {
	await Promise.all(
		lists.map(async (prompts) => {
			const body = JSON.stringify({ prompts });
			const answer = await fetch(`${queue.webhookUrl}/webhook/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
			if (!answer.ok) throw new Error(`n8n answered ${answer.status} to its webhook's call`);
		}),
	);
}
