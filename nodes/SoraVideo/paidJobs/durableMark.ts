import type { IExecuteFunctions } from 'n8n-workflow';

import { pause } from '../transport/pause';

/**
 * Marks of this many runs are kept for each node. n8n rewrites all of them with each new one; an execution
 * is begun again within minutes, by when no node has had so many other runs.
 */
const mostMarks = 500;
const tries = 4;

/**
 * Sets a mark that outlives a crash of n8n, in n8n's own memory of what a node has processed.
 *
 * n8n reads and writes one row without a lock. Two runs that write the first mark of a node at once
 * collide, and the loser reads again; two that change the row at once may lose one of their marks, which
 * nobody is told (CONTRIBUTING says how many).
 *
 * @returns Whether it was set before; null where n8n can't tell (an older engine, a workflow that was
 * never saved, a database that doesn't answer).
 */
export async function wasMarked(context: IExecuteFunctions, mark: string): Promise<boolean | null> {
	const { helpers } = context;
	if (typeof Reflect.get(helpers, 'checkProcessedAndRecord') !== 'function') return null;
	for (let left = tries; left > 0; left -= 1) {
		try {
			const { processed } = await helpers.checkProcessedAndRecord([mark], 'node', { mode: 'entries', maxEntries: mostMarks });
			return processed.includes(mark);
		} catch {
			await pause(5 + Math.random() * 30, new AbortController().signal);
		}
	}
	return null;
}
