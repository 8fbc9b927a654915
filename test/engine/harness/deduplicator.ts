import { createHash } from 'node:crypto';

import type {
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

const notNeeded = (what: string): never => {
	throw new Error(`The harness's deduplicator can't ${what}`);
};

/**
 * cli's `DeduplicationHelper` with its table in memory: one row for each node, read, changed and written
 * without a lock, and with the moments between in which others may write it too.
 */
class Deduplicator implements IDataDeduplicator {
	/** Hashed values, by workflow and node. */
	readonly rows = new Map<string, string[]>();
	writes = 0;
	/** How many of the next calls find the database gone. */
	failing = 0;

	async checkProcessedAndRecord(
		items: Array<string | number>,
		scope: DeduplicationScope,
		{ workflow, node }: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		if (this.failing > 0) {
			this.failing -= 1;
			throw new Error('Connection terminated');
		}
		if (!workflow.id) throw new Error('The expression evaluated to a falsy value');
		const key = `${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;
		const before = this.rows.get(key)?.slice();
		await new Promise((resolve) => setImmediate(resolve));
		const hashes = items.map((item) => createHash('md5').update(String(item)).digest('base64'));
		if (!before && this.rows.has(key)) throw new Error('duplicate key value violates unique constraint');
		this.writes += 1;
		const row = [...(before ?? []), ...hashes.filter((hash) => !before?.includes(hash))];
		this.rows.set(key, maxEntries === undefined ? row : row.slice(-maxEntries));
		const isKnown = (_item: string | number, index: number) => before?.includes(hashes[index] ?? '') === true;
		return {
			processed: items.filter(isKnown),
			new: items.filter((item, index) => !isKnown(item, index)),
		};
	}

	async removeProcessed(): Promise<void> {
		notNeeded('remove');
	}

	async clearAllProcessedItems(): Promise<void> {
		notNeeded('clear');
	}

	async getProcessedDataCount(): Promise<number> {
		return notNeeded('count');
	}
}

/** What n8n's database remembers of processed items, for all executions of this test file. */
export const deduplicator = new Deduplicator();
