import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IBinaryData } from 'n8n-workflow';
import { startSandbox, type Sandbox } from '../sandbox';
import { create, validBody } from '../sandbox/testClient';
import { executionError, nodeOutputs } from '../e2e/n8nExecution';
import type { CredentialRef } from '../e2e/n8nRest';
import { startN8n, type N8nServer } from '../e2e/n8nServer';
import { runCommand } from '../e2e/runCommand';
import { chain, manualStart, type Step } from '../e2e/workflowBuilder';
import { createCredentials, n8nOpenAi, soraVideo } from './contestants';
import { findProcess, forgetPeak, peakMemory, residentMemory } from './memory';
import { getReady } from './ready';
import type { Section } from './report';

const videoBytes = 500_000_000;
const rounds = 3;

/** A node that gets one video into n8n's binary store. */
interface Downloader {
	name: string;
	step: (credentials: CredentialRef[], link: string, jobId: string) => Step;
}

const downloaders: Downloader[] = [
	{
		name: 'This node',
		step: (credentials, _url, jobId) =>
			soraVideo('', 'evoLink', { operation: 'download', jobId, binaryPropertyName: 'data' }).step(credentials),
	},
	{
		name: 'n8n’s HTTP Request node',
		step: (_credentials, url) => ({
			name: 'Fetch',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: { url, options: { response: { response: { responseFormat: 'file' } } } },
		}),
	},
	{ name: n8nOpenAi.name, step: n8nOpenAi.step },
];

interface Place {
	server: N8nServer;
	sandbox: Sandbox;
	credentials: CredentialRef[];
	pid: number;
	link: string;
	jobId: string;
}

function downloadsOf(sandbox: Sandbox) {
	return sandbox.requests.filter(({ path: name, method }) => method === 'GET' && /\.mp4$|\/content$/.test(name));
}

/** Bytes per second of the sandbox's last download of the big video, by the sandbox's clock. */
function readSpeed(sandbox: Sandbox): number {
	const took = downloadsOf(sandbox).at(-1)?.took;
	if (!took) throw new Error('The sandbox saw no download come to its end');
	return videoBytes / (took / 1000);
}

/** Asks the sandbox and not n8n, which would spend more memory on being asked than on the download. */
async function waitForDownload(sandbox: Sandbox, before: number): Promise<void> {
	const end = Date.now() + 300_000;
	while (Date.now() < end) {
		if (downloadsOf(sandbox).slice(before).some(({ took }) => took !== null)) return await sleep(1000);
		await sleep(100);
	}
	throw new Error('The sandbox saw no download come to its end');
}

async function runOnce({ server, sandbox, credentials, link, jobId }: Place, downloader: Downloader, bytes: number): Promise<void> {
	sandbox.settings.videoBytes = bytes;
	const last = downloader.step(credentials, link, jobId);
	const workflow = await server.rest.createWorkflow(chain(downloader.name, [...manualStart(['A sea']), last]));
	const before = downloadsOf(sandbox).length;
	const id = await server.rest.runWorkflow(workflow);
	await waitForDownload(sandbox, before);
	const execution = await server.rest.waitForExecution(id, { timeoutMs: 300_000 });
	const binary: IBinaryData | undefined = nodeOutputs(execution, last.name)[0]?.[0]?.binary?.data;
	const isStored = binary?.id?.startsWith('filesystem') === true;
	if (!isStored || (bytes > 0 && Number(binary.bytes) !== bytes)) {
		throw new Error(`${downloader.name} stored ${String(binary?.bytes)} bytes: ${executionError(execution) ?? ''}`);
	}
}

