import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../sandbox';
import { startN8n } from '../e2e/n8nServer';
import { chain, manualStart } from '../e2e/workflowBuilder';
import { createCredentials, soraVideo } from './contestants';
import { findProcess, forgetPeak, peakMemory, residentMemory } from './memory';
import { getReady } from './ready';
import type { Section } from './report';

/** What a JPEG begins with; nothing in what follows says how large it is. */
const beginning = Buffer.from('ffd8ffe000104a46494600010100000100010000ffe2ffff', 'hex');

interface EndlessHost {
	link: string;
	/** Bytes that were sent to each caller, up to when it hung up. */
	sent: number[];
	close(): void;
}

/** Ignores the range that it is asked for, and sends for as long as anyone reads. */
async function startEndlessHost(): Promise<EndlessHost> {
	const megabyte = Buffer.alloc(1_000_000, beginning);
	const sent: number[] = [];
	const server = createServer(({ socket }, response) => {
		response.on('close', () => sent.push(socket.bytesWritten));
		const more = () => {
			while (!response.destroyed && response.write(megabyte));
		};
		response.on('drain', more);
		more();
	});
	server.listen(0, 'localhost');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : null;
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	return { link: `http://localhost:${port}/picture.jpg`, sent, close };
}

/** Part p: what a linked picture without end costs. */
export async function benchPicture(): Promise<Section> {
	const { install, packageTarball, clean } = await getReady();
	const sandbox = await startSandbox({ jobSeconds: 0 });
	const server = await startN8n({ install, packageTarball, env: {} });
	const host = await startEndlessHost();
	try {
		const credentials = await createCredentials(server.rest, sandbox);
		const pid = await findProcess(server);
		const create = async (imageUrl: string) => {
			const model = { __rl: true, mode: 'id', value: 'openai/sora-2-i2v' };
			const { step } = soraVideo('', 'aimlApi', { operation: 'create', model, imageSource: 'url', imageUrl });
			const workflow = await server.rest.createWorkflow(chain('A picture', [...manualStart(['A sea']), step(credentials)]));
			await server.rest.waitForExecution(await server.rest.runWorkflow(workflow), { timeoutMs: 60_000 });
		};
		const measure = async (name: string, imageUrl: string): Promise<Array<string | number>> => {
			await sleep(10_000);
			const before = await residentMemory(pid);
			const calls = host.sent.length;
			await forgetPeak(pid);
			await create(imageUrl);
			const rise = (await peakMemory(pid)) - before;
			const bytes = host.sent.slice(calls).reduce((sum, each) => sum + each, 0);
			return [name, `${(before / 2 ** 20).toFixed(0)} MiB`, `${(rise / 2 ** 20).toFixed(0)} MiB`, host.sent.length - calls, `${(bytes / 1e6).toFixed(1)} MB`];
		};
		// Once each first, so that what n8n loads but once is not counted.
		const right = sandbox.imageUrl('1280x720');
		await create(right);
		await create(host.link);
		const rows = [await measure('A picture of the right size', right), await measure('A picture without end', host.link)];
		return {
			part: 'p',
			title: 'A linked picture without end',
			how: 'Create with a linked image, whose size is read before anything is sent; a host that ignores the range it is asked for and sends for as long as anyone reads. Resident memory is that of the n8n process at rest before, and how far it rose at its highest (the kernel’s own record), the run itself among it. The bytes are those that the host could hand to its system before it was hung up on.',
			tables: [{ head: ['', 'memory before', 'rise', 'requests to the endless host', 'sent by it'], rows }],
		};
	} finally {
		host.close();
		await server.dispose();
		await sandbox.stop();
		await clean();
	}
}
