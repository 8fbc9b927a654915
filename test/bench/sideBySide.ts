import { startSandbox, type Sandbox } from '../sandbox';
import { openHttpsFront, type HttpsFront } from '../e2e/httpsFront';
import { nodeOutputs } from '../e2e/n8nExecution';
import type { CredentialRef } from '../e2e/n8nRest';
import { startN8n, type N8nServer } from '../e2e/n8nServer';
import { chain, manualStart } from '../e2e/workflowBuilder';
import { countDuplicates, createCredentials, n8nOpenAi, readAsking, soraVideo, type Contestant } from './contestants';
import { getReady } from './ready';
import { seconds, type Section } from './report';

const host = 'n8n.example.com';
const jobSeconds = 60;
/** n8n's node does twenty items one after the other. */
const limitMs = 3_600_000;

interface Place {
	server: N8nServer;
	sandbox: Sandbox;
	credentials: CredentialRef[];
}

interface Run {
	contestant: Contestant;
	items: number;
	place: Place;
	note?: string;
}

async function measure({ contestant, items, place, note = '' }: Run): Promise<Array<string | number>> {
	const { server, sandbox, credentials } = place;
	const { name, provider, step } = contestant;
	// Unlike any other run's, so that its jobs can be told from theirs.
	const prompts = Array.from({ length: items }, (_, index) => `${name}${note}, item ${index} of ${items}`);
	const last = step(credentials);
	const workflow = await server.rest.createWorkflow(chain(name, [...manualStart(prompts), last]));
	const started = Date.now();
	const execution = await server.rest.waitForExecution(await server.rest.runWorkflow(workflow), { timeoutMs: limitMs });
	const wall = Date.now() - started;
	const jobs = sandbox.jobs.filter(({ prompt }) => prompts.includes(prompt));
	const { requests, meanLateness, worstLateness } = readAsking(sandbox, provider, jobs);
	const done = nodeOutputs(execution, last.name)[0]?.length ?? 0;
	return [`${name}${note}`, items, done, countDuplicates(jobs), seconds(wall), requests.toFixed(1), seconds(meanLateness), seconds(worstLateness)];
}

/** Part b: the same jobs by n8n's node and by this one, in one real n8n. */
export async function benchSideBySide(): Promise<Section> {
	const { install, packageTarball, clean } = await getReady();
	const sandbox = await startSandbox({ jobSeconds });
	const capped = await startSandbox({ jobSeconds, maxConcurrentJobs: 10 });
	let server: N8nServer | undefined;
	let front: HttpsFront | undefined;
	try {
		server = await startN8n({ install, packageTarball, env: { WEBHOOK_URL: `https://${host}/` } });
		front = await openHttpsFront(host, Number(new URL(server.url).port));
		sandbox.settings.callbackHosts[host] = front;
		const place = { server, sandbox, credentials: await createCredentials(server.rest, sandbox) };
		const cappedPlace = { server, sandbox: capped, credentials: await createCredentials(server.rest, capped) };
		const estimated = soraVideo('This node, the provider estimates', 'evoLink');
		const usual = soraVideo('This node, a usual time of 85 s known', 'aimlApi');
		const unknown = soraVideo('This node, nothing known', 'aimlApi', { model: { __rl: true, mode: 'id', value: 'google/veo-3.1' } });
		const suspended = soraVideo('This node, suspended, called back', 'evoLink', { waitUsing: 'suspend' });
		const runs: Run[] = [
			...[1, 20].flatMap((items) => [n8nOpenAi, unknown, usual, estimated, suspended].map((contestant) => ({ contestant, items, place }))),
			...[unknown, estimated].map((contestant) => ({ contestant, items: 50, place })),
			{ contestant: unknown, items: 50, place: cappedPlace, note: ', the provider takes 10 at once' },
		];
		// At the same time: it is nearly all waiting, and one after the other takes ten minutes more.
		const rows = await Promise.all(runs.map(measure));
		return {
			part: 'b',
			title: 'Side by side in one n8n',
			how: `One n8n (SQLite), jobs of ${jobSeconds} s, the runs all at the same time. n8n’s node is “Generate a Video” with its credential’s URL pointed at the sandbox. Late is the time from a job’s end until the node acts on it; requests are status requests per job; the time is the whole execution’s.`,
			tables: [{ head: ['', 'items', 'done', 'created twice', 'time', 'requests', 'late, mean', 'late, worst'], rows }],
		};
	} finally {
		await server?.dispose();
		await front?.close();
		await clean();
		await sandbox.stop();
		await capped.stop();
	}
}