async function curl(sandbox: Sandbox, link: string): Promise<number> {
	sandbox.settings.videoBytes = videoBytes;
	const folder = await mkdtemp(path.join(tmpdir(), 'sora-video-curl-'));
	try {
		const file = path.join(folder, 'video.mp4');
		await runCommand('curl', ['--silent', '--fail', '--noproxy', '*', '--output', file, link], { cwd: folder });
		const { size } = await stat(file);
		if (size !== videoBytes) throw new Error(`curl stored ${size} bytes`);
		// The client is done a moment before the sandbox's socket says so.
		await sleep(200);
		return readSpeed(sandbox);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Resident memory once n8n has come to rest: after its start it gives back some 300 MiB, at a moment of its own. */
async function restingMemory(pid: number): Promise<number> {
	let last = await residentMemory(pid);
	for (let calm = 0, end = Date.now() + 120_000; calm < 3 && Date.now() < end; ) {
		await sleep(5000);
		const now = await residentMemory(pid);
		calm = Math.abs(now - last) < 4 * 2 ** 20 ? calm + 1 : 0;
		last = now;
	}
	return last;
}

async function measure(place: Place, downloader: Downloader): Promise<Array<string | number>> {
	const { sandbox, pid, link } = place;
	// A small video first, so that what a node loads once is not counted.
	await runOnce(place, downloader, 0);
	const before = await restingMemory(pid);
	await forgetPeak(pid);
	await runOnce(place, downloader, 0);
	const small = (await peakMemory(pid)) - before;
	const rises: number[] = [];
	const speeds: number[] = [];
	const curlSpeeds: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		curlSpeeds.push(await curl(sandbox, link));
		const resting = await restingMemory(pid);
		await forgetPeak(pid);
		await runOnce(place, downloader, videoBytes);
		rises.push((await peakMemory(pid)) - resting);
		speeds.push(readSpeed(sandbox));
	}
	const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
	const speed = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB/s`;
	return [
		downloader.name,
		mebibytes(before),
		mebibytes(small),
		mebibytes(rises[0] ?? 0),
		mebibytes(Math.max(...rises)),
		speed(median(speeds)),
		speed(median(curlSpeeds)),
		(median(speeds) / median(curlSpeeds)).toFixed(2),
	];
}

/** Part e: what a large video costs in memory and time, by this node and by n8n's own. */
export async function benchDownload(): Promise<Section> {
	const { install, packageTarball, clean } = await getReady();
	const load = loadavg()[0] ?? 0;
	const rows: Array<Array<string | number>> = [];
	try {
		for (const downloader of downloaders) {
			const sandbox = await startSandbox({ jobSeconds: 0 });
			// A fresh n8n each, since memory that one node took stays with the process.
			const server = await startN8n({ install, packageTarball, env: { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' } });
			try {
				const credentials = await createCredentials(server.rest, sandbox);
				const job = await create(sandbox, 'evoLink', validBody('evoLink', 'A sea'));
				const token = sandbox.jobs.find(({ id }) => id === job.body.id)?.token ?? '';
				const link = `${sandbox.url.replace('127.0.0.1', 'localhost')}/cdn/videos/${token}.mp4`;
				const place = { server, sandbox, credentials, pid: await findProcess(server), link, jobId: String(job.body.id) };
				rows.push(await measure(place, downloader));
			} finally {
				await server.dispose();
				await sandbox.stop();
			}
		}
	} finally {
		await clean();
	}
	return {
		part: 'e',
		title: 'Downloading a large video',
		how: `A video of ${videoBytes / 1e6} MB from the sandbox into n8n’s binary store in filesystem mode; a fresh n8n for each row, a small video first, then ${rounds} downloads, each after one of the same file by curl into a file. Resident memory is that of the n8n process: at rest before, and how far each download raised it at its highest (the kernel’s own record) above what it was at rest just before: another small video, the first large one and the worst. The speed is the median of the ${rounds}, from the request until the last byte had left the sandbox, beside curl’s median; n8n is asked nothing meanwhile. All on the one machine, whose load average was ${load.toFixed(1)} at the start and ${(loadavg()[0] ?? 0).toFixed(1)} at the end. A load above the number of cores means that other programs took part of them, and makes every speed here lower, most of all n8n’s, which has more threads to switch between than curl.`,
		tables: [{ head: ['', 'memory before', 'rise, small video', 'rise, first', 'rise, worst', 'speed', 'curl', 'of curl'], rows }],
	};
}
