import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { N8nServer } from '../e2e/n8nServer';

export function databaseFile({ userFolder }: N8nServer): string {
	return path.join(userFolder, '.n8n', 'database.sqlite');
}

/** n8n's executions, read from its database by another process: asking n8n itself would cost it more than some runs. */
export class RunTable {
	private readonly database: DatabaseSync;

	constructor(server: N8nServer) {
		this.database = new DatabaseSync(databaseFile(server), { readOnly: true, timeout: 10_000 });
	}

	/** The runs of a workflow that began at this time or later; times are milliseconds since 1970. */
	since(workflow: string, time: number): { all: number; ended: number; lastEnd: number } {
		const from = new Date(time).toISOString().replace('T', ' ').slice(0, 23);
		const query = 'SELECT COUNT(*) AS everyRun, COUNT(stoppedAt) AS ended, MAX(stoppedAt) AS lastEnd FROM execution_entity WHERE workflowId = ? AND startedAt >= ?';
		const { everyRun, ended, lastEnd } = this.database.prepare(query).get(workflow, from) ?? {};
		return { all: Number(everyRun), ended: Number(ended), lastEnd: Date.parse(`${String(lastEnd).replace(' ', 'T')}Z`) };
	}

	close(): void {
		this.database.close();
	}
}
