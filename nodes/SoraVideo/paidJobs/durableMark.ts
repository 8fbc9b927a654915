import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Marks of this many runs are kept for each node. n8n rewrites all of them with each new one; an execution
 * is begun again within minutes, by when no node has had so many other runs.
 */
const mostMarks = 500;
const tries = 4;
/** Of this process's marks of a node, so many of the last ones are set again with each new one. */
const mostSetAgain = 50;
/** Nodes whose marks this process remembers. */
const mostNodes = 200;

/** What this process has set of one node's marks. */
interface OwnMarks {
	/** The last ones. */
	set: string[];
	/** Ends when none is being set any more. */
	turn: Promise<unknown>;
}

const ownByNode = new Map<string, OwnMarks>();

function ownMarks(context: IExecuteFunctions): OwnMarks {
	const key = JSON.stringify([context.getWorkflow().id, context.getNode().id]);
	const own = ownByNode.get(key) ?? { set: [], turn: Promise.resolve() };
	ownByNode.delete(key);
	ownByNode.set(key, own);
	for (const longestUnused of ownByNode.keys()) {
		if (ownByNode.size <= mostNodes) break;
		ownByNode.delete(longestUnused);
	}
	return own;
}

/** Which of the marks were set before; null where n8n can't tell. */
async function setMarks({ helpers }: IExecuteFunctions, marks: string[]): Promise<unknown[] | null> {
	for (let left = tries; left > 0; left -= 1) {
		try {
			return (await helpers.checkProcessedAndRecord(marks, 'node', { mode: 'entries', maxEntries: mostMarks })).processed;
		} catch {
			await sleep(5 + Math.random() * 30);
		}
	}
	return null;
}

/**
 * Sets a mark that outlives a crash of n8n, in n8n's own memory of what a node has processed.
 *
 * n8n reads and writes one row without a lock, so of two runs that set their marks at once one may lose
 * its mark, and is told nothing. In one process they take turns; what another process overwrites is set
 * again by this one's next run. What is lost all the same is in `docs/crashes.md`. Two that write the
 * first mark of a node at once collide, and the loser tries again.
 *
 * @returns Whether it was set before; null where n8n can't tell (an older engine, a workflow that was
 * never saved, a database that doesn't answer).
 */
export async function wasMarked(context: IExecuteFunctions, mark: string): Promise<boolean | null> {
	if (typeof Reflect.get(context.helpers, 'checkProcessedAndRecord') !== 'function') return null;
	const own = ownMarks(context);
	const inTurn = own.turn.then(async () => {
		const processed = await setMarks(context, [...new Set([mark, ...own.set])]);
		own.set = [...own.set.filter((each) => each !== mark), mark].slice(-mostSetAgain);
		return processed && processed.includes(mark);
	});
	own.turn = inTurn;
	return await inTurn;
}
