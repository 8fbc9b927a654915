import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { asObject } from '../e2e/guards';
import { runCommand } from '../e2e/runCommand';
import { chain, webhookStart } from '../e2e/workflowBuilder';
import { startByWebhook, type CrashPlace } from './crashPlace';

const endLimitMs = 120_000;

/** Executions of one workflow whose runs set their marks. */
export interface MarkCount {
	executions: number;
	lost: number;
}

/** As n8n keeps a mark: see `DeduplicationHelper` in n8n. */
function storedAs(mark: string): string {
	return createHash('md5').update(mark).digest('base64');
}

async function readMarks({ queue }: CrashPlace, workflow: string): Promise<Set<unknown>> {
	const sql = `select value from processed_data where "workflowId" = '${workflow}'`;
	const args = ['-h', '127.0.0.1', '-p', String(queue.postgres.port), '-U', 'n8n', '-At', '-c', sql, 'postgres'];
	const row = (await runCommand('psql', args, { cwd: '/' })).trim();
	if (row === '') return new Set();
	const { data } = asObject(JSON.parse(row), 'the stored marks');
	return new Set(Array.isArray(data) ? data : []);
}

/** Executions of a workflow whose marks n8n's database doesn't hold, of so many runs of the node that each has had. */
export async function executionsWithoutMark(place: CrashPlace, workflow: string, runs = 1): Promise<string[]> {
	const marks = await readMarks(place, workflow);
	const ids = await place.queue.main.rest.executionIds(workflow);
	// As the node names them: the execution, the node's round in it, and its wake-ups.
	return ids.filter((id) => Array.from({ length: runs }, (_, wakeUp) => storedAs(`${id}.0.${wakeUp}`)).some((mark) => !marks.has(mark)));
}

/**
 * Starts executions of one workflow, so many at once, again and again, and looks into n8n's database for
 * the marks that their creates have set.
 *
 * @param apart Milliseconds from one start to the next; 0 for all at once.
 */
export async function countLostMarks(place: CrashPlace, atOnce: number, rounds: number, apart = 0): Promise<MarkCount> {
	const { queue, sandbox } = place;
	const { rest } = queue.main;
	sandbox.reset();
	const path = `marks-${atOnce}-${apart}`;
	const workflow = await rest.createWorkflow(chain(path, [...webhookStart(path), place.video('evoLink', { operation: 'create' })]));
	await rest.activate(workflow);
	for (let round = 1; round <= rounds; round += 1) {
		const lists = Array.from({ length: atOnce }, (_, index) => [`Mark ${round}.${index + 1}`]);
		if (apart === 0) await startByWebhook(place, path, lists);
		else {
			for (const list of lists) {
				await startByWebhook(place, path, [list]);
				await sleep(apart);
			}
		}
		const end = Date.now() + endLimitMs;
		while (sandbox.jobs.length < round * atOnce || (await queue.heldJobs()) > 0) {
			if (Date.now() > end) throw new Error(`Only ${sandbox.jobs.length} of ${round * atOnce} jobs were created`);
			await sleep(200);
		}
	}
	const lost = await executionsWithoutMark(place, workflow);
	await rest.deactivate(workflow);
	return { executions: rounds * atOnce, lost: lost.length };
}
