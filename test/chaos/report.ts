import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { toText, writeSection, type ReportDocument, type Section, type Table } from '../bench/report';
import { asObject } from '../e2e/guards';
import { places, type Entry, type Ledger } from './ledger';
import { percent, type LegOptions, type LegResult } from './leg';

const chaosDocument: ReportDocument = {
	file: 'chaos.md',
	intro: `# Chaos

What \`npm run chaos\` found: real n8n 2, whose nodes ask the provider sandbox of this repository at all ten providers, under faults of the sandbox and with n8n's processes killed (SIGKILL) in turn and started again. The sandbox runs in the command's own process and is never killed, so what it counts is so. The same seed plans the same videos and draws the same faults for the same questions; when a process dies is up to the machine. \`npm run chaos -- --jobs 200 --seed 7 --only sqlite,queue --kill-every 20\` sets what can be set; the command fails where a job was created twice or lost, or a key was seen where it doesn't belong.

In queue mode a killed worker's place is taken by one on a folder of its own, as on another machine. Redis writes an append-only file and PostgreSQL its log, so that what they had taken outlives their own kill. n8n's times for finding a dead worker are set to a quarter (\`QUEUE_WORKER_LOCK_DURATION\` and its like).

- **Asked for**: items of the executions that n8n was told to begin. A call that n8n didn't answer is made again with other prompts, since nobody knows what became of it; it counts where anything of it was seen.
- **Created**: jobs that the sandbox accepted. **Twice**: items with two of them.
- **Ended right**: the item has left by the output, and in the state, that its job's end wants, through every node of its workflow; where the workflow downloads, the file is the very video.
- **Told**: the others, by the first that holds: the job's id stands in what the execution stored of the node (items, hints, errors); its request does (the prompt and the model); the id stands in n8n's log; the request does. So the job can be found, also where its process was killed before anything was stored.
- **Lost**: none of it.
- **Nothing created**: items for which no job was accepted: refused by the faults, or n8n was killed before.

How a workflow makes its videos: *memory* creates and waits, asking in memory, with Retry On Fail; *suspended* creates and waits in a suspended execution; *later* creates, and waits suspended in a second node; *steps* creates, waits in memory, asks for the status and downloads, with a node for each; *cancel* creates and cancels. In n8n 2 a killed process's executions end as errors with nothing stored of the node that ran ([crashes.md](crashes.md)): their jobs stand in the log only.`,
};

const kinds = ['memory', 'suspended', 'later', 'steps', 'cancel'];
const head = ['', 'asked for', 'created', 'twice', 'ended right', ...places.map((place) => `told: ${place}`), 'lost', 'nothing created'];

export function countEntries(entries: readonly Entry[]) {
	const ended = (end: Entry['end']) => entries.filter((entry) => entry.end === end).length;
	return {
		askedFor: entries.length,
		created: entries.reduce((sum, { jobs }) => sum + jobs.length, 0),
		twice: entries.filter(({ jobs }) => jobs.length > 1).length,
		right: ended('right'),
		told: places.map(ended),
		lost: ended('lost'),
		none: ended('none'),
	};
}

function row(title: string, entries: readonly Entry[]): Array<string | number> {
	const { askedFor, created, twice, right, told, lost, none } = countEntries(entries);
	return [title, askedFor, created, twice, right, ...told, lost, none];
}

export function ledgerTable({ entries }: Ledger): Table {
	const byKind = kinds.map((kind) => row(kind, entries.filter((entry) => entry.kind === kind)));
	return { head, rows: [...byKind.filter(([, asked]) => asked !== 0), row('all', entries)] };
}

/** Most often first: `12 × worker 1, 3 × main`. */
export function list(counts: ReadonlyMap<string, number>): string {
	const sorted = [...counts].sort(([, one], [, other]) => other - one);
	return sorted.map(([name, count]) => `${count} × ${name}`).join(', ') || 'none';
}

/** Executions that haven't ended, by their flow and state, and whether their nodes had begun as far as n8n has stored. */
function tellStuck(stuck: LegResult['stuck'], executions: LegResult['executions']): string {
	const counts = new Map<string, number>();
	for (const { id, status } of stuck) {
		const seen = executions.find((execution) => execution.id === id);
		const what = `${seen?.flow.kind ?? 'another'}, ${status}${seen?.told.includes('startTime') ? '' : ', nothing stored of its nodes'}`;
		counts.set(what, (counts.get(what) ?? 0) + 1);
	}
	return stuck.length === 0 ? '0 had not then' : `${stuck.length} had not then (${list(counts)})`;
}

export function toSection(part: string, title: string, options: LegOptions, { ledger, stuck, kills, revived, faults, leaks, minutes, executions }: LegResult): Section {
	const how = [
		`Seed ${options.seed}; of 100 calls ${percent.create} creates, ${percent.status} questions and ${percent.download} downloads go wrong.`,
		`${executions.length} executions, one started each ${options.paceMs / 1000} s in ${minutes.starting.toFixed(1)} minutes, all ended after ${minutes.all.toFixed(1)}; ${tellStuck(stuck, executions)}.`,
		`Killed, ${options.killEvery} s after the last was up again: ${list(kills)}. Ended by themselves, or not come up, and started again: ${list(revived)}.`,
		`Calls that n8n didn't answer, and of which nothing was seen: ${ledger.callsInVain}. Keys seen where they don't belong: ${leaks.length}.`,
		`Faults: ${list(faults)}.`,
	];
	return { part, title, how: how.join('\n\n'), tables: [ledgerTable(ledger)] };
}

/** What the entries that didn't end right have met, for the one who runs it. */
export function tellReasons({ entries }: Ledger): void {
	const counts = new Map<string, number>();
	for (const { kind, end, why } of entries.filter((entry) => entry.end !== 'right')) {
		const reason = `${kind}: ${end}: ${why}`;
		counts.set(reason, (counts.get(reason) ?? 0) + 1);
	}
	for (const [reason, count] of [...counts].sort(([, one], [, other]) => other - one)) console.log(`${String(count).padStart(5)}  ${reason}`);
}

/** Of n8n and of this package, as the report names them. */
export async function readVersions(): Promise<string> {
	const read = async (...parts: string[]) => {
		const file = path.resolve(__dirname, '..', ...parts, 'package.json');
		return asObject(JSON.parse(await readFile(file, 'utf8')), file);
	};
	const { version } = await read('..');
	const { dependencies } = await read('e2e', 'n8n-2');
	const { n8n, node } = asObject(dependencies, 'dependencies');
	return `n8n ${String(n8n)} on Node ${String(node)}, version ${String(version)}`;
}

export async function publish(section: Section): Promise<void> {
	console.log(`\n=== ${section.title}\n\n${section.how}\n`);
	for (const table of section.tables) console.log(`${toText(table)}\n`);
	await writeSection(section, await readVersions(), chaosDocument);
}
