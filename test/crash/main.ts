import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { toText, writeSection, type ReportDocument, type Section } from '../bench/report';
import { asObject } from '../e2e/guards';
import type { N8nVersion } from '../e2e/n8nInstall';
import { removePacked } from '../e2e/packPackage';
import { crashOnce, type CrashCount } from './crashOnce';
import { crashProviders, openCrashPlace, type CrashPlace } from './crashPlace';
import { countLostMarks } from './lostMarks';
import { phases } from './phases';

const versions: N8nVersion[] = ['n8n-1', 'n8n-2'];
const executionsOfEach = 3;

const crashesDocument: ReportDocument = {
	file: 'crashes.md',
	intro: `# Crashes

What \`npm run crash\` measured: real n8n in queue mode (main, workers each with a folder of their own, Redis, PostgreSQL), and the provider sandbox of this repository, which counts the jobs. \`npm run crash -- --only n8n-1\` runs one version, \`--phases between,asking\` some phases without writing them here.

In each phase the worker is killed with SIGKILL, and another one started. n8n 1.x then begins the executions that the dead worker held again from their start; n8n 2.x ends them as errors and stores nothing of what they did. Suspended executions are held by no worker. n8n finds a dead worker after about a minute; for these figures its times for that were set to a quarter (\`QUEUE_WORKER_LOCK_DURATION\` and its like), which changes nothing else.

- **Two jobs**: items for which more than one job was created, which is what must not be.
- **Ids told**: of the jobs whose ids had come to the node, how many stand in n8n's execution (the node's items, hints and errors), and how many in the log of the workers.
- **No answer**: jobs whose create was accepted, and its answer never came: nobody here can know their ids. How many of them the execution, and the log, tell by their request.
- **Unknown**: items of which the node said, as n8n began their execution again, that it doesn't know what became of them, and sent nothing.
- **Marks lost**: executions whose mark others have overwritten that set theirs at the same moment (see below): on n8n 1.x the node can't know that n8n has begun such a one again.`,
};

function rowOf(title: string, count: CrashCount): Array<string | number> {
	const { received, unanswered, endings } = count;
	const told = ({ jobs, inExecution, inLog }: CrashCount['received']) => (jobs === 0 ? ['', '', ''] : [jobs, inExecution, inLog]);
	const ended = Object.entries(endings).map(([status, times]) => `${times} ${status}`);
	return [title, count.executions, count.items, count.jobs, count.itemsWithTwoJobs, ...told(received), ...told(unanswered), count.saidUnknown, count.marksLost, ended.join(', ')];
}

async function nameOf(version: N8nVersion): Promise<string> {
	const file = path.resolve(__dirname, '..', 'e2e', version, 'package.json');
	const { dependencies } = asObject(JSON.parse(await readFile(file, 'utf8')), file);
	return `n8n ${String(asObject(dependencies, 'dependencies').n8n)}`;
}

async function crashSection(place: CrashPlace, version: N8nVersion, names: string[] | undefined): Promise<Section> {
	const rows: Array<Array<string | number>> = [];
	for (const phase of phases.filter(({ name }) => names?.includes(name) ?? true)) {
		rows.push(rowOf(phase.title, await crashOnce(place, phase, executionsOfEach)));
		console.log(rows.at(-1)?.join(' | '));
	}
	return {
		part: version.replace('-', ''),
		title: await nameOf(version),
		how: `${executionsOfEach} executions at each of ${crashProviders.join(' and ')}, of 5 items each.`,
		tables: [
			{
				head: ['killed', 'executions', 'items', 'jobs', 'two jobs', 'ids told', 'in the execution', 'in the log', 'no answer', 'in the execution', 'in the log', 'unknown', 'marks lost', 'ended as'],
				rows,
			},
		],
	};
}

async function marksSection(place: CrashPlace, version: N8nVersion): Promise<Section> {
	await place.queue.startWorker();
	const rows: Array<Array<string | number>> = [];
	const measure = async (what: string, ...how: [atOnce: number, rounds: number, apart?: number]) => {
		const { executions, lost } = await countLostMarks(place, ...how);
		rows.push([what, executions, lost, `${((lost * 100) / executions).toFixed(0)} %`]);
		console.log(rows.at(-1)?.join(' | '));
	};
	await measure('one after the other, a second apart', 20, 1, 1000);
	await measure('2 at once, 20 times', 2, 20);
	await measure('5 at once, 10 times', 5, 10);
	await measure('20 at once, 4 times', 20, 4);
	return {
		part: 'runsAtOnce',
		title: 'Marks that are lost',
		how: `The mark by which an execution that n8n begins again is known stands in n8n's memory of what a node has processed, which n8n reads and writes as one row without a lock: runs of one node that set their marks at the same moment can lose some. Executions of one workflow of ${await nameOf(version)}, on two workers with a concurrency of 10; looked for in the database afterwards. A lost mark does harm only where its execution's worker dies too, and on n8n 1.x only.`,
		tables: [{ head: ['started', 'executions', 'marks lost', ''], rows }],
	};
}

async function tell(section: Section, isWhole: boolean): Promise<void> {
	for (const table of section.tables) console.log(`\n=== ${section.title}\n${toText(table)}\n`);
	const own = asObject(JSON.parse(await readFile(path.resolve(__dirname, '..', '..', 'package.json'), 'utf8')), 'package.json');
	if (isWhole) await writeSection(section, `version ${String(own.version)}`, crashesDocument);
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { only: { type: 'string' }, phases: { type: 'string' } } });
	const only = values.only?.split(',') ?? [...versions, 'marks'];
	const names = values.phases?.split(',');
	const stranger = only.find((name) => name !== 'marks' && !versions.some((version) => version === name)) ?? names?.find((name) => !phases.some((phase) => phase.name === name));
	if (stranger !== undefined) throw new Error(`unknown: ${stranger}; --only takes ${[...versions, 'marks'].join(', ')}, --phases ${phases.map(({ name }) => name).join(', ')}`);
	for (const version of versions) {
		// Of both versions the same code sets the marks.
		const marks = version === 'n8n-1' && only.includes('marks');
		const crashes = only.includes(version);
		if (!crashes && !marks) continue;
		const place = await openCrashPlace(version);
		try {
			if (crashes) await tell(await crashSection(place, version, names), names === undefined);
			if (marks) await tell(await marksSection(place, version), true);
		} finally {
			await place.close();
		}
	}
	await removePacked();
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
