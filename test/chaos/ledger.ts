import type { IBinaryData } from 'n8n-workflow';

import { clip } from '../sandbox/cdn';
import type { Sandbox, SandboxJob } from '../sandbox';
import type { LeftItem, SeenExecution } from './executions';
import type { Stage } from './flows';
import { anyToken, type Started } from './workload';

/** Where a job is told that the run didn't bring to its right end; the first of these that holds. */
export const places = ['id in the execution', 'request in the execution', 'id in the log', 'request in the log'] as const;
export type Place = (typeof places)[number];

/** What became of one item's create. */
export interface Entry {
	kind: string;
	token: string;
	/** Jobs that the sandbox has accepted for it, ids told once each. */
	jobs: SandboxJob[];
	/** `none`: nothing was accepted. */
	end: 'right' | 'lost' | 'none' | Place;
	/** In how few words what was told instead of the right end. */
	why: string;
}

export interface Ledger {
	entries: Entry[];
	/** Calls that n8n didn't answer, and that had begun nothing as far as sandbox, executions and log tell. */
	callsInVain: number;
}

/** What a run has left behind, at the provider and in n8n. */
export interface Evidence {
	sandbox: Pick<Sandbox, 'jobs' | 'creates'>;
	executions: readonly SeenExecution[];
	/** Of all of n8n's processes. */
	log: string;
	/** A stored file's content. */
	readFile(binary: IBinaryData): Promise<Buffer>;
}

/** Of n8n's log, what the node has written. */
function readLog(log: string): { text: string; tokens: Set<string> } {
	const text = log.split('\n').filter((line) => line.includes('Sora Video ')).join('\n');
	return { text, tokens: new Set(text.match(anyToken) ?? []) };
}

function inJson(text: string): string {
	return JSON.stringify(text).slice(1, -1);
}

async function isWhole({ readFile }: Evidence, { item }: LeftItem, job: SandboxJob): Promise<boolean> {
	const binary = item.binary?.data;
	return binary !== undefined && (await readFile(binary)).equals(clip(job));
}

/** Whether an item is where, and as, its job's own end wants it. */
async function isRight(evidence: Evidence, left: LeftItem, stage: Stage, isLast: boolean, job: SandboxJob): Promise<boolean> {
	const { status } = left.item.json;
	const waits = stage.operation === 'createAndWait' || stage.operation === 'waitForCompletion';
	if (stage.operation === 'cancel') return status === (job.status === 'completed' ? 'completed' : job.failure === 'cancelled' ? 'cancelled' : 'failed');
	if (job.status === 'failed' && waits) return left.output === 1 && (status === 'failed' || status === 'cancelled');
	if (!isLast || job.status !== 'completed' || status !== 'completed' || left.output !== 0) return false;
	return !stage.downloads || (await isWhole(evidence, left, job));
}

/** In a word what an item says of a job that it doesn't bring to its right end. */
function reasonOf(execution: SeenExecution, { stage, item }: LeftItem): string {
	const { failure, status } = item.json;
	const code = typeof failure === 'object' && failure !== null && 'code' in failure ? String(failure.code) : '';
	return [execution.flow.stages[stage]?.operation, String(status), code, `execution ${execution.status}`].filter((part) => part !== '').join(', ');
}

async function endOf(evidence: Evidence, log: ReturnType<typeof readLog>, { order }: Started, token: string, job: SandboxJob): Promise<Pick<Entry, 'end' | 'why'>> {
	const executions = evidence.executions.filter(({ flow }) => flow === order.flow);
	const own = executions.flatMap((execution) =>
		execution.items.filter(({ item }) => item.json.id === job.id).map((left) => ({ execution, left })),
	);
	const last = own.reduce<(typeof own)[number] | undefined>((best, each) => (best && best.left.stage > each.left.stage ? best : each), undefined);
	const { stages } = last?.execution.flow ?? { stages: [] };
	const stage = stages[last?.left.stage ?? -1];
	if (last && stage && (await isRight(evidence, last.left, stage, stage === stages.at(-1), job))) return { end: 'right', why: '' };
	const isTold = (text: string) => executions.some(({ told }) => told.includes(text));
	const ids = [inJson(job.id), inJson(inJson(job.id))];
	const why = last ? reasonOf(last.execution, last.left) : 'no item';
	if (ids.some(isTold)) return { end: 'id in the execution', why };
	if (isTold(token)) return { end: 'request in the execution', why };
	if (log.text.includes(job.id)) return { end: 'id in the log', why };
	return { end: log.tokens.has(token) ? 'request in the log' : 'lost', why };
}

/** Sets what the sandbox has accepted against what n8n's executions and log tell of it. */
export async function drawLedger(evidence: Evidence, calls: readonly Started[]): Promise<Ledger> {
	const { sandbox, executions } = evidence;
	const log = readLog(evidence.log);
	const jobs = new Map<string, SandboxJob[]>();
	for (const job of sandbox.jobs) {
		const [token = ''] = job.prompt.match(anyToken) ?? [];
		jobs.set(token, [...(jobs.get(token) ?? []), job]);
	}
	const told = new Set(executions.flatMap((execution) => execution.told.match(anyToken) ?? []));
	const asked = new Set(sandbox.creates.flatMap(({ prompt }) => prompt.match(anyToken) ?? []));
	const isVain = ({ isAnswered, tokens }: Started) => !isAnswered && tokens.every((token) => !asked.has(token) && !told.has(token) && !log.tokens.has(token));
	const entries: Entry[] = [];
	for (const call of calls.filter((each) => !isVain(each))) {
		for (const token of call.tokens) {
			const accepted = jobs.get(token) ?? [];
			const ends = await Promise.all(accepted.map(async (job) => await endOf(evidence, log, call, token, job)));
			// Of a job and its double the worse end counts.
			const end = ends.find((each) => each.end === 'lost') ?? ends.find((each) => each.end !== 'right') ?? ends[0];
			const why = told.has(token) ? 'told as refused' : log.tokens.has(token) ? 'refused, in the log' : 'n8n broke off before';
			entries.push({ kind: call.order.flow.kind, token, jobs: accepted, ...(end ?? { end: 'none', why }) });
		}
	}
	return { entries, callsInVain: calls.filter(isVain).length };
}
